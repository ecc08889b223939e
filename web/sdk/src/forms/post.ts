// One request to the consent API.
import { stringify } from '../json';
import type { Payload } from './payload';
import { log, options } from './settings';

const PATIENCE = 1e4;
/** A browser refuses more than 64 KB of keepalive bodies in flight. */
const KEEPALIVE_LIMIT = 6e4;

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export let scriptOrigin = '';

export const cameFrom = (origin: string): void => { scriptOrigin = origin; };

/** Status 0: no answer, or none within ten seconds. */
export async function post(payload: Payload): Promise<Answer> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const body = stringify(payload);
  try {
    const response = await fetch((options?.base_url ?? scriptOrigin).replace(/\/$/, '') + '/public/consent', {
      method: 'POST', body, headers: { ApiKey: options?.api_key ?? '', 'Content-Type': 'application/json' },
      credentials: 'omit', keepalive: body.length < KEEPALIVE_LIMIT, signal: stop.signal,
    });
    const answer = { status: response.status, body: await response.json().catch(() => ({})) };
    if (!response.ok) log('error', `the server refused a consent (${response.status})`, answer.body);
    return answer;
  } catch {
    const message = stop.signal.aborted ? 'no answer within ten seconds' : 'the server cannot be reached';
    log('error', message);
    return { status: 0, body: { message } };
  } finally {
    clearTimeout(timer);
  }
}

export const isStored = ({ status }: Answer): boolean => status >= 200 && status < 300;
