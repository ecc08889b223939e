// What an element waits for, in our own words and in those of other consent tools, so that pages move without edits.
import { PURPOSES } from '../services';

/** How other tools' names of purposes begin, in the order of ours. */
const FOREIGN = [/^nec/, /^pref|^func/, /^stat|^anal/, /^mark|^ad|^targ/];

export const MARKED = '[data-consent],[data-cookieconsent],[data-category],[data-name]';

const ours = (word: string): string => 'category:' + PURPOSES[FOREIGN.findIndex((begins) => begins.test(word))];

/** `data-cookieconsent` and `data-category` name purposes, `data-name` a service. */
export function markOf({ dataset }: HTMLElement): string | undefined {
  const { consent, cookieconsent, category, name } = dataset;
  return consent ?? (cookieconsent ?? category)?.replace(/[^\s,]+/g, ours) ?? name;
}
