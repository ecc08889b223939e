// Forms as pages have them. A field named `elements`, `id` or `submit` hides the form's own property of that name, so
// everything is asked of the prototype.

const FIELDS = 'select,input,textarea';

/** A field and what it holds, read at once: the page may empty it in the next moment. */
export interface Field {
  readonly element: HTMLInputElement;
  readonly name: string | null;
  readonly type: string;
  /** Several, of a list from which several may be chosen. */
  readonly value: string | readonly string[];
  readonly checked: boolean;
  /** As the page wrote it: of what a browser does not know, its own property says nothing. */
  readonly autocomplete: string | null;
  /** Our attributes, by the names they have in either face. */
  readonly subject: string | null;
  readonly preference: string | null;
  readonly exclude: string | null;
}

/** A property, or what a method answers. */
export function ask(element: Element, name: string, ...values: unknown[]): any {
  const own: unknown = Reflect.get(HTMLFormElement.prototype, name, element);
  return typeof own === 'function' ? own.apply(element, values) : own;
}

export const attributeOf = (element: Element, name: string): string | null => ask(element, 'getAttribute', name);

/** An element, the first of a jQuery object, an id, or a CSS selector. */
export function find(given: any): Element | null {
  if (typeof given === 'string') return document.getElementById(given) ?? document.querySelector(given);
  return [given, given?.[0]].find((one) => one instanceof Element) ?? null;
}

/** A single field is none: pages pass the list of a form's elements. */
export const isForm = (element: Element): boolean => !ask(element, 'matches', FIELDS);

function read(element: HTMLInputElement): Field {
  const { type, value, checked } = element;
  const attribute = (name: string) => element.getAttribute(name);
  const mark = (name: string) => attribute('data-placet-' + name) ?? attribute('data-cons-' + name);
  return {
    element, checked, type,
    value: type === 'select-multiple' ? [...(element as any).selectedOptions].map((option) => option.value) : value,
    name: attribute('name'), autocomplete: attribute('autocomplete'), subject: mark('subject'), preference: mark('preference'), exclude: mark('exclude'),
  };
}

/** Fields outside the form that name it with `form=` belong to it. */
export function fieldsOf(form: Element): Field[] {
  const all: Iterable<Element> = form instanceof HTMLFormElement ? ask(form, 'elements') : form.querySelectorAll(FIELDS);
  return [...all].filter((element): element is HTMLInputElement => element.matches(FIELDS)).map(read);
}
