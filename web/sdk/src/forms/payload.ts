// What is sent: the contract's consent object.
import { stringify } from '../json';
import { extract, type FormMap, type Values } from './extract';
import { find, isForm } from './form';
import { proofOf } from './proof';
import { attempt, log } from './settings';

export interface Consent {
  readonly subject?: Values;
  readonly preferences?: Values;
  readonly proofs?: readonly { content?: string; form?: string }[];
  readonly timestamp?: string;
  readonly [field: string]: unknown;
}

export interface Arguments {
  readonly form?: { readonly selector?: unknown; readonly map?: FormMap } | undefined;
  readonly consent?: Consent | undefined;
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
  const found = form && attempt(() => extract(form, map));
  const proof = form && !consent.proofs && attempt(() => proofOf(form, map));
  return {
    timestamp: new Date().toISOString(),
    ...proof && { proofs: [proof] },
    ...consent,
    subject: { ...found?.subject, ...members(consent.subject) },
    preferences: { ...found?.preferences, ...members(consent.preferences) },
  };
}

/** The body of the request. Nothing, with a word on the console, for what cannot be written down. */
export const capture = (args: Arguments): string | undefined => attempt(() => stringify(payloadOf(args)));

/** How long the moment is in front of the rest. */
const MOMENT = '{"timestamp":"2026-03-01T10:20:30.265Z"'.length;
const SAME_SUBMISSION = 1000;
const last = new WeakMap<Element, readonly [time: number, type: string, text: string]>();

/** A click and the submission it causes are one, and so are two of the same content within a moment. */
export function isRepeated(form: Element, { type }: Event, text: string): boolean {
  const now = performance.now();
  const said = text.slice(MOMENT);
  const [time, before, earlier] = last.get(form) ?? [-Infinity];
  last.set(form, [now, type, said]);
  return now - time < SAME_SUBMISSION && (type === 'submit' && before === 'click' || said === earlier);
}
