// What stands in the place of a blocked frame: what it is, and the offer to consent to that one service.
import type { BlockedFrame, FrameBlock, FrameTools } from '../host';
import { isAsked } from '../services';
import type { Service } from '../settings';
import text from './frames.css';

const covers = new Map<HTMLIFrameElement, { box: HTMLElement; service: Service }>();
let count = 0;
let styled = false;

function uncover(frame: HTMLIFrameElement): void {
  covers.get(frame)?.box.remove();
  covers.delete(frame);
  frame.removeAttribute('data-placet-covered');
}

/** As large as the frame was, so that nothing of the page moves. */
function sized(rule: FrameTools[2], box: HTMLElement, { offsetWidth, offsetHeight }: HTMLIFrameElement): HTMLElement {
  const name = 'dastra-cw-frame-' + ++count;
  box.classList.add(name);
  rule(`div:where(.${name})`, [['max-inline-size', `${offsetWidth}px`], ['min-block-size', `${offsetHeight}px`]]);
  return box;
}

/** The text of a message that the page wrote as HTML; markup of a page is never inserted. */
const plain = (html: string): string => html.replace(/<[^>]*>/g, ' ');

function cover(tools: FrameTools, frame: HTMLIFrameElement, service: Service, block: Partial<FrameBlock>): void {
  const [h, say, rule, root, , , , allow, settings] = tools;
  const { name } = service;
  const accept = h('button', 'button', { click: () => allow(service) }, block.buttonLabel ?? say('frameButtonLabel', name));
  accept.className += ' ' + (block.buttonClass ?? '');
  const box = h('div', '', { lang: root.lang, dir: root.dir, 'data-nosnippet': '' },
    h('p', 'text', {}, block.body ? plain(block.body) : say('frameBody', name)),
    accept,
    h('button', 'link', { click: settings }, say('frameSettingsLabel')));
  box.className = 'dastra-cw dastra-blocking-iframe datra-blocking-iframe';
  frame.before(sized(rule, box, frame));
  frame.setAttribute('data-placet-covered', '');
  covers.set(frame, { box, service });
}

let again = (): void => {};
/** Frames that the page shows later, in a tab or a dialog. */
const hidden = new ResizeObserver(() => again());

/** Frames too small to hold a message stay empty without one, as long as they are. */
export function coverFrames(tools: FrameTools, frames: readonly BlockedFrame[]): void {
  hidden.disconnect();
  again = () => coverFrames(tools, frames);
  const [, , , , consented, named, adopt] = tools;
  if (!styled) adopt(text);
  styled = true;
  for (const frame of covers.keys()) if (!frames.includes(frame)) uncover(frame);
  for (const frame of frames) {
    const service = named(frame).find((one) => one && isAsked(one) && !consented(one));
    const covered = covers.get(frame)?.service;
    if (covered && covered !== service) uncover(frame); // one of several services that it waits for is on now
    if (!service || covers.has(frame)) continue;
    if (frame.offsetWidth > 99) cover(tools, frame, service, frame.placetBlock ?? {});
    else if (!frame.getClientRects()[0]) hidden.observe(frame);
  }
}
