// Web storage that never fails: what cannot be stored (blocked, full) is remembered for this page.
import { parse, stringify } from './json';

export const LOCAL = 'localStorage';
export const SESSION = 'sessionStorage';

type Area = typeof LOCAL | typeof SESSION;

const remembered = new Map<string, string>();

/** Null for what is missing or unreadable. */
export function recall<T>(key: string, area: Area = LOCAL): T | null {
  let text: string | null | undefined = remembered.get(key);
  try {
    text ??= window[area].getItem(key);
  } catch {
    // Storage is blocked and nothing was remembered.
  }
  return parse(text);
}

/** Null removes. */
export function retain(key: string, value: unknown, area: Area = LOCAL): void {
  const text = stringify(value);
  remembered.delete(key);
  try {
    if (value == null) window[area].removeItem(key);
    else window[area].setItem(key, text);
  } catch {
    remembered.set(key, text);
  }
}
