// The form library on a customer's page. What arrived is asked of the private API.
import type { Page } from '@playwright/test';
import { consentsOf, FORM, library, loaded, MAP, NOTICES, push, said, waiting } from './form_page';
import { expect, test } from './test';
import { html } from './widget';

test.describe('on a page with a form', () => {
  let subject: string;
  test.beforeEach(() => { subject = `form-${crypto.randomUUID()}`; });

  const fillIn = async (page: Page) => {
    await page.locator('[name=mail]').fill(`${subject}@example.org`);
    await page.locator('[name=person]').fill('Ada L.');
    await page.locator('[name=member_no]').fill(subject);
    await page.locator('[name=news]').check();
  };

  test('submit sends subject, preferences, notices and the proof of the form', async ({ page, site, placet }) => {
    await page.goto(site.page(html(FORM + library(placet.origin, placet.publicKey))));
    await loaded(page);
    await fillIn(page);
    await push(page, 'submit', { map: MAP, consent: { legal_notices: NOTICES, preferences: { extra: 'said' } } });
    await expect.poll(() => said(page)).toEqual([['success', { id: expect.any(String), timestamp: expect.any(String), subject_id: subject }]]);

    const [consent, ...others] = await consentsOf(placet, subject);
    expect(others).toEqual([]);
    expect(consent.subject).toMatchObject({ id: subject, email: `${subject}@example.org`, full_name: 'Ada L.' });
    expect(consent.preferences).toEqual({ newsletter: true, many: true, plan: 'large', size: 'L', town: 'Lyon', extra: 'said' });
    const [{ content, form }] = consent.proofs;
    expect(JSON.parse(content)).toEqual({
      mail: `${subject}@example.org`, person: 'Ada L.', member_no: subject, 'form_fields[town]': 'Lyon', news: true,
      many: ['a', 'b'], plan: 'large', size: 'L', words: '', elements: 'shadow',
    });
    expect(form).toMatch(/^<form lang="en" id="join"/);
    for (const hidden of ['TOKEN', 'PASSWORD', subject, '<script', 'onclick']) expect(form).not.toContain(hidden);
  });

  test('attributes are the weakest source, then the map, then what the page says', async ({ page, site, placet }) => {
    const form = `<form id="join"><input data-cons-subject="full_name" value="By attribute"><input name="last" data-cons-subject="last_name" value="By attribute">
      <input name="other" value="By map"><input type="checkbox" data-cons-preference="calls" checked>
      <input name="hush" data-cons-exclude value="HUSH"><input name="first" data-cons-subject="first_name" value="By attribute"></form>`;
    await page.goto(site.page(html(form + library(placet.origin, placet.publicKey))));
    await loaded(page);
    await push(page, 'submit', { map: { subject: { last_name: 'other' } }, consent: { subject: { id: subject, first_name: 'By the page' } } });
    await expect.poll(() => said(page)).toHaveLength(1);
    const [consent] = await consentsOf(placet, subject);
    expect(consent.subject).toMatchObject({ full_name: 'By attribute', last_name: 'By map', first_name: 'By the page' });
    expect(consent.preferences).toEqual({ calls: true });
    expect(consent.proofs[0].content).not.toContain('HUSH');
  });

  test('a proof that the page gives itself is sent as it is', async ({ page, site, placet }) => {
    await page.goto(site.page(html(FORM + library(placet.origin, placet.publicKey))));
    await loaded(page);
    await push(page, 'submit', { consent: { subject: { id: subject }, proofs: [{ content: 'spoken on the phone' }] } });
    await expect.poll(() => said(page)).toHaveLength(1);
    expect((await consentsOf(placet, subject))[0].proofs).toEqual([expect.objectContaining({ content: 'spoken on the phone' })]);
  });

  test('commands from before the script, and before init, are held and then obeyed once', async ({ page, site, placet }) => {
    const early = `<script>var _iub = { csConfiguration: { lang: 'en' }, cons_instructions: [] };
      _iub.cons_instructions.push(['submit', { consent: { subject: { id: '${subject}' } } }, { success: () => { window.early = (window.early || 0) + 1; } }]);</script>`;
    const twice = `<script src="${placet.origin}/cons/iubenda_cons.js"></script><script src="${placet.origin}/consent_solution/iubenda_cons.js"></script>`;
    await page.goto(site.page(html(early + twice)));
    expect(await placet.get(`/consent?subject_id=${subject}`)).toEqual([]);
    await page.evaluate((api_key) => (window as any)._iub.cons_instructions.push(['init', { api_key }]), placet.publicKey);
    await expect.poll(() => page.evaluate('window.early')).toBe(1);
    expect(await consentsOf(placet, subject)).toHaveLength(1);
    expect(await page.evaluate('[_iub.csConfiguration.lang, Array.isArray(_iub.cons_instructions), _iub.cons_instructions.map((entry) => entry[0])]'))
      .toEqual(['en', true, ['submit', 'init']]);
  });

  test('load captures a submission once and the next page sends it', async ({ page, site, placet }) => {
    site.page(html(library(placet.origin, placet.publicKey)), { path: '/thanks' });
    await page.goto(site.page(html(FORM + library(placet.origin, placet.publicKey))));
    await loaded(page);
    for (const _ of [1, 2]) {
      await page.evaluate(([map, legal_notices]) => (window as any)._iub.cons_instructions.push(['load', {
        submitElement: document.getElementById('go'), form: { selector: document.getElementById('join'), map }, consent: { legal_notices },
      }]), [MAP, NOTICES] as const);
    }
    await page.getByRole('button', { name: 'Join' }).click();
    expect(await page.evaluate(() => Object.keys(localStorage)), 'a submission that the browser blocks is not captured').toEqual([]);
    await fillIn(page);
    const before = Date.now();
    await page.getByRole('button', { name: 'Join' }).click();
    await page.waitForURL('**/thanks*');
    await expect.poll(() => page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    const consents = await consentsOf(placet, subject);
    expect(consents).toHaveLength(1);
    expect(consents[0].preferences.newsletter).toBe(true);
    expect(Math.abs(Date.parse(consents[0].timestamp) - before)).toBeLessThan(20_000);
  });

  test('sendData and sendFromLocalStorage send a loaded form each time they are called', async ({ page, site, placet }) => {
    await page.goto(site.page(html(FORM + library(placet.origin, placet.publicKey))));
    await loaded(page);
    await fillIn(page);
    await push(page, 'load', { map: MAP });
    expect(await page.evaluate('_iub.cons.sendData(), localStorage.length')).toBe(1);
    expect(await placet.get(`/consent?subject_id=${subject}`)).toEqual([]);
    await page.evaluate('_iub.cons.sendFromLocalStorage()');
    await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
    await page.evaluate('_iub.cons.sendData(), _iub.cons.sendFromLocalStorage()');
    await expect.poll(() => consentsOf(placet, subject)).toHaveLength(2);
    await expect.poll(() => said(page)).toHaveLength(2);
  });

  test('writeOnLocalStorage stores instead of posting, until the next page', async ({ page, site, placet, relay }) => {
    await page.goto(site.page(html(FORM + library(relay.origin, placet.publicKey))));
    await loaded(page);
    await push(page, 'submit', { writeOnLocalStorage: true, consent: { subject: { id: subject } } });
    await expect.poll(() => said(page)).toHaveLength(1);
    expect(relay.to('/public/consent')).toEqual([]);
    await page.reload();
    await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
    expect(relay.to('/public/consent')).toHaveLength(1);
  });

  test('with sendFromLocalStorageAtLoad off, what waits is sent only when the page says so', async ({ page, site, placet, relay }) => {
    await page.goto(site.page(html(library(relay.origin, placet.publicKey, { sendFromLocalStorageAtLoad: false }))));
    await loaded(page);
    await push(page, 'submit', { form: null, writeOnLocalStorage: true, consent: { subject: { id: subject } } });
    await page.reload({ waitUntil: 'networkidle' });
    await loaded(page);
    expect(relay.to('/public/consent')).toEqual([]);
    await page.evaluate('_iub.cons.sendFromLocalStorage()');
    await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  });

  for (const status of [429, 503] as const) {
    test(`what is answered with ${status} is kept and sent again, once`, async ({ page, site, placet, relay, problems }) => {
      relay.instead = ({ path }) => path === '/public/consent' ? status : undefined;
      await page.clock.install();
      await page.goto(site.page(html(FORM + library(relay.origin, placet.publicKey))));
      await loaded(page);
      await push(page, 'submit', { writeOnLocalStorage: true, consent: { subject: { id: subject } } });
      await page.evaluate('_iub.cons.sendFromLocalStorage()');
      await expect.poll(() => relay.to('/public/consent').map((one) => one.status)).toEqual([status]);
      await expect.poll(() => waiting(page)).toMatchObject([{ attempts: 1 }]);

      relay.instead = undefined;
      await page.reload();
      await loaded(page);
      expect(relay.to('/public/consent'), 'not before its time').toHaveLength(1);
      await page.clock.fastForward(60_000);
      await page.evaluate('_iub.cons.sendFromLocalStorage(), _iub.cons.sendFromLocalStorage()');
      await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
      // The consent can be read a moment before its answer has come through the relay.
      await expect.poll(() => relay.to('/public/consent').map((one) => one.status)).toEqual([status, 200]);
      problems.length = 0;
    });
  }

  test('what the server refuses for good is dropped, and error is called once', async ({ page, site, placet, problems }) => {
    await page.goto(site.page(html(FORM + library(placet.origin, placet.publicKey))));
    await loaded(page);
    await page.evaluate(() => {
      const calls: unknown[] = (window as any).said = [];
      (window as any)._iub.cons.submit({ consent: { subject: 'not an object', preferences: 7 } })
        .success((answer: unknown) => calls.push(['success', answer])).error((answer: unknown) => calls.push(['error', answer]));
      (window as any)._iub.cons.submit({ consent: { proofs: 'wrong' } }).error((answer: unknown) => calls.push(['error', answer]));
    });
    await expect.poll(async () => (await said(page)).filter(([kind]) => kind === 'error').map(([, { status, message }]) => [status, typeof message]))
      .toContainEqual([400, 'string']);
    await expect.poll(() => waiting(page)).toEqual([]);
    problems.length = 0;
  });

  test('an unknown key is answered with 403 in error', async ({ page, site, placet, problems }) => {
    await page.goto(site.page(html(FORM + library(placet.origin, 'placet_pk_unknown'))));
    await loaded(page);
    await push(page, 'submit', { consent: { subject: { id: subject } } });
    await expect.poll(async () => (await said(page)).map(([kind, { status }]) => [kind, status])).toEqual([['error', 403]]);
    problems.length = 0;
  });

  test('without an answer for ten seconds error is called, once', async ({ page, site, placet, relay, problems }) => {
    relay.instead = ({ path }) => path === '/public/consent' ? 'hang' : undefined;
    await page.clock.install();
    await page.goto(site.page(html(FORM + library(relay.origin, placet.publicKey))));
    await loaded(page);
    await push(page, 'submit', { consent: { subject: { id: subject } } });
    await expect.poll(() => relay.to('/public/consent')).toHaveLength(1);
    await page.clock.fastForward(9000);
    expect(await said(page)).toEqual([]);
    await page.clock.fastForward(2000);
    await expect.poll(() => said(page)).toEqual([['error', { status: 0, message: expect.stringMatching(/^no answer: AbortError/) }]]);
    problems.length = 0;
  });

  test('wrong arguments are named on the console, and the explicit parts still sent', async ({ page, site, placet, problems }) => {
    await page.goto(site.page(html(FORM + library(placet.origin, placet.publicKey))));
    await loaded(page);
    await page.evaluate((id) => {
      const push = (entry: unknown) => (window as any)._iub.cons_instructions.push(entry);
      push(null);
      push(['no such command']);
      push(['submit', { form: { selector: [...document.querySelectorAll('#join input')] }, consent: { subject: { id } } }]);
    }, subject);
    await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
    expect(problems.every((problem) => problem.startsWith('Placet forms: '))).toBe(true);
    expect(problems.splice(0)).toHaveLength(3);
  });

  for (const [name, selector] of [
    ['a jQuery object', '({ 0: document.getElementById("join"), length: 1, jquery: "3" })'],
    ['an id', '"join"'],
    ['a CSS selector', '"form#join"'],
  ] as const) {
    test(`the form may be given as ${name}`, async ({ page, site, placet }) => {
      await page.goto(site.page(html(FORM + library(placet.origin, placet.publicKey))));
      await loaded(page);
      await page.evaluate(`_iub.cons_instructions.push(['submit', { form: { selector: ${selector} }, consent: { subject: { id: '${subject}' } } }])`);
      await expect.poll(async () => (await consentsOf(placet, subject))[0]?.proofs[0]?.form).toMatch(/^<form lang="en" id="join"/);
    });
  }
});
