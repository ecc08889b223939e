// Web storage that never fails: what cannot be stored (blocked, full) is remembered for this page.
import { quiet } from './guard';
import { parse, stringify } from './json';

export const LOCAL = 'localStorage';
export const SESSION = 'sessionStorage';

export type Area = typeof LOCAL | typeof SESSION;

const remembered = new Map<string, string>();

/** Null for what is missing or unreadable. */
export const recall = <T>(key: string, area: Area = LOCAL): T | null =>
  parse(remembered.get(key) ?? quiet(() => window[area].getItem(key)));

/** What an area holds by name; nothing where it is blocked. */
export const keysOf = (area: Area): string[] => quiet(() => Object.keys(window[area])) ?? [];

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
