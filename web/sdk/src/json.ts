// JSON on pages that have changed its prototypes.
import { quiet } from './guard';

/** Old Prototype.js adds Array.prototype.toJSON, which turns every list inside JSON into a string. */
export function stringify(value: unknown): string {
  const list = Array.prototype as { toJSON?: unknown };
  const foreign = list.toJSON;
  delete list.toJSON;
  const text = JSON.stringify(value);
  if (foreign) list.toJSON = foreign;
  return text;
}

/** Null for what is missing or unreadable. */
export const parse = <T>(text: string | null | undefined): T | null => quiet(() => JSON.parse(text || 'null')) ?? null;
