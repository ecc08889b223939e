// The texts of the settings, with their placeholders filled in, and what the browser can say in any language.
import { isAsked, purposeOf } from '../services';
import { daysOf, type Group, type Service } from '../settings';
import { held, isDue, purposeNames } from './lent';

const UNITS = [['year', 31536e3], ['month', 2592e3], ['day', 86400], ['hour', 3600], ['minute', 60]] as const;

/** In the largest unit that needs no fraction. */
export function span(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds % length === 0) ?? ['second', 1];
  return new Intl.NumberFormat(held()[0].lang, { style: 'unit', unit, unitDisplay: 'long' } as Intl.NumberFormatOptions).format(seconds / size);
}

export const moment = (milliseconds: number): string =>
  new Intl.DateTimeFormat(held()[0].lang, { dateStyle: 'long', timeStyle: 'short' } as Intl.DateTimeFormatOptions).format(milliseconds);

export function groupWord(group: Group, word: 'Label' | 'Excerpt' | 'Description'): string {
  const key = word.toLowerCase() as 'label' | 'excerpt' | 'description';
  return held()[0].translation[`category${purposeNames[group.purpose ?? 5]}${word}`] ?? group[key] ?? '';
}

/** Unclassified services are hidden from visitors. */
export const shownGroups = (): Group[] => held()[0].groups.filter((group) => group.services.some((service) => purposeOf(service) < 5));

/** Somebody who has chosen is asked about what is new only. */
export function isAgain(): boolean {
  const [, , , choice] = held();
  return !!choice && !choice.p;
}

/** What the visitor is asked about at the moment. */
export const about = (): Service[] => held()[1].filter(isAgain() ? isDue : isAsked);

/** In the language's own enumeration. */
function list(names: string[]): string {
  const { ListFormat } = Intl as unknown as { ListFormat: new (lang: string) => { format(list: string[]): string } };
  return new ListFormat(held()[0].lang).format(names);
}

const purposes = () => list(shownGroups().filter((group) => group.services.some((service) => about().includes(service))).map((group) => groupWord(group, 'Label')));

export const PURPOSES_HERE = '{purposes}';

export const fill = (text: string, service = ''): string => text
  .replace(PURPOSES_HERE, purposes)
  .replace('{services}', () => list(about().map(({ name }) => name)))
  .replace('{duration}', () => span(daysOf(held()[0]) * 86400))
  .replace('{controller}', () => held()[0].controllerName ?? '')
  .replace('{partners}', () => String(held()[1].filter(isAsked).length))
  .replace(/\{service\}/g, () => service);

export const raw = (key: string): string => held()[0].translation[key] ?? '';

export const say = (key: string, service?: string): string => fill(raw(key), service);
