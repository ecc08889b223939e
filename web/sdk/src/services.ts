// Services and purposes, and what holds for them before the visitor has chosen.
import type { Service, Settings } from './settings';

export const PURPOSES = ['Necessary', 'Preference', 'Analytical', 'Marketing', 'Other', 'Unclassified'];

export const purposeOf = (service: Service): number => service.purpose ?? 5;

/** Unclassified services are hidden from visitors, so nobody can be asked about them. */
export const isAsked = (service: Service): boolean => service.requiredConsent && purposeOf(service) > 0 && purposeOf(service) < 5;

type Signals = { readonly globalPrivacyControl?: boolean; readonly doNotTrack?: string | null };

/** The browser says no (Global Privacy Control, Do Not Track) and the widget honours it. */
export function privacySignal({ enableGPC }: Settings): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as Signals;
  return !!enableGPC && (globalPrivacyControl || (doNotTrack ?? (window as Signals).doNotTrack) === '1');
}

export function byDefault(service: Service, signal: boolean): boolean {
  const purpose = purposeOf(service);
  if (signal && (purpose === 2 || purpose === 3)) return false;
  return !purpose || service.defaultConsent;
}
