// One card per purpose: its switch, and its services with theirs.
import { isAsked, purposeOf } from '../services';
import type { DeclaredCookie, Group, Service } from '../settings';
import { CHEVRON, h, icon } from './dom';
import { consented, held } from './lent';
import { makeSwitch, type Switch } from './switch';
import { duration, groupWord, say } from './words';

/** What the visitor has set so far, by slug. */
export type Draft = Map<string, boolean>;

const alwaysOn = (): HTMLElement => h('p', 'always', {}, say('alwaysOnLabel'));

/** Only pictures from the consent server: a logo must not call a third party. */
function logo({ logoUrl, name }: Service): HTMLElement {
  const [{ displayLogo }, , , , , { origin }] = held();
  return displayLogo !== false && logoUrl?.startsWith(origin + '/')
    ? h('img', 'logo', { src: logoUrl, alt: '' })
    : h('span', 'logo', { 'aria-hidden': 'true' }, [...name][0]?.toUpperCase());
}

const cookieRow = ({ name, expiryDays }: DeclaredCookie): HTMLElement => h('tr', '', {},
  h('th', 'cell', { scope: 'row' }, h('bdi', 'code', { dir: 'ltr' }, name)),
  h('td', 'cell', {}, expiryDays ? duration(expiryDays) : say('sessionLifetimeLabel')));

const cookieTable = ({ name, cookies }: Service): HTMLElement | false => !!cookies?.length
  && h('table', 'cookies', { 'aria-label': say('cookiesOfLabel', name) },
    h('tr', '', {}, h('th', 'cell', { scope: 'col' }, say('cookieLabel')), h('th', 'cell', { scope: 'col' }, say('lifetimeLabel'))),
    ...cookies.map(cookieRow));

const policyLink = ({ privacyPolicyUrl, name }: Service): HTMLElement | false => !!privacyPolicyUrl
  && h('a', 'link', { href: privacyPolicyUrl, 'aria-label': `${say('privacyPolicyLabel')} ${name}` }, say('privacyPolicyLabel'));

function serviceItem(service: Service, control: Switch | null): HTMLElement {
  const { name, description } = service;
  return h('li', 'service', {}, logo(service), h('p', 'name', { id: nameId(service) }, name),
    control ? control.element : consented(service) ? alwaysOn() : h('span', '', {}),
    h('div', 'detail', {}, !!description && h('p', '', {}, description), cookieTable(service), policyLink(service)));
}

const nameId = ({ id }: Service): string => 'dastra-cw-service-' + id;

/** The services' own switches; `changed` runs after one was used. */
function serviceSwitches(services: readonly Service[], draft: Draft, changed: () => void): Map<Service, Switch> {
  return new Map(services.filter(isAsked).map((service) => [service, makeSwitch(nameId(service), 'switch', (on) => {
    draft.set(service.slug, on);
    changed();
  })]));
}

function unfoldButton(label: string, list: HTMLElement): HTMLElement {
  const more = h('button', 'viewmore-button', {
    'aria-label': `${say('buttonViewMoreLabel')} ${label}`, 'aria-expanded': 'false', 'aria-controls': list.id, click: () => {
      list.hidden = !list.hidden;
      more.setAttribute('aria-expanded', String(!list.hidden));
    },
  }, say('buttonViewMoreLabel'), icon(CHEVRON));
  return more;
}

export function purposeCard(group: Group, draft: Draft): HTMLElement {
  const services = group.services.filter((service) => purposeOf(service) < 5);
  const asked = services.filter(isAsked);
  const label = groupWord(group, 'Label');
  const id = 'dastra-cw-purpose-' + group.purpose;
  const refresh = () => {
    const on = asked.filter(({ slug }) => draft.get(slug)).length;
    for (const [{ slug }, one] of switches) one.show(!!draft.get(slug));
    master.show(on > 0, on > 0 && on < asked.length);
  };
  const switches = serviceSwitches(services, draft, refresh);
  const master = makeSwitch(id, asked.length > 1 ? null : 'switch', (on) => {
    for (const { slug } of asked) draft.set(slug, on);
    refresh();
  });
  refresh();
  const list = h('div', 'list', { id: id + '-list', hidden: true },
    h('p', 'description', {}, groupWord(group, 'Description')),
    h('ul', 'services', { role: 'list' }, ...services.map((service) => serviceItem(service, switches.get(service) ?? null))));
  return h('section', 'card', { 'aria-labelledby': id },
    h('div', 'row', {},
      h('h3', 'collection-title', {}, h('span', '', { id }, label), ' ', h('bdi', 'count', {}, `(${services.length})`)),
      asked.length ? master.element : services.every(consented) ? alwaysOn() : h('span', '', {}),
      h('p', 'text excerpt', {}, groupWord(group, 'Excerpt')),
      unfoldButton(label, list)),
    list);
}
