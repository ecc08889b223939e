// document.cookie: our own cookie, and the declared cookies of services that were refused.
import type { DeclaredCookie } from './settings';

/** Name and value of each. */
export const cookies = () => document.cookie.split('; ').map((pair) => pair.split(/=(.*)/s) as [string, string]);

/** The host itself and every parent domain; a browser ignores the ones that may not set cookies. */
function domains(): string[] {
  const labels = location.hostname.split('.');
  return ['', ...labels.map((_, at) => ';domain=' + labels.slice(at).join('.'))];
}

export function expire(name: string, path: string): void {
  for (const domain of domains()) document.cookie = `${name}=;path=${path};max-age=0${domain}`;
}

/** `*` in a declared name stands for any text. */
export function deleteDeclared(declared: readonly DeclaredCookie[]): void {
  for (const { name, path } of declared) {
    const pattern = new RegExp(`^${name.split('*').map((part) => part.replace(/\W/g, '\\$&')).join('.*')}$`);
    for (const [found] of cookies()) {
      if (!pattern.test(found)) continue;
      expire(found, '/');
      expire(found, path || '/');
    }
  }
}
