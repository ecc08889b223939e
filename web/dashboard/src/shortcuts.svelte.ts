// Single-key shortcuts. They can be turned off (WCAG 2.1.4), never act while someone types, and never with a modifier.
const KEY = 'placet-shortcuts';

export const shortcuts = $state({ on: localStorage.getItem(KEY) !== 'off', helpOpen: false });

export function turn(on: boolean): void {
  shortcuts.on = on;
  localStorage.setItem(KEY, on ? 'on' : 'off');
}

export const SHORTCUTS = [
  { keys: ['/'], does: 'Go to the search field' },
  { keys: ['J'], does: 'Next consent, in the table and in the open record' },
  { keys: ['K'], does: 'Previous consent' },
  { keys: ['Enter'], does: 'Open the consent' },
  { keys: ['Esc'], does: 'Close the record' },
  { keys: ['?'], does: 'This list' },
];

function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea, [contenteditable]') !== null;
}

export function keyOf(event: KeyboardEvent): string | null {
  if (!shortcuts.on || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  return typing(event.target) ? null : event.key.toLowerCase();
}
