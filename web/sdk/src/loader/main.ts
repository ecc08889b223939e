// One script tag: finds its place in the page, answers the command queue, and starts the widget.
import type { FrameBlock } from '../host';
import type { Settings } from '../settings';
import { address } from './address';
import { choice } from './consents';
import { blocks } from './elements';
import { attempt } from '../guard';
import { manager } from './manager';
import { page } from './page';
import { fetchSettings, areFresh, keepSettings, keptSettings } from './settings_source';
import { PROOF } from '../proof';
import { apply, carryOut, withUi } from './widget';

type Listener = (given: typeof manager) => void;

const CONTAINERS = ':is([id|=placet],[id$=cookie-consent])[data-widgetid]';
const global = window as unknown as Record<string, any>;

const waiting: Listener[] = [];

const ready = (listener: Listener): void => {
  if (sdk.cookieConsent) attempt(() => listener(manager));
  else waiting.push(listener);
};

const commands: { [name: string]: any } = {
  cookieReady: ready,
  iframeBlock: (block: FrameBlock) => {
    blocks.push(block);
    if (sdk.cookieConsent) carryOut();
  },
  loadCookieConsent: ({ widgetId, selector, userId: id }: { widgetId: string; selector?: string; userId?: string }) => {
    if (id) page['cookie:userId'] = id;
    start(widgetId, document.querySelector<HTMLElement>(selector || CONTAINERS));
  },
  set: (name: string, value: string) => { page[name] = value; },
};

const obey = (entry: any): unknown => attempt(() => {
  if (typeof entry === 'function') return entry();
  const [name, ...values] = entry;
  return commands[name](...values);
});

interface Sdk {
  cookieConsent?: typeof manager;
  openCookieConsent(): void;
  push(...entries: unknown[]): unknown;
}

const sdk: Sdk = {
  openCookieConsent: () => ready(({ consent }) => consent.open()),
  push: (...entries) => entries.forEach(obey),
};

/** Another tab has decided, or did while this page was put away. */
const follow = (event: any): void => {
  if (event.persisted ?? event.key === PROOF) withUi((shown) => shown.follow());
};

function announceManager(): void {
  sdk.cookieConsent = manager;
  waiting.splice(0).forEach(ready);
  addEventListener('storage', follow);
  addEventListener('pageshow', follow);
}

/** Asks when the earlier choice has been carried out. A reset reaches the page that is already open; other changes the next one. */
async function begin(): Promise<void> {
  const kept = keptSettings();
  const use = (settings: Settings) => attempt(() => apply(settings, announceManager));
  const works = kept && use(kept);
  if (works && areFresh()) return;
  const settings = await fetchSettings();
  if (!settings) return;
  if (!works || settings.versionKey !== kept.versionKey) use(settings);
  keepSettings(settings, !!choice);
}

function start(id: string | undefined, container: HTMLElement | null): void {
  if (page.widgetid || !id) return;
  Object.assign(page, container?.dataset);
  page.widgetid = id;
  void begin();
}

function look(): void {
  const container = document.querySelector<HTMLElement>(CONTAINERS);
  start(container?.dataset.widgetid, container);
  if (sdk.cookieConsent) carryOut();
}

/** Single-page applications add containers, scripts and frames at any time. */
function watch(): void {
  let pending = 0;
  new MutationObserver(() => {
    pending ||= setTimeout(() => {
      pending = 0;
      attempt(look);
    }, 50);
  }).observe(document, { childList: true, subtree: true });
}

/** Both names become this object; what the page queued before runs in order. */
function takeQueues(): void {
  for (const name of ['dastra', 'placet']) {
    const queue = global[name];
    global[name] = sdk;
    // `debug`, and the form library or what waits for it: also on a container of this name, which browsers make a variable of
    Object.assign(sdk, queue);
    if (!Array.isArray(queue)) continue;
    queue.forEach(obey);
    queue.push = sdk.push as typeof queue.push;
  }
}

attempt(() => {
  if (global['dastra']?.openCookieConsent || !address) return; // a second copy does nothing
  takeQueues();
  look();
  watch();
});
