// The proof of a form: what the person filled in, and what they were shown.
import { stringify } from '../json';
import { valueOf, type FormMap, type Values } from './extract';
import { fieldsOf, has, type Field } from './form';

const NEVER_KEPT = /^(password|file|submit|image|button|reset)$/;
const TOKEN = /csrf|token|nonce|captcha/i;
const KEEPS_ITS_VALUE = /^(checkbox|radio|submit|button|reset)$/;

/** A hidden field may be a token that opens the person's session. */
const isKept = (field: Field, excluded: readonly string[]): boolean => {
  const name = field.getAttribute('name');
  return !!name && !excluded.includes(name) && !has(field, 'data-cons-exclude')
    && !NEVER_KEPT.test(field.type) && !(field.type === 'hidden' && TOKEN.test(name));
};

/** Boxes of one name become the list of those that are ticked, other repeated names the list of their values. */
function contentOf(fields: readonly Field[]): unknown {
  const [first] = fields;
  if (fields.length < 2 || first?.type === 'radio') return valueOf(fields) ?? null;
  const ticked = fields.filter((field) => field.type !== 'checkbox' || (field as HTMLInputElement).checked);
  return ticked.map(({ value }) => value);
}

export function content(form: Element, exclude: FormMap['exclude']): string {
  const kept = fieldsOf(form).filter((field) => isKept(field, Object.values(exclude ?? {})));
  const groups = new Map<string, Field[]>();
  for (const field of kept) {
    const name = field.getAttribute('name') as string;
    groups.set(name, [...groups.get(name) ?? [], field]);
  }
  const values: Values = Object.fromEntries([...groups].map(([name, fields]) => [name, contentOf(fields)]));
  return stringify(values);
}

function strip(element: Element): void {
  for (const { name } of [...element.attributes]) if (/^on/i.test(name)) element.removeAttribute(name);
  if (element instanceof HTMLTextAreaElement) element.textContent = '';
  if (element instanceof HTMLInputElement && !KEEPS_ITS_VALUE.test(element.type)) element.removeAttribute('value');
}

/** The markup without what was filled in, without code, and without hidden fields. Ticks that were set beforehand stay. */
export function markup(form: Element): string {
  const box = document.createElement('div'); // unlike the form, nothing shadows its properties
  box.append(Node.prototype.cloneNode.call(form, true));
  box.querySelectorAll('script,style,template,iframe,object,embed,input[type=hidden]').forEach((element) => element.remove());
  box.querySelectorAll('*').forEach(strip);
  return box.innerHTML;
}
