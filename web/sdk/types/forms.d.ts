// The public interface of the form library: `placet.forms`, and the older `_iub.cons`.

/** What is recorded. The names are those of `POST /consent`. */
export interface FormConsent {
  subject?: {
    id?: string; email?: string; first_name?: string; last_name?: string; full_name?: string; verified?: boolean; [field: string]: unknown;
  };
  preferences?: { [name: string]: unknown };
  legal_notices?: { identifier: string; version?: number | null }[];
  proofs?: { content?: string; form?: string }[];
  timestamp?: string;
  [field: string]: unknown;
}

/** The server has it. */
export interface StoredConsent {
  readonly stored: true;
  readonly id: string;
  readonly timestamp: string;
  readonly subject_id: string;
}

/** The server does not have it yet, or does not want it. */
export interface UnstoredConsent {
  readonly stored: false;
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  readonly message: string;
  /** It waits in this browser and is sent again by itself. */
  readonly kept: boolean;
}

export type FormResult = StoredConsent | UnstoredConsent;

export interface FormSettings {
  /** Field of the subject to the `name` of the form's field. Stronger than `data-placet-subject`. */
  subject?: { [field: string]: string };
  /** Preference to the `name` of the form's field. Stronger than `data-placet-preference`. */
  preferences?: { [name: string]: string };
  /** Names of fields that are not kept in the proof, in addition to those with `data-placet-exclude`. */
  exclude?: string | string[];
  /** What the person agrees to; without a version, the newest one. Instead of `data-placet-notices`. */
  notices?: string | (string | { identifier: string; version?: number | null })[];
  /** What is known without the form. Stronger than everything else. */
  consent?: FormConsent;
  /** `attach` then only waits for `send`: the page knows when the submission has succeeded. */
  manual?: boolean;
  /** Called once for each submission. */
  done?(result: FormResult): void;
}

export interface AttachedForm {
  /** Records what the form holds now, with more than `attach` was told, if need be. Never rejects. */
  send(consent?: FormConsent): Promise<FormResult>;
  detach(): void;
}

export interface Forms {
  /** Not needed where the script's address has `?key=`. */
  init(options: FormOptions): void;
  /** Records each submission of these forms, now and when they are put into the page later. */
  attach(form: Element | string, settings?: FormSettings): AttachedForm;
  /** Records what the form holds now; null for a consent without a form. Never rejects. */
  send(form: Element | string | null, settings?: FormSettings): Promise<FormResult>;
  /** Calls at once. Before the script is there, `placet.forms` is an array, and it calls when it is. */
  push(...calls: ((forms: Forms) => void)[]): void;
}

export interface FormOptions {
  api_key: string;
  logger?: 'console' | 'none';
  log_level?: 'none' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  /** Send at once what earlier pages have left; true unless it is set to false. */
  sendFromLocalStorageAtLoad?: boolean;
  /** Where the server is, if not where the script came from. */
  base_url?: string;
}

// The older face, for pages written for it.

export interface FormArguments {
  form?: {
    selector: Element | ArrayLike<Element> | string;
    map?: {
      subject?: { [field: string]: string };
      preferences?: { [name: string]: string };
      exclude?: string | string[] | { [any: string]: string };
    };
  };
  consent?: FormConsent;
  /** Store instead of posting; sent by the next page. */
  writeOnLocalStorage?: boolean;
  /** With `load`: capture when this is activated. */
  submitElement?: Element | ArrayLike<Element> | string | null;
}

export interface FormCallbacks {
  success?(response: { id: string | null; timestamp: string; subject_id: string | null }): void;
  error?(response: { status: number; message: string }): void;
}

export interface FormOutcome {
  success(callback: NonNullable<FormCallbacks['success']>): FormOutcome;
  error(callback: NonNullable<FormCallbacks['error']>): FormOutcome;
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
  | ['load', FormArguments, FormCallbacks?]
  | ['sendData', (Element | string)?]
  | ['sendFromLocalStorage'];

declare global {
  interface Window {
    _iub?: { cons?: FormLibrary; cons_instructions?: FormCommand[]; [other: string]: unknown };
  }
}
