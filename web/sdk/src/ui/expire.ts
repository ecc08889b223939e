// Deletes cookies, and what else services declared that they store.
import type { DeclaredCookie } from '../settings';
import type { Area } from '../storage';
import { consented, found, held, retain } from './lent';

/** The host itself and every parent domain; a browser ignores the ones that may not set cookies. */
function domains(): string[] {
  const labels = location.hostname.split('.');
  return ['', ...labels.map((_, at) => ';domain=' + labels.slice(at).join('.'))];
}

export function expire(name: string, path: string): void {
  for (const domain of domains()) document.cookie = `${name}=;path=${path};max-age=0${domain}`;
}

/** A cookie's domain as this page may set it; undefined for one that is out of reach. */
export const reach = (domain: string | null | undefined): string | undefined =>
  domains().find((place) => place === (domain ? ';domain=' + domain.replace(/^\./, '') : ''));

/** What another site keeps is out of reach, and its name may be one of ours; what a service that is on has too stays. */
export function erase(unwanted: readonly DeclaredCookie[]): void {
  const wanted = held()[1].flatMap((service) => consented(service) && service.cookies || []).flatMap(found);
  for (const declared of unwanted) {
    const { domain, path, storage } = declared;
    for (const name of found(declared)) {
      if (wanted.includes(name) || reach(domain) == null) continue;
      if (/S/.test(storage ?? '')) retain(name, null, storage as Area);
      else for (const place of ['/', path || '/']) expire(name, place);
    }
  }
}
