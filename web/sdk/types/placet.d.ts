// The public interface of the browser SDK and the form library, for sites written in TypeScript.

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

export interface FormConsent {
  subject?: { id?: string; email?: string; first_name?: string; last_name?: string; full_name?: string; verified?: boolean; [field: string]: unknown };
  preferences?: { [name: string]: unknown };
  legal_notices?: { identifier: string; version?: number | null }[];
  proofs?: { content?: string; form?: string }[];
  timestamp?: string;
  [field: string]: unknown;
}

export interface FormArguments {
  form?: {
    selector: Element | ArrayLike<Element> | string;
    map?: { subject?: { [field: string]: string }; preferences?: { [name: string]: string }; exclude?: string[] };
  };
  consent?: FormConsent;
  /** Store instead of posting; sent by the next page. */
  writeOnLocalStorage?: boolean;
  /** With `load`: capture when this is activated. */
  submitElement?: Element | ArrayLike<Element> | string | null;
}

export interface FormCallbacks {
  success?(response: { id: string | null; timestamp: string; subject_id: string | null }): void;
  error?(response: { status: number; message?: string }): void;
}

export interface FormOutcome {
  success(callback: NonNullable<FormCallbacks['success']>): FormOutcome;
  error(callback: NonNullable<FormCallbacks['error']>): FormOutcome;
}

export interface FormOptions {
  api_key: string;
  logger?: 'console' | 'none';
  log_level?: 'none' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  sendFromLocalStorageAtLoad?: boolean;
  base_url?: string;
}

export interface FormLibrary {
  init(options: FormOptions, callback?: () => void): void;
  submit(args: FormArguments, callbacks?: FormCallbacks): FormOutcome;
  load(args: FormArguments, callbacks?: FormCallbacks): void;
  sendData(form?: Element | string): void;
  sendFromLocalStorage(): void;
}

export type FormCommand =
  | ['init', FormOptions, (() => void)?]
  | ['submit', FormArguments, FormCallbacks?]
  | ['load', FormArguments, FormCallbacks?];

declare global {
  interface Window {
    dastra?: Command[] | Sdk;
    placet?: Command[] | Sdk;
    _iub?: { cons?: FormLibrary; cons_instructions?: FormCommand[]; [other: string]: unknown };
  }
}
