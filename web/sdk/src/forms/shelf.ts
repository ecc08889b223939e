// Consents that wait in localStorage for the next page or for `sendFromLocalStorage`. An entry leaves only when the
// server has it or refuses it for good.
import { parse, stringify } from '../json';
import type { Outcome } from './outcome';
import type { Payload } from './payload';
import { isStored, post, type Answer } from './post';
import { log, options } from './settings';

const REFUSED_FOR_GOOD = [400, 401, 403, 413];
const MOST_ATTEMPTS = 20;
/** No other tab takes an entry that was taken less than this ago. */
const TAKEN_FOR = 2e4;
const LONGEST_WAIT = 36e5;

interface Entry {
  readonly id: string;
  readonly payload: Payload;
  readonly created_at: number;
  readonly attempts: number;
  readonly due: number;
}

/** Callbacks of entries that this very page put down. */
const outcomes = new Map<string, Outcome>();

const key = () => 'placet-forms-' + options?.api_key;

function entries(): Entry[] {
  const list = parse<Entry[]>(localStorage.getItem(key()));
  return Array.isArray(list) ? list : [];
}

function store(list: readonly Entry[]): void {
  if (list.length) localStorage.setItem(key(), stringify(list));
  else localStorage.removeItem(key());
}

const change = (id: string, next: (entry: Entry) => Entry | []) => store(entries().flatMap((entry) => entry.id === id ? next(entry) : entry));

/** Answers whether it could be stored. */
export function put(payload: Payload, outcome: Outcome): boolean {
  const id = Date.now() + '-' + Math.random();
  try {
    store([...entries(), { id, payload, created_at: Date.now(), attempts: 0, due: 0 }]);
  } catch {
    return false;
  }
  outcomes.set(id, outcome);
  return true;
}

const wait = (attempts: number) => Math.min(5000 * 2 ** attempts, LONGEST_WAIT);

function report(id: string, kind: 'success' | 'error', { status, body }: Answer): void {
  outcomes.get(id)?.settle(kind, kind === 'success' ? body : { ...body, status });
  outcomes.delete(id);
}

async function send({ id, payload }: Entry): Promise<void> {
  change(id, (entry) => ({ ...entry, attempts: entry.attempts + 1, due: Date.now() + TAKEN_FOR }));
  const answer = await post(payload);
  const tries = entries().find((entry) => entry.id === id)?.attempts ?? 0;
  if (isStored(answer) || REFUSED_FOR_GOOD.includes(answer.status) || tries >= MOST_ATTEMPTS) {
    change(id, () => []);
    report(id, isStored(answer) ? 'success' : 'error', answer);
    return;
  }
  log('warn', 'kept for later', answer);
  change(id, (entry) => ({ ...entry, due: Date.now() + wait(tries) }));
}

/** A date far ahead comes from a wrong clock. */
const isDue = ({ due }: Entry) => due <= Date.now() || due > Date.now() + 2 * LONGEST_WAIT;

async function sendDue(): Promise<void> {
  for (const entry of entries()) {
    // Read again: another tab without locks may have taken it in the meantime.
    const now = entries().find(({ id }) => id === entry.id);
    if (now && isDue(now)) await send(now);
  }
}

/** One tab at a time; browsers without locks (plain http) rely on the times alone. */
export function sendShelf(): void {
  const run = () => sendDue().catch((error) => log('error', 'stopped by an error', error));
  if (navigator.locks) navigator.locks.request(key(), run).catch(run);
  else void run();
}
