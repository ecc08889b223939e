// The proof of a form: what the person filled in, and what they were shown.
import { stringify } from '../json';
import { group, mark, nameOf, valueOf, type FormMap } from './extract';
import { ask, attributeOf, fieldsOf, type Field } from './form';
import { attempt } from './settings';

/** Of characters, for each of the two: three bytes each at the most, in a body of a megabyte. */
const ROOM = 15e4;

/** Of type and `autocomplete`: a password that is being shown has become a text field; what it completes with stays. */
const NEVER_KEPT = /^(file|submit|image|button|reset)|password|\bcc-|one-time/;
const SECRET = /passw|captcha|turnstile|cv[cv]|card.?num/i;
/** A hidden field may hold what opens the person's session. */
const TOKEN = /^data:|token|[cx]srf|nonce|sess|viewstate|form_?(key|build)/i;

const UNSEEN = 'script,style,template,iframe,object,embed,link,[type=hidden]';
/** Plain words are HTML's own attributes; scripts and frameworks mark theirs with a sign, and keep anything in them. */
const NOT_SHOWN = /^(on|nonce|action|srcdoc|(?!aria-).*[^a-z])/;
const KEEPS_ITS_VALUE = /^(checkbox|radio|submit|button|reset|option)$/;

const isKept = (field: Field, excluded: readonly string[]): boolean => {
  const name = nameOf(field) ?? '';
  return !excluded.includes(name) && mark(field, 'exclude') === null && !SECRET.test(name)
    && !NEVER_KEPT.test(`${field.type} ${field.autocomplete}`) && !(field.type === 'hidden' && TOKEN.test(name));
};

/** Boxes of one name become the list of those that are ticked, other repeated names the list of their values. */
function contentOf(fields: readonly Field[]): unknown {
  const [first] = fields;
  if (fields.length < 2 || first?.type === 'radio') return valueOf(fields) ?? null;
  const ticked = fields.filter((field) => field.type !== 'checkbox' || (field as HTMLInputElement).checked);
  return ticked.map(({ value }) => value);
}

/** The text, or its beginning and how long it was. Markup is not cut inside a tag. */
function cut(text: string): string {
  const beginning = text.slice(0, ROOM);
  return text === beginning ? text : `${beginning.replace(/<[^<>]*$/, '')}[cut: ${text.length} characters]`;
}

export function content(form: Element, exclude: FormMap['exclude']): string {
  const excluded = Object.values(exclude ?? {});
  const groups = group(fieldsOf(form).filter((field) => isKept(field, excluded)), nameOf);
  return stringify(Object.fromEntries([...groups].map(([name, fields]) => [name, contentOf(fields)])));
}

function strip(element: Element): void {
  if (ask(element, 'matches', 'textarea,[contenteditable]')) element.textContent = '';
  for (const name of ask(element, 'getAttributeNames')) {
    const isTyped = name === 'value' && !KEEPS_ITS_VALUE.test((element as Field).type ?? element.localName);
    const leaks = /^(href|src)/.test(name) && TOKEN.test(attributeOf(element, name) as string);
    if (isTyped || leaks || NOT_SHOWN.test(name)) ask(element, 'removeAttribute', name);
  }
}

/** The form, and what the page says elsewhere about it and about the boxes that stand for a preference. */
function partsOf(form: Element, names: readonly string[]): Element[] {
  const boxes = fieldsOf(form).filter((field) => mark(field, 'preference') || names.includes(nameOf(field) ?? '')).slice(0, 99);
  const ids = [form, ...boxes].map((part) => attributeOf(part, 'aria-labelledby') + ' ' + attributeOf(part, 'aria-describedby'));
  const told = ids.join(' ').split(' ').map((id) => document.getElementById(id));
  const others = new Set([...boxes, ...boxes.flatMap(({ labels }) => [...labels ?? []]), ...told]);
  return [form, ...[...others].filter((part): part is HTMLElement => !!part && !ask(form, 'contains', part))];
}

/** The markup without what was filled in, without code, and without hidden fields. Ticks that were set beforehand stay. */
export function markup(form: Element, preferences: FormMap['preferences']): string {
  const inert = document.implementation.createHTMLDocument(''); // loads no image, wakes no custom element
  const box = inert.createElement('div');
  box.append(...partsOf(form, Object.values(preferences ?? {})).map((part) => inert.importNode(part, true)));
  box.querySelectorAll(UNSEEN).forEach((element) => element.remove());
  box.querySelectorAll('*').forEach(strip);
  const language = attributeOf(ask(form, 'closest', '[lang]') ?? document.documentElement, 'lang');
  if (language) ask(box.firstElementChild!, 'setAttribute', 'lang', language);
  return box.innerHTML.replace(/<!--[^]*?-->/g, '');
}

export const proofOf = (form: Element, { exclude, preferences }: FormMap): { content: string; form: string } =>
  ({ content: cut(content(form, exclude)), form: cut(attempt(() => markup(form, preferences)) ?? '') });
