// How often the window is shown, and left unanswered: two numbers, without anything about the visitor.
import { SESSION } from '../storage';
import { held, recall, retain, stringify } from './lent';
import { collectUrl } from './outbox';

const SHOWN = 'placet-shown';
const HOUR = 36e5;

/** Once per session of at least an hour. */
export function isNew(): boolean {
  const isOld = Date.now() - (recall<number>(SHOWN, SESSION) ?? 0) < HOUR;
  if (!isOld) retain(SHOWN, Date.now(), SESSION);
  return !isOld;
}

function count(type: 'Visit' | 'Quit'): void {
  const [{ lang }] = held();
  navigator.sendBeacon(collectUrl(), stringify({ type, consents: { lang } }));
}

/** `isOpen` says whether the window still waits for an answer when the page is left. */
export function countVisit(isOpen: () => boolean): void {
  const [{ countVisits, developerMode }] = held();
  if (countVisits === false || developerMode || !isNew()) return;
  count('Visit');
  addEventListener('pagehide', () => isOpen() && count('Quit'), { once: true });
}
