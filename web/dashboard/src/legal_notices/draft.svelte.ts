// A version that is being written. It is kept until it is published, so that closing its window by mistake loses nothing.
import type { NoticeVersion, Texts } from '../types';

export interface Text { language: string; words: string }

export class NoticeDraft {
  /** Of the notice that gets a new version; null for a new notice. */
  readonly of: string | null;
  /** The version that it was begun on. */
  readonly after: number;
  identifier = $state('');
  texts = $state<Text[]>([]);
  documents = $state.raw<string[]>([]);
  file = $state.raw<File | null>(null);
  from = $state('');

  constructor(newest: NoticeVersion | null) {
    this.of = newest?.identifier ?? null;
    this.after = newest?.version ?? 0;
    this.identifier = this.of ?? '';
    this.texts = newest ? textsIn(newest.content) : [{ language: 'en', words: '' }];
    this.documents = newest?.document_ids ?? [];
  }

  /** One text without a language, or an object of languages and texts. */
  get content(): Texts {
    const [only, ...others] = this.texts;
    if (only && others.length === 0 && !only.language.trim()) return only.words;
    return Object.fromEntries(this.texts.map(({ language, words }) => [language.trim(), words]));
  }

  /** What stands in the way before anything is sent: by the place of a text, or of the identifier. */
  problems(): { [field: string]: string } {
    const found: { [field: string]: string } = {};
    if (!this.identifier.trim()) found['/identifier'] = 'A notice needs a name, such as privacy_policy.';
    const languages = this.texts.map(({ language }) => language.trim());
    for (const [at, { words }] of this.texts.entries()) {
      if (!words.trim()) found[`words ${at}`] = 'Write the text first.';
      if (languages.indexOf(languages[at] ?? '') < at) found[`language ${at}`] = 'This language is there already.';
      else if (this.texts.length > 1 && !languages[at]) found[`language ${at}`] = 'Say which language this is, such as en or de.';
    }
    return found;
  }
}

function textsIn(content: Texts): Text[] {
  if (typeof content === 'string') return [{ language: '', words: content }];
  return Object.entries(content).map(([language, words]) => ({ language, words }));
}

const drafts: NoticeDraft[] = [];

/** The draft for a new version of a notice, or for a new notice. What was begun on an older version is not what is meant. */
export function draftOf(newest: NoticeVersion | null): NoticeDraft {
  const [of, after] = [newest?.identifier ?? null, newest?.version ?? 0];
  const kept = drafts.find((draft) => draft.of === of && draft.after === after);
  if (kept) return kept;
  const draft = new NoticeDraft(newest);
  drafts.push(draft);
  return draft;
}

export function forget(draft: NoticeDraft): void {
  drafts.splice(drafts.indexOf(draft), 1);
}
