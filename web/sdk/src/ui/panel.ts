// The settings: a modal dialog with the current state of every service. Leaving it changes nothing.
import type { Entry, How } from '../host';
import { PROOF, type StoredProof } from '../proof';
import { isAsked } from '../services';
import { h } from './dom';
import { button, copyright, cross, noticeLink, paragraphs, preview, signalNote } from './first_layer';
import { consented, held, recall, root } from './lent';
import { purposeCard } from './purpose_card';
import { moment, say, shownGroups } from './words';

/** The person sees that it was recorded, when, and under which id it is found. */
function proofNote(): HTMLElement | false {
  const proof = recall<StoredProof>(PROOF);
  return !!proof?.consents && h('p', 'note proof', { tabindex: -1 },
    h('span', '', {}, `${say('proofLabel')}, ${moment(proof.consents.date)}`), h('bdi', 'code', { dir: 'ltr' }, proof.consentId));
}

export function openPanel(decided: (how: How, choices: readonly Entry[]) => void): HTMLDialogElement {
  const asked = held()[1].filter(isAsked);
  const draft = new Map(asked.map((service) => [service.slug, consented(service)]));
  const all = (how: How, consent: boolean) => () => decided(how, asked.map(({ slug }) => [slug, consent]));
  const title = h('h2', 'title', { id: 'dastra-cw-settings-title', tabindex: -1 }, say('innerTitle'));
  const panel = h('dialog', 'container settings', { 'aria-labelledby': title.id, close: () => panel.remove() },
    preview(),
    h('div', 'head', {}, title, cross('closeSettingsLabel', () => panel.close())),
    h('div', 'scroll', {},
      ...paragraphs('innerDisclaimer'),
      h('p', 'links', {}, noticeLink(), copyright()),
      signalNote(),
      ...shownGroups().map((group) => purposeCard(group, draft)),
      proofNote()),
    h('div', 'foot', {},
      button('buttonLaterLabel', 'line', all('refuse_all', false)),
      button('buttonAcceptAllLabel', 'line', all('accept_all', true)),
      button('buttonConfirmLabel', 'save', () => decided('selection', [...draft]))));
  panel.addEventListener('click', ({ target }) => target === panel && panel.close()); // the backdrop
  root.append(panel);
  panel.showModal();
  title.focus(); // not on a choice; `autofocus` is refused under a #fragment
  return panel;
}

export const showProof = (panel: HTMLElement): void => panel.querySelector<HTMLElement>('.dastra-cw-proof')?.focus();
