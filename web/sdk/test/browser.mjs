// The little of a browser that the unit tests need. Imported before the code under test.
globalThis.Element = class Element {};
globalThis.HTMLSelectElement = class HTMLSelectElement extends Element {};
globalThis.HTMLFormElement = class HTMLFormElement extends Element {
  get elements() { return this.fields; }
};

/** A field as a form has it: attributes are what the page wrote, `checked` and `value` what the person did. */
export function field(type, attributes, state = {}) {
  const element = type.startsWith('select') ? new HTMLSelectElement() : new Element();
  return Object.assign(element, {
    type, value: '', checked: false, ...state,
    matches: () => true,
    getAttribute: (name) => attributes[name] ?? null,
  });
}

export function form(...fields) {
  return Object.assign(new HTMLFormElement(), { fields });
}
