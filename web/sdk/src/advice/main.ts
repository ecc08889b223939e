// Why there is no window: one line on the console that says what to do. Fetched only then.
import { complain } from '../guard';
import type { Refusal } from '../host';

const WHAT_TO_DO: { readonly [status: number]: string } = {
  401: 'Copy the public key again from Placet, under Keys, into the address of the script (?key=...).',
  403: 'Add this origin to the allowed origins of the widget, or use a public key of the widget’s own workspace.',
  404: 'Compare data-widgetid with the number of the widget in Placet, and see whether the widget is enabled.',
  429: 'Too many requests: the next page view tries again.',
};

const refused = ([status, message]: Refusal): string =>
  `no consent window, ${status}: ${message ?? 'no reason given'} ${WHAT_TO_DO[status] ?? 'Look into the log of the server.'}`;

/** The script arrived and the settings did not. */
const unreachable = ({ origin }: URL): string => `no consent window, server away, or its answer was no settings. `
  + `If the page has a Content Security Policy, see that connect-src allows ${origin}.`;

const noKey = ({ href }: URL): string => `no consent window: the address of the script, ${href}, has no ?key= with a public key.`;

export function advise(address: URL, refusal: Refusal | undefined): void {
  if (!address.searchParams.get('key')) complain(noKey(address));
  else complain(refusal && refusal[0] !== 200 ? refused(refusal) : unreachable(address));
}
