// Widgets, in words.
import type { Json } from '../types';
import { languageWords, purposeWords } from '../words';
import { SETTINGS } from './settings';
import { textName } from './texts';
import type { Ask, Difference, Widget } from './types';

export const SECTIONS = ['overview', 'domains', 'services', 'texts', 'appearance', 'preview', 'publish', 'versions'] as const;
export type SectionName = typeof SECTIONS[number];

export const SECTION_WORDS: Record<SectionName, string> = {
  overview: 'Overview',
  domains: 'Domains',
  services: 'Services',
  texts: 'Texts',
  appearance: 'Appearance',
  preview: 'Preview',
  publish: 'Publish',
  versions: 'Versions',
};

export const ASKS: Record<Ask, { name: string; done: string; meaning: string }> = {
  everyone: {
    name: 'Ask everyone again',
    done: 'Everyone was asked again',
    meaning: 'Every visitor sees the window on the next page, also those who have chosen. Earlier answers no longer count.',
  },
  new: {
    name: 'Ask only about what is new',
    done: 'Asked about what was new',
    meaning: 'Whoever has chosen sees a short window about the new services alone. All other answers stay as they are.',
  },
  nobody: {
    name: 'Ask nobody again',
    done: 'Nobody was asked again',
    meaning: 'Whoever has chosen sees no window. A new service stays off for them until they open the choices themselves.',
  },
};

export function titleOf(widget: Widget): string {
  return widget.label || `Widget ${widget.id}`;
}

export type State = 'draft' | 'changed' | 'live' | 'off';

export function stateOf({ published, has_unpublished_changes: isChanged }: Widget): State {
  if (!published) return 'draft';
  if (!published.enabled) return 'off';
  return isChanged ? 'changed' : 'live';
}

export function stateWords(widget: Widget): string {
  const version = widget.published?.number ? `version ${widget.published.number}` : 'a version';
  const words: Record<State, string> = { draft: 'Draft', changed: `Changed since ${version}`, live: `Live, ${version}`, off: `Switched off, ${version}` };
  return words[stateOf(widget)];
}

export function originsOf({ published, allowed_origins: drafted }: Widget): string[] {
  if (published) return published.allowed_origins;
  return Array.isArray(drafted) ? drafted.filter((origin) => typeof origin === 'string') : [];
}

/** What somebody types for a site: the address of any of its pages will do. */
export function originOf(text: string): string {
  const address = text.trim();
  const [, scheme = 'https', host = ''] = /^(?:([a-z]+):\/\/)?([^/?#]*)/i.exec(address) ?? [];
  return host ? `${scheme.toLowerCase()}://${host.toLowerCase()}` : '';
}

const SERVICE_WORDS: { [member: string]: string } = {
  name: 'name',
  purpose: 'purpose',
  provider: 'provider',
  country: 'country',
  description: 'description',
  privacyPolicyUrl: 'privacy policy',
  requiredConsent: 'whether visitors are asked',
  defaultConsent: 'whether it is on before a choice',
  exempt: 'whether the law exempts it',
  exemptReason: 'why the law exempts it',
  cookies: 'cookies',
};

/** A place of a draft, as `check` and `versions` name it. */
export function placeWords(path: string): string {
  const [kind = '', name = '', ...rest] = path.split('.');
  const member = rest.at(-1) ?? '';
  if (kind === 'allowedOrigins' || kind.startsWith('allowedOrigins[')) return 'Domains';
  if (kind === 'translations' && name === 'order') return 'Order of the languages';
  if (kind === 'translations' || kind === 'texts') return `${member ? `${textName(member)}, ` : 'Language '}${languageWords(name)}`;
  if (kind === 'services' && name === 'order') return 'Order of the services';
  if (kind === 'services' && name && !member) return `Service ${name}`;
  if (kind === 'services') return `Service ${[name, ...rest.slice(0, -1)].join('.')}: ${SERVICE_WORDS[member] ?? member}`;
  return SETTINGS.find((setting) => setting.name === path)?.label ?? path;
}

/** The place of a problem: lists are counted there, not named. */
export function troubleWords(path: string, services: { name?: Json }[], languages: string[]): string {
  const [, list, at, member = ''] = /^(services|translations)\[(\d+)\](?:\.(.+))?$/.exec(path) ?? [];
  if (list === 'services') return `${services[Number(at)]?.name ?? 'A service'}${member ? `: ${SERVICE_WORDS[member] ?? member}` : ''}`;
  if (list === 'translations') return `${member ? `${textName(member)}, ` : ''}${languageWords(languages[Number(at)] ?? '')}`;
  return path.startsWith('groups') ? 'A service' : placeWords(path);
}

/** Where a problem is mended. */
export function sectionOf(path: string): SectionName {
  if (path.startsWith('allowedOrigins')) return 'domains';
  if (path.startsWith('services') || path.startsWith('groups')) return 'services';
  if (path.startsWith('translations') || path.startsWith('texts')) return 'texts';
  return 'appearance';
}

export function valueWords(path: string, value: Json): string {
  if (value === null || value === '') return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (path.endsWith('.purpose') && typeof value === 'number') return purposeWords(value).name;
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'object' && item ? String((item as { name?: Json }).name ?? '…') : String(item))).join(', ') || 'nothing';
  if (typeof value === 'object') return '…';
  const options = SETTINGS.find((setting) => setting.name === path)?.options;
  return options?.[String(value)] ?? String(value);
}

/** Something that came or went whole. */
export function isWhole({ path, before, after }: Difference): boolean {
  return /^(services|translations|variants)\.[^.]+$/.test(path) && (before === null || after === null);
}

/** The place of a difference; a service that came or went is called by its name. */
export function wholeWords(difference: Difference): string {
  const service = difference.after ?? difference.before;
  const isService = isWhole(difference) && difference.path.startsWith('services.') && typeof service === 'object' && service !== null;
  const name = isService && 'name' in service ? service.name : null;
  return typeof name === 'string' ? `Service ${name}` : placeWords(difference.path);
}
