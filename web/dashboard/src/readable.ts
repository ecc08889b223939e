// Turns what was stored as bytes into something to read. The stored bytes themselves are always one click away.
import type { Json } from './types';

export interface Field { name: string; value: string }

export function valueWords(value: Json): string {
  if (value === null || value === '') return '(empty)';
  if (value === true) return 'Yes';
  if (value === false) return 'No';
  if (typeof value !== 'object') return String(value);
  return fieldsOf(value, '').map((field) => (field.name ? `${field.name}: ${field.value}` : field.value)).join(', ');
}

// Lists are counted from one, as people count.
function entriesOf(value: object): [string, Json][] {
  return Array.isArray(value) ? value.map((item, at) => [String(at + 1), item]) : Object.entries(value);
}

function fieldsOf(value: Json, name: string): Field[] {
  if (value === null || typeof value !== 'object') return [{ name, value: valueWords(value) }];
  const inner = entriesOf(value);
  if (inner.length === 0) return [{ name, value: '(empty)' }];
  return inner.flatMap(([key, below]) => fieldsOf(below, name ? `${name} › ${key}` : key));
}

// The fields of a JSON object, nested ones with their path; null when the content is not one.
export function fieldsIn(content: string): Field[] | null {
  try {
    const value = JSON.parse(content) as Json;
    return value !== null && typeof value === 'object' ? fieldsOf(value, '') : null;
  } catch {
    return null;
  }
}

const ENTITIES: { [entity: string]: string } = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ' };

// The words of a notice that was stored as HTML; nothing of it is ever parsed as HTML here.
export function plainText(text: string): string {
  if (!/<\/?[a-z][^>]*>/i.test(text)) return text;
  return text
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, '')
    .replace(/<li\b[^>]*>/gi, '\n• ')
    .replace(/<(?:\/(?:p|div|h\d|ul|ol|tr|section)|br\s*\/?)>/gi, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&(?:amp|lt|gt|quot|nbsp|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\n\s*\n\s*/g, '\n\n')
    .trim();
}

export function shortened(digest: string): string {
  const hex = digest.replace(/^sha256:/, '');
  return hex.length > 20 ? `${hex.slice(0, 10)}…${hex.slice(-6)}` : hex;
}

const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'dv', 'fa', 'he', 'ks', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi']);

export function directionOf(language: string): 'rtl' | 'ltr' {
  return RIGHT_TO_LEFT.has(language.split('-')[0] ?? '') ? 'rtl' : 'ltr';
}
