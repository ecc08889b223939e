// "Preferences saved": announced without moving the focus, gone after a while unless it is being used.
import { CROSS, h, icon } from './dom';
import { root } from './lent';
import { say } from './words';

const SHOWN_FOR = 1e4;

const region = h('div', '', { role: 'status' });

export const hush = (): void => region.replaceChildren();

/** The region is in the page before it speaks, otherwise nothing is announced. */
export const prepareStatus = (): void => root.append(region);

function tell(...words: (Node | string)[]): void {
  const line = h('p', 'status', {},
    h('span', 'said', {}, ...words),
    h('button', 'close', { 'aria-label': say('closeMessageLabel'), click: hush }, icon(CROSS)));
  region.replaceChildren(line);
  const leave = () => {
    if (line.matches(':hover,:focus-within')) setTimeout(leave, SHOWN_FOR);
    else line.remove();
  };
  setTimeout(leave, SHOWN_FOR);
}

export const saySaved = (showProof: () => void): void =>
  tell(say('successMessage') + ' ', h('button', 'link', { click: showProof }, say('viewProof')));

/** Where the law wants the visitor to see that their signal was honoured. */
export const saySignal = (): void => tell(say('gpcMessage'));
