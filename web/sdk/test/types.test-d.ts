// Checked by the compiler, never run: what a site written in TypeScript may say, and what it may not.
import type { ConsentManager, Sdk, ServiceConsent } from '../types/placet';

function theQueue(): void {
  const queue = (window.placet ??= []);
  queue.push(['cookieReady', ({ consent }) => consent.open()]);
  queue.push(['set', 'cookie:userId', 'customer-981'], () => {});
  queue.push(['loadCookieConsent', { widgetId: 42, selector: '#here', userId: 'customer-981' }]);
  queue.push(['iframeBlock', { selector: 'iframe', service: 'youtube', body: '', buttonLabel: '', buttonClass: '' }]);
  queue.debug = true;
  // @ts-expect-error there is no such command
  queue.push(['cookiesReady', () => {}]);
  // @ts-expect-error a frame needs its service
  queue.push(['iframeBlock', { selector: 'iframe' }]);
}

function theManager({ consent }: ConsentManager, sdk: Sdk): void {
  const all: ServiceConsent[] = consent.getAllConsents();
  const holds: boolean = consent.getPurposeConsent('Marketing') && consent.getPurposeConsent(3) && consent.getServiceConsent('ga') && consent.hasConsented();
  consent.setPurposeConsent('Analytical', holds);
  consent.setServiceConsent('ga', all[0]?.consent ?? false);
  consent.save();
  consent.dispatchEvent();
  sdk.cookieConsent?.consent.close();
  sdk.openCookieConsent();
  // @ts-expect-error purposes have fixed names
  consent.getPurposeConsent('Statistics');
  // @ts-expect-error undefined until the settings have arrived
  sdk.cookieConsent.consent;
}

function theEvents(): void {
  addEventListener('dastra:consents:updated', ({ detail }) => detail.map(({ slug, consent, date }): [string, boolean, number] => [slug, consent, date]));
  addEventListener('dastra:consent:matomo', ({ detail }) => { const isInitial: boolean = detail.initial; return isInitial; });
  // @ts-expect-error the detail of a service has no date
  addEventListener('dastra:refused:matomo', ({ detail }) => detail.date);
}

void [theQueue, theManager, theEvents];
