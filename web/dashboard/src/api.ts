// The management API as the dashboard sees it. Every answer that is not a success becomes a Problem with words to show.
import type { Consent, ConsentDetail, Session } from './types';

export class Problem extends Error {
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

const AWAY = 'Placet does not answer. Check your connection; nothing that was stored is lost.';

async function ask(address: string, signal?: AbortSignal): Promise<Response> {
  const request: RequestInit = { headers: { accept: 'application/json' }, credentials: 'same-origin', ...(signal && { signal }) };
  const response = await fetch(address, request).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'No connection', AWAY);
  });
  if (response.status === 401) signIn();
  if (!response.ok) throw await problemIn(response);
  return response;
}

async function problemIn(response: Response): Promise<Problem> {
  const said: { title?: unknown; detail?: unknown } = await response.json().catch(() => ({}));
  const title = typeof said?.title === 'string' ? said.title : `Error ${response.status}`;
  const detail = typeof said?.detail === 'string' ? said.detail : 'The server could not answer this request. Try again in a moment.';
  return new Problem(response.status, title, detail);
}

function signIn(): void {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

export interface ConsentPage {
  consents: Consent[];
  next: string | null;
}

// The next page is wherever the server says it is: `Link: <...>; rel="next"`.
function nextIn(response: Response): string | null {
  const target = response.headers.get('link')?.match(/<([^>]+)>\s*;[^,]*rel="?next"?/)?.[1];
  if (!target) return null;
  const address = new URL(target, location.href);
  return address.pathname + address.search;
}

export async function consentsAt(address: string, signal: AbortSignal): Promise<ConsentPage> {
  const response = await ask(address, signal);
  return { consents: await response.json() as Consent[], next: nextIn(response) };
}

export async function consent(id: string, signal: AbortSignal): Promise<ConsentDetail> {
  const response = await ask(`/api/v1/consents/${encodeURIComponent(id)}`, signal);
  return await response.json() as ConsentDetail;
}

export async function session(): Promise<Session> {
  const response = await ask('/api/v1/session');
  return await response.json() as Session;
}
