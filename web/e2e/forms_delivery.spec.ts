// Never lost, never double: what becomes of a consent when network, server, storage, clock or tabs misbehave.
import type { Page } from '@playwright/test';
import { consentsOf, FORM, library, loaded, MAP, ownLibrary, ownLoaded, push, said, waiting } from './form_page';
import { expect, test } from './test';
import { html } from './widget';

let subject: string;
test.beforeEach(() => { subject = `sent-${crypto.randomUUID()}`; });

const isConsent = ({ path }: { path: string }) => path === '/public/consent';

/** Puts a consent down for the next page. */
const putDown = (page: Page, id = subject) => push(page, 'submit', { form: null, writeOnLocalStorage: true, consent: { subject: { id } } });

test('an answer that is lost on its way leaves one consent: the server recognises what comes again', async ({ page, site, placet, relay, problems }) => {
  relay.instead = (passed) => isConsent(passed) ? 'lose' : undefined;
  await page.clock.install();
  await page.goto(site.page(html(library(relay.origin, placet.publicKey))));
  await loaded(page);
  await push(page, 'submit', { form: null, consent: { subject: { id: subject } } });
  await expect.poll(() => said(page)).toEqual([['error', { status: 0, message: expect.stringMatching(/^no answer: TypeError/) }]]);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  relay.instead = undefined;
  await page.clock.fastForward(60_000); // by itself
  await expect.poll(() => waiting(page)).toEqual([]);
  const sent = relay.to('/public/consent'); // a browser may repeat a request of its own accord, too
  expect(sent.length).toBeGreaterThan(1);
  for (const again of sent) expect([again.body, again.headers['idempotency-key']]).toEqual([sent[0]?.body, sent[0]?.headers['idempotency-key']]);
  expect(await consentsOf(placet, subject)).toHaveLength(1);
  expect(await said(page), 'once').toHaveLength(1);
  problems.length = 0;
});

for (const locks of ['with', 'without'] as const) {
  test(`two tabs ${locks} locks write at once and send at once: nothing is lost, and nothing is posted twice`, async ({ context, page, site, placet, relay }) => {
    if (locks === 'without') await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }));
    const address = site.page(html(library(relay.origin, placet.publicKey, { sendFromLocalStorageAtLoad: false })));
    const other = await context.newPage();
    const tabs = [page, other];
    for (const tab of tabs) {
      await tab.goto(address);
      await loaded(tab);
    }
    await Promise.all(tabs.map((tab, at) => tab.evaluate((id) => {
      for (let one = 0; one < 8; one++) (window as any)._iub.cons.submit({ writeOnLocalStorage: true, consent: { subject: { id }, preferences: { one } } });
    }, `${subject}-${at}`)));
    expect(await waiting(page)).toHaveLength(16);
    await Promise.all(tabs.map((tab) => tab.evaluate('_iub.cons.sendFromLocalStorage(), _iub.cons.sendFromLocalStorage()')));
    await expect.poll(() => waiting(page), { timeout: 40_000 }).toEqual([]);
    for (const at of [0, 1]) expect((await consentsOf(placet, `${subject}-${at}`)).map(({ preferences }) => preferences.one).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const names = relay.to('/public/consent').map(({ headers }) => headers['idempotency-key']);
    expect([names.length, new Set(names).size]).toEqual([16, 16]);
  });
}

test('while the server is down the consent waits, over a reload too, and keeps the moment it was given', async ({ page, site, ownPlacet, problems }) => {
  const address = site.page(html(library(ownPlacet.origin, ownPlacet.publicKey)));
  await page.goto(address);
  await loaded(page);
  await ownPlacet.stop();
  const before = Date.now();
  await push(page, 'submit', { form: null, consent: { subject: { id: subject } } });
  await expect.poll(() => said(page)).toHaveLength(1);
  const [entry] = await waiting(page);
  expect(entry).toMatchObject({ attempts: 1, payload: { subject: { id: subject } } });
  expect(Math.abs(Date.parse(entry.payload.timestamp) - before)).toBeLessThan(20_000);
  await ownPlacet.start();
  await page.reload();
  await loaded(page);
  await page.evaluate('_iub.cons.sendFromLocalStorage(true)');
  await expect.poll(() => consentsOf(ownPlacet, subject)).toHaveLength(1);
  expect(Date.parse((await consentsOf(ownPlacet, subject))[0].timestamp)).toBe(Math.floor(Date.parse(entry.payload.timestamp) / 1000) * 1000);
  expect(await waiting(page)).toEqual([]);
  problems.length = 0;
});

test('what was said offline is sent when the browser is online again', async ({ context, page, site, placet, relay, problems, browserName }) => {
  // Firefox cannot be taken offline over BiDi: its connections are cut, and it is told when there is a network again.
  const setOffline = async (isOffline: boolean): Promise<void> => {
    if (browserName === 'chromium') return context.setOffline(isOffline);
    relay.instead = isOffline ? () => 'cut' : undefined;
    if (!isOffline) await page.evaluate(() => dispatchEvent(new Event('online')));
  };
  await page.goto(site.page(html(FORM + ownLibrary(relay.origin, placet.publicKey))));
  await ownLoaded(page);
  await setOffline(true);
  expect(await page.evaluate((id) => (window as any).placet.forms.send('join', { consent: { subject: { id } } }), subject))
    .toEqual({ stored: false, kept: true, status: 0, message: expect.stringMatching(/^no answer: TypeError/) });
  await setOffline(false);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  await expect.poll(() => waiting(page)).toEqual([]);
  problems.length = 0;
});

for (const [name, forbid] of [
  ['forbidden', () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })],
  ['full', () => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }],
] as const) {
  test(`with storage ${name} everything is sent at once`, async ({ page, site, placet }) => {
    await page.addInitScript(forbid as () => void);
    await page.goto(site.page(html(FORM + library(placet.origin, placet.publicKey))));
    await loaded(page);
    await page.locator('[name=member_no]').fill(subject);
    await push(page, 'submit', { map: MAP, writeOnLocalStorage: true });
    await expect.poll(() => said(page)).toEqual([['success', { id: expect.any(String), timestamp: expect.any(String), subject_id: subject }]]);
    await push(page, 'load', { map: MAP });
    await page.evaluate('_iub.cons.sendData()');
    await expect.poll(() => consentsOf(placet, subject)).toHaveLength(2);
    await expect.poll(() => said(page)).toHaveLength(2);
  });
}

for (const [name, body] of [['a page of a hotel', '<!doctype html><h1>Pay for the network'], ['null', 'null'], ['a list', '[]'], ['nothing', '']] as const) {
  test(`an answer that is ${name} is not taken for the server's`, async ({ page, site, placet, problems }) => {
    let isWrong = true;
    await page.route('**/public/consent', (route) => isWrong ? route.fulfill({ status: 200, headers: { 'Access-Control-Allow-Origin': '*' }, body }) : route.continue());
    await page.goto(site.page(html(library(placet.origin, placet.publicKey))));
    await loaded(page);
    await push(page, 'submit', { form: null, consent: { subject: { id: subject } } });
    await expect.poll(async () => (await said(page)).map(([kind, { status }]) => [kind, status])).toEqual([['error', 200]]);
    isWrong = false;
    await page.evaluate('_iub.cons.sendFromLocalStorage(true)');
    await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
    expect(await said(page)).toHaveLength(1);
    problems.length = 0;
  });
}

test('what never gets through is tried twenty times, each time later, and then let go', async ({ page, site, placet, relay, problems }) => {
  relay.instead = (passed) => isConsent(passed) ? 500 : undefined;
  await page.goto(site.page(html(library(relay.origin, placet.publicKey))));
  await loaded(page);
  await putDown(page);
  const waits: number[] = [];
  for (let attempt = 1; attempt < 20; attempt++) {
    await page.evaluate('_iub.cons.sendFromLocalStorage(true)');
    await expect.poll(async () => (await waiting(page))[0]).toMatchObject({ attempts: attempt });
    await expect.poll(() => relay.to('/public/consent').length).toBe(attempt);
    await expect.poll(async () => (await waiting(page))[0].due - Date.now() > 21_000 || attempt < 3).toBe(true);
    waits.push((await waiting(page))[0].due - Date.now());
  }
  expect(waits.at(-1)).toBeGreaterThan(3_500_000);
  expect(waits.at(-1)).toBeLessThanOrEqual(3_600_000);
  await page.evaluate('_iub.cons.sendFromLocalStorage(true)');
  await expect.poll(() => waiting(page)).toEqual([]);
  problems.length = 0;
});

test('a clock that runs ahead is noted, and one that is set back does not hold anything up', async ({ page, site, placet, relay, problems }) => {
  relay.instead = (passed) => isConsent(passed) ? 503 : undefined;
  const ahead = Date.now() + 400 * 864e5;
  await page.clock.setSystemTime(ahead);
  await page.goto(site.page(html(library(relay.origin, placet.publicKey))));
  await loaded(page);
  await push(page, 'submit', { form: null, consent: { subject: { id: subject } } });
  await expect.poll(() => said(page)).toHaveLength(1);
  relay.instead = undefined;
  await page.clock.setSystemTime(Date.now());
  await page.evaluate('_iub.cons.sendFromLocalStorage()');
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  const [{ id }] = await consentsOf(placet, subject);
  const { at, claimed_at } = await placet.get(`/api/v1/consents/${id}`);
  expect(Math.abs(Date.parse(claimed_at) - ahead)).toBeLessThan(60_000);
  expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
  problems.length = 0;
});

test('under a strict policy with trusted types everything works', async ({ page, site, placet }) => {
  const policy = `default-src 'none'; img-src 'self'; script-src 'nonce-page' ${placet.origin}; connect-src ${placet.origin}; require-trusted-types-for 'script'; trusted-types 'none'`;
  const markup = (FORM + ownLibrary(placet.origin, placet.publicKey)).replace(' onclick="window.clicked = 1"', '').replace('<script>1</script>', '<script nonce="page">1</script>');
  await page.goto(site.page(html(markup), { headers: { 'Content-Security-Policy': policy } }));
  await ownLoaded(page);
  expect(await page.evaluate((id) => (window as any).placet.forms.send('join', { consent: { subject: { id } } }), subject)).toMatchObject({ stored: true });
  const [{ proofs: [{ form }] }] = await consentsOf(placet, subject);
  expect(form).toContain('News');
  expect(form).not.toContain('nonce');
});
