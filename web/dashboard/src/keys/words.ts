// What keys are, in words.
import type { Key } from '../types';

export const KINDS: Record<Key['kind'], [string, string]> = {
  public: ['Public', 'For pages: writes consents and shows the banner, reads nothing'],
  private: ['Private', 'For your servers: reads and writes. Never put it in a page'],
};

export const STATES: Record<Key['state'], string> = { active: 'Works', ending: 'Ends soon', revoked: 'Revoked' };

export function titleOf(key: Key): string {
  return key.name || `${KINDS[key.kind][0]} key ${key.id}`;
}

/** One origin to a line, or separated by whatever people separate them with. */
export function originsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
