// Pages with a form and the form library, as on customers' sites. What arrived is asked of the private API.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Placet } from './placet';
import type { Site } from './site';

export const FORM = `<form id="join" action="/thanks">
  <input type="hidden" name="csrf" value="TOKEN"><label>Mail <input name="mail" type="email" required></label>
  <label>Name <input name="person"></label><input name="member_no"><input name="form_fields[town]" value="Lyon">
  <input type="password" name="pw" value="PASSWORD"><input type="file" name="scan"><input name="secret_word" value="SECRET">
  <label><input type="checkbox" name="news" value="yes"> News</label>
  <input type="checkbox" name="many" value="a" checked><input type="checkbox" name="many" value="b" checked>
  <input type="radio" name="plan" value="small"><input type="radio" name="plan" value="large" checked>
  <select name="size"><option>S<option selected>L</select><textarea name="words"></textarea>
  <input name="elements" value="shadow"><script>1</script><button id="go" onclick="window.clicked = 1">Join</button></form>`;

export const MAP = {
  subject: { email: 'mail', full_name: 'person', id: 'member_no' },
  preferences: { newsletter: 'news', many: 'many', plan: 'plan', size: 'size', town: 'form_fields[town]' },
  exclude: ['secret_word'],
};

export const NOTICES = [{ identifier: 'privacy_policy' }];

/** The library, initialised as on customers' pages. */
export const library = (origin: string, api_key: string, options: object = {}): string =>
  `<script>var _iub = window._iub || {}; _iub.cons_instructions = _iub.cons_instructions || [];
    _iub.cons_instructions.push(['init', ${JSON.stringify({ api_key, ...options })}, () => { window.ready = true; }]);</script>
  <script async src="${origin}/sdk/forms.js"></script>`;

/** Pushes a command whose form is the one on the page; what the callbacks said ends up in `window.said`. */
export const push = (page: Page, command: 'submit' | 'load', args: object = {}) => page.evaluate(([name, given]) => {
  const said: unknown[] = (window as any).said ??= [];
  (window as any)._iub.cons_instructions.push([name, { form: { selector: document.getElementById('join'), map: (given as any).map }, ...given as object }, {
    success: (answer: unknown) => said.push(['success', answer]), error: (answer: unknown) => said.push(['error', answer]),
  }]);
}, [command, args] as const);

export const said = (page: Page): Promise<any[]> => page.evaluate(() => (window as any).said ?? []);

export const loaded = (page: Page) => page.waitForFunction('window.ready');

/** The consents of a subject, newest first, whole. */
export async function consentsOf(placet: Placet, subject: string): Promise<any[]> {
  const list: any[] = await placet.get(`/consent?subject_id=${subject}`);
  return Promise.all(list.map(({ id }) => placet.get(`/consent/${id}`)));
}

/** What waits in the browser. */
export const waiting = (page: Page): Promise<any[]> =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('placet-forms-')).map((key) => JSON.parse(localStorage.getItem(key) as string)));

/** The library under our own name, which finds its key in its address. */
export const ownLibrary = (origin: string, key: string, attributes = 'async'): string => `<script ${attributes} src="${origin}/sdk/forms.js?key=${key}"></script>`;

export const ownLoaded = (page: Page) => page.waitForFunction(() => !!(window as any).placet?.forms?.attach);

const TYPES: { [ending: string]: string } = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8' };

/** Puts up the page of examples/forms; answers its address. */
export function example(site: Site, placet: Placet): string {
  for (const name of ['index.html', 'thanks.html', 'stand-ins.js', 'sources.js']) {
    const text = readFileSync(join(import.meta.dirname, '../../examples/forms', name), 'utf8');
    const filled = text.replaceAll('{{SERVER}}', placet.origin).replaceAll('{{PUBLIC_KEY}}', placet.publicKey);
    site.page(filled, { path: '/forms/' + name, headers: { 'Content-Type': TYPES[name.split('.').pop() as string] as string } });
  }
  return `${site.origin}/forms/index.html`;
}
