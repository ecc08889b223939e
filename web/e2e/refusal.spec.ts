// When the server refuses or is away: the page is unharmed, nothing unconsented runs, and no proof is lost.
import { expect, failedRequest, test } from './test';
import type { Placet } from './placet';
import type { Site } from './site';
import { dormant, html, SETTINGS, snippet, type Snippet } from './widget';
import { acceptAll, banner, consentIdOf, fence, floatingButton, ready, refuseAll } from './visitor';

const MATOMO = dormant('matomo', 'matomo.js');
const ALIVE = '<button onclick="this.textContent = \'Works\'">Shop</button>';

const REFUSALS: readonly [name: string, changed: Partial<Snippet>, why: RegExp][] = [
  ['a key that is not known', { key: 'placet_pk_000000000000000000000000000000000000' }, /401: The public key is not known/],
  ['a widget that does not exist', { widget: 999_999 }, /404: .*Widget/i],
];

for (const [name, changed, why] of REFUSALS) {
  test(`drop-in 13: ${name}: no window, nothing released, one clear message`, async ({ page, site, visit, problems, browserName }) => {
    await visit(ALIVE + MATOMO, changed);
    await expect.poll(() => problems.filter((problem) => problem.startsWith('Placet'))).toEqual([expect.stringMatching(why)]);
    await page.getByRole('button', { name: 'Shop' }).click();
    await expect(page.getByRole('button', { name: 'Works' })).toBeVisible();
    await expect(banner(page)).toHaveCount(0);
    expect(site.trackers).toEqual([]);
    expect(problems.splice(0).filter((problem) => !problem.startsWith('Placet'))).toEqual(failedRequest(browserName, 'Failed to load resource'));
  });
}

test('drop-in 13: an origin that is not on the list: no window, nothing released, one clear message', async ({ page, site, tag, placet, problems }) => {
  const widget = await placet.importWidget({ ...SETTINGS, allowedOrigins: ['https://shop.example.org'] });
  await page.goto(site.page(html(tag({ widget }) + MATOMO)));
  await expect.poll(() => problems.filter((problem) => problem.startsWith('Placet'))).toEqual([
    expect.stringContaining(`403: The origin ${site.origin} is not on the widget's list of allowed origins`),
  ]);
  await expect(banner(page)).toHaveCount(0);
  expect(site.trackers).toEqual([]);
  problems.length = 0;
});

test('a private key in a page is refused with a warning', async ({ page, visit, placet, problems }) => {
  await visit('', { key: placet.privateKey });
  await expect.poll(() => problems.filter((problem) => problem.startsWith('Placet'))).toEqual([
    expect.stringMatching(/403: A private key must never be sent from a page/),
  ]);
  await expect(banner(page)).toHaveCount(0);
  problems.length = 0;
});

/** The widget of a server that the test stops and starts. */
async function put(site: Site, placet: Placet, body: string): Promise<string> {
  const widget = await placet.importWidget(SETTINGS);
  return site.page(html(snippet({ origin: placet.origin, key: placet.publicKey, widget }) + body));
}

test('drop-in 17: a server that is away leaves a first visitor with a page that works and runs nothing', async ({ page, site, ownPlacet, problems, browserName }) => {
  const address = await put(site, ownPlacet, ALIVE + MATOMO);
  await ownPlacet.stop();
  await page.goto(address, { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Shop' }).click();
  await expect(page.getByRole('button', { name: 'Works' })).toBeVisible();
  await expect(banner(page)).toHaveCount(0);
  expect(site.trackers).toEqual([]);
  expect(problems.splice(0)).toEqual(failedRequest(browserName, 'ERR_CONNECTION_REFUSED'));
});

test('while the server is away an earlier choice holds', async ({ page, site, ownPlacet, problems }) => {
  await page.goto(await put(site, ownPlacet, MATOMO));
  await acceptAll(page);
  const id = await consentIdOf(page);
  await expect.poll(() => ownPlacet.proofs(id)).toHaveLength(1);
  await ownPlacet.stop();

  site.forget();
  await page.clock.install({ time: Date.now() + 301_000 });
  await page.reload();
  await expect.poll(() => site.trackers).toEqual(['matomo.js']);
  await expect.poll(() => problems.some((problem) => problem.includes('Placet: no consent window, server away'))).toBe(true);
  await expect(floatingButton(page)).toBeVisible();
  problems.length = 0;
});

test('a choice made while the server is away is delivered when it is back, exactly once', async ({ page, site, ownPlacet, problems, browserName }) => {
  await page.clock.install();
  await page.goto(await put(site, ownPlacet, MATOMO));
  await expect(banner(page)).toBeVisible();
  await ownPlacet.stop();
  await acceptAll(page);
  await expect.poll(() => site.trackers).toEqual(['matomo.js']);
  const id = await consentIdOf(page);
  await expect.poll(() => page.evaluate(() => JSON.parse(localStorage['placet-outbox'])[0].tries)).toBe(1);

  await ownPlacet.start();
  await page.clock.fastForward(6000);
  await expect.poll(() => ownPlacet.proofs(id)).toHaveLength(1);
  await expect.poll(() => page.evaluate(() => localStorage.getItem('placet-outbox'))).toBeNull();
  await page.clock.fastForward(60_000);
  await page.reload();
  await ready(page);
  expect(await ownPlacet.proofs(id)).toHaveLength(1);
  expect(problems.splice(0)).toEqual(failedRequest(browserName, 'ERR_CONNECTION_REFUSED'));
});

test('two tabs deliver a waiting proof once', async ({ page, context, site, tag, relay, placet, problems, browserName }) => {
  relay.instead = ({ body }) => body.includes('"type":"Consents"') ? 503 : undefined;
  const address = site.page(html(tag({ origin: relay.origin })));
  await page.goto(address);
  await acceptAll(page);
  const id = await consentIdOf(page);
  await expect.poll(() => page.evaluate(() => JSON.parse(localStorage['placet-outbox'])[0].tries)).toBe(1);
  await page.goto('about:blank');

  relay.instead = undefined;
  relay.passed.length = 0;
  await context.clock.install({ time: Date.now() + 10_000 });
  const tabs = [await context.newPage(), await context.newPage()];
  await Promise.all(tabs.map((tab) => tab.goto(address)));
  await Promise.all(tabs.map((tab) => ready(tab)));
  await expect.poll(() => placet.proofs(id)).toHaveLength(1);
  await expect.poll(() => tabs[0]?.evaluate(() => localStorage.getItem('placet-outbox'))).toBeNull();
  expect(relay.collected()).toHaveLength(1);
  expect(problems.splice(0)).toEqual(failedRequest(browserName, '503'));
});

test('a proof that the server refuses for good is dropped, with a word on the console', async ({ page, site, tag, relay, problems }) => {
  relay.instead = ({ body }) => body.includes('"type":"Consents"') ? 400 : undefined;
  await page.goto(site.page(html(tag({ origin: relay.origin }) + MATOMO)));
  await refuseAll(page);
  await expect.poll(() => problems).toContainEqual(expect.stringContaining('Placet: the server refused the proof of consent (400)'));
  expect(await page.evaluate(() => localStorage.getItem('placet-outbox'))).toBeNull();
  await page.reload();
  await fence(page, site);
  await expect(banner(page)).toBeHidden();
  expect(relay.collected()).toHaveLength(1);
  problems.length = 0;
});

test('the proof is posted as plain text, so that no preflight is needed', async ({ page, site, tag, relay }) => {
  await page.goto(site.page(html(tag({ origin: relay.origin }))));
  await refuseAll(page);
  await expect.poll(() => relay.collected().map(({ status }) => status)).toEqual([200]);
  expect(relay.passed.filter(({ method }) => method === 'OPTIONS')).toEqual([]);
  const [collected] = relay.collected();
  expect(collected?.headers['content-type']).toMatch(/^text\/plain/);
  expect(JSON.parse(collected?.body ?? '{}')).toMatchObject({ type: 'Consents', consents: { how: 'refuse_all', origin: site.origin, path: '/page' } });
});
