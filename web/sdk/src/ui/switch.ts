// A switch: a native checkbox that says its state in words too.
import { h } from './dom';
import { say } from './words';

export interface Switch {
  readonly element: HTMLElement;
  show(on: boolean, mixed?: boolean): void;
}

/** `role=switch` knows no mixed state, so a purpose of several services stays a plain checkbox. */
export function makeSwitch(labelledBy: string, role: 'switch' | null, changed: (on: boolean) => void): Switch {
  const state = h('span', 'state', { 'aria-hidden': 'true' });
  const box = h('input', 'box', { type: 'checkbox', role, 'aria-labelledby': labelledBy, change: () => changed(box.checked) });
  const show = (on: boolean, mixed = false) => {
    box.checked = on && !mixed;
    box.indeterminate = mixed;
    state.textContent = say(mixed ? 'partlyLabel' : on ? 'buttonYes' : 'buttonNo');
  };
  return { element: h('label', 'switch', {}, state, box), show };
}
