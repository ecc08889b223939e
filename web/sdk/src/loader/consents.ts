// What holds on this page: the settings, the visitor's choice under them, and what a script set in memory.
import { PROOF, type StoredProof } from '../proof';
import { cookieName, daysOf, type Service, type Settings } from '../settings';
import { byDefault, isAsked, privacySignal, purposeOf, PURPOSES } from '../services';
import { choiceOf, decodeChoice, settle, type Choice } from '../choice';
import { cookies } from '../cookies';
import { recall, retain } from '../storage';

export let settings: Settings;
export let services: readonly Service[] = [];
export let signal = false;
export let choice: Choice | null = null;
export let consentId: string | undefined;
let memory: Map<string, boolean>;

/** Answers whether localStorage has to follow a cookie that a sibling sub-domain has set. */
export function read(next: Settings): boolean {
  settings = next;
  services = next.groups.flatMap((group) => group.services);
  signal = privacySignal(next);
  const stored = choiceOf(recall<StoredProof>(PROOF));
  // A host-only cookie and a domain cookie may share the name, and so may a foreign one.
  const cookie = cookies().flatMap(([name, value]) => name === cookieName(next) ? decodeChoice(value) ?? [] : [])[0];
  const held = settle(cookie, stored, next.versionKey, daysOf(next), Date.now() / 1000);
  consentId = held.id;
  take(held.choice);
  if (!consentId) retain(PROOF, null);
  return !!choice && choice !== stored;
}

/** The visitor has chosen, but is to be asked about this service in a later round. */
export const isDue = (service: Service): boolean => isAsked(service) && (service.round as number) > (choice?.r?.[service.slug] ?? 0);

/** What was decided in an earlier round counts no longer. */
export function take(next: Choice | null): void {
  choice = next;
  consentId = next?.id ?? consentId;
  memory = new Map(Object.entries(next?.c ?? {}).filter(([slug]) => !bySlug(slug).some(isDue)));
}

/** A service that nobody is asked about follows its default, and a necessary one is always on. */
export const consented = (service: Service): boolean =>
  (purposeOf(service) && service.requiredConsent ? memory.get(service.slug) : null) ?? byDefault(service, signal);

export const ofPurpose = (label: string | number): Service[] =>
  services.filter((service) => purposeOf(service) === label || PURPOSES[purposeOf(service)] === label);

export const bySlug = (name: string): Service[] => services.filter(({ slug }) => slug === name);

/** What scripts set, and what was chosen before. */
export const setByScript = (): [string, boolean][] => [...memory];

/** In memory only; a necessary service ignores it. */
export const set = ({ slug }: Service, consent: boolean): void => { memory.set(slug, !!consent); };

/** The services a mark names; undefined stands for a name that is not known. */
export const named = (mark = ''): (Service | undefined)[] =>
  (mark.match(/[^\s,]+/g) ?? ['']).flatMap((name) => {
    const label = name.split('category:')[1];
    if (label === PURPOSES[0]) return []; // needs nobody's consent
    const found = label ? ofPurpose(label).filter(isAsked) : bySlug(name);
    return found.length ? found : [undefined];
  });

export const allowed = (mark: string | undefined): boolean => named(mark).every((service) => service && consented(service));
