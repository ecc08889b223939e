// One request to the consent API.
import { options } from './settings';

const PATIENCE = 1e4;
/** A browser refuses more than 64 KB of keepalive bodies in flight. */
const KEEPALIVE_LIMIT = 6e4;

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** By its id the server recognises a request that comes again. Status 0: no answer, or none within ten seconds. */
export async function post(id: string, body: string): Promise<Answer> {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(options!.base_url + '/public/consent', {
      method: 'POST', body, headers: { ApiKey: options!.api_key, 'Content-Type': 'application/json', 'Idempotency-Key': id },
      credentials: 'omit', keepalive: new Blob([body]).size < KEEPALIVE_LIMIT, signal: stop.signal,
    });
    return { status: response.status, body: Object(await response.json().catch(() => 0)) };
  } catch (error) {
    return { status: 0, body: { message: 'no answer: ' + error } };
  }
}
