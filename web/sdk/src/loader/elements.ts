// The elements of the page that wait for consent: dormant scripts, and frames, pictures and other embeds without an
// address. The ui empties frames again and covers them.
import type { FrameBlock } from '../host';
import { allowed } from './consents';
import { MARKED, markOf } from './marks';
import { release } from './scripts';

const DORMANT = /^(dastra.script|text.plain)$/;
/** Links of a page are left out: their address may come from a stranger, and nothing is loaded before a click. */
const ELEMENT = /^(script|iframe|img|source|video|audio|link)$/;
const WAITING = /^(blocked|cookieblock)?(src|srcset|href)$/i;

export const blocks: FrameBlock[] = [];

/** The mark stays in our own words, so that a frame is known again when consent is withdrawn. */
function fill(embed: HTMLElement, name: string): void {
  const { dataset } = embed;
  embed.setAttribute(name.replace(WAITING, '$2'), dataset[name] ?? '');
  dataset.consent = markOf(embed) ?? '';
  delete dataset[name];
}

/** Answers the frames that may not be filled. A frame with another tool's mark is ours only while it waits. */
export function fillElements(): HTMLIFrameElement[] {
  for (const { selector, service } of blocks) {
    document.querySelectorAll<HTMLIFrameElement>(selector).forEach((frame) => { frame.dataset.consent = service; });
  }
  return [...document.querySelectorAll<any>(MARKED)].filter((element) => {
    const { localName, dataset, type } = element;
    if (!ELEMENT.test(localName)) return false;
    const isOpen = allowed(markOf(element));
    if (localName === 'script') return isOpen && DORMANT.test(type) && release(element);
    const waiting = Object.keys(dataset).filter((name) => WAITING.test(name));
    if (isOpen) waiting.forEach((name) => fill(element, name));
    return !isOpen && localName === 'iframe' && (dataset.consent || waiting[0]);
  });
}
