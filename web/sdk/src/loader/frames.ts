// Frames of services: empty until the service is accepted. The ui empties them again and covers them.
import type { FrameBlock } from '../host';
import { allowed } from './consents';

export const blocks: FrameBlock[] = [];

function fill(frame: HTMLIFrameElement): void {
  const { dataset } = frame;
  const address = dataset.src ?? dataset.blockedSrc;
  if (!address) return;
  delete dataset.src;
  delete dataset.blockedSrc;
  frame.src = address;
}

/** Answers the frames that may not be filled. */
export function fillFrames(): HTMLIFrameElement[] {
  for (const { selector, service } of blocks) {
    document.querySelectorAll<HTMLIFrameElement>(selector).forEach((frame) => { frame.dataset.consent = service; });
  }
  return [...document.querySelectorAll<HTMLIFrameElement>('iframe[data-consent]')].filter((frame) => {
    const closed = !allowed(frame.dataset.consent);
    if (!closed) fill(frame);
    return closed;
  });
}
