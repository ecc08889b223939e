// Services and purposes, and what holds for them before the visitor has chosen.
import type { Service, Settings } from './settings';

export const PURPOSES = 'Necessary Preference Analytical Marketing Other Unclassified'.split(' ');

export const purposeOf = (service: Service): number => service.purpose ?? 5;

/** Unclassified services are hidden from visitors, so nobody can be asked about them. */
export const isAsked = (service: Service): boolean => service.requiredConsent && purposeOf(service) % 5 > 0;

type Signals = { readonly globalPrivacyControl?: boolean; readonly doNotTrack?: string | null };

/** The browser says no (Global Privacy Control, Do Not Track) and the widget honours it. */
export function privacySignal({ enableGPC }: Settings): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as Signals;
  return !!enableGPC && (globalPrivacyControl || (doNotTrack ?? (window as Signals).doNotTrack) === '1');
}

/** The signal speaks about audience measurement and marketing, 2 and 3. */
export const byDefault = (service: Service, signal: boolean): boolean =>
  !purposeOf(service) || service.defaultConsent && !(signal && purposeOf(service) >> 1 === 1);
