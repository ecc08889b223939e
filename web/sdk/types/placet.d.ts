// The public interface of the browser SDK and the form library, for sites written in TypeScript.
import type { Forms } from './forms';

export type * from './forms';

export type PurposeLabel = 'Necessary' | 'Preference' | 'Analytical' | 'Marketing' | 'Other' | 'Unclassified';

export type VendorSignal = 'uet' | 'clarity' | 'meta' | 'tiktok' | 'matomo';

export interface DeclaredCookie {
  readonly name: string;
  readonly description?: string | null;
  readonly path?: string | null;
  readonly domain?: string | null;
  readonly expiryDays?: number | null;
  /** Seconds; 0 until the browser is closed, null when not known. */
  readonly lifetime?: number | null;
  readonly storage?: 'cookie' | 'localStorage' | 'sessionStorage' | null;
}

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
  readonly cookies?: readonly DeclaredCookie[] | null;
  readonly provider?: string | null;
  readonly country?: string | null;
  readonly exempt?: boolean;
  readonly vendorSignal?: VendorSignal | null;
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
  /** Writes every event to the console. May be set on the array, before the script arrives. */
  debug?: boolean;
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

/** What a page may make before the script arrives. */
export type Queue = Command[] & { debug?: boolean };

interface ConsentEvents {
  'dastra:consents:ready': CustomEvent<undefined>;
  'dastra:consents:updated': CustomEvent<UpdatedEventDetail>;
  'dastra:consents:any_refused': CustomEvent<undefined>;
  'dastra:consents:all_accepted': CustomEvent<undefined>;
  [service: `dastra:consent:${string}`]: CustomEvent<ServiceEventDetail>;
  [service: `dastra:refused:${string}`]: CustomEvent<ServiceEventDetail>;
}

declare global {
  interface WindowEventMap extends ConsentEvents {}

  interface Window {
    dastra?: Queue | Sdk;
    placet?: (Queue | Sdk) & { forms?: ((forms: Forms) => void)[] | Forms };
  }
}
