// The visitor's choice, and which of its two copies (consent cookie, localStorage) holds.
import { quiet } from './guard';
import { parse } from './json';
import type { StoredProof } from './proof';

export const DAY = 86400;
/** How long localStorage may have a choice. */
export const STORED_DAYS = 180;

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
  /** The round in which a service was decided on, where that is not the first. */
  readonly r?: Readonly<Record<string, number>> | undefined;
}

/** Null for anything that is not ours: an IAB string may live under the same cookie name, and a page may write anything. */
const ours = (choice: Choice | null | undefined): Choice | null =>
  choice?.v === 1 && choice.id && choice.d > 0 && choice.c ? choice : null;

export const decodeChoice = (text: string): Choice | null => ours(parse<Choice>(quiet(() => decodeURIComponent(text))));

export const choiceOf = (proof: StoredProof | null): Choice | null => ours(proof?.choice);

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
