// One card per purpose: its switch, and its services with theirs.
import { isAsked, purposeOf } from '../services';
import type { Group, Service } from '../settings';
import { detail } from './details';
import { CHEVRON, h, icon } from './dom';
import { consented } from './lent';
import { makeSwitch, type Switch } from './switch';
import { groupWord, say } from './words';

/** What the visitor has set so far, by slug. */
export type Draft = Map<string, boolean>;

const alwaysOn = (): HTMLElement => h('p', 'always', {}, say('alwaysOnLabel'));

const fixed = (service: Service): HTMLElement =>
  service.exempt ? h('p', 'always', {}, say('exemptLabel')) : consented(service) ? alwaysOn() : h('span', '', {});

function serviceItem(service: Service, control: Switch | undefined): HTMLElement {
  return h('li', 'service', {}, h('p', 'name', { id: nameId(service) }, service.name), control ? control.element : fixed(service));
}

const nameId = ({ id }: Service): string => 'dastra-cw-service-' + id;

/** The services' own switches; `changed` runs after one was used. */
function serviceSwitches(services: readonly Service[], draft: Draft, changed: () => void): Map<Service, Switch> {
  return new Map(services.filter(isAsked).map((service) => [service, makeSwitch(nameId(service), 'switch', (on) => {
    draft.set(service.slug, on);
    changed();
  })]));
}

/** Details are fetched when they are looked at for the first time. */
function unfoldButton(label: string, list: HTMLElement, detailAll: () => void): HTMLElement {
  let detailed = false;
  const more = h('button', 'viewmore-button', {
    'aria-label': `${say('buttonViewMoreLabel')} ${label}`, 'aria-expanded': 'false', 'aria-controls': list.id, click: () => {
      list.hidden = !list.hidden;
      more.setAttribute('aria-expanded', String(!list.hidden));
      if (!detailed) detailAll();
      detailed = true;
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
  const items = services.map((service) => serviceItem(service, switches.get(service)));
  const list = h('div', 'list', { id: id + '-list', hidden: true },
    h('p', 'description', {}, groupWord(group, 'Description')),
    h('ul', 'services', { role: 'list' }, ...items));
  return h('section', 'card', { 'aria-labelledby': id },
    h('div', 'row', {},
      h('h3', 'collection-title', {}, h('span', '', { id }, label), ' ', h('bdi', 'count', {}, `(${services.length})`)),
      asked.length ? master.element : services.every(consented) ? alwaysOn() : h('span', '', {}),
      h('p', 'text excerpt', {}, groupWord(group, 'Excerpt')),
      unfoldButton(label, list, () => services.forEach((service, at) => detail(items[at] as HTMLElement, service)))),
    list);
}
