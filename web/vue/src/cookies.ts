// Cookie consent in a Vue application.
import { onScopeDispose, shallowRef, type App, type ShallowRef } from 'vue';
import { acceptsPurpose, choose, current, loadWidget, openConsents, subscribe, type Consents, type Widget } from '../../sdk/src/load_widget';
import type { PurposeLabel } from '../../sdk/types/placet';

export type { Consents, Widget } from '../../sdk/src/load_widget';

export interface CookieConsent {
  /** What holds now. */
  readonly consents: Readonly<ShallowRef<Consents>>;
  accepts(slug: string): boolean;
  acceptsPurpose(purpose: PurposeLabel): boolean;
  /** The settings, for a link that every page needs. */
  open(): void;
  /** Makes this the visitor's choice, for the services named. */
  choose(choices: Readonly<Record<string, boolean>>): void;
}

/** `app.use(cookieWidget, { server, apiKey, widgetId })` starts the widget. */
export const cookieWidget = { install: (_: App, widget: Widget): void => loadWidget(widget) };

/** In any component; what it answers changes with the visitor's choice. */
export function useCookieConsent(): CookieConsent {
  const consents = shallowRef(current());
  onScopeDispose(subscribe(() => { consents.value = current(); }));
  return {
    consents,
    accepts: (slug) => consents.value.services[slug] === true,
    // Reading the value makes what is rendered from this depend on it.
    acceptsPurpose: (purpose) => consents.value.ready && acceptsPurpose(purpose),
    open: openConsents,
    choose,
  };
}
