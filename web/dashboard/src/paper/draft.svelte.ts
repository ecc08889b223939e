// A consent that is being typed from paper. It is kept until it is recorded: closing the window, a refusal or a server that
// is away lose nothing.
import type { Json } from '../types';
import { momentIn } from '../wrong';

export interface Answer { name: string; value: '' | 'yes' | 'no' }
export interface Reference { identifier: string; version: string }

export class PaperDraft {
  /** Names the request, so that sending it again records nothing a second time. */
  readonly name = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  id = $state('');
  email = $state('');
  firstName = $state('');
  lastName = $state('');
  answers = $state<Answer[]>([{ name: '', value: '' }]);
  notices = $state<Reference[]>([]);
  at = $state('');
  file = $state.raw<File | null>(null);
  /** The scan, once it is uploaded. */
  scan = $state.raw<string | null>(null);
  note = $state('');

  choose(file: File | null): void {
    this.file = file;
    this.scan = null;
  }

  /** What stands in the way before anything is sent. */
  problems(): { [field: string]: string } {
    const found: { [field: string]: string } = {};
    if (![this.id, this.email, this.firstName, this.lastName].some((text) => text.trim())) found['/subject/id'] = 'Say who gave the consent: an id, an e-mail address or a name.';
    if (this.email.trim() && !/^[^\s@]+@[^\s@]+$/.test(this.email.trim())) found['/subject/email'] = 'This is no e-mail address.';
    const at = momentIn(this.at);
    if (!at) found['/timestamp'] = 'Say when it was given: date and time.';
    else if (Date.parse(at) > Date.now() + 60_000) found['/timestamp'] = 'This is in the future.';
    if (!this.file && !this.scan && !this.note.trim()) found['/proof_document_ids'] = 'Choose the scan of the form, or write a note that says what proves it.';
    return { ...found, ...this.#answerProblems() };
  }

  #answerProblems(): { [field: string]: string } {
    const found: { [field: string]: string } = {};
    const names = this.answers.map(({ name }) => name.trim());
    for (const [at, { value }] of this.answers.entries()) {
      const name = names[at] ?? '';
      if (!name && value) found[`answer ${at}`] = 'Say what this answers.';
      else if (name && !value) found[`answer ${at}`] = 'Say yes or no.';
      else if (name && names.indexOf(name) < at) found[`answer ${at}`] = 'This is answered above already.';
    }
    return found;
  }

  body(): { [name: string]: Json } {
    const given = (fields: { [name: string]: string }) => Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, text.trim()]).filter(([, text]) => text));
    const answered = this.answers.filter(({ name, value }) => name.trim() && value);
    return {
      timestamp: momentIn(this.at),
      subject: given({ id: this.id, email: this.email, first_name: this.firstName, last_name: this.lastName }),
      preferences: Object.fromEntries(answered.map(({ name, value }) => [name.trim(), value === 'yes'])),
      legal_notices: this.notices.filter(({ identifier }) => identifier).map(({ identifier, version }) => ({ identifier, version: version ? Number(version) : null })),
      proof_document_ids: this.scan ? [this.scan] : [],
      ...(this.note.trim() && { proofs: [{ content: this.note.trim() }] }),
    };
  }
}

let kept: PaperDraft | null = null;

/** What was typed before, or an empty form. */
export function draft(): PaperDraft {
  return kept ??= new PaperDraft();
}

export function forget(): void {
  kept = null;
}
