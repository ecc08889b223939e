// The code printed in docs/integrate-forms.md and docs/moving-from-iubenda.md, put on a page and used by a visitor.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { script } from './application';
import { ownLoaded } from './form_page';
import { expect, test } from './test';
import type { Placet } from './placet';
import { html } from './widget';

const ROOT = join(import.meta.dirname, '../..');

/** A block of the documentation, with the addresses of this test. */
function printed(name: string, placet: Placet, page = 'integrate-forms.md'): string {
  const code = new RegExp('```\\w+ test:' + name + '\\n(.*?)\\n```', 's').exec(readFileSync(join(ROOT, 'docs', page), 'utf8'))?.[1];
  if (!code) throw new Error(`docs/${page} has no block test:${name}`);
  return code.replaceAll('https://consent.example.org', placet.origin).replaceAll('PUBLIC_KEY', placet.publicKey);
}

let email: string;
test.beforeEach(() => { email = `${crypto.randomUUID()}@example.org`; });

async function consents(placet: Placet): Promise<any[]> {
  const list: any[] = await placet.get(`/consent?subject_email_exact=${email}`);
  return Promise.all(list.map(({ id }) => placet.get(`/consent/${id}`)));
}

async function expectOne(placet: Placet, expected: Record<string, unknown>, ...notices: string[]): Promise<void> {
  await expect.poll(() => consents(placet)).toHaveLength(1);
  const [consent] = await consents(placet);
  expect(consent).toMatchObject(expected);
  expect(consent.legal_notices.map((one: any) => one.identifier)).toEqual(notices);
  expect(consent.proofs[0].form).toContain('<form');
}

async function subscribe(page: Page, button = 'Subscribe'): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Send me the letter').check();
  await page.getByRole('button', { name: button }).click();
}

test('plain HTML', async ({ page, site, placet }) => {
  site.page(html('<p>Welcome'), { path: '/welcome' });
  await page.goto(site.page(html(printed('plain', placet))));
  await ownLoaded(page);
  await subscribe(page);
  await page.waitForURL('**/welcome*');
  await expectOne(placet, { preferences: { newsletter: true } }, 'privacy_policy');
});

test('attach', async ({ page, site, placet }) => {
  const form = `<form class="subscribe" onsubmit="return false"><label>E-mail <input name="mail"></label><label><input name="news" type="checkbox"> Send me the letter</label>
    <input name="coupon" value="SPRING"><button>Subscribe</button></form>`;
  await page.goto(site.page(html(printed('attach', placet) + form)));
  await ownLoaded(page);
  const said = page.waitForEvent('console', (message) => message.text().startsWith('Recorded as '));
  await subscribe(page);
  await said;
  await expectOne(placet, { preferences: { newsletter: true } }, 'privacy_policy');
  expect((await consents(placet))[0].proofs[0].content).not.toContain('SPRING');
});

test('a page that sends the form itself', async ({ page, site, placet, problems }) => {
  let agrees = false;
  await page.route('**/join', (route) => route.fulfill({ status: agrees ? 200 : 422 }));
  await page.goto(site.page(html(printed('manual', placet))));
  await ownLoaded(page);
  const refused = page.waitForResponse('**/join');
  await subscribe(page, 'Join');
  await refused;
  agrees = true;
  await page.getByRole('button', { name: 'Join' }).click();
  await expectOne(placet, { preferences: { newsletter: true } }, 'privacy_policy');
  problems.length = 0; // the browser names the refusal
});

test('React', async ({ page, site, placet }) => {
  const mount = `import { createRoot } from 'react-dom/client'; createRoot(document.getElementById('app')!).render(<Subscribe />);`;
  await page.goto(site.page(html(`<div id="app"></div>${await script(printed('react', placet) + mount)}`)));
  await ownLoaded(page);
  await subscribe(page);
  await expect(page.getByRole('status')).toHaveText('Thank you.');
  await expectOne(placet, { preferences: { newsletter: true } }, 'privacy_policy');
});

test('a React form that comes and goes, whose settings change, and that the page sends', async ({ page, site, placet }) => {
  const app = `import { StrictMode, useState } from 'react'; import { createRoot } from 'react-dom/client'; import { useConsentForm } from '@placet/react/forms';
    function Join({ plan }: { plan: string }) {
      const { ref, send } = useConsentForm({ server: '${placet.origin}', apiKey: '${placet.publicKey}', manual: true, subject: { email: 'email' }, consent: { preferences: { plan } } });
      return <form ref={ref} onSubmit={async (event) => { event.preventDefault(); document.title = (await send()).stored ? 'stored' : 'not'; }}>
        <label>E-mail <input name="email" /></label><button>Join</button></form>;
    }
    function Page() {
      const [plan, choose] = useState('small');
      return <><button onClick={() => choose('')}>Hide</button><button onClick={() => choose('large')}>Large</button>{plan && <Join plan={plan} />}</>;
    }
    createRoot(document.getElementById('app')!).render(<StrictMode><Page /></StrictMode>);`;
  await page.goto(site.page(html(`<div id="app"></div>${await script(app)}`)));
  await ownLoaded(page);
  for (const press of ['Hide', 'Large']) await page.getByRole('button', { name: press }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page).toHaveTitle('stored');
  await expectOne(placet, { preferences: { plan: 'large' } });
  expect(await page.locator('script[src*="/sdk/forms.js"]').count()).toBe(1);
});

test('Vue', async ({ page, site, placet }) => {
  await page.goto(site.page(html(`<div id="app"></div>${await script(printed('vue', placet), { files: { './Subscribe.vue': printed('vue-form', placet) } })}`)));
  await ownLoaded(page);
  await subscribe(page);
  await expect(page.getByRole('status')).toHaveText('Thank you.');
  await expectOne(placet, { preferences: { newsletter: true } }, 'privacy_policy');
});

/** Of jQuery what the documentation uses; the tests of the WordPress plugin have jQuery itself. */
const JQUERY = `window.jQuery = (on) => ({ on: (name, ...given) => {
  const listener = given.pop();
  const heard = (event) => { if (!given[0] || event.target.matches(given[0])) listener(event); };
  for (const root of on === document ? [on] : document.querySelectorAll(on)) root.addEventListener(name, heard);
} });`;

/** WooCommerce's script sends the checkout, which its server may refuse, and says when the order has been placed. */
const CHECKOUT = `checkout.addEventListener('submit', (submission) => {
  submission.preventDefault();
  if (window.refuses) return;
  checkout.dispatchEvent(new CustomEvent('checkout_place_order_success'));
  location = checkout.action;
});`;

/** The page of examples/forms, with the code of the documentation instead of its own. */
function withPlugins(name: string, placet: Placet): string {
  const read = (file: string) => readFileSync(join(ROOT, 'examples/forms', file), 'utf8');
  const standIns = `<script>${read('stand-ins.js')}${JQUERY}${CHECKOUT}</script>`;
  const page = read('index.html').replace(/<script src="sources.js">.*$/s, '').replace('<script src="stand-ins.js"></script>', () => standIns);
  return page + printed(name, placet);
}

for (const [name, form, fields, ticked, expected, notices] of [
  ['contact-form-7', '#contact', { 'your-name': 'Ada' }, 'acceptance-letter', { subject: { full_name: 'Ada' }, preferences: { newsletter: true } }, ['privacy_policy']],
  ['elementor', '#callback', { 'form_fields[name]': 'Ada' }, 'form_fields[calls]', { subject: { full_name: 'Ada' }, preferences: { calls: true } }, ['privacy_policy']],
  ['woocommerce', '#checkout', { billing_first_name: 'Ada', billing_last_name: 'Rossi' }, 'terms', { subject: { first_name: 'Ada', last_name: 'Rossi' }, preferences: { terms: true } }, ['terms', 'privacy_policy']],
] as const) {
  test(`WordPress: ${name}`, async ({ page, site, placet }) => {
    site.page(html('<p>Thank you'), { path: '/thanks.html' });
    await page.goto(site.page(withPlugins(name, placet)));
    await ownLoaded(page);
    for (const [field, value] of Object.entries(fields)) await page.locator(`${form} [name="${field}"]`).fill(value);
    await page.locator(`${form} [type=email]`).fill(email);
    await page.locator(`${form} [name="${ticked}"]`).check();
    const send = page.locator(`${form} :is(button,[type=submit])`);
    if (form === '#checkout') {
      await page.evaluate('window.refuses = true');
      await send.click();
      await page.evaluate('window.refuses = false');
    }
    await send.click();
    await expectOne(placet, expected, ...notices);
  });
}

test('a page that was written for another script, with another host', async ({ page, site, placet }) => {
  await page.goto(site.page(html(printed('moved', placet, 'moving-from-iubenda.md'))));
  await page.waitForFunction(() => !!(window as any)._iub?.cons);
  await subscribe(page);
  await expect(page).toHaveTitle(/^Recorded for /);
  await expectOne(placet, { preferences: { newsletter: true } }, 'privacy_policy');
});

test('the commands of a move bring keys and records along', async ({ placet }) => {
  const id = await placet.record({ subject: { email }, preferences: { newsletter: true } });
  const folder = mkdtempSync(join(tmpdir(), 'placet-moved-'));
  symlinkSync(placet.bin, join(folder, 'placet'));
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, PLACET_DATA: join(folder, 'data') };
  const run = async (code: string) => (await promisify(execFile)('sh', ['-ec', code], { env, maxBuffer: 1e8 })).stdout;
  const command = (name: string) => printed(name, placet, 'moving-from-iubenda.md').replace('YOUR_PRIVATE_KEY', placet.privateKey).replace('YOUR_' + placet.publicKey, placet.publicKey);
  await run(command('keys'));
  await run(`${command('records')} --url ${placet.origin}`);
  const file = await run('placet export consents --workspace 1');
  expect(file).toContain(id);
  expect(file).toContain(email);
  rmSync(folder, { recursive: true });
});

test('the page of the quickstart asks, carries out, and records its form', async ({ page, site, placet }) => {
  const text = readFileSync(join(ROOT, 'docs/quickstart.md'), 'utf8');
  const block = (kind: string): string => new RegExp('```' + kind + '\n(.*?)\n```', 's').exec(text)![1]!;
  const widget = await placet.importWidget(JSON.parse(block('json')));
  const printed = block('html').replaceAll('http://localhost:8080', placet.origin).replaceAll('PUBLIC_KEY', placet.publicKey).replace('data-widgetid="1"', `data-widgetid="${widget}"`);
  await page.route('https://www.openstreetmap.org/**', (route) => route.fulfill({ body: 'a map' }));
  await page.goto(site.page(printed));
  await expect(page).toHaveTitle('My page');
  await page.getByRole('button', { name: 'Accept all' }).click();
  await expect(page).toHaveTitle('Counted');
  const said = page.waitForEvent('dialog');
  await subscribe(page);
  const dialog = await said;
  expect(dialog.message()).toMatch(/^Recorded as [0-9a-f-]{36}$/);
  await dialog.accept();
  await expectOne(placet, { preferences: { letter: true } }, 'privacy_policy');
});
