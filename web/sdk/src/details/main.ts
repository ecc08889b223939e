// What few visitors look at: everything that is known of a service, and the table of cookies for the policy page.
import type { Tools } from '../host';
import { purposeOf } from '../services';
import type { DeclaredCookie, Service } from '../settings';
import text from './details.css';

let styled = false;

function style(adopt: Tools[6]): void {
  if (!styled) adopt(text);
  styled = true;
}

/** Only pictures from the consent server: a logo must not call a third party. */
function logo([h, held]: Tools, { logoUrl, name }: Service): HTMLElement {
  const [{ displayLogo }, , , , , { origin }] = held();
  return displayLogo !== false && logoUrl?.startsWith(origin + '/')
    ? h('img', 'logo', { src: logoUrl, alt: '' })
    : h('span', 'logo', { 'aria-hidden': 'true' }, [...name][0]?.toUpperCase());
}

/** Seconds, 0 until the browser is closed; undefined when nobody said. */
function secondsOf({ lifetime, expiryDays }: DeclaredCookie): number | undefined {
  if (lifetime === undefined) return (expiryDays ?? 0) * 86400;
  return lifetime ?? undefined;
}

function lifetime([, , say, span]: Tools, cookie: DeclaredCookie): string {
  const seconds = secondsOf(cookie);
  return seconds ? span(seconds) : say(seconds === 0 ? 'sessionLifetimeLabel' : 'unknownLifetimeLabel');
}

/** Where it is kept, if that is not a cookie. */
const kind = ({ storage }: DeclaredCookie): string => storage && storage !== 'cookie' ? storage : '';

function cookieTable(tools: Tools, { name, cookies }: Service, columns: readonly Column[]): HTMLElement | false {
  const [h, , say] = tools;
  if (!cookies?.length) return false;
  const head = (label: string) => h('th', 'cell', { scope: 'col' }, say(label));
  const row = (cookie: DeclaredCookie) => h('tr', '', {},
    h('th', 'cell', { scope: 'row' }, h('bdi', 'code', { dir: 'ltr' }, cookie.name)),
    ...columns.map(([, value]) => h('td', 'cell', {}, value(tools, cookie))));
  return h('table', 'cookies', { 'aria-label': say('cookiesOfLabel', name) },
    h('tr', '', {}, head('cookieLabel'), ...columns.map(([label]) => head(label))),
    ...cookies.map(row));
}

type Column = readonly [label: string, value: (tools: Tools, cookie: DeclaredCookie) => string];

const LIFETIME: Column = ['lifetimeLabel', (tools, cookie) => [lifetime(tools, cookie), kind(cookie)].filter(Boolean).join(', ')];
const DESCRIPTION: Column = ['descriptionLabel', (_, { description }) => description ?? ''];

const policyLink = ([h, , say]: Tools, { privacyPolicyUrl, name }: Service): HTMLElement | false => !!privacyPolicyUrl
  && h('a', 'link', { href: privacyPolicyUrl, 'aria-label': `${say('privacyPolicyLabel')} ${name}` }, say('privacyPolicyLabel'));

function country([, held]: Tools, code: string): string {
  const { DisplayNames } = Intl as unknown as { DisplayNames: new (lang: string, options: object) => { of(code: string): string } };
  return new DisplayNames(held()[0].lang, { type: 'region' }).of(code);
}

/** Who receives the data, and where. */
function recipient(tools: Tools, { provider, country: code }: Service): HTMLElement | false {
  const words = [provider, code && country(tools, code)].filter(Boolean).join(', ');
  return !!words && tools[0]('p', 'recipient', {}, words);
}

const exemption = ([h, , say]: Tools, { exempt, exemptReason }: Service): HTMLElement | false => !!exempt
  && h('p', '', {}, [say('exemptLabel'), exemptReason].filter(Boolean).join(': '));

function described(tools: Tools, service: Service, columns: readonly Column[]): HTMLElement {
  const [h] = tools;
  const { description } = service;
  return h('div', 'detail', {}, recipient(tools, service), !!description && h('p', '', {}, description),
    exemption(tools, service), cookieTable(tools, service, columns), policyLink(tools, service));
}

export function describe(tools: Tools, service: Service): readonly [logo: HTMLElement, detail: HTMLElement] {
  style(tools[6]);
  return [logo(tools, service), described(tools, service, [LIFETIME])];
}

/** One heading per purpose, below the page's own; the page's style sheet decides how it looks. */
export function fillNotice(tools: Tools, place: HTMLElement): void {
  const [h, held, say, , groupWord, shownGroups, adopt] = tools;
  if (place.firstChild) return; // two changes of the page may both have asked
  style(adopt);
  const services = (group: ReturnType<typeof shownGroups>[number]) => group.services.filter((service) => purposeOf(service) < 5);
  const [{ lang }] = held();
  place.lang = lang;
  place.append(...shownGroups().map((group) => h('section', 'notice', {},
    h('h3', '', {}, groupWord(group, 'Label')),
    h('p', '', {}, groupWord(group, 'Description')),
    ...services(group).flatMap((service) => [
      h('h4', '', {}, service.name),
      service.cookies?.length ? described(tools, service, [LIFETIME, DESCRIPTION]) : described(tools, service, []),
    ]))));
  if (!place.firstChild) place.append(h('p', '', {}, say('noCookiesLabel')));
}
