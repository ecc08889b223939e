// The proof of a cookie choice: what is posted, and what stays in localStorage under `dastra-consents`.
import type { Choice } from './choice';
import type { How } from './host';

export const PROOF = 'dastra-consents';

export interface Decision {
  readonly slug: string;
  readonly consent: boolean;
  /** When this particular choice was made, in milliseconds. */
  readonly date: number;
}

export interface CookieConsent extends Decision {
  readonly id: string;
  readonly name: string;
  readonly purpose: number;
}

/** What is known of the circumstances. A choice that came from a sibling sub-domain's cookie has none. */
export interface Circumstances {
  readonly version: string | null | undefined;
  readonly sdk: string;
  readonly how: How;
  readonly origin: string;
  readonly path: string;
}

export interface Proof {
  /** Made in the browser: the record's id and the key that makes a repeated post harmless. */
  readonly id: string;
  readonly type: 'Consents';
  readonly sessionId: string;
  readonly userId?: string | undefined;
  readonly consentId: string;
  readonly consents: ProvenConsents & Circumstances;
}

interface ProvenConsents {
  readonly cookieConsents: readonly CookieConsent[];
  readonly lang: string;
  readonly consentId: string;
  readonly date: number;
}

export interface StoredProof extends Omit<Partial<Proof>, 'consentId' | 'consents'> {
  readonly consentId: string;
  readonly consents: ProvenConsents & Partial<Circumstances>;
  /** As in the cookie, but always whole. */
  readonly choice: Choice;
}
