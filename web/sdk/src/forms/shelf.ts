// Consents on their way wait in localStorage. One leaves only when the server has it or refuses it for good.
import { parse, stringify } from '../json';
import type { Outcome } from './outcome';
import type { Consent } from './payload';
import { post } from './post';
import { log, options } from './settings';

const REFUSED_FOR_GOOD = [400, 401, 403, 413];
const MOST_ATTEMPTS = 20;
/** No other tab takes an entry that was taken less than this ago. */
const TAKEN_FOR = 2e4;
const LONGEST_WAIT = 36e5;
const LOOKS_EVERY = 5000;

interface Entry {
  readonly id: string;
  readonly payload: Consent | null;
  readonly created_at: number;
  readonly attempts: number;
  /** Not before. 0: it was put down for the next page. */
  readonly due: number;
}

/** Of entries that this very page put down. */
const outcomes = new Map<string, Outcome>();
let timer: number | undefined;
let storage: Partial<Storage> = {};

try {
  storage = localStorage;
} catch {
  // Blocked.
}

const shelf = () => 'placet-forms-' + options!.api_key;

function entries(): Entry[] {
  const list = parse<Entry[]>(storage.getItem?.(shelf()));
  return Array.isArray(list) ? list : [];
}

/** Puts other entries in this one's place, or none. Answers whether it could: storage may be blocked, or full. */
function replace(id: string, ...next: Entry[]): boolean {
  try {
    const list = [...entries().filter((entry) => entry.id !== id), ...next];
    if (list.length) storage.setItem!(shelf(), stringify(list));
    else storage.removeItem!(shelf());
    return true;
  } catch {
    return false;
  }
}

/** Puts a consent down for later, and answers under which id. It is sent at once if it cannot be stored. */
export function put(payload: string | undefined, outcome: Outcome, now?: boolean): Entry | void {
  if (!payload) return outcome.settle(['error', { status: 0, message: 'nothing captured' }]);
  const id = crypto.getRandomValues(new Uint32Array(4)).join('-');
  const entry = { id, payload: parse<Consent>(payload), created_at: Date.now(), attempts: 0, due: 0 };
  outcomes.set(id, outcome);
  if (replace(id, entry) && !now) return entry;
  void send(entry);
}

const read = (id: string) => entries().find((entry) => entry.id === id);

/** As if it had never been put down, unless it is on its way. */
export function takeBack(entry: Entry | void): void {
  if (entry && !read(entry.id)?.attempts) replace(entry.id);
}

async function send(entry: Entry): Promise<void> {
  const { id, payload } = entry;
  const attempts = entry.attempts + 1;
  const keepFor = (wait: number) => replace(id, { ...entry, attempts, due: Date.now() + wait });
  keepFor(TAKEN_FOR);
  const { status, body } = await post(id, stringify(payload));
  // A page of a hotel's network says 200 too; only the server gives an id.
  const stored = status < 300 && body['id'];
  const kept = !stored && attempts < MOST_ATTEMPTS && !REFUSED_FOR_GOOD.includes(status) && keepFor(Math.min(5000 * 2 ** attempts, LONGEST_WAIT));
  if (!kept) replace(id);
  const error = { message: 'answered ' + status, ...body, status };
  if (!stored) log(kept ? 'kept' : 'refused', error);
  outcomes.get(id)?.settle(stored ? ['success', body] : ['error', error, kept]);
  outcomes.delete(id);
  wake();
}

/** Looks again soon, as long as something waits that has been tried. */
function wake(): void {
  clearTimeout(timer);
  timer = entries().some(({ due }) => due) ? setTimeout(sendShelf, LOOKS_EVERY) : 0;
}

async function sendDue(all?: boolean): Promise<void> {
  for (const { id } of entries()) {
    // Read now: another tab may have taken it in the meantime. A date far ahead comes from a wrong clock.
    const entry = read(id);
    const wait = (entry?.due ?? 0) - Date.now();
    if (entry && (all || wait <= 0 || wait > 2 * LONGEST_WAIT)) await send(entry);
  }
  wake();
}

/** One tab at a time; browsers without locks (plain http) rely on the times alone. */
export function sendShelf(all?: boolean): void {
  const run = () => sendDue(all).catch((error) => log('stopped by an error', error));
  if (navigator.locks) navigator.locks.request(shelf(), run).catch(run);
  else void run();
}

addEventListener('online', () => {
  if (timer) sendShelf(true);
});
