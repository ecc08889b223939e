// From a form to subject and preferences. `data-cons-*` attributes are the weakest source, then the map, then what the
// page says explicitly.
import { fieldsOf, find, type Field } from './form';
import { log } from './settings';

export interface FormMap {
  readonly subject?: Readonly<Record<string, string>>;
  readonly preferences?: Readonly<Record<string, string>>;
  readonly exclude?: readonly string[] | Readonly<Record<string, string>>;
}

export type Values = Record<string, unknown>;

const isBox = (field: Field | undefined): field is HTMLInputElement => field?.type === 'checkbox';

/** Of several boxes of one name the first decides; of radio buttons the chosen one. Undefined: nothing was filled in. */
export function valueOf(fields: readonly Field[]): string | boolean | string[] | undefined {
  const [first] = fields;
  if (isBox(first)) return first.checked;
  if (first?.type === 'radio') return (fields as HTMLInputElement[]).find(({ checked }) => checked)?.value;
  if (first instanceof HTMLSelectElement && first.multiple) return [...first.selectedOptions].map(({ value }) => value);
  return first?.value;
}

/** Empty fields say nothing about a person; a box does so only where a yes or no is meant. */
function subjectValue(key: string, fields: readonly Field[]): unknown {
  const [first] = fields;
  if (isBox(first) && key !== 'verified') return first.checked ? first.value : undefined;
  return valueOf(fields) || (isBox(first) ? false : undefined);
}

const named = (fields: readonly Field[], name: string) => fields.filter((field) => field.getAttribute('name') === name);

function byAttribute(fields: readonly Field[], attribute: string): Map<string, Field[]> {
  const groups = new Map<string, Field[]>();
  for (const field of fields) {
    const key = field.getAttribute(attribute);
    if (key) groups.set(key, [...groups.get(key) ?? [], field]);
  }
  return groups;
}

function byMap(fields: readonly Field[], map: Readonly<Record<string, string>> | undefined): Map<string, Field[]> {
  return new Map(Object.entries(map ?? {}).map(([key, name]) => [key, named(fields, name)]));
}

function collect(fields: readonly Field[], attribute: string, map: FormMap['subject'], read: (key: string, fields: Field[]) => unknown): Values {
  const groups = [...byAttribute(fields, attribute), ...byMap(fields, map)];
  const values = groups.map(([key, group]) => [key, read(key, group)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

export function extract(form: Element, map: FormMap): { subject: Values; preferences: Values } {
  const fields = fieldsOf(form);
  return {
    subject: collect(fields, 'data-cons-subject', map.subject, subjectValue),
    preferences: collect(fields, 'data-cons-preference', map.preferences, (_, group) => valueOf(group)),
  };
}

export interface FormArgument {
  readonly selector?: unknown;
  readonly map?: FormMap;
}

/** Null, with a word on the console, when what was given is not a form. */
export function formOf(argument: FormArgument | undefined): Element | null {
  if (!argument) return null;
  const form = find(argument.selector ?? argument);
  if (!form) log('error', 'this is not a form', argument);
  return form;
}
