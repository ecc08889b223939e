// From a form to subject and preferences. Attributes are the weakest source, then the map, then what the page says
// explicitly.
import { fieldsOf, type Field } from './form';

export interface FormMap {
  readonly subject?: Readonly<Record<string, string>> | undefined;
  readonly preferences?: Readonly<Record<string, string>> | undefined;
  readonly exclude?: readonly string[] | Readonly<Record<string, string>> | undefined;
}

export type Values = Record<string, unknown>;

const isBox = (field: Field | undefined): field is HTMLInputElement => field?.type === 'checkbox';

export const nameOf = (field: Field): string | null => field.getAttribute('name');

/** An attribute of ours, by the name it has in either face. */
export const mark = (field: Field, name: string): string | null => field.getAttribute('data-placet-' + name) ?? field.getAttribute('data-cons-' + name);

/** Of several boxes of one name the first decides; of radio buttons the chosen one. Undefined: nothing was filled in. */
export function valueOf(fields: readonly Field[]): string | boolean | string[] | undefined {
  const [first] = fields;
  if (isBox(first)) return first.checked;
  if (first?.type === 'radio') return (fields as HTMLInputElement[]).find(({ checked }) => checked)?.value;
  if (first?.type === 'select-multiple') return [...(first as HTMLSelectElement).selectedOptions].map(({ value }) => value);
  return first?.value;
}

/** Empty fields say nothing about a person; a box does so only where a yes or no is meant. */
function subjectValue(key: string, fields: readonly Field[]): unknown {
  const [first] = fields;
  const value = valueOf(fields);
  if (key === 'verified' || !isBox(first)) return value === '' ? undefined : value;
  return value ? first.value : undefined;
}

/** Fields without a key are left out. */
export function group(fields: readonly Field[], keyOf: (field: Field) => string | null): Map<string, Field[]> {
  const groups = new Map<string, Field[]>();
  for (const field of fields) {
    const key = keyOf(field);
    if (key) groups.get(key)?.push(field) ?? groups.set(key, [field]);
  }
  return groups;
}

export function extract(form: Element, map: FormMap): { subject: Values; preferences: Values } {
  const fields = fieldsOf(form);
  const names = group(fields, nameOf);
  const collect = (attribute: string, mapped: FormMap['subject'], read: (key: string, fields: Field[]) => unknown): Values => {
    const groups = group(fields, (field) => mark(field, attribute));
    for (const [key, name] of Object.entries(mapped ?? {})) {
      groups.set(key, names.get(name) ?? []);
    }
    const values = [...groups].map(([key, group]) => [key, read(key, group)] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  };
  return {
    subject: collect('subject', map.subject, subjectValue),
    preferences: collect('preference', map.preferences, (_, group) => valueOf(group)),
  };
}
