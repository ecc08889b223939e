// Forms as pages have them. A field named `elements`, `id` or `submit` shadows the form's own property of that name, so
// everything is asked of the prototypes.
export type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const FIELDS = 'input,select,textarea';
const ownElements = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, 'elements')?.get;

export const has = (element: Element, name: string): boolean => Element.prototype.hasAttribute.call(element, name);

/** An element, the first of a jQuery object, an id, or a CSS selector. */
export function find(given: unknown): Element | null {
  const one = (given as ArrayLike<unknown> | null)?.[0];
  if (given instanceof Element) return given;
  if (typeof given === 'string') return document.getElementById(given) ?? document.querySelector(given);
  return one instanceof Element && !Array.isArray(given) ? one : null;
}

/** Fields outside the form that name it with `form=` belong to it. */
export function fieldsOf(form: Element): Field[] {
  const all = form instanceof HTMLFormElement ? ownElements?.call(form) as Iterable<Element> : form.querySelectorAll(FIELDS);
  return [...all].filter((element): element is Field => element.matches(FIELDS));
}

/** The browser itself would not let it be submitted. */
export const isBlocked = (form: Element): boolean => Element.prototype.matches.call(form, ':invalid') && !has(form, 'novalidate');
