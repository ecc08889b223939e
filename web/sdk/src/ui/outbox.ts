// Proofs on their way to the server. Each waits in localStorage until the server has it or refuses it for good.
// Sending one twice is harmless: the server answers a repeated id with its first answer.
import { complain } from '../guard';
import { OUTBOX } from '../outbox';
import { held, recall, retain } from './lent';

const MOST = 20;
/** No other tab takes a proof that was taken less than this ago. */
const TAKEN_FOR = 3e4;
const LONGEST_WAIT = 36e5;
/** A browser refuses more than 64 KB of keepalive bodies in flight. */
const KEEPALIVE_LIMIT = 6e4;
const REFUSED_FOR_GOOD = [400, 401, 403, 404, 409, 413];

interface Parcel {
  readonly url: string;
  readonly body: string;
  readonly tries: number;
  /** Milliseconds; nobody takes it before. */
  readonly due: number;
}

const parcels = (): Parcel[] => {
  const list = recall<Parcel[]>(OUTBOX);
  return Array.isArray(list) ? list : [];
};

const store = (list: readonly Parcel[]) => retain(OUTBOX, list.length ? list.slice(-MOST) : null);

const replace = (parcel: Parcel, next: Parcel | []) => store(parcels().flatMap((other) => other.body === parcel.body ? next : other));

function again(parcel: Parcel): void {
  const wait = Math.min(5000 * 2 ** parcel.tries, LONGEST_WAIT);
  replace(parcel, { ...parcel, tries: parcel.tries + 1, due: Date.now() + wait });
  setTimeout(flush, wait + 50);
}

async function send(parcel: Parcel): Promise<void> {
  const { url, body } = parcel;
  try {
    const { ok, status } = await fetch(url, { method: 'POST', body, credentials: 'omit', keepalive: body.length < KEEPALIVE_LIMIT });
    if (!ok && !REFUSED_FOR_GOOD.includes(status)) return again(parcel);
    replace(parcel, []);
    if (!ok) complain(`the server refused the proof of consent (${status})`);
  } catch {
    again(parcel);
  }
}

function takeDue(): void {
  const now = Date.now();
  for (const parcel of parcels()) {
    // A date far ahead comes from a wrong clock.
    if (parcel.due > now && parcel.due < now + 2 * LONGEST_WAIT) continue;
    replace(parcel, { ...parcel, due: now + TAKEN_FOR });
    void send(parcel);
  }
}

/** Sends what is due; one tab at a time decides what that is. */
export function flush(): void {
  if (!navigator.locks) return takeDue();
  navigator.locks.request(OUTBOX, takeDue).catch(takeDue);
}

export function collectUrl(): string {
  const [, , , , , { origin, search }, { widgetid }] = held();
  return `${origin}/v1/client/collect/${widgetid}${search}`;
}

/** Stored at once and sent by the answered function, so that a page that leaves in between loses nothing. */
export function post(url: string, body: string): () => void {
  const parcel = { url, body, tries: 0, due: Date.now() + TAKEN_FOR };
  store([...parcels(), parcel]);
  return () => void send(parcel);
}
