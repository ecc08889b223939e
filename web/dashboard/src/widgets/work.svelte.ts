// A widget as somebody works on it: the draft as the server has it, and what was typed and is not saved yet. What was typed
// is kept by its place (`position`, `texts.de.startupTitle`, `services.matomo.name`), so that it outlives a conflict, a look
// at another section, and what others change.
import { Problem, read, send, type Method } from '../api';
import type { Json } from '../types';
import { slugOf } from './slug';
import type { Draft, Object, Widget } from './types';

/** What a place has while nothing is said about it. */
const NOTHING = null;

const isObject = (value: Json | undefined): value is Object => typeof value === 'object' && value !== null && !Array.isArray(value);

export const itemsOf = (list: Json | undefined): Object[] => (Array.isArray(list) ? list.filter(isObject) : []);

/** All services, each with its slug and purpose: a file that is kept as it was written may have them in groups. */
function servicesOf(settings: Object): Object[] {
  const grouped = itemsOf(settings.groups).flatMap(({ purpose = NOTHING, services }) => itemsOf(services).map((service): Object => ({ ...service, purpose: service.purpose ?? purpose })));
  return [...grouped, ...itemsOf(settings.services)].map((service): Object => ({ ...service, slug: service.slug || slugOf(String(service.name ?? '')) }));
}

/** The item of a list by the member that names it. */
function named(items: Object[], member: string, name: string): Object {
  return items.find((item) => item[member] === name) ?? {};
}

function valueAt(settings: Object, place: string): Json {
  const [kind = '', name = '', ...rest] = place.split('.');
  // Slugs may have dots, names of members have none.
  if (kind === 'services') return named(servicesOf(settings), 'slug', [name, ...rest.slice(0, -1)].join('.'))[rest.at(-1) ?? ''] ?? NOTHING;
  if (kind === 'texts') return named(itemsOf(settings.translations), 'lang', name)[rest[0] ?? ''] ?? NOTHING;
  return settings[place] ?? NOTHING;
}

const isSame = (one: Json, other: Json): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Somebody else was faster. */
export interface Conflict { by: string; at: string }

export class Work {
  readonly address: string;
  widget = $state.raw<Widget | null>(null);
  draft = $state.raw<Draft | null>(null);
  /** The widget cannot be shown at all. */
  problem = $state.raw<Problem | null>(null);
  conflict = $state.raw<Conflict | null>(null);
  /** Typed places that somebody else has changed too. */
  overtaken = $state.raw<string[]>([]);
  wrong = $state('');
  said = $state('');
  #typed = $state<Record<string, Json>>({});

  constructor(id: string) {
    this.address = `/api/v1/widgets/${encodeURIComponent(id)}`;
  }

  get settings(): Object {
    return this.draft?.settings ?? {};
  }

  get services(): Object[] {
    return servicesOf(this.settings);
  }

  get languages(): string[] {
    const languages = itemsOf(this.settings.translations).map(({ lang }) => lang).filter((lang) => typeof lang === 'string');
    return languages.length > 0 ? languages : ['en'];
  }

  get origins(): string[] {
    const origins = this.settings.allowedOrigins;
    return Array.isArray(origins) ? origins.filter((origin) => typeof origin === 'string') : [];
  }

  /** All typed places that begin like this. */
  typed(prefix = ''): string[] {
    return Object.keys(this.#typed).filter((place) => place.startsWith(prefix));
  }

  stored(place: string): Json {
    return valueAt(this.settings, place);
  }

  value(place: string): Json {
    return this.#typed[place] ?? this.stored(place);
  }

  /** An empty text takes a value away; typing what is stored types nothing. */
  type(place: string, value: Json): void {
    if (isSame(value === '' ? NOTHING : value, this.stored(place))) delete this.#typed[place];
    else this.#typed[place] = value;
    this.said = '';
  }

  discard(places: string[]): void {
    for (const place of places) delete this.#typed[place];
    this.overtaken = this.overtaken.filter((place) => !places.includes(place));
  }

  async open(): Promise<void> {
    try {
      const [widget, draft] = await Promise.all([read<Widget>(this.address), read<Draft>(`${this.address}/draft`)]);
      this.widget = widget;
      this.#take(draft);
      this.problem = null;
    } catch (error) {
      this.problem = Problem.of(error);
    }
  }

  /** What was typed stays; where the stored value has changed beneath it, that is noted. */
  #take(draft: Draft, saved: string[] = []): void {
    const before = this.settings;
    const isNew = this.draft === null;
    this.draft = draft;
    for (const place of saved) delete this.#typed[place];
    for (const place of this.typed()) {
      const [was, is] = [valueAt(before, place), valueAt(draft.settings, place)];
      if (isSame(is, this.#typed[place] ?? NOTHING)) delete this.#typed[place];
      else if (!isNew && !isSame(was, is) && !this.overtaken.includes(place)) this.overtaken = [...this.overtaken, place];
    }
    this.overtaken = this.overtaken.filter((place) => place in this.#typed);
  }

  /** Saves what was typed under a prefix: the answer is the new draft. True if it is done. */
  async save(prefix: string, places: string[], method: Method, path: string): Promise<boolean> {
    const body: Object = {};
    // An emptied field is said as nothing; the names of members follow the prefix.
    for (const place of places) body[place.slice(prefix.length)] = this.#typed[place] === '' ? NOTHING : this.#typed[place] ?? NOTHING;
    return this.attempt(async () => {
      const revision = this.draft?.revision;
      this.#take(await send<Draft>(method, `${this.address}/${path}`, body, { revision }), places);
      return 'Saved in the draft.';
    });
  }

  /** A change that is one click, and right whatever else was changed; or, with `onThis`, made on the draft as it is here. */
  change(method: Method, path: string, body: Json | undefined, success: string, onThis = false): Promise<boolean> {
    return this.attempt(async () => {
      this.#take(await send<Draft>(method, `${this.address}/${path}`, body, onThis ? { revision: this.draft?.revision } : {}));
      return success;
    });
  }

  /** Does something, and says how it went. A conflict brings the newer draft, and leaves what was typed where it is. */
  async attempt(work: () => Promise<string>): Promise<boolean> {
    this.wrong = this.said = '';
    const revision = this.draft?.revision;
    try {
      this.said = await work();
      this.conflict = null;
      await this.#refresh();
      return true;
    } catch (error) {
      const problem = Problem.of(error);
      if (problem.status === 409) await this.open();
      const draft = this.draft;
      if (problem.status === 409 && draft && draft.revision !== revision) this.conflict = { by: draft.changed_by, at: draft.changed_at };
      else this.wrong = problem.message;
      return false;
    }
  }

  /** The summary follows the draft; if it cannot be had now, the next change brings it. */
  async #refresh(): Promise<void> {
    this.widget = await read<Widget>(this.address).catch(() => this.widget);
  }
}

const works = new Map<string, Work>();

/** One per widget until the page is left, so that looking elsewhere loses nothing. */
export function workOn(id: string): Work {
  const known = works.get(id) ?? new Work(id);
  works.set(id, known);
  return known;
}
