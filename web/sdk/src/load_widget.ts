// For applications that are built with a package manager: the cookie widget from the visitor's own Placet, as a value
// that changes. The script itself is never bundled: it goes along with the server.
import type { ConsentManager, PurposeLabel, Queue, Sdk } from '../types/placet';

export interface Widget {
  /** Where Placet is: `https://consent.example.org`. */
  readonly server: string;
  readonly apiKey: string;
  readonly widgetId: number | string;
  /** Else the browser's. */
  readonly lang?: string;
  /** Your own id of the visitor. */
  readonly userId?: string;
}

export interface Consents {
  /** The settings have arrived. Until then, nothing is accepted. */
  readonly ready: boolean;
  /** The visitor has made a choice. */
  readonly chosen: boolean;
  /** What holds, by slug. */
  readonly services: Readonly<Record<string, boolean>>;
}

const NOTHING: Consents = { ready: false, chosen: false, services: {} };
const listeners = new Set<() => void>();
let manager: ConsentManager | undefined;
let now = NOTHING;

function update(): void {
  const consent = manager?.consent;
  if (!consent) return;
  const services = Object.fromEntries(consent.getAllConsents().map((service) => [service.slug, service.consent]));
  now = { ready: true, chosen: consent.hasConsented(), services };
  for (const listener of listeners) listener();
}

const queue = (): Queue | Sdk => (window.placet ??= []);

/** Scripts of the page may set and apply a choice without saving it, which only the services' own events tell. */
function watch(given: ConsentManager): void {
  manager = given;
  for (const { slug } of given.consent.getAllConsents()) {
    for (const said of ['consent', 'refused'] as const) addEventListener(`dastra:${said}:${slug}`, update);
  }
  addEventListener('dastra:consents:updated', update);
  update();
}

/** Once per page, however often it is called. */
export function loadWidget({ server, apiKey, widgetId, lang, userId }: Widget): void {
  if (userId) queue().push(['set', 'cookie:userId', userId]);
  if (document.querySelector('script[src*="/sdk/placet.js"]')) return;
  const container = document.createElement('div');
  container.id = 'placet-widget'; // of an id the browser makes a variable, and `placet` is the queue
  container.dataset['widgetid'] = String(widgetId);
  if (lang) container.dataset['lang'] = lang;
  const script = document.createElement('script');
  script.async = true;
  script.src = `${server}/sdk/placet.js?key=${encodeURIComponent(apiKey)}`;
  document.body.append(container, script);
}

let watching = false;

/** Answers how to stop. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!watching) queue().push(['cookieReady', watch]);
  watching = true;
  return () => void listeners.delete(listener);
}

/** The same object until something changes. */
export const current = (): Consents => now;

/** On a server nobody has chosen. */
export const onServer = (): Consents => NOTHING;

export const openConsents = (): void => void queue().push(['cookieReady', ({ consent }) => consent.open()]);

/** Makes this the visitor's choice, for the services named. */
export function choose(choices: Readonly<Record<string, boolean>>): void {
  queue().push(['cookieReady', ({ consent }) => {
    for (const [slug, accepted] of Object.entries(choices)) consent.setServiceConsent(slug, accepted);
    consent.save();
  }]);
}

export const acceptsPurpose = (purpose: PurposeLabel): boolean => manager?.consent.getPurposeConsent(purpose) ?? false;
