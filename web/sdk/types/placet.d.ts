// The public interface of the browser SDK and the form library, for sites written in TypeScript.
import type { Forms } from './forms';

export type * from './forms';

export type PurposeLabel = 'Necessary' | 'Preference' | 'Analytical' | 'Marketing' | 'Other' | 'Unclassified';

export interface ServiceConsent {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly purpose: number | null;
  readonly logoUrl: string | null;
  readonly privacyPolicyUrl: string | null;
  readonly description: string | null;
  readonly defaultConsent: boolean;
  readonly requiredConsent: boolean;
  /** What holds now. */
  readonly consent: boolean;
}

export interface ConsentManager {
  readonly consent: {
    open(): void;
    close(): void;
    getAllConsents(): ServiceConsent[];
    /** An explicit choice is recorded. */
    hasConsented(): boolean;
    /** True only if every service of the purpose is accepted. */
    getPurposeConsent(purpose: PurposeLabel | number): boolean;
    /** In memory; `save` makes it the visitor's choice, `dispatchEvent` applies it to this page only. */
    setPurposeConsent(purpose: PurposeLabel | number, consent: boolean): void;
    getServiceConsent(slug: string): boolean;
    setServiceConsent(slug: string, consent: boolean): void;
    save(): void;
    dispatchEvent(): void;
  };
}

export type Command =
  | (() => void)
  | ['cookieReady', (manager: ConsentManager) => void]
  | ['loadCookieConsent', { widgetId: string | number; selector?: string; userId?: string }]
  | ['set', 'cookie:userId', string]
  | ['iframeBlock', { selector: string; service: string; body?: string; buttonLabel?: string; buttonClass?: string }];

export interface Sdk {
  push(...commands: Command[]): void;
  openCookieConsent(): void;
  /** Undefined until the settings have arrived; use `cookieReady`. */
  readonly cookieConsent: ConsentManager | undefined;
}

/** Detail of `dastra:consent:<slug>` and `dastra:refused:<slug>`. `initial` is true at page load: do not reload then. */
export interface ServiceEventDetail {
  readonly slug: string;
  readonly consent: boolean;
  readonly initial: boolean;
}

/** Detail of `dastra:consents:updated`. */
export type UpdatedEventDetail = readonly {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly purpose: number;
  readonly consent: boolean;
  /** Milliseconds since 1970. */
  readonly date: number;
}[];

declare global {
  interface Window {
    dastra?: Command[] | Sdk;
    placet?: (Command[] | Sdk) & { forms?: ((forms: Forms) => void)[] | Forms };
  }
}
