// The proof of a form: what the person filled in, and what they were shown.
import { stringify } from '../json';
import { collect, group, valueOf, type FormMap } from './extract';
import { ask, attributeOf, type Field } from './form';
import { clean, TOKEN } from './markup';
import { attempt } from './settings';

/** Of characters, for each of the two: three bytes each at the most, in a body of a megabyte. */
const ROOM = 15e4;

/** By type, by `autocomplete` (a password that is being shown has become a text field; what it completes with stays), by name. */
const NEVER_KEPT = /^(button|image|submit|file|reset)|card.?num|captcha|passw|\bcc-|cv[cv]|turnstile|one-time/i;

const isKept = ({ name, type, autocomplete, exclude }: Field, excluded: readonly (string | null)[]): boolean =>
  !excluded.includes(name) && exclude === null && !NEVER_KEPT.test(type + ' ' + autocomplete + ' ' + name)
    && !(type === 'hidden' && TOKEN.test(name!));

/** Boxes of one name become the list of those that are ticked, other repeated names the list of their values. */
function contentOf(fields: readonly Field[]): unknown {
  const [first] = fields;
  if (fields.length < 2 || first?.type === 'radio') return valueOf(fields) ?? null;
  return fields.filter(({ type, checked }) => type !== 'checkbox' || checked).map(({ value }) => value);
}

/** The text, or its beginning and how long it was. Markup is not cut inside a tag. */
function cut(text: string): string {
  const beginning = text.slice(0, ROOM);
  return text === beginning ? text : `${beginning.replace(/<[^<>]*$/, '')}[cut: ${text.length} characters]`;
}

export function content(fields: readonly Field[], exclude: FormMap['exclude']): string {
  const excluded = typeof exclude === 'string' ? [exclude] : Object.values(exclude ?? {});
  return stringify(collect(group(fields.filter((field) => isKept(field, excluded)), 'name'), contentOf));
}

/** What is written into the page itself was typed. The others may hold more of their kind, which a text does not tell. */
const EMPTIED = '[contenteditable],template,object';

function markupOf(part: Element): string {
  const emptied: Element[] = [...ask(part, 'querySelectorAll', EMPTIED)];
  return emptied.reduce((text, element) => text.replace(element.outerHTML, () => (element.cloneNode() as Element).outerHTML), ask(part, 'outerHTML'));
}

/** The markup of the form, and of what the page says elsewhere about it and about the boxes that stand for a preference. */
function written(form: Element, fields: readonly Field[], names: readonly (string | null)[]): string {
  const boxes = fields.filter(({ preference, name }) => preference || names.includes(name)).slice(0, 99).map(({ element }) => element);
  const ids = [form, ...boxes].map((part) => attributeOf(part, 'aria-labelledby') + ' ' + attributeOf(part, 'aria-describedby'));
  const told = ids.join(' ').split(' ').map((id) => document.getElementById(id));
  // A field's own `labels` would be looked for in the whole page, for each field again.
  const labels: HTMLLabelElement[] = [...ask(form, 'getRootNode').querySelectorAll('label')];
  const naming = labels.filter(({ control }) => boxes.includes(control as HTMLInputElement));
  const others = [...boxes, ...naming, ...told].filter((part) => part && !ask(form, 'contains', part));
  return [form, ...new Set(others as Element[])].map(markupOf).join('');
}

/** Where the form says so itself, it says so twice, and the first holds. */
const inLanguage = (form: Element, html: string): string =>
  html.replace(/^<[^ >]+/, `$& lang="${ask(ask(form, 'closest', '[lang]') ?? document.documentElement, 'lang')}"`);

/** Read at once, and worked out when it is written down: that takes longer than a submission should wait. */
export function proofOf(form: Element, fields: readonly Field[], { exclude, preferences }: FormMap): object {
  const html = attempt(() => inLanguage(form, written(form, fields, Object.values(preferences ?? {})))) ?? '';
  return { toJSON: () => ({ content: cut(content(fields, exclude)), form: cut(clean(html)) }) };
}
