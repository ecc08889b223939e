// Consents on their way wait in localStorage. One leaves only when the server has it or refuses it for good.
import { parse, stringify } from '../json';
import type { Outcome } from './outcome';
import type { Consent } from './payload';
import { post } from './post';
import { log, options } from './settings';

const REFUSED_FOR_GOOD = [400, 401, 403, 413];
const MOST_ATTEMPTS = 20;
/** Nobody else takes an entry that was taken less than this ago. */
const TAKEN_FOR = 2e4 + Math.random();
const LONGEST_WAIT = 36e5;
const LOOKS_EVERY = 5000;
const MOMENT = 250;

interface Entry {
  readonly id: string;
  readonly payload: Consent | null;
  readonly created_at: number;
  readonly attempts: number;
  /** Not before. 0: it was put down for the next page. No whole number: somebody has taken it, and knows it by this one. */
  readonly due: number;
}

/** Of entries that this very page put down. */
const outcomes = new Map<string, Outcome>();
let timer: number | undefined;
let storage: Partial<Storage> = {};

try {
  storage = localStorage ?? storage; // null in web views that keep nothing
} catch {
  // Blocked.
}

// Each has a key of its own: of one list, two tabs that write at once would lose an entry.
const shelf = () => `placet-forms-${options!.api_key}-`;
const ids = () => Object.keys(storage).filter((id) => id.startsWith(shelf()));
const read = (id: string) => parse<Entry>(storage.getItem?.(id));

/** Without an entry it removes. Answers whether it could: storage may be blocked, or full. */
function write(id: string, entry?: Entry): boolean {
  try {
    if (entry) storage.setItem!(id, stringify(entry));
    else storage.removeItem!(id);
    return true;
  } catch {
    return false;
  }
}

/** Puts a consent down for later. It is sent at once if it cannot be stored. */
export function put(payload: string | undefined, outcome: Outcome, now?: boolean): Entry | void {
  if (!payload) return outcome.settle(['error', { status: 0, message: 'nothing to record' }]);
  const entry = { id: shelf() + crypto.getRandomValues(new Uint32Array(4)).join('-'), payload: parse<Consent>(payload), created_at: Date.now(), attempts: 0, due: 0 };
  outcomes.set(entry.id, outcome);
  if (!now && write(entry.id, entry)) return entry;
  void send(entry);
}

/** As if it had never been put down, unless it is on its way. */
export function takeBack(entry: Entry | void): void {
  if (entry && !read(entry.id)?.attempts) write(entry.id);
}

async function send(entry: Entry): Promise<void> {
  const { id, payload } = entry;
  const attempts = entry.attempts + 1;
  const keepFor = (wait: number) => write(id, { ...entry, attempts, due: Date.now() + wait });
  keepFor(TAKEN_FOR);
  const { status, body } = await post(id, stringify(payload));
  // A page of a hotel's network says 200 too; only the server gives an id.
  const stored = status < 300 && body['id'];
  const kept = !stored && attempts < MOST_ATTEMPTS && !REFUSED_FOR_GOOD.includes(status) && keepFor(Math.min(5000 * 2 ** attempts, LONGEST_WAIT));
  if (!kept) write(id);
  const error = { message: 'answered ' + status, ...body, status };
  log(stored ? 'stored' : kept ? 'kept' : 'refused', error, stored ? 'info' : kept ? 'warn' : 'error');
  outcomes.get(id)?.settle(stored ? ['success', body] : ['error', error, kept]);
  outcomes.delete(id);
  wake();
}

/** Looks again soon, as long as something waits that has been tried. */
function wake(): void {
  clearTimeout(timer);
  timer = ids().some((id) => read(id)?.due) ? setTimeout(sendShelf, LOOKS_EVERY) : 0;
}

/** Of tabs that take an entry at once, the last has it: a moment later storage shows the same to all. */
async function isOurs(entry: Entry): Promise<boolean> {
  const due = Date.now() + TAKEN_FOR;
  write(entry.id, { ...entry, due });
  await new Promise((later) => setTimeout(later, MOMENT));
  return read(entry.id)?.due === due;
}

async function sendDue(all?: boolean): Promise<void> {
  for (const id of ids()) {
    // Read now: another tab may have taken it in the meantime. A date far ahead comes from a wrong clock.
    const entry = read(id)!;
    const wait = entry?.due - Date.now();
    if ((wait <= 0 || wait > 2 * LONGEST_WAIT || all && wait % 1 === 0) && (navigator.locks || await isOurs(entry))) await send(entry);
  }
  wake();
}

/** One tab at a time; in browsers without locks (plain http), one tab for each entry. */
export function sendShelf(all?: boolean): void {
  const run = () => sendDue(all).catch((error) => log('stopped:', error));
  void (navigator.locks?.request(shelf(), run).catch(run) ?? run());
}

addEventListener('online', () => {
  if (timer) sendShelf(true);
});
