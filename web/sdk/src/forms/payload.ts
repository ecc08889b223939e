// What is sent: the contract's consent object.
import { stringify } from '../json';
import { extract, formOf, type FormArgument, type Values } from './extract';
import { content, markup } from './proof';
import { attempt } from './settings';

/** The server's limit for a body, with room for what surrounds it. */
const LARGEST = 9e5;

export interface Consent {
  readonly subject?: Values;
  readonly preferences?: Values;
  readonly proofs?: readonly { content?: string; form?: string }[];
  readonly timestamp?: string;
  readonly [field: string]: unknown;
}

export interface Arguments {
  readonly form?: FormArgument;
  readonly consent?: Consent;
  readonly writeOnLocalStorage?: boolean;
  readonly submitElement?: unknown;
}

export type Payload = Consent;

const size = (value: unknown) => new TextEncoder().encode(stringify(value)).length;

/** A form too large to send is left out; what was filled in is not. */
function proofOf(form: Element, map: FormArgument['map']): { content: string; form?: string } {
  const filled = content(form, map?.exclude);
  const shown = attempt(() => markup(form)) ?? '';
  return size([filled, shown]) < LARGEST ? { content: filled, form: shown } : { content: filled };
}

/** Taken at once: the page may empty the form in the next moment. */
export function payloadOf({ form: argument, consent = {} }: Arguments): Payload {
  const form = attempt(() => formOf(argument)) ?? null;
  const map = argument?.map ?? {};
  const found = form && attempt(() => extract(form, map));
  const proof = form && attempt(() => proofOf(form, map));
  return {
    timestamp: new Date().toISOString(),
    ...proof && { proofs: [proof] },
    ...consent,
    subject: { ...found?.subject, ...consent.subject },
    preferences: { ...found?.preferences, ...consent.preferences },
  };
}
