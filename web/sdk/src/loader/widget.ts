// The life of the widget on one page, from the settings to what they and the choice bring about.
import { announce } from '../announce';
import type { Choice } from '../choice';
import type { Entry, Held, Place, Ui, UiModule } from '../host';
import { OUTBOX } from '../outbox';
import { isAsked, PURPOSES } from '../services';
import type { Settings } from '../settings';
import { choice, consented, consentId, named, read, services, setByScript, settings, signal, take } from './consents';
import { deleteDeclared, expire } from '../cookies';
import { stringify } from '../json';
import { announceServices } from './events';
import { blocks, fillFrames } from './frames';
import { complain } from '../guard';
import { mount, prepareRoot, root, showTrigger } from './root';
import { releaseScripts } from './scripts';
import { keepSettings } from './settings_source';
import { recall, retain } from '../storage';

declare const __PLACET_SDK__: string;

/** What a script saved before the ui was there to carry it through: no page that leaves in between may lose it. */
const SAVING = 'placet-saving';

let place: Place;
let loading: Promise<void> | undefined;
let ui: Ui | undefined;

/** The ui file is fetched only when something has to be shown, decided or sent. */
function withUi(use: (ui: Ui) => void): void {
  if (ui) return use(ui);
  loading ??= import(`${place.origin}/sdk/${__PLACET_SDK__.slice(7, 23)}/ui.js`).then(({ create }: UiModule) => {
    ui = create(__PLACET_SDK__, root, held, consented, named, hold, announceServices, carryOut, trigger, blocks, recall, retain, stringify, announce, expire, PURPOSES);
  });
  loading.then(() => use(ui as Ui)).catch((error) => {
    loading = undefined; // the next need tries again
    complain('no consent window', error);
  });
}

export const open = (): void => withUi((shown) => shown.open());
export const close = (): void => ui?.close();

export function carryOut(): void {
  mount();
  releaseScripts();
  for (const service of services) if (!consented(service)) deleteDeclared(service.cookies ?? []);
  const frames = fillFrames();
  if (frames.length || ui) withUi((shown) => shown.cover(frames));
}

const decide = (choices: readonly Entry[]) => withUi((shown) => shown.decide('script', choices));

export function save(): void {
  const choices = setByScript();
  retain(SAVING, choices);
  decide(choices);
}

const trigger = () => showTrigger(open);

const held = (): Held => [settings, services, signal, choice, consentId, place];

function hold(next: Choice): void {
  take(next);
  retain(SAVING, null);
  keepSettings(place.settingsUrl, settings, true);
}

/** Somebody has to be asked. The ui knows when. */
const isDue = () => (!choice || choice.p) && settings.enabled !== false && !settings.disableBanner && services.some(isAsked);

export function apply(next: Settings, at: Place, ready: () => void): void {
  place = at;
  const follow = read(next);
  prepareRoot();
  ready();
  announceServices(services, true);
  announce('consents:ready');
  carryOut();
  if (isDue()) withUi((shown) => shown.ask());
  else trigger();
  const saving = recall<Entry[]>(SAVING);
  if (saving) decide(saving);
  if (follow || recall(OUTBOX)) withUi((shown) => shown.catchUp(follow));
}
