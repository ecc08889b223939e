// Style sheets without style elements or attributes, which a strict policy refuses. The customer's own rules come last.
import text from './style.css';
import { held } from './lent';
import { tokens } from './tokens';

function sheetOf(rules: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  return sheet;
}

function add(sheet: CSSStyleSheet): void {
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

const first = (sheet: CSSStyleSheet) => (sheet.cssRules[0] as CSSStyleRule).style;

/** One rule of ours whose values are set as properties: no text of a setting or a page is ever parsed as a rule. */
export function rule(selector: string, values: readonly (readonly [name: string, value: string])[]): CSSStyleSheet {
  const sheet = sheetOf(selector + '{}');
  for (const [name, value] of values) first(sheet).setProperty(name, value);
  add(sheet);
  return sheet;
}

export function drop(sheet: CSSStyleSheet | undefined): void {
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
}

export const adopt = (rules: string): void => add(sheetOf(rules));

export function adoptAll(): void {
  const [{ customCSS }] = held();
  adopt(text);
  rule('div:where(.dastra-cw)', tokens().map(([name, value]) => [`--cw-${name}`, value]));
  if (customCSS) adopt(customCSS);
}
