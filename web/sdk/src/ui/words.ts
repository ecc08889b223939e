// The texts of the settings, with their placeholders filled in, and what the browser can say in any language.
import { isAsked, purposeOf } from '../services';
import { daysOf, type Group } from '../settings';
import { held, purposeNames } from './lent';

export function duration(days: number): string {
  return new Intl.NumberFormat(held()[0].lang, { style: 'unit', unit: 'day', unitDisplay: 'long' } as Intl.NumberFormatOptions).format(days);
}

export const moment = (milliseconds: number): string =>
  new Intl.DateTimeFormat(held()[0].lang, { dateStyle: 'long', timeStyle: 'short' } as Intl.DateTimeFormatOptions).format(milliseconds);

export function groupWord(group: Group, word: 'Label' | 'Excerpt' | 'Description'): string {
  const key = word.toLowerCase() as 'label' | 'excerpt' | 'description';
  return held()[0].translation[`category${purposeNames[group.purpose ?? 5]}${word}`] ?? group[key] ?? '';
}

/** Unclassified services are hidden from visitors. */
export const shownGroups = (): Group[] => held()[0].groups.filter((group) => group.services.some((service) => purposeOf(service) < 5));

/** What the visitor is asked for, in the language's own enumeration. */
function purposes(): string {
  const labels = shownGroups().filter((group) => group.services.some(isAsked)).map((group) => groupWord(group, 'Label'));
  const { ListFormat } = Intl as unknown as { ListFormat: new (lang: string) => { format(list: string[]): string } };
  return new ListFormat(held()[0].lang).format(labels);
}

export const PURPOSES_HERE = '{purposes}';

export const fill = (text: string, service = ''): string => text
  .replace(PURPOSES_HERE, purposes)
  .replace('{duration}', () => duration(daysOf(held()[0])))
  .replace(/\{service\}/g, () => service);

export const raw = (key: string): string => held()[0].translation[key] ?? '';

export const say = (key: string, service?: string): string => fill(raw(key), service);
