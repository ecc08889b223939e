// The customer's colours. A choice that cannot be read is no choice, so text that its background swallows gives way to
// black or white.
import { held } from './lent';

type Color = string | null | undefined;

/** Relative luminance of a hexadecimal colour, with the usual approximation of its curve; NaN for any other. */
function luminance(color: Color): number {
  const digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(color ?? '')?.[1]?.replace(/^...$/, (short) => short.replace(/./g, '$&$&'));
  const part = (at: number) => (parseInt(digits?.slice(at, at + 2) ?? '', 16) / 255) ** 2.2;
  return 0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4);
}

/** The colour itself unless it is missing or known to be under 4.5:1. */
export function readable(color: Color, background: string): string {
  const [front, back] = [luminance(color), luminance(background)];
  const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  return !color || contrast < 4.5 ? back > 0.18 ? '#000' : '#fff' : color;
}

/** Without a background of its own the widget follows the visitor's light or dark. */
export function tokens(): [name: string, value: string][] {
  const [{ bgColor, colorTitle, colorText, colorPrimary, colorSecondary, colorBtn, fontFamily }] = held();
  const font: [string, string] = ['font', fontFamily ?? ''];
  if (!bgColor) return [font];
  const on = (color: Color) => readable(color, bgColor);
  const primary = colorPrimary || on(null);
  return [
    font, ['bg', bgColor], ['title', on(colorTitle)], ['text', on(colorText)],
    ['primary', primary], ['btn', readable(colorBtn, primary)], ['secondary', on(colorSecondary)],
  ];
}
