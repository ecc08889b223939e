// The widget's words as the visitor read them: what was left open in the text is filled in as the widget fills it in.
import { plainText } from './readable';
import type { ServiceChoice, Shown } from './types';
import { purposeTextKey, purposeWords } from './words';

const PURPOSES_HERE = '{purposes}';

export function textOf(shown: Shown, key: string): string {
  const text = shown.texts[key];
  return typeof text === 'string' ? plainText(text) : '';
}

function enumeration(language: string): Intl.ListFormat {
  try {
    return new Intl.ListFormat(language);
  } catch {
    return new Intl.ListFormat('en');
  }
}

// The purposes that were asked about, named in the visitor's language.
function purposesAsked(shown: Shown, services: ServiceChoice[]): string {
  const asked = [...new Set(services.map((service) => service.purpose))].filter((purpose) => purpose !== 0).sort((a, b) => a - b);
  const names = asked.map((purpose) => textOf(shown, purposeTextKey(purpose)) || purposeWords(purpose).name);
  return enumeration(shown.lang).format(names);
}

// The widget names the purposes even where its text has no place for them.
export function disclaimerOf(shown: Shown, services: ServiceChoice[]): string {
  const text = textOf(shown, 'startupDisclaimer');
  const purposes = purposesAsked(shown, services);
  return text.includes(PURPOSES_HERE) ? text.replace(PURPOSES_HERE, () => purposes) : `${text}\n${purposes}`;
}
