// The declarations against the ways in which a page may use them: what is wrong here does not compile.
import type { FormResult, Forms } from './forms';
import type {} from './placet';

const forms = (window.placet ??= []).forms ??= [];
forms.push((ready) => ready.attach('#letter', { subject: { email: 'mail' }, preferences: { newsletter: 'news' }, exclude: ['hush'] }));

export async function examples(ready: Forms, form: HTMLFormElement): Promise<string> {
  ready.init({ api_key: 'placet_pk_x', log_level: 'warn', base_url: 'https://consent.example.org' });
  const attached = ready.attach(form, { manual: true, notices: ['terms', { identifier: 'privacy_policy', version: 3 }], done: ({ stored }) => void stored });
  const result: FormResult = await attached.send({ preferences: { plan: 'large', several: [1, 2] } });
  if (result.stored) return result.subject_id;
  if (result.kept) return `${result.status}: ${result.message}`;
  attached.detach();

  // @ts-expect-error a key is needed
  ready.init({});
  // @ts-expect-error a field's name, not a field
  ready.attach(form, { subject: { email: form } });
  // @ts-expect-error names of notices, or notices
  ready.attach(form, { notices: [7] });
  // @ts-expect-error a form, its selector, or null
  void ready.send(7);
  // @ts-expect-error an id only when it is stored
  return result.id;
}

export function older(): void {
  const shared = window._iub ??= {};
  const queue = shared.cons_instructions ??= [];
  queue.push(['init', { api_key: 'placet_pk_x' }, () => {}]);
  queue.push(['load', { submitElement: null, form: { selector: '#letter', map: { exclude: { a: 'hush' } } }, consent: { legal_notices: [{ identifier: 'terms' }] } }]);
  queue.push(['submit', { writeOnLocalStorage: true }, { success: ({ id }) => void id, error: ({ status }) => void status }]);
  queue.push(['sendData'], ['sendFromLocalStorage']);
  shared.cons?.submit({}).success(({ subject_id }) => void subject_id).error(({ message }) => void message);
  // @ts-expect-error no such command
  queue.push(['send']);
  // @ts-expect-error an id is a text
  queue.push(['submit', { consent: { subject: { id: 7 } } }]);
}
