// Frames that may not be filled are emptied at once; what then stands in their place is in a file of its own.
import type { BlockedFrame, FramesModule, FrameTools } from '../host';
import type { Service } from '../settings';
import { h } from './dom';
import { withFile } from './files';
import { blocks, consented, markOf, named, root } from './lent';
import { adopt, rule } from './sheets';
import { say } from './words';

declare const __PLACET_FRAMES__: string;

const BLANK = 'about:blank';
let covered = false;

function empty(frame: BlockedFrame): void {
  frame.placetBlock ??= blocks.find(({ selector }) => frame.matches(selector)); // it may match by the address, which goes
  const address = frame.getAttribute('src');
  if (!address || address === BLANK) return;
  frame.dataset.src = address;
  frame.src = BLANK;
}

export function coverFrames(frames: readonly HTMLIFrameElement[], allow: (service: Service) => void, settings: () => void): void {
  if (!frames.length && !covered) return;
  covered = true;
  frames.forEach(empty);
  const tools: FrameTools = [h, say, rule, root, consented, (frame) => named(markOf(frame)), adopt, allow, settings];
  withFile<FramesModule>('frames', __PLACET_FRAMES__, (file) => file.coverFrames(tools, frames));
}
