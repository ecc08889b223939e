// document.cookie: our own cookie, and what services declared that they store. The ui deletes.
import type { DeclaredCookie } from './settings';
import { keysOf, type Area } from './storage';

/** Name and value of each. */
export const cookies = () => document.cookie.split('; ').map((pair) => pair.split(/=(.*)/s) as [string, string]);

/** The names of what is there and was declared so; `*` stands for any text. */
export function found({ name, storage }: DeclaredCookie): string[] {
  const pattern = new RegExp(`^${name.replace(/\W/g, (sign) => sign === '*' ? '.*' : '\\' + sign)}$`);
  const names = /S/.test(storage ?? '') ? keysOf(storage as Area) : cookies().map(([known]) => known);
  return names.filter((known) => pattern.test(known));
}
