// Forms as pages have them. A field named `elements`, `id` or `submit` hides the form's own property of that name, so
// everything is asked of the prototype.
export type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const FIELDS = 'input,select,textarea';

/** A property, or what a method answers. */
export function ask(element: Element, name: string, ...values: unknown[]): any {
  const own: unknown = Reflect.get(HTMLFormElement.prototype, name, element);
  return typeof own === 'function' ? own.apply(element, values) : own;
}

export const attributeOf = (element: Element, name: string): string | null => ask(element, 'getAttribute', name);

/** An element, the first of a jQuery object, an id, or a CSS selector. */
export function find(given: any): Element | null {
  if (typeof given === 'string') return document.getElementById(given) ?? document.querySelector(given);
  const one = given instanceof Element || Array.isArray(given) ? given : given?.[0];
  return one instanceof Element ? one : null;
}

/** A single field is none: pages pass the list of a form's elements. */
export const isForm = (element: Element): boolean => !ask(element, 'matches', FIELDS);

/** Fields outside the form that name it with `form=` belong to it. */
export function fieldsOf(form: Element): Field[] {
  const all: Iterable<Element> = form instanceof HTMLFormElement ? ask(form, 'elements') : form.querySelectorAll(FIELDS);
  return [...all].filter((element): element is Field => element.matches(FIELDS));
}
