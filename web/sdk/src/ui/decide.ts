// A choice takes effect: written first, so that a page that reloads inside one of the events loses nothing; then the
// events; then the proof leaves. Scripts start a moment later, when the closed window has been painted.
import { DAY, STORED_DAYS, type Choice } from '../choice';
import type { Entry, How } from '../host';
import { PROOF, type Circumstances, type CookieConsent, type Proof, type StoredProof } from '../proof';
import { byDefault, isAsked, purposeOf } from '../services';
import { cookieName, daysOf, type Service } from '../settings';
import { SESSION } from '../storage';
import { encodeChoice, writeCookie } from './consent_cookie';
import { announce, announceServices, carryOut, consented, held, recall, retain, sdk, stringify, take } from './lent';
import { collectUrl, post } from './outbox';
import { uuid } from './uuid';
import { isAgain } from './words';

const SESSION_ID = 'placet-session';

type Said = Pick<CookieConsent, 'consent' | 'date'>;

/** What the choice that holds says of a service. A decision that is not made again keeps its own date. */
function earlier({ slug }: Service): Said | undefined {
  const [, , , choice] = held();
  const known = recall<StoredProof>(PROOF)?.consents.cookieConsents.find((decision) => decision.slug === slug);
  return choice && known ? { consent: known.consent, date: known.date } : undefined;
}

/** The same as a sibling sub-domain's cookie says it. */
function followed({ slug }: Service): Said | undefined {
  const [, , , choice] = held();
  const consent = new Map(Object.entries(choice?.c ?? {})).get(slug);
  return consent === undefined || !choice ? undefined : { consent, date: choice.d * 1000 };
}

/** The decisions with everything a proof says of a service. */
const describe = (of: (service: Service) => Said | undefined): CookieConsent[] =>
  held()[1].flatMap((service) => {
    const { id, name, slug } = service;
    const decision = of(service);
    return decision ? { id, name, slug, purpose: purposeOf(service), ...decision } : [];
  });

function keepProof(choice: Choice, cookieConsents: CookieConsent[], date: number, rest?: Partial<Proof>, circumstances?: Circumstances) {
  const [{ lang }] = held();
  const { id: consentId } = choice;
  const proof = { ...rest, consentId, consents: { cookieConsents, lang, consentId, date, ...circumstances } };
  retain(PROOF, { ...proof, choice });
  return proof;
}

/** A sibling sub-domain set the cookie: localStorage is made to say the same. */
export function followCookie(): void {
  const [, , , choice] = held();
  if (!choice) return;
  // A cookie may live longer than what is kept here.
  if (Date.now() / 1000 - choice.d < STORED_DAYS * DAY) keepProof(choice, describe(followed), choice.d * 1000);
  else retain(PROOF, null);
}

function prove(how: How, choice: Choice, decisions: CookieConsent[], date: number) {
  const [{ version }, , , , , , page] = held();
  const sessionId = recall<string>(SESSION_ID, SESSION) ?? uuid();
  retain(SESSION_ID, sessionId, SESSION);
  const { origin, pathname: path } = location;
  return keepProof(choice, decisions, date, { id: uuid(), type: 'Consents', sessionId, userId: page['cookie:userId'] }, { version, sdk: 'sha256:' + sdk, how, origin, path });
}

/** Answers how to send the proof. */
function write(how: How, choice: Choice, decisions: CookieConsent[], date: number): (() => void) | undefined {
  const [settings, services, signal] = held();
  const isDefault = (slug: string, consent: boolean) =>
    services.some((service) => service.slug === slug && byDefault(service, signal) === consent);
  writeCookie(cookieName(settings), encodeChoice(choice, isDefault), daysOf(settings), settings.consentCookieDomain);
  const proof = prove(how, choice, decisions, date);
  take(choice);
  // The preview says that nothing is recorded.
  return settings.saveConsentProof === false || settings.developerMode ? undefined : post(collectUrl(), stringify(proof));
}

function announceChoice(how: How, decisions: readonly CookieConsent[]): void {
  announce('consents:updated', decisions);
  if (how === 'placeholder' || how === 'script') return;
  announce('consents:' + (decisions.every(({ consent }) => consent) ? 'all_accepted' : 'any_refused'));
}

/** The round in which each decision was made, where that is not the first. */
function rounds(decisions: readonly CookieConsent[], made: readonly Service[]): Choice['r'] {
  const [, , , before] = held();
  const later = decisions.map(({ slug }) => [slug, made.find((service) => service.slug === slug)?.round ?? before?.r?.[slug]] as const).filter(([, round]) => round);
  return later[0] ? Object.fromEntries(later) as Choice['r'] : undefined;
}

/**
 * A placeholder decides about its own service only, and whoever is asked again about those; everything else about all
 * that the visitor was asked.
 */
export function decide(how: How, choices: readonly Entry[]): void {
  const [settings, services, , , consentId, , page] = held();
  const given = new Map(choices);
  const single = how === 'placeholder';
  const date = Date.now();
  const isFirst = !isAgain();
  const touched = services.filter((service) => purposeOf(service) && service.requiredConsent
    && (given.has(service.slug) || !single && isFirst && isAsked(service)));
  const decisions = describe((service) => touched.includes(service)
    ? { consent: given.get(service.slug) ?? consented(service), date }
    : earlier(service));
  const choice: Choice = {
    v: 1, id: consentId ?? uuid(), k: settings.versionKey ?? null, d: Math.floor(date / 1000),
    p: single && isFirst ? 1 : undefined, c: Object.fromEntries(decisions.map(({ slug, consent }) => [slug, consent])),
    r: rounds(decisions, touched),
  };
  const on = services.filter(consented);
  const send = write(how, choice, decisions, date);
  announceServices(single ? touched : services);
  announceChoice(how, decisions);
  send?.();
  setTimeout(() => {
    carryOut();
    // What was on may still be running.
    if (page['reload'] != null && !on.every(consented)) setTimeout(() => location.reload(), 100);
  }, 20);
}
