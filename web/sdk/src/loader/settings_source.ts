// The widget settings: asked of the server at most once per five minutes, kept in between. Until the visitor has
// chosen they are kept for the tab only.
import type { Settings } from '../settings';
import { complain } from '../guard';
import { LOCAL, recall, retain, SESSION } from '../storage';

const KEY = 'placet-settings';
const FRESH = 3e5;

interface Kept {
  readonly of: string;
  readonly at: number;
  readonly settings: Settings;
}

/** When the server gave them: a choice keeps them anew, not fresh. */
let asOf = 0;

export function keptSettings(url: string): Settings | null {
  const kept = recall<Kept>(KEY) ?? recall<Kept>(KEY, SESSION);
  if (kept?.of !== url) return null;
  asOf = kept.at;
  return kept.settings;
}

export const areFresh = (): boolean => Math.abs(Date.now() - asOf) < FRESH;

export function keepSettings(url: string, settings: Settings, hasChosen: boolean): void {
  forgetSettings();
  if (!settings.developerMode) retain(KEY, { of: url, at: asOf, settings }, hasChosen ? LOCAL : SESSION);
}

function forgetSettings(): void {
  retain(KEY, null);
  retain(KEY, null, SESSION);
}

/** Null when the server is away or refuses; the console then says why, once. The browser's own cache handles the ETag. */
export async function fetchSettings(url: string): Promise<Settings | null> {
  try {
    const response = await fetch(url, { credentials: 'omit' });
    const body = await response.json();
    asOf = Date.now();
    if (response.ok) return body;
    complain(`no consent window, ${response.status}: ${body.message}`);
    if (response.status < 429) forgetSettings();
  } catch (error) {
    complain('no consent window, server away', error);
  }
  return null;
}
