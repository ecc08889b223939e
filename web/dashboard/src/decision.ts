// What a consent says, in one word and in one sentence.
import type { Consent, ConsentDetail, Json, ServiceChoice, Subject } from './types';

type AnyConsent = Consent | ConsentDetail;

export type Decision = 'accepted' | 'partly' | 'refused' | 'recorded';

export const DECISION_WORDS: { [decision in Decision]: string } = {
  accepted: 'Accepted',
  partly: 'Partly',
  refused: 'Refused',
  recorded: 'Recorded',
};

// Services of the purpose "necessary" are nobody's decision.
export function askedServices(services: ServiceChoice[]): ServiceChoice[] {
  return services.filter((service) => service.purpose !== 0);
}

// What the person answered, by name: each service they were asked about, or each preference.
export function answersOf(consent: AnyConsent): [string, Json][] {
  const services = askedServices(consent.services ?? []);
  if (services.length > 0) return services.map((service) => [service.name, service.consent]);
  return Object.entries(consent.preferences);
}

export function decisionOf(consent: AnyConsent): Decision {
  if (consent.widget?.how === 'accept_all') return 'accepted';
  if (consent.widget?.how === 'refuse_all') return 'refused';
  const given = answersOf(consent).map(([, value]) => value).filter((value) => typeof value === 'boolean');
  if (given.length === 0) return 'recorded';
  if (given.every(Boolean)) return 'accepted';
  return given.some(Boolean) ? 'partly' : 'refused';
}

type Named = Pick<Subject, 'email' | 'first_name' | 'last_name' | 'full_name'>;

export function nameOf(subject: Named): string | null {
  const parts = [subject.first_name, subject.last_name].filter(Boolean).join(' ');
  return subject.full_name || parts || subject.email || null;
}

export const isCookieChoice = (consent: AnyConsent): boolean => consent.consent_type === 'cookie_policy';

export const isPersonErased = (consent: AnyConsent): boolean => consent.erased.includes('S');

export function person(consent: AnyConsent): string {
  if (isPersonErased(consent)) return 'A person whose details were erased';
  if (isCookieChoice(consent)) return consent.user_id ? `Visitor ${consent.user_id}` : 'A visitor';
  return nameOf(consent.subject) ?? (consent.subject.id ? `Subject ${consent.subject.id}` : 'An unnamed subject');
}

const list = new Intl.ListFormat('en', { type: 'conjunction' });

// Up to three names are told, more are counted.
function named(names: string[], noun: string): string {
  return names.length > 3 ? `${names.length} ${noun}` : list.format(names);
}

function cookieSentence(consent: ConsentDetail): string {
  const asked = askedServices(consent.services);
  const yes = asked.filter((service) => service.consent).map((service) => service.name);
  const no = asked.filter((service) => !service.consent).map((service) => service.name);
  if (asked.length === 0) return 'was asked about no service';
  if (no.length === 0) return asked.length === 1 ? `accepted ${yes[0]}` : `accepted all ${asked.length} services`;
  if (yes.length === 0) return asked.length === 1 ? `refused ${no[0]}` : `refused all ${asked.length} services`;
  return `accepted ${named(yes, 'services')}, and refused ${named(no, 'services')}`;
}

function saidSentence(preferences: { [name: string]: Json }): string {
  const names = (wanted: Json) => Object.keys(preferences).filter((name) => preferences[name] === wanted);
  const yes = names(true);
  const no = names(false);
  const parts = [
    yes.length > 0 ? `yes to ${named(yes, 'preferences')}` : '',
    no.length > 0 ? `no to ${named(no, 'preferences')}` : '',
  ].filter(Boolean);
  return parts.length > 0 ? `said ${parts.join(', and ')}` : 'gave a consent without a yes or a no';
}

// What follows the person's name in the headline of a record.
export function said(consent: ConsentDetail): string {
  if (consent.erased.includes('E')) return 'gave a consent, whose content was erased';
  return isCookieChoice(consent) ? cookieSentence(consent) : saidSentence(consent.preferences);
}

export function isUnresolved(notice: { version: unknown; sha256: unknown }): boolean {
  return notice.version === null || notice.sha256 === null;
}
