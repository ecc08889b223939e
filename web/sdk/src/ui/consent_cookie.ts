// Writing the consent cookie.
import type { Choice } from '../choice';
import { expire, reach } from './expire';
import { held, stringify } from './lent';

const LONGEST = 3800;

/**
 * URI-encoded JSON without spaces, because tag managers test whether it contains `"slug":true`. When it grows too long
 * for a cookie, entries equal to the default are left out, then all of them: localStorage still has the whole choice.
 */
export function encodeChoice(choice: Choice, isDefault: (slug: string, consent: boolean) => boolean): string {
  const encode = (c: Choice['c']) => encodeURIComponent(stringify({ ...choice, c }));
  const differing = Object.entries(choice.c).filter(([slug, consent]) => !isDefault(slug, consent));
  return [choice.c, Object.fromEntries(differing), {}].map(encode).find((text) => text.length < LONGEST) ?? '';
}

/** Safari keeps a cookie that a script has written for a week; the site may have a path that sets it by HTTP as well. */
function setByHttp(value: string): void {
  const [{ choiceCookiePath }, , , , , { search }, { widgetid }] = held();
  if (!choiceCookiePath) return;
  void fetch(`${choiceCookiePath}${search}&widget=${widgetid}`, {
    method: 'POST', body: value, credentials: 'same-origin', keepalive: true,
  }).catch(() => {});
}

/** A host-only and a domain cookie of one name would fight, so both go before one is written. */
export function writeCookie(name: string, value: string, days: number, domain?: string | null): void {
  expire(name, '/');
  const secure = location.protocol === 'https:' ? ';secure' : '';
  document.cookie = `${name}=${value};path=/;max-age=${days * 86400};samesite=lax${secure}${reach(domain) ?? ''}`;
  setByHttp(value);
}
