// The life of the widget on one page, from the settings to what they and the choice bring about.
import { announce } from '../announce';
import type { Choice } from '../choice';
import { NOTICE, type Held, type Ui, type UiModule } from '../host';
import { OUTBOX, SAVING } from '../outbox';
import { isAsked, PURPOSES } from '../services';
import type { Settings } from '../settings';
import { choice, consented, consentId, isDue, named, read, services, setByScript, settings, signal, take } from './consents';
import { found } from '../cookies';
import { stringify } from '../json';
import { announceServices } from './events';
import { address, part, SDK } from './address';
import { blocks, fillElements } from './elements';
import { markOf } from './marks';
import { complain } from '../guard';
import { page } from './page';
import { mount, prepareRoot, root, showTrigger } from './root';
import { keepSettings } from './settings_source';
import { recall, retain } from '../storage';

let loading: Promise<Ui> | undefined;
let ui: Ui | undefined;

/** The ui file is fetched only when something has to be shown, decided or sent; if that fails, the next need tries again. */
export function withUi(use: (ui: Ui) => void): void {
  loading ??= part<UiModule>('ui').then(({ create }) => ui = create(
    SDK, root, held, consented, named, hold, announceServices, carryOut, showTrigger, blocks,
    recall, retain, stringify, announce, found, PURPOSES, isDue, markOf,
  ));
  loading.then(use).catch((error) => {
    if (!ui) loading = ui;
    complain('no consent window', error);
  });
}

export const open = (): void => withUi((shown) => shown.open());
export const close = (): void => ui?.close();

export function carryOut(): void {
  mount();
  const frames = fillElements();
  const unwanted = services.flatMap((service) => consented(service) ? [] : service.cookies ?? []).filter((declared) => found(declared)[0]);
  if (frames[0] || unwanted[0] || ui || document.querySelector(NOTICE)) withUi((shown) => shown.carryOut(frames, unwanted));
}

export function save(): void {
  const choices = setByScript();
  retain(SAVING, choices);
  withUi((shown) => shown.decide('script', choices));
}

const held = (): Held => [settings, services, signal, choice, consentId, address, page];

function hold(next: Choice): void {
  take(next);
  retain(SAVING, null);
  keepSettings(settings, true);
}

/** Somebody has to be asked. The ui knows when. */
const isToAsk = () => !settings.disableBanner && services.some(choice && !choice.p ? isDue : isAsked);

/** Answers true when all of it went well. */
export function apply(next: Settings, ready: () => void): true {
  const follow = read(next);
  prepareRoot(open);
  ready();
  announceServices(services, true);
  announce('consents:ready');
  carryOut();
  if (isToAsk()) withUi((shown) => shown.ask());
  else {
    close(); // another tab may have decided
    showTrigger();
  }
  if (follow || recall(SAVING) || recall(OUTBOX)) withUi((shown) => shown.catchUp(follow));
  return true;
}
