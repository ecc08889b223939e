// Elements without markup strings: the page may forbid those (Trusted Types), and ours never need them.
type Child = Node | string | false | null | undefined;
type Properties = Readonly<Record<string, string | number | boolean | null | undefined | ((event: any) => void)>>;

/** Class names get the `dastra-cw-` that customers' style sheets address; functions become listeners. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, classes: string, properties: Properties, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (tag === 'button') element.setAttribute('type', tag);
  if (classes) element.className = classes.replace(/\S+/g, 'dastra-cw-$&');
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value != null && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'dastra-cw-icon');
  svg.append(line);
  return svg;
}

export const CROSS = 'M5.5 5.5l9 9m0-9l-9 9';
export const CHEVRON = 'M5 7.5l5 5 5-5';
