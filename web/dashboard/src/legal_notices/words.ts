// How often a page is read, in words.
const INTERVALS: [string, string][] = [['1h', 'Every hour'], ['6h', 'Every six hours'], ['1d', 'Every day'], ['7d', 'Every week']];

const UNITS: { [letter: string]: string } = { m: 'minutes', h: 'hours', d: 'days' };

/** `1d` or `45m`, as the server spells it. */
export function intervalWords(every: string): string {
  const known = INTERVALS.find(([value]) => value === every);
  return known ? known[1] : `Every ${every.slice(0, -1)} ${UNITS[every.slice(-1)] ?? ''}`;
}

/** What can be chosen: also what a program has chosen. */
export function intervals(current?: string): [string, string][] {
  const isOther = current !== undefined && !INTERVALS.some(([value]) => value === current);
  return isOther ? [[current, intervalWords(current)], ...INTERVALS] : INTERVALS;
}
