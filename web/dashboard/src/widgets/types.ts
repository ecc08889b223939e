// Widgets as the management API answers them. A draft may still be wrong, so nothing in its settings is sure.
import type { Json } from '../types';

export type Object = { [name: string]: Json };

export interface Widget {
  id: number;
  label: string | null;
  allowed_origins: Json;
  revision: number;
  changed_at: string;
  changed_by: string;
  has_unpublished_changes: boolean;
  published: {
    number: number | null;
    version: string;
    enabled: boolean;
    at: string;
    by: string | null;
    allowed_origins: string[];
  } | null;
}

export interface Trouble { path: string; reason: string }

export interface Draft {
  id: number;
  revision: number;
  /** From the settings of another product, whose defaults then hold. */
  imported: boolean;
  changed_at: string;
  changed_by: string;
  settings: Object;
  problems: Trouble[];
  warnings: Trouble[];
}

export interface Difference { path: string; before: Json; after: Json }

export type Ask = 'everyone' | 'new' | 'nobody';

export interface Check {
  can_be_published: boolean;
  problems: Trouble[];
  warnings: Trouble[];
  changes: Difference[];
  new_services: string[];
  ask: Ask;
}

export interface Publication {
  number: number;
  version: string;
  ask: Ask;
  note: string | null;
  at: string;
  by: string;
  changes: Difference[];
}

export interface Refused { origin: string; count: number; last_at: string; can_be_allowed: boolean }

export interface LibraryEntry {
  slug: string;
  name: string;
  purpose: number;
  provider: string | null;
  description: string | null;
  domains: string[];
}

export interface Counts { shown: number; unanswered: number; choices: number; accepted: number; refused: number; partly: number }
