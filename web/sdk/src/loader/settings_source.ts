// The widget settings: asked of the server at most once per five minutes, kept in between. Until the visitor has
// chosen they are kept for the tab only.
import type { Settings } from '../settings';
import { complain } from '../guard';
import type { AdviceModule, Refusal } from '../host';
import { address, part } from './address';
import { page } from './page';
import { recall, retain, SESSION } from '../storage';

const KEY = 'placet-settings';
const FRESH = 3e5;

interface Kept {
  readonly of: string;
  readonly at: number;
  readonly settings: Settings;
}

/** When the server gave them: a choice keeps them anew, not fresh. */
let asOf = 0;

const url = (): string =>
  `${address.origin}/v1/client/cookie-widget-settings/${page.widgetid}${address.search}&culture=${page.lang || navigator.language}`;

export function keptSettings(): Settings | null {
  const kept = recall<Kept>(KEY) ?? recall<Kept>(KEY, SESSION);
  if (kept?.of !== url()) return null;
  asOf = kept.at;
  return kept.settings;
}

export const areFresh = (): boolean => Math.abs(Date.now() - asOf) < FRESH;

/** Null forgets them. */
export function keepSettings(settings: Settings | null, hasChosen: boolean): void {
  const kept = settings && !settings.developerMode ? { of: url(), at: asOf, settings } : null;
  retain(KEY, hasChosen ? kept : null);
  retain(KEY, hasChosen ? null : kept, SESSION);
}

/** Null when the server is away or refuses; the console then says why, once. The browser's own cache handles the ETag. */
export async function fetchSettings(): Promise<Settings | null> {
  let refusal: Refusal | undefined;
  try {
    const response = await fetch(url(), { credentials: 'omit' });
    const body = await response.json();
    asOf = Date.now();
    if (response.ok && body.groups) return body;
    refusal = [response.status, body.message];
    if (!response.ok && response.status < 429) keepSettings(null, true);
  } catch {
    // Away, or it answers nonsense.
  }
  part<AdviceModule>('advice').then(({ advise }) => advise(address, refusal)).catch(() => complain('no consent window, server away'));
  return null;
}
