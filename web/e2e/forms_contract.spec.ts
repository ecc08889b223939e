// What pages written for another script rely on, and no other test has shown: `reference` sections 3.1 to 3.9.
import type { Page } from '@playwright/test';
import { consentsOf, FORM, library, loaded, push, said, waiting } from './form_page';
import { expect, test } from './test';
import { html } from './widget';

let subject: string;
test.beforeEach(() => { subject = `contract-${crypto.randomUUID()}`; });

const init = (api_key: string, more: object = {}) => `<script>var _iub = window._iub || {}; _iub.cons_instructions = _iub.cons_instructions || [];
  _iub.cons_instructions.push(['init', ${JSON.stringify({ api_key, ...more })}, function () { window.ready = true; }]);</script>`;

const submits = (page: Page, id: string) =>
  page.evaluate((id) => (window as any)._iub.cons_instructions.push(['submit', { consent: { subject: { id } } }]), id);

for (const path of ['/cons/iubenda_cons.js', '/cons/beta/iubenda_cons.js', '/consent_solution/iubenda_cons.js', '/cons/iubenda_cons.js?unescape_json=true']) {
  for (const how of ['async', 'defer', 'type="module"']) {
    test(`${path} works with ${how}`, async ({ page, site, placet }) => {
      await page.goto(site.page(html(`${init(placet.publicKey)}<script ${how} src="${placet.origin}${path}"></script>`)));
      await loaded(page);
      await submits(page, subject);
      await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
    });
  }
}

test('a script that the page puts in itself works, and a base_url outweighs where it came from', async ({ page, site, placet, relay }) => {
  await page.goto(site.page(html(init(placet.publicKey, { base_url: relay.origin }))));
  await page.evaluate((src) => document.head.appendChild(Object.assign(document.createElement('script'), { src })), `${placet.origin}/cons/iubenda_cons.js`);
  await loaded(page);
  await submits(page, subject);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  expect(relay.to('/public/consent')).toHaveLength(1);
});

test('an array in the place of _iub is left as it is, and obeyed', async ({ page, site, placet }) => {
  await page.goto(site.page(html(`<script>var _iub = []; _iub.kept = {};</script>${library(placet.origin, placet.publicKey)}`)));
  await loaded(page);
  await submits(page, subject);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  expect(await page.evaluate('Array.isArray(_iub) && typeof _iub.kept === "object" && Array.isArray(_iub.cons_instructions)')).toBe(true);
});

test('push has done its work when it returns; a second init replaces the options', async ({ page, site, placet, relay, problems }) => {
  await page.goto(site.page(html(FORM + library(placet.origin, 'placet_pk_wrong', { log_level: 'none', sendFromLocalStorageAtLoad: false }))));
  await loaded(page);
  expect(await page.evaluate(([api_key, base_url, id]) => {
    const { cons_instructions: queue, cons } = (window as any)._iub;
    let called = 0;
    queue.push(['init', { api_key, base_url, sendFromLocalStorageAtLoad: false }, () => { called++; }]);
    queue.push(['load', { form: { selector: document.getElementById('join') }, consent: { subject: { id } } }]);
    cons.sendData();
    return [called, localStorage.length];
  }, [placet.publicKey, relay.origin, subject] as const)).toEqual([1, 1]);
  await page.evaluate('_iub.cons.sendFromLocalStorage()');
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  expect(relay.to('/public/consent')).toHaveLength(1);
  expect(problems).toEqual([]);
});

test('a handler that stops the submission, and submits in success, loses nothing', async ({ page, site, placet }) => {
  site.page(html('<p>Welcome'), { path: '/thanks' });
  await page.goto(site.page(html(FORM + library(placet.origin, placet.publicKey))));
  await loaded(page);
  await page.evaluate((id) => document.getElementById('join')!.addEventListener('submit', (event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    (window as any)._iub.cons_instructions.push(['submit', { form: { selector: form }, consent: { subject: { id } } }, { success: () => form.submit(), error: () => form.submit() }]);
  }), subject);
  await page.locator('[name=mail]').fill('ada@example.org');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.waitForURL('**/thanks*');
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
});

test('exclude may be an object, `verified` is a yes or no, and unknown facts are passed on', async ({ page, site, placet }) => {
  const form = `<form id="join"><input name="mail" value="a@example.org"><input name="town" value="Lyon"><input name="secret" value="SECRET">
    <input type="checkbox" name="sure" checked><input name="empty"></form>`;
  await page.goto(site.page(html(form + library(placet.origin, placet.publicKey))));
  await loaded(page);
  await push(page, 'submit', {
    map: { subject: { email: 'mail', verified: 'sure', town: 'town', last_name: 'empty' }, exclude: { any: 'secret' } }, consent: { subject: { id: subject } },
  });
  await expect.poll(() => said(page)).toHaveLength(1);
  const [consent] = await consentsOf(placet, subject);
  expect(consent.subject).toMatchObject({ email: 'a@example.org', verified: true, town: 'Lyon', last_name: null });
  expect(JSON.stringify(consent.proofs)).not.toContain('SECRET');
});

test('sendData takes what was loaded since the last time, or what was loaded last, or the form that is named', async ({ page, site, placet }) => {
  const form = (name: string) => `<form id="${name}"><input name="member" value="${subject}-${name}" data-cons-subject="id"></form>`;
  await page.goto(site.page(html(form('a') + form('b') + library(placet.origin, placet.publicKey))));
  await loaded(page);
  const captured = async () => (await waiting(page)).map(({ payload }) => payload.subject.id.slice(-1)).sort().join('');
  await page.evaluate(`_iub.cons.load({ form: { selector: 'a' } }), _iub.cons.sendData()`);
  expect(await captured()).toBe('a');
  await page.evaluate(`_iub.cons.load({ form: { selector: 'b' } }), _iub.cons.sendData()`);
  expect(await captured()).toBe('ab');
  await page.evaluate('_iub.cons.sendData()');
  expect(await captured()).toBe('abb');
  await page.evaluate(`_iub.cons.sendData('a')`);
  expect(await captured()).toBe('aabb');
  await page.evaluate('_iub.cons.sendFromLocalStorage()');
  for (const name of ['a', 'b']) await expect.poll(() => consentsOf(placet, `${subject}-${name}`)).toHaveLength(2);
});

test('a form that a script puts in the place of a loaded one takes over, and its button is heard once', async ({ page, site, placet }) => {
  await page.goto(site.page(html(`<div id="place"></div>${library(placet.origin, placet.publicKey)}`)));
  await loaded(page);
  for (const round of [1, 2, 3]) {
    await page.evaluate(([id, at]) => {
      document.getElementById('place')!.innerHTML = `<form id="join" onsubmit="return false"><input name="member" value="${id}-${at}" data-cons-subject="id"><button id="go">Go</button></form>`;
      for (const _ of [1, 2]) (window as any)._iub.cons.load({ submitElement: document.getElementById('go'), form: { selector: 'join' } });
    }, [subject, round] as const);
    await page.locator('#go').click();
    await expect.poll(async () => (await waiting(page)).length).toBe(round);
  }
  await page.evaluate('_iub.cons.sendFromLocalStorage()');
  for (const round of [1, 2, 3]) await expect.poll(() => consentsOf(placet, `${subject}-${round}`)).toHaveLength(1);
});

test('the choice of a cookie banner is recorded with its state and its text', async ({ page, site, placet }) => {
  await page.goto(site.page(html(library(placet.origin, placet.publicKey))));
  await loaded(page);
  const state = { timestamp: '2026-03-01T10:20:30.265Z', version: '1.2', purposes: { 1: true, 4: false } };
  await push(page, 'submit', {
    form: undefined,
    consent: { subject: { id: subject }, preferences: state, legal_notices: [{ identifier: 'cookie_policy' }], proofs: [{ content: JSON.stringify(state), form: '<div>We use cookies</div>' }] },
  });
  await expect.poll(() => said(page)).toHaveLength(1);
  const [consent] = await consentsOf(placet, subject);
  expect(consent.preferences).toEqual(state);
  expect(consent.proofs).toEqual([{ content: JSON.stringify(state), form: '<div>We use cookies</div>' }]);
  expect(consent.legal_notices[0].identifier).toBe('cookie_policy');
});

const GRAVITY = ['info', 'warn', 'error', 'fatal'];
for (const [options, expected] of [
  [{ log_level: 'debug' }, GRAVITY], [{ log_level: 'info' }, GRAVITY], [{ log_level: 'warn' }, GRAVITY.slice(1)], [{ log_level: 'error' }, GRAVITY.slice(2)], [{}, GRAVITY.slice(2)],
  [{ log_level: 'fatal' }, ['fatal']], [{ log_level: 'none' }, []], [{ log_level: 'debug', logger: 'none' }, []],
] as const) {
  test(`with ${JSON.stringify(options)} the console hears ${expected.join(', ') || 'nothing'}`, async ({ page, site, placet, relay, problems }) => {
    const heard: string[] = [];
    page.on('console', (message) => { if (message.text().startsWith('Placet forms: ')) heard.push(message.text().split(' ')[2] as string); });
    await page.goto(site.page(html(library(relay.origin, placet.publicKey, options))));
    await loaded(page);
    await submits(page, subject); // info: stored
    await expect.poll(() => relay.to('/public/consent').map(({ status }) => status)).toEqual([200]);
    relay.instead = ({ path }) => path === '/public/consent' ? 503 : undefined;
    await submits(page, subject); // warn: kept
    await expect.poll(async () => (await waiting(page)).map(({ attempts, due }) => [attempts, Number.isInteger(due)])).toEqual([[1, true]]);
    await page.evaluate(`_iub.cons_instructions.push(['nothing we know'])`); // error: not a command
    await page.evaluate(`_iub.cons.init({})`); // fatal: init without a key
    const words = { info: 'stored', warn: 'kept', error: 'not', fatal: 'no' };
    await page.waitForTimeout(200);
    expect(heard).toEqual(expected.map((level) => words[level as keyof typeof words]));
    problems.length = 0;
  });
}
