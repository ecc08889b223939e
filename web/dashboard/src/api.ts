// The management API as the dashboard sees it. Every answer that is not a success becomes a Problem with words to show.
import type { ConsentDetail, Json, Session } from './types';

export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly type: string;
  /** What is wrong where: a JSON pointer, and words. */
  readonly errors: FieldError[];

  constructor(status: number, title: string, detail: string, type = 'about:blank', errors: FieldError[] = []) {
    super(detail);
    this.errors = errors;
    this.status = status;
    this.title = title;
    this.type = type;
  }

  /** Whatever was thrown, as something to show. */
  static of(error: unknown): Problem {
    return error instanceof Problem ? error : new Problem(0, 'Something went wrong', String(error));
  }
}

export interface FieldError { pointer: string; detail: string }

/** The server does this only after the password was given again. */
export const PASSWORD_AGAIN = '/api#password-again';

const AWAY = 'Placet does not answer. Check your connection; nothing that was stored is lost.';

const SIGNED_OUT = 'You are no longer signed in. Sign in again in another tab, then press the button once more: nothing that you typed is lost.';

/** Whoever is signed out is asked to sign in, unless that would take away what is being typed. */
async function ask(address: string, more: RequestInit = {}, staysHere = more.method !== undefined): Promise<Response> {
  const headers = { accept: 'application/json', ...(typeof more.body === 'string' && { 'content-type': 'application/json' }), ...more.headers };
  const response = await fetch(address, { credentials: 'same-origin', ...more, headers }).catch((error: unknown) => {
    if (more.signal?.aborted) throw error;
    throw new Problem(0, 'No connection', AWAY);
  });
  if (response.status === 401 && staysHere) throw new Problem(401, 'Signed out', SIGNED_OUT);
  if (response.status === 401) signIn();
  if (!response.ok) throw await problemIn(response);
  return response;
}

async function problemIn(response: Response): Promise<Problem> {
  const said: { title?: unknown; detail?: unknown; type?: unknown; errors?: unknown } = await response.json().catch(() => ({}));
  const title = typeof said?.title === 'string' ? said.title : `Error ${response.status}`;
  const detail = typeof said?.detail === 'string' ? said.detail : 'The server could not answer this request. Try again in a moment.';
  const errors = Array.isArray(said?.errors) ? said.errors as FieldError[] : [];
  return new Problem(response.status, title, detail, typeof said?.type === 'string' ? said.type : undefined, errors);
}

function signIn(): void {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

// The next page is wherever the server says it is: `Link: <...>; rel="next"`.
function nextIn(response: Response): string | null {
  const target = response.headers.get('link')?.match(/<([^>]+)>\s*;[^,]*rel="?next"?/)?.[1];
  if (!target) return null;
  const address = new URL(target, location.href);
  return address.pathname + address.search;
}

export async function pageAt<Item>(address: string, signal: AbortSignal, staysHere = false): Promise<Page<Item>> {
  const response = await ask(address, { signal }, staysHere);
  return { items: await response.json() as Item[], next: nextIn(response) };
}

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One thing, whatever it is. */
export async function read<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  const response = await ask(address, signal ? { signal } : {});
  return await response.json() as Answer;
}

/** What a change depends on. */
export interface Terms {
  /** A request that has a name is carried out once, however often it is sent. */
  name?: string | undefined;
  /** Of the draft that the change was made on. */
  revision?: number | undefined;
}

/** Changes something, and gives the answer if there is one. */
export async function send<Answer>(method: Method, address: string, body?: Json | FormData, { name, revision }: Terms = {}): Promise<Answer> {
  const headers = { ...(name && { 'idempotency-key': name }), ...(revision !== undefined && { 'if-match': `"${revision}"` }) };
  const sent = body instanceof FormData ? body : JSON.stringify(body);
  const response = await ask(address, { method, headers, ...(body !== undefined && { body: sent }) });
  return (response.status === 204 ? null : await response.json()) as Answer;
}

export function consent(id: string, signal: AbortSignal): Promise<ConsentDetail> {
  return read(`/api/v1/consents/${encodeURIComponent(id)}`, signal);
}

export function session(): Promise<Session> {
  return read('/api/v1/session');
}
