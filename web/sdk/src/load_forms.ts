// For packages: puts the form library's script into the page, once, and waits for it.
import type { Forms } from '../types/forms';
import type {} from '../types/placet';

export interface Placet {
  /** `https://consent.example.org` */
  readonly server: string;
  /** A public key. */
  readonly apiKey: string;
}

/** Never settles while the server is away: a page that waits for it must work without. */
export function loadForms({ server, apiKey }: Placet): Promise<Forms> {
  const src = `${server.replace(/\/+$/, '')}/sdk/forms.js?key=${encodeURIComponent(apiKey)}`;
  if (![...document.scripts].some((script) => script.src === src)) {
    document.head.append(Object.assign(document.createElement('script'), { src, async: true }));
  }
  const placet = (window.placet ??= []);
  const forms = (placet.forms ??= []);
  return new Promise((resolve) => forms.push(resolve));
}
