// The consents on screen: the pages asked for so far, in the server's order, newest first.
import { consentsAt, Problem } from '../api';
import type { Consent } from '../types';

export interface Filters { search: string; type: string; source: string }

export const PAGE_SIZE = 50;

export function filtersIn(query: string): Filters {
  const values = new URLSearchParams(query);
  return {
    search: values.get('search') ?? '',
    type: values.get('consent_type') ?? '',
    source: values.get('source') ?? '',
  };
}

export function queryOf(filters: Filters): string {
  const values = new URLSearchParams();
  if (filters.search) values.set('search', filters.search);
  if (filters.type) values.set('consent_type', filters.type);
  if (filters.source) values.set('source', filters.source);
  return values.size > 0 ? `?${values}` : '';
}

function firstPage(query: string): string {
  return `/api/v1/consents${query ? `${query}&` : '?'}limit=${PAGE_SIZE}`;
}

export class ConsentList {
  consents = $state.raw<Consent[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  loadingMore = $state(false);
  problem = $state.raw<Problem | null>(null);
  next = $state.raw<string | null>(null);
  #asked = new AbortController();

  // A newer question makes the answer to an older one worthless.
  async load(query: string): Promise<void> {
    this.state = 'loading';
    this.loadingMore = false;
    await this.#ask(firstPage(query), []);
  }

  async more(): Promise<void> {
    if (!this.next || this.loadingMore) return;
    this.loadingMore = true;
    await this.#ask(this.next, this.consents);
  }

  async #ask(address: string, before: Consent[]): Promise<void> {
    this.#asked.abort();
    const asked = this.#asked = new AbortController();
    try {
      const page = await consentsAt(address, asked.signal);
      if (asked.signal.aborted) return;
      this.consents = [...before, ...page.consents];
      this.next = page.next;
      this.problem = null;
      this.state = 'ready';
    } catch (error) {
      if (asked.signal.aborted) return;
      this.problem = error instanceof Problem ? error : new Problem(0, 'Something went wrong', String(error));
      if (before.length === 0) this.state = 'failed';
    }
    this.loadingMore = false;
  }

  indexOf(id: string): number {
    return this.consents.findIndex((consent) => consent.id === id);
  }
}
