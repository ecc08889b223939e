// Pages and servers that behave badly: nothing unconsented runs, nothing throws, the choice holds.
import { expect, test } from './test';
import { dormant, html } from './widget';
import { acceptAll, banner, consentIdOf, fence, floatingButton, ready, refuseAll } from './visitor';

const MATOMO = dormant('matomo', 'matomo.js');

test('a page that keeps other things under our names is served all the same', async ({ page, site, tag }) => {
  const hostile = `<a id="dataLayer"></a><a id="gtag"></a><form name="trustedTypes"></form><img id="placet-settings" alt="">
    <script>Object.prototype.consent = 'polluted'; Object.prototype.groups = 7;
      Array.prototype.choice = {}; String.prototype.evil = true; window.name = '[object]';</script>`;
  await page.goto(site.page(html(hostile + tag() + MATOMO)));
  await expect(banner(page)).toBeVisible();
  await fence(page, site);
  expect(site.trackers).toEqual([]);
  await acceptAll(page);
  await expect.poll(() => site.trackers).toEqual(['matomo.js']);
  await page.reload();
  await ready(page);
  await expect(floatingButton(page)).toBeVisible();
  await expect(banner(page)).toHaveCount(0);
});

for (const [what, stored] of [
  ['settings', { 'placet-settings': '{"of":"x","at":9e15,"settings":{}}' }],
  ['a proof', { 'dastra-consents': '{"choice":{"v":1,"id":1,"d":1,"c":"text"}}' }],
  ['an outbox', { 'placet-outbox': '{"not":"a list"}' }],
  ['no JSON at all', { 'placet-settings': '{', 'dastra-consents': 'x', 'placet-outbox': '[', 'placet-saving': '?' }],
] as const) {
  test(`${what} of somebody else in localStorage changes nothing`, async ({ page, site, tag }) => {
    await page.goto(site.page(html('')));
    await page.evaluate((items) => { for (const [name, value] of Object.entries(items)) localStorage.setItem(name, value); }, stored);
    await page.goto(site.page(html(tag() + MATOMO)));
    await expect(banner(page)).toBeVisible();
    await fence(page, site);
    expect(site.trackers).toEqual([]);
    await refuseAll(page);
    expect(await consentIdOf(page)).toMatch(/^[0-9a-f-]{36}$/);
  });
}

for (const [what, answer] of [['no JSON', '<!doctype html>'], ['an empty object', '{}'], ['null', 'null'], ['a list', '[]']] as const) {
  test(`settings that are ${what}: no window, nothing released, one line on the console`, async ({ page, site, tag, relay, problems }) => {
    relay.instead = ({ path }) => path.includes('cookie-widget-settings') ? answer : undefined;
    await page.goto(site.page(html(tag({ origin: relay.origin }) + MATOMO)));
    await expect.poll(() => problems).toEqual([expect.stringMatching(/^Placet: no consent window, /)]);
    await expect(banner(page)).toHaveCount(0);
    expect(site.trackers).toEqual([]);
    problems.length = 0;
  });
}

test('a server that does not answer keeps nobody waiting, and nothing runs', async ({ page, site, tag, relay }) => {
  relay.instead = ({ path }) => path.includes('cookie-widget-settings') ? 'hang' : undefined;
  await page.goto(site.page(html(`<button onclick="this.textContent = 'Works'">Shop</button>${tag({ origin: relay.origin })}${MATOMO}`)));
  await expect.poll(() => relay.to('/v1/client/').length).toBe(1);
  await page.getByRole('button', { name: 'Shop' }).click();
  await expect(page.getByRole('button', { name: 'Works' })).toBeVisible();
  await expect(banner(page)).toHaveCount(0);
  expect(site.trackers).toEqual([]);
});

test('a proof whose answer is nonsense counts as delivered, once', async ({ page, site, tag, relay }) => {
  relay.instead = ({ body }) => body.includes('"type":"Consents"') ? '<!doctype html>' : undefined;
  await page.goto(site.page(html(tag({ origin: relay.origin }))));
  await refuseAll(page);
  await expect.poll(() => page.evaluate(() => localStorage.getItem('placet-outbox'))).toBeNull();
  await page.reload();
  await ready(page);
  expect(relay.collected()).toHaveLength(1);
});

for (const [name, why, changed, what] of [
  ['a wrong key', /401/, { key: 'placet_pk_000000000000000000000000000000000000' }, /Copy the public key again/],
  ['a wrong number', /404/, { widget: 999_999 }, /Compare data-widgetid/],
  ['no key', /no consent window/, { key: '' }, /has no \?key= with a public key/],
] as const) {
  test(`${name}: the line on the console says what to do`, async ({ visit, problems }) => {
    await visit('', changed);
    const ours = () => problems.filter((problem) => problem.startsWith('Placet'));
    await expect.poll(ours).toEqual([expect.stringMatching(why)]);
    expect(ours()[0]).toMatch(what);
    problems.length = 0;
  });
}

test('a policy that forbids the request for the settings: the line on the console names connect-src', async ({ page, site, tag, placet, problems }) => {
  const policy = `script-src ${placet.origin}; connect-src 'none'`;
  await page.goto(site.page(html(tag()), { headers: { 'Content-Security-Policy': policy } }));
  await expect.poll(() => problems.filter((problem) => problem.startsWith('Placet'))).toEqual([expect.stringContaining(`connect-src allows ${placet.origin}`)]);
  problems.length = 0;
});
