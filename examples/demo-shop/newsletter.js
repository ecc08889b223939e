// The letter: a consent given in a form. The form library sends it with the form as it was shown.
import { offerCopies } from './my-consent.js';
import { say } from './words.js';

const form = document.getElementById('newsletter');
const said = document.getElementById('newsletter-said');

function push(...command) {
  window._iub ??= {};
  window._iub.cons_instructions ??= [];
  window._iub.cons_instructions.push(command);
}

function paragraph(text) {
  const node = document.createElement('p');
  node.textContent = text;
  return node;
}

function thank({ id }) {
  const found = paragraph(`${say('letter.id', 'The proof of your consent has the id')} `);
  const code = document.createElement('code');
  Object.assign(code, { dir: 'ltr', id: 'newsletter-id', textContent: id });
  const copy = document.createElement('button');
  Object.assign(copy, { type: 'button', className: 'link', textContent: say('mine.copy', 'Copy') });
  copy.dataset.copies = code.id;
  found.append(code, ' ', copy);
  said.replaceChildren(paragraph(say('letter.thanks', 'Thank you. The next letter comes to you.')), found);
  offerCopies(said);
  form.reset();
}

function regret() {
  said.replaceChildren(paragraph(say('letter.failed', 'That did not work: the server is away. Please try again.')));
}

function send(event) {
  event.preventDefault();
  const map = { subject: { email: 'email' }, preferences: { newsletter: 'newsletter' } };
  const consent = { legal_notices: [{ identifier: 'privacy_policy' }] };
  push('submit', { form: { selector: form, map }, consent }, { success: thank, error: regret });
}

export function offerNewsletter() {
  push('init', { api_key: form.dataset.key });
  form.addEventListener('submit', send);
}
