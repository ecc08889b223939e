// What vendors hear besides Google: their own consent calls. They never replace blocking: a vendor is told only what
// concerns its own, already loaded script or its queue.
import { purposeOf } from '../services';
import type { Service, VendorSignal } from '../settings';

type Call = (...values: unknown[]) => void;
type Queue = { push(entry: unknown): void };
type UetQueue = { push: Call };

const page = window as unknown as {
  uetq?: UetQueue;
  clarity?: Call & { q?: unknown[] };
  fbq?: Call;
  ttq?: { grantConsent?(): void; revokeConsent?(): void };
  _paq?: Queue;
};

const word = (granted: boolean): string => granted ? 'granted' : 'denied';

/** `granted` is about the service itself, `ads` about all that is for marketing. */
const VENDORS: { readonly [vendor in VendorSignal]: (granted: boolean, ads: boolean) => void } = {
  // The queue may be made before its script: the vendor's own snippet takes it over.
  uet: (granted) => (page.uetq ??= [] as unknown as UetQueue).push('consent', 'update', { ad_storage: word(granted) }),
  clarity(granted, ads) {
    page.clarity ??= function () { ((page.clarity as { q?: unknown[] }).q ??= []).push(arguments); };
    page.clarity('consentv2', { ad_Storage: word(granted && ads), analytics_Storage: word(granted) });
  },
  // These three are made by their own snippets only, which do nothing if they find one.
  meta: (granted) => page.fbq?.('consent', granted ? 'grant' : 'revoke'),
  tiktok: (granted) => granted ? page.ttq?.grantConsent?.() : page.ttq?.revokeConsent?.(),
  matomo(granted) {
    for (const name of ['ConsentGiven', 'CookieConsentGiven']) page._paq?.push([(granted ? 'set' : 'forget') + name]);
  },
};

/** A vendor with several services is granted by any of them. A vendor that this file does not know is left alone. */
export function send(services: readonly Service[], consented: (service: Service) => boolean): void {
  const ads = services.filter((service) => purposeOf(service) === 3);
  const granted = new Map<VendorSignal, boolean>();
  for (const service of services) {
    const { vendorSignal: vendor } = service;
    if (vendor && Object.keys(VENDORS).includes(vendor)) granted.set(vendor, granted.get(vendor) || consented(service));
  }
  for (const [vendor, isGranted] of granted) VENDORS[vendor](isGranted, ads.length > 0 && ads.every(consented));
}
