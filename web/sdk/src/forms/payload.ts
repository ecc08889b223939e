// What is sent: the contract's consent object.
import { stringify } from '../json';
import { extract, type FormMap, type Values } from './extract';
import { fieldsOf, find, isForm } from './form';
import { proofOf } from './proof';
import { afterwards, attempt, log } from './settings';

export interface Consent {
  readonly subject?: Values;
  readonly preferences?: Values;
  readonly proofs?: readonly object[] | undefined;
  readonly timestamp?: string;
  readonly [field: string]: unknown;
}

export interface Arguments {
  readonly form?: { readonly selector?: unknown; readonly map?: FormMap } | null | undefined;
  readonly consent?: Consent | undefined;
  /** Legal notices, weaker than those of the consent. */
  readonly cited?: readonly object[] | undefined;
  readonly writeOnLocalStorage?: boolean;
  readonly submitElement?: unknown;
}

/** Null, with a word on the console, when what was given is not a form. */
export function formOf({ form: argument }: Arguments): Element | null {
  if (!argument) return null;
  const form = attempt(() => [find(argument.selector ?? argument)].find((found) => found && isForm(found)));
  if (!form) log('not a form', argument);
  return form ?? null;
}

function members(value: unknown): Values {
  if (value && typeof value === 'object') return value as Values;
  if (value) log('not an object', value);
  return {};
}

/** Taken at once: the page may empty the form in the next moment. */
export function payloadOf(args: Arguments): Consent {
  const form = formOf(args);
  const map = args.form?.map ?? {};
  const consent: Consent = members(args.consent);
  if (!form && !Object.keys(consent)[0]) throw 'nothing to record';
  const fields = form && attempt(() => fieldsOf(form));
  const found = fields && attempt(() => extract(fields, map, (name) => log('no field', name, 'warn')));
  const proof = fields && !consent.proofs && attempt(() => proofOf(form, fields, map));
  return {
    timestamp: new Date().toISOString(),
    proofs: proof ? [proof] : undefined,
    legal_notices: args.cited,
    ...consent,
    subject: { ...found?.subject, ...members(consent.subject) },
    preferences: { ...found?.preferences, ...members(consent.preferences) },
  };
}

/** The body of the request, to be asked for later. Nothing, with a word on the console, for what cannot be written down. */
export function capture(args: Arguments): () => string | undefined {
  const payload = attempt(() => payloadOf(args));
  return () => attempt(() => stringify(payload));
}

/** How long the moment is in front of the rest. */
const MOMENT = '{"timestamp":"2026-03-01T10:20:30.265Z"'.length;
const SAME_SUBMISSION = 1000;
const recent = new Set<string | undefined>();

/** What the form holds now; worked out when the browser has let the submission through. Twice the same within a moment is once. */
export function captureLater(form: Element, args: Arguments, use: (text?: string) => void): void {
  const finish = capture(args);
  afterwards(form, () => {
    const text = finish();
    const said = text?.slice(MOMENT);
    if (recent.has(said)) return;
    recent.add(said);
    setTimeout(() => recent.delete(said), SAME_SUBMISSION);
    use(text);
  });
}
