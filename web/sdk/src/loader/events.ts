// What the page hears: events on window, and the per-service ones in dataLayer for tag managers.
import type { Service } from '../settings';
import { purposeOf } from '../services';
import { choice, consented, services } from './consents';
import { announce } from '../announce';
import { complain, quiet } from '../guard';
import type { SignalsModule } from '../host';
import { part } from './address';

const STORAGE_TYPES = 'ad_storage analytics_storage ad_user_data ad_personalization'.split(' ');

type TagManager = { dataLayer?: { push(entry: unknown): void }; gtag?: (...values: unknown[]) => void };
const page = window as TagManager;

const toDataLayer = (entry: unknown) => (page.dataLayer ??= []).push(entry);

/**
 * Google Consent Mode: an update, never a default (that is the page's). One accepted service grants its types. Before a
 * choice there is something to say only where services are on by default.
 */
function updateConsentMode(): void {
  const driven: Record<string, string> = {};
  for (const service of services) {
    const { consentMode, consentModeTypes: types } = service;
    if (consentMode) for (const type of types?.[0] ? types : STORAGE_TYPES) driven[type] = consented(service) ? 'granted' : driven[type] ?? 'denied';
  }
  // Google reads the arguments object itself; an array would be ignored.
  const gtag = page.gtag ?? function () { toDataLayer(arguments); } as TagManager['gtag'];
  const states = Object.values(driven);
  if (choice ? states[0] : states.includes('granted')) gtag?.('consent', 'update', driven);
}

/** Necessary services have no events. */
export function announceServices(some: readonly Service[], initial = false): void {
  quiet(updateConsentMode); // first: tags that fire on an event below look at these states
  for (const service of some.filter(purposeOf)) {
    const consent = consented(service);
    const name = `${consent ? 'consent' : 'refused'}:${service.slug}`;
    quiet(() => toDataLayer({ event: 'dastra:' + name })); // the page may keep something else under this name
    announce(name, { slug: service.slug, consent, initial });
  }
  if (services.some(({ vendorSignal }) => vendorSignal)) part<SignalsModule>('signals').then(({ send }) => send(services, consented)).catch(complain);
}
