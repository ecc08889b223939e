// The visitor's choice, and which of its two copies (consent cookie, localStorage) holds.
import { parse } from './json';
import type { StoredProof } from './proof';

const DAY = 86400;
const STORED_DAYS = 180;

/** The value of the consent cookie; its names are short because it travels with every request to the site. */
export interface Choice {
  readonly v: 1;
  /** Consent id. */
  readonly id: string;
  /** Version key it was made under. */
  readonly k: string | null;
  /** Seconds since 1970. */
  readonly d: number;
  /** Made through a placeholder only, so the window is still due. */
  readonly p?: 1 | undefined;
  /** Decisions by slug. A service that is not named was not asked about. */
  readonly c: Readonly<Record<string, boolean>>;
}

/** Null for anything that is not ours: an IAB string may live under the same cookie name. */
export function decodeChoice(text: string): Choice | null {
  try {
    const choice = parse<Choice>(decodeURIComponent(text));
    return choice?.v === 1 && choice.id && choice.d > 0 && choice.c ? choice : null;
  } catch {
    return null;
  }
}

/** Null for nothing, and for what a page has put there instead. */
export function choiceOf(proof: StoredProof | null): Choice | null {
  try {
    const { consentId: id, consents: { cookieConsents, date }, versionKey: k, partial } = proof as StoredProof;
    const c = Object.fromEntries(cookieConsents.map(({ slug, consent }) => [slug, consent]));
    return { v: 1, id, k, d: Math.floor(date / 1000), p: partial ? 1 : undefined, c };
  } catch {
    return null;
  }
}

/** A date from tomorrow or later comes from a wrong clock and would otherwise never end. */
const holds = (choice: Choice | null | undefined, days: number, now: number) =>
  choice && now - choice.d < days * DAY && choice.d - now < DAY ? choice : null;

/**
 * The cookie decides whether the visitor has chosen; of two copies the newer one says what. Without a valid cookie
 * the consent id lives on, so that the visitor's history continues. `now` is in seconds.
 */
export function settle(
  cookie: Choice | undefined, stored: Choice | null, versionKey: string | null, days: number, now: number,
): { id: string | undefined; choice: Choice | null } {
  const kept = holds(stored, STORED_DAYS, now);
  const shown = holds(cookie, days, now);
  const newest = kept && (!shown || kept.d >= shown.d) ? kept : shown;
  return { id: newest?.id, choice: shown && newest?.k == versionKey ? newest : null };
}
