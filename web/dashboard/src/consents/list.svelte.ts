// The consents on screen: the pages asked for so far, in the server's order, newest first.
import { Paged } from '../lists/paged.svelte';
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

export class ConsentList extends Paged<Consent> {
  get consents(): Consent[] {
    return this.items;
  }

  load(query: string): Promise<void> {
    return this.open(firstPage(query));
  }

  indexOf(id: string): number {
    return this.items.findIndex((consent) => consent.id === id);
  }
}
