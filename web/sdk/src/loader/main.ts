// One script tag: finds its place in the page, answers the command queue, and starts the widget.
import type { FrameBlock, Place } from '../host';
import type { Settings } from '../settings';
import { ownAddress } from './address';
import { choice } from './consents';
import { blocks } from './frames';
import { attempt } from '../guard';
import { manager } from './manager';
import { fetchSettings, areFresh, keepSettings, keptSettings } from './settings_source';
import { apply, carryOut } from './widget';

type Listener = (given: typeof manager) => void;

const CONTAINERS = ':is(#dastra-cookie-consent,#cookie-consent,#placet)[data-widgetid]';
const page = window as unknown as Record<string | symbol, any>;

const address = ownAddress();
let waiting: Listener[] | null = [];
let started = false;
let userId: string | undefined;

const ready = (listener: Listener): void => {
  if (waiting) waiting.push(listener);
  else attempt(() => listener(manager));
};

const commands: { [name: string]: any } = {
  cookieReady: ready,
  iframeBlock: (block: FrameBlock) => {
    blocks.push(block);
    if (!waiting) carryOut();
  },
  loadCookieConsent: ({ widgetId, selector, userId: id }: { widgetId: string; selector?: string; userId?: string }) => {
    userId = id ?? userId;
    start(widgetId, selector ? document.querySelector<HTMLElement>(selector) : null);
  },
  set: (name: string, value: string) => {
    if (name === 'cookie:userId') userId = value;
  },
};

const obey = (entry: any): unknown => attempt(() => {
  if (typeof entry === 'function') return entry();
  const [name, ...values] = entry;
  return commands[name](...values);
});

const sdk: Record<string, unknown> & { push(...entries: unknown[]): unknown } = {
  cookieConsent: undefined,
  openCookieConsent: () => ready(({ consent }) => consent.open()),
  push: (...entries: unknown[]): unknown => entries.forEach(obey),
};

function announceManager(): void {
  const listeners = waiting;
  sdk.cookieConsent = manager;
  waiting = null;
  listeners?.forEach(ready);
}

/** Off the critical path. A reset reaches the page that is already open; other changes the next one. */
async function begin(place: Place): Promise<void> {
  const kept = keptSettings(place.settingsUrl);
  const use = (settings: Settings) => attempt(() => apply(settings, place, announceManager));
  if (kept) {
    use(kept);
    if (areFresh()) return;
    await new Promise((later) => setTimeout(later, 500));
  }
  const settings = await fetchSettings(place.settingsUrl);
  if (!settings) return;
  if (settings.versionKey !== kept?.versionKey || !kept) use(settings);
  keepSettings(place.settingsUrl, settings, !!choice);
}

function start(id: string | undefined, container: HTMLElement | null): void {
  if (started || !id || !address) return;
  started = true;
  const { origin, search } = address;
  const client = (route: string) => `${origin}/v1/client/${route}/${id}${search}`;
  void begin({
    origin,
    settingsUrl: client('cookie-widget-settings') + '&culture=' + (container?.dataset.lang || navigator.language),
    collectUrl: client('collect'),
    userId: () => userId,
  });
}

function look(): void {
  const container = document.querySelector<HTMLElement>(CONTAINERS);
  start(container?.dataset.widgetid, container);
  if (!waiting) carryOut();
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
    const queue = page[name];
    page[name] = sdk;
    sdk.forms = queue?.forms; // the form library, or what waits for it
    if (!Array.isArray(queue)) continue;
    queue.forEach(obey);
    queue.push = sdk.push as typeof queue.push;
  }
}

attempt(() => {
  const mark = Symbol.for('placet');
  if (page[mark] || !address) return;
  page[mark] = 1; // a second copy does nothing
  takeQueues();
  look();
  watch();
});
