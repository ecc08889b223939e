// What a form shows after the server refused it: words beside each field, and the rest below.
import { Problem } from './api';

export interface Wrong {
  fields: { [field: string]: string };
  rest: string;
}

export const RIGHT: Wrong = { fields: {}, rest: '' };

/** Puts each error at the field whose pointer it begins with. `fields` are pointers, such as `/subject/email`. */
export function wrongIn(error: unknown, fields: string[]): Wrong {
  const problem = Problem.of(error);
  const wrong: Wrong = { fields: {}, rest: '' };
  const rest: string[] = [];
  for (const { pointer, detail } of problem.errors) {
    const field = fields.find((known) => pointer === known || pointer.startsWith(`${known}/`));
    if (!field) rest.push(pointer === '/' ? sentence(detail) : `${pointer.slice(1)} ${detail}.`);
    else wrong.fields[field] = [wrong.fields[field], sentence(detail)].filter(Boolean).join(' ');
  }
  wrong.rest = problem.errors.length > 0 ? rest.join(' ') : problem.message;
  return wrong;
}

// Details go on where the name of a field ends: "must be a number".
function sentence(detail: string): string {
  const words = /^(must|is|has|names|contains)\b/.test(detail) ? `This ${detail}` : detail;
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** What `datetime-local` holds, as a moment: in the time zone of whoever typed it. */
export function momentIn(text: string): string | null {
  const moment = new Date(text);
  return text && !Number.isNaN(moment.getTime()) ? moment.toISOString() : null;
}
