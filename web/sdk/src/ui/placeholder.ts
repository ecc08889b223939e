// What stands in the place of a blocked frame: what it is, and the offer to consent to that one service.
import type { FrameBlock } from '../host';
import { isAsked } from '../services';
import type { Service } from '../settings';
import { h } from './dom';
import { blocks, consented, named, root } from './lent';
import { rule } from './sheets';
import { say } from './words';

const BLANK = 'about:blank';
const covers = new Map<HTMLIFrameElement, HTMLElement>();
let count = 0;

function empty(frame: HTMLIFrameElement): void {
  const address = frame.getAttribute('src');
  if (!address || address === BLANK) return;
  frame.dataset.src = address;
  frame.src = BLANK;
}

function uncover(frame: HTMLIFrameElement): void {
  covers.get(frame)?.remove();
  covers.delete(frame);
  frame.removeAttribute('data-placet-covered');
}

/** As large as the frame was, so that nothing of the page moves. */
function sized(box: HTMLElement, { offsetWidth, offsetHeight }: HTMLIFrameElement): HTMLElement {
  const name = 'dastra-cw-frame-' + ++count;
  box.classList.add(name);
  rule(`div:where(.${name})`, [['max-inline-size', `${offsetWidth}px`], ['min-block-size', `${offsetHeight}px`]]);
  return box;
}

/** The text of a message that the page wrote as HTML; markup of a page is never inserted. */
const plain = (html: string): string => html.replace(/<[^>]*>/g, ' ');

function cover(frame: HTMLIFrameElement, service: Service, block: Partial<FrameBlock>, allow: (service: Service) => void, settings: () => void): void {
  const { name } = service;
  const accept = h('button', 'button', { click: () => allow(service) }, block.buttonLabel ?? say('frameButtonLabel', name));
  accept.className += ' ' + (block.buttonClass ?? '');
  const box = h('div', '', { lang: root.lang, dir: root.dir },
    h('p', 'text', {}, block.body ? plain(block.body) : say('frameBody', name)),
    accept,
    h('button', 'link', { click: settings }, say('frameSettingsLabel')));
  box.className = 'dastra-cw dastra-blocking-iframe datra-blocking-iframe';
  frame.before(sized(box, frame));
  frame.setAttribute('data-placet-covered', '');
  covers.set(frame, box);
}

/** Frames too small to hold a message are emptied only. */
export function coverFrames(frames: readonly HTMLIFrameElement[], allow: (service: Service) => void, settings: () => void): void {
  for (const frame of covers.keys()) if (!frames.includes(frame)) uncover(frame);
  for (const frame of frames) {
    const block = blocks.find(({ selector }) => frame.matches(selector)); // it may match by the address
    empty(frame);
    const service = named(frame.dataset.consent).find((one) => one && isAsked(one) && !consented(one));
    if (service && !covers.has(frame) && frame.offsetWidth > 99) cover(frame, service, block ?? {}, allow, settings);
  }
}
