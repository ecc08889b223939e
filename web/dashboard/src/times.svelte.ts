// Times as people read them. The words of the dashboard are English, so the language is English too, in the
// member's own variety; months are names, so no date can be read two ways.
const locale = navigator.language.startsWith('en') ? navigator.language : 'en-GB';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const local = new Intl.DateTimeFormat(locale, {
  weekday: 'long', day: 'numeric', month: 'long', year: 'numeric',
  hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short',
});

const clock = $state({ now: Date.now() });

export function tick(): () => void {
  const timer = setInterval(() => { clock.now = Date.now(); }, MINUTE / 2);
  return () => clearInterval(timer);
}

export function relative(iso: string): string {
  const passed = clock.now - Date.parse(iso);
  if (Math.abs(passed) < MINUTE) return 'just now';
  if (passed < 0 || passed >= 7 * DAY) return day(iso);
  if (passed < HOUR) return ago.format(-Math.floor(passed / MINUTE), 'minute');
  if (passed < DAY) return ago.format(-Math.floor(passed / HOUR), 'hour');
  return ago.format(-Math.floor(passed / DAY), 'day');
}

export function day(iso: string): string {
  return days.format(Date.parse(iso));
}

export function inLocalTime(iso: string): string {
  return local.format(Date.parse(iso));
}

export function inUtc(iso: string): string {
  return new Date(iso).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

export function secondsBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 1000);
}

export const count = new Intl.NumberFormat(locale);
