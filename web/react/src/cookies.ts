// Cookie consent in a React application.
import { useEffect, useSyncExternalStore } from 'react';
import { acceptsPurpose, choose, current, loadWidget, onServer, openConsents, subscribe, type Consents, type Widget } from '../../sdk/src/load_widget';
import type { PurposeLabel } from '../../sdk/types/placet';

export type { Consents, Widget } from '../../sdk/src/load_widget';

export interface CookieConsent extends Consents {
  accepts(slug: string): boolean;
  acceptsPurpose(purpose: PurposeLabel): boolean;
  /** The settings, for a link that every page needs. */
  open(): void;
  /** Makes this the visitor's choice, for the services named. */
  choose(choices: Readonly<Record<string, boolean>>): void;
}

/** Starts the widget, once, near the root of the application. */
export function useCookieWidget(widget: Widget): void {
  const { server, apiKey, widgetId, lang, userId } = widget;
  useEffect(() => loadWidget(widget), [server, apiKey, widgetId, lang, userId]);
}

/** What holds now, in any component; rendered again when it changes. */
export function useCookieConsent(): CookieConsent {
  const consents = useSyncExternalStore(subscribe, current, onServer);
  return { ...consents, accepts: (slug) => consents.services[slug] === true, acceptsPurpose, open: openConsents, choose };
}
