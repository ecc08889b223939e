// From what a form held to subject and preferences. Attributes are the weakest source, then the map, then what the page says
// explicitly.
import type { Field } from './form';

export interface FormMap {
  readonly subject?: Readonly<Record<string, string>> | undefined;
  readonly preferences?: Readonly<Record<string, string>> | undefined;
  readonly exclude?: string | readonly string[] | Readonly<Record<string, string>> | undefined;
}

export type Values = Record<string, unknown>;
type Fields = readonly Field[];

const isBox = (field: Field | undefined) => field?.type === 'checkbox';

/** Of several boxes of one name the first decides; of radio buttons the chosen one. Undefined: nothing was filled in. */
export function valueOf(fields: Fields): string | boolean | readonly string[] | undefined {
  const [first] = fields;
  if (isBox(first)) return first!.checked;
  return (first?.type === 'radio' ? fields.find(({ checked }) => checked) : first)?.value;
}

/** Empty fields say nothing about a person; a box does so only where a yes or no is meant. */
function subjectValue(fields: Fields, key: string): unknown {
  const [first] = fields;
  const value = valueOf(fields);
  if (key === 'verified' || !isBox(first)) return value === '' ? undefined : value;
  return value ? first!.value : undefined;
}

/** Fields without a key are left out. */
export function group(fields: Fields, by: 'name' | 'subject' | 'preference'): Map<string, Field[]> {
  const groups = new Map<string, Field[]>();
  for (const field of fields) {
    const key = field[by];
    if (key) groups.get(key)?.push(field) ?? groups.set(key, [field]);
  }
  return groups;
}

/** What was not filled in is left out when it is written down. */
export const collect = (groups: Map<string, Field[]>, read: (fields: Fields, key: string) => unknown): Values =>
  Object.fromEntries([...groups].map(([key, group]) => [key, read(group, key)]));

/** `missing` hears of each name that no field has. */
export function extract(fields: Fields, { subject, preferences }: FormMap, missing?: (name: string) => void): { subject: Values; preferences: Values } {
  const names = group(fields, 'name');
  const mapped = (by: 'subject' | 'preference', map: FormMap['subject']): Map<string, Field[]> => {
    const groups = group(fields, by);
    for (const [key, name] of Object.entries(map ?? {})) groups.set(key, names.get(name) ?? (missing?.(name), []));
    return groups;
  };
  return { subject: collect(mapped('subject', subject), subjectValue), preferences: collect(mapped('preference', preferences), valueOf) };
}
