// The values of the API in words for someone who is not a developer.
import type { Consent, Group } from './types';

export interface PurposeWords { name: string; meaning: string }

const PURPOSES: { [purpose: number]: PurposeWords } = {
  0: { name: 'Necessary', meaning: 'The site cannot work without these. Nobody is asked about them.' },
  1: { name: 'Preferences', meaning: 'Remember what someone prefers, such as a language or a region.' },
  2: { name: 'Audience measurement', meaning: 'Count visits and show how the site is used.' },
  3: { name: 'Marketing', meaning: 'Choose and measure advertising, often across several sites.' },
  4: { name: 'Other', meaning: 'Content from elsewhere, such as videos, maps and social networks.' },
};

export function purposeWords(purpose: number): PurposeWords {
  return PURPOSES[purpose] ?? { name: 'Unclassified', meaning: 'Nobody has sorted these into a purpose yet.' };
}

// How the widget's own texts call a purpose: the word the visitor saw.
const PURPOSE_TEXT = ['Necessary', 'Preference', 'Analytical', 'Marketing', 'Other'];

export function purposeTextKey(purpose: number): string {
  return `category${PURPOSE_TEXT[purpose] ?? 'Other'}Label`;
}

const HOW: { [how: string]: string } = {
  accept_all: 'Pressed the button that accepts everything',
  refuse_all: 'Pressed the button that refuses everything',
  selection: 'Chose in the settings of the widget, then saved',
  close: 'Closed the widget without choosing',
  placeholder: 'Allowed one blocked element on the page, such as a video',
  script: 'Chosen through the site’s own code, not in the widget',
  signal: 'A signal of the browser decided (Global Privacy Control)',
};

// Which button of the widget's texts was pressed, for each way of choosing.
export const PRESSED: { [how: string]: string[] } = {
  accept_all: ['buttonAcceptLabel'],
  refuse_all: ['buttonLaterLabel'],
  selection: ['buttonSettingsLabel', 'buttonConfirmLabel'],
};

export function howWords(how: string | null): string {
  if (how === null) return 'Not recorded';
  return HOW[how] ?? how;
}

const SOURCES: Record<Consent['source'], [string, string]> = {
  public: ['Browser', 'Sent by a page in the person’s browser, with a public key'],
  private: ['Server', 'Sent by a program of yours, with a private key'],
  member: ['By hand', 'Recorded by a member; the audit log says by whom'],
};

export function sourceWords(source: Consent['source']): string {
  return SOURCES[source][0];
}

export function sourceMeaning(source: Consent['source']): string {
  return SOURCES[source][1];
}

export function typeWords(type: Consent['consent_type']): string {
  return type === 'cookie_policy' ? 'Cookie choice' : 'Consent';
}

export function originMeaning(checked: boolean | null): string {
  if (checked === true) return 'Checked: this site is on the widget’s list.';
  if (checked === false) return 'Not checked: the request named no origin, as native apps do.';
  return 'Not checked: no list of sites applies to this key.';
}

const DEVICES: { [device: string]: string } = { desktop: 'Desktop', mobile: 'Phone', tablet: 'Tablet', unknown: 'Not known' };

export function deviceWords(device: string): string {
  return DEVICES[device] ?? device;
}

const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

export function languageWords(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}

export const GROUPS: { letter: Group; name: string; holds: string }[] = [
  { letter: 'S', name: 'Who', holds: 'the subject, and what was filled in' },
  { letter: 'E', name: 'What happened', holds: 'the decision, the time, the notices, the widget' },
  { letter: 'F', name: 'Forms', holds: 'the forms that were shown' },
  { letter: 'D', name: 'Circumstances', holds: 'IP address, site, page, device' },
];
