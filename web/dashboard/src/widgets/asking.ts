// Whether visitors are asked about a service: three members of it, said as one thing.
import type { Json } from '../types';
import type { Object } from './types';

export type Asking = 'necessary' | 'asked' | 'exempt' | 'off';

export const ASKINGS: Record<Asking, { short: string; words: string }> = {
  necessary: { short: 'always on', words: 'Always on, as the site cannot work without it' },
  asked: { short: 'visitors are asked', words: 'Visitors are asked' },
  exempt: { short: 'exempt', words: 'Exempt: on without asking' },
  off: { short: 'not asked, and off', words: 'Not asked, and never on' },
};

export function askingOf({ purpose, requiredConsent: isRequired, exempt: isExempt }: Object): Asking {
  if (purpose === 0) return 'necessary';
  if (isExempt === true) return 'exempt';
  return isRequired === false ? 'off' : 'asked';
}

export const MEMBERS: Record<Exclude<Asking, 'necessary'>, { [member: string]: Json }> = {
  asked: { requiredConsent: true, defaultConsent: false, exempt: false },
  exempt: { requiredConsent: false, defaultConsent: true, exempt: true },
  off: { requiredConsent: false, defaultConsent: false, exempt: false },
};
