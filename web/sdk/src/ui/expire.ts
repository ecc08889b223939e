// Deletes cookies, and what else services declared that they store.
import type { DeclaredCookie } from '../settings';
import type { Area } from '../storage';
import { found, retain } from './lent';

/** The host itself and every parent domain; a browser ignores the ones that may not set cookies. */
function domains(): string[] {
  const labels = location.hostname.split('.');
  return ['', ...labels.map((_, at) => ';domain=' + labels.slice(at).join('.'))];
}

export function expire(name: string, path: string): void {
  for (const domain of domains()) document.cookie = `${name}=;path=${path};max-age=0${domain}`;
}

export function erase(declared: DeclaredCookie): void {
  const { path, storage } = declared;
  for (const name of found(declared)) {
    if (/S/.test(storage ?? '')) retain(name, null, storage as Area);
    else for (const place of ['/', path || '/']) expire(name, place);
  }
}
