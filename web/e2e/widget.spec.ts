// The widget on a customer's page: when it asks, what it keeps, and what it says to the page.
import { expect, test } from './test';
import { ASKED, html, SETTINGS, dormant } from './widget';
import {
  acceptAll, banner, consentCookie, consentIdOf, fence, floatingButton, heard, press, ready, refuseAll, settings, storedProof,
} from './visitor';

const DAY = 86_400_000;

test('deleting the consent cookie brings the window back and keeps the consent id', async ({ page, context, visit, placet }) => {
  await visit();
  await acceptAll(page);
  const id = await consentIdOf(page);
  await context.clearCookies();
  await page.reload();
  await expect(banner(page)).toBeVisible();
  await refuseAll(page);
  expect(await consentIdOf(page)).toBe(id);
  await expect.poll(async () => (await placet.proofs(id)).map((proof) => proof.consents.cookieConsents.some((one: any) => one.consent))).toEqual([false, true]);
});

test('what localStorage keeps ends after 180 days, also when the cookie lives longer', async ({ page, context, placet, visit }) => {
  const widget = await placet.importWidget({ ...SETTINGS, consentCookieExpiryTime: 360 });
  await visit('', { widget });
  await acceptAll(page);
  const id = await consentIdOf(page);

  await page.clock.install({ time: Date.now() + 179 * DAY });
  await page.reload();
  await ready(page);
  expect(await consentIdOf(page)).toBe(id);
  await expect(banner(page)).toBeHidden();

  await context.clearCookies();
  await page.clock.setSystemTime(Date.now() + 181 * DAY);
  await page.reload();
  await expect(banner(page)).toBeVisible();
  expect(await storedProof(page)).toBeNull();
  await acceptAll(page);
  expect(await consentIdOf(page)).not.toBe(id);
});

test('a choice older than the cookie’s days is asked again, and nothing runs until then', async ({ page, visit, site }) => {
  await visit(dormant('matomo', 'matomo.js'));
  await acceptAll(page);
  await expect.poll(() => site.trackers).toEqual(['matomo.js']);
  await page.clock.install({ time: Date.now() + 181 * DAY });
  site.forget();
  await page.reload();
  await expect(banner(page)).toBeVisible();
  await fence(page, site);
  expect(site.trackers).toEqual([]);
});

test('drop-in 14: the cross writes nothing and asks again the next day', async ({ page, context, visit }) => {
  await visit();
  await banner(page).getByRole('button', { name: 'Close without accepting' }).click();
  await expect(banner(page)).toBeHidden();
  expect(await context.cookies()).toEqual([]);
  expect(await storedProof(page)).toBeNull();

  await page.clock.install({ time: Date.now() + DAY / 2 });
  await page.reload();
  await expect(floatingButton(page)).toBeVisible();
  await expect(banner(page)).toBeHidden();

  await page.clock.setSystemTime(Date.now() + 1.1 * DAY);
  await page.reload();
  await expect(banner(page)).toBeVisible();
});

test('drop-in 5: the consent cookie holds "slug":true without spaces, for tag managers that look for it', async ({ page, context, visit }) => {
  await visit();
  await press(page, 'Personalise');
  await settings(page).getByRole('checkbox', { name: 'Audience measurement' }).click();
  await settings(page).getByRole('button', { name: 'Save selection' }).click();
  const value = await consentCookie(context);
  expect(value).toContain('"matomo":true');
  expect(value).toContain('"youtube":false');
  expect(value).not.toContain(' ');
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: 'euconsent', path: '/', sameSite: 'Lax', domain: 'localhost' });
  expect(((cookie?.expires ?? 0) * 1000 - Date.now()) / DAY).toBeCloseTo(180, 1);
});

test('a foreign value under the cookie’s name is no choice', async ({ page, context, site, visit }) => {
  await context.addCookies([{ name: 'euconsent', value: 'BOxyzIABstring', url: site.origin }]);
  await visit();
  await expect(banner(page)).toBeVisible();
});

test('sub-domains share a choice through the cookie, and a withdrawal too', async ({ page, context, placet, site, tag }) => {
  const widget = await placet.importWidget({ ...SETTINGS, consentCookieDomain: 'shop.localhost', consentCookieName: 'shop-consent' });
  site.page(html(tag({ widget }) + dormant('matomo', 'matomo.js')));
  const at = (host: string) => `http://${host}.shop.localhost:${site.port}/page`;
  await page.goto(at('one'));
  await acceptAll(page);
  expect((await context.cookies())[0]).toMatchObject({ name: 'shop-consent', domain: '.shop.localhost' });
  const id = await consentIdOf(page);

  await page.goto(at('two'));
  await ready(page);
  await expect(banner(page)).toBeHidden();
  await expect.poll(() => consentIdOf(page)).toBe(id);
  await floatingButton(page).click();
  // The cookie counts in whole seconds, and the newer of two copies holds.
  await page.clock.install({ time: Date.now() + 2000 });
  await settings(page).getByRole('button', { name: 'Refuse all' }).click();

  site.forget();
  await page.goto(at('one'));
  await fence(page, site);
  expect(site.trackers).toEqual([]);
});

test('drop-in 11: the language is data-lang, then the browser’s, then the first', async ({ browser, site, tag }) => {
  const refusal = async (attributes: string, locale: string) => {
    const context = await browser.newContext({ locale });
    const page = await context.newPage();
    await page.goto(site.page(html(tag({ attributes }))));
    const label = await banner(page).getByRole('button').nth(1).textContent();
    await context.close();
    return label;
  };
  const english = await refusal('data-lang="en"', 'de-DE');
  const french = await refusal('data-lang="fr-fr"', 'en-US');
  const german = await refusal('', 'de-AT');
  expect(english).toBe('Refuse all');
  expect(french).toMatch(/refuser/i);
  expect(german).toMatch(/ablehnen/i);
  expect(await refusal('', 'ja-JP')).toBe(english);
});

for (const [name, changed] of [
  ['a page with the older container and the oldest path', { container: 'cookie-consent', script: '/dist/dastra.js' }],
  ['a page with the vendor’s path', { script: '/sdk/dastra.js' }],
  ['a page with our own container', { container: 'placet' }],
  ['a page with the markup of the WordPress plugin', { attributes: 'data-lang="fr-fr"', script: '/sdk/dastra.js', scriptAttributes: 'id="dastra-js" defer' }],
] as const) {
  test(`drop-in 1, 2: ${name} works unchanged`, async ({ page, visit }) => {
    await visit('', changed);
    await expect(banner(page)).toBeVisible();
  });
}

test('drop-in 10: the page’s own rules for the documented classes take', async ({ page, visit }) => {
  const classes = ['container', 'button', 'viewmore-button', 'collection-title', 'trigger-button'].map((name) => `.dastra-cw-${name}`);
  await visit(`<style>${classes.map((name) => `#dastra-widget ${name} { outline: 3px solid rgb(1, 2, 3) }`).join('')}</style>`);
  const outlines = async (names: string[]) => {
    for (const name of names) {
      await expect(page.locator(`#dastra-widget ${name}`).filter({ visible: true }).first()).toHaveCSS('outline-color', 'rgb(1, 2, 3)');
    }
  };
  await outlines(classes.slice(0, 2));
  await press(page, 'Personalise');
  await outlines(classes.slice(0, 4));
  await settings(page).getByRole('button', { name: 'Save selection' }).click();
  await outlines(classes.slice(4));
});

test('a page may load the widget itself, into any element and under a user id', async ({ page, site, placet, widget }) => {
  const commands = `<div id="here"></div><script>window.dastra = [];
    dastra.push(['loadCookieConsent', { widgetId: ${widget}, selector: '#here', userId: 'user-7' }]);</script>`;
  await page.goto(site.page(html(`${commands}<script async src="${placet.origin}/sdk/placet.js?key=${placet.publicKey}"></script>`)));
  await acceptAll(page);
  const id = await consentIdOf(page);
  await expect.poll(async () => (await placet.get(`/api/v1/consents?search=${id}`))[0]?.user_id).toBe('user-7');
});

test('a second copy of the script does nothing', async ({ page, relay, site, tag, placet }) => {
  await page.goto(site.page(html(tag({ origin: relay.origin }) + tag({ origin: relay.origin, script: '/sdk/dastra.js' }))));
  await expect(banner(page)).toHaveCount(1);
  await acceptAll(page);
  const id = await consentIdOf(page);
  await expect.poll(() => placet.proofs(id)).toHaveLength(1);
  expect(relay.collected()).toHaveLength(1);
  expect(relay.to('/v1/client/cookie-widget-settings/')).toHaveLength(1);
});

test('a returning visitor with a fresh copy causes one request, the loader', async ({ page, relay, site, tag }) => {
  await page.goto(site.page(html(tag({ origin: relay.origin }))));
  await acceptAll(page);
  await expect.poll(() => relay.collected().map(({ status }) => status)).toEqual([200]);
  relay.passed.length = 0;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.reload({ waitUntil: 'networkidle' });
  await ready(page);
  expect(asked.filter((path) => path !== '/favicon.ico')).toEqual(['/page', '/sdk/placet.js']);
  expect(relay.passed.filter(({ path }) => path !== '/sdk/placet.js')).toEqual([]);
});

test('drop-in 12: after five minutes the settings are asked for again, with their ETag', async ({ page, relay, site, tag }) => {
  await page.goto(site.page(html(tag({ origin: relay.origin }))));
  await refuseAll(page);
  await expect.poll(() => relay.collected()).toHaveLength(1);
  await page.clock.install({ time: Date.now() + 301_000 });
  await page.reload();
  await expect.poll(() => relay.to('/v1/client/cookie-widget-settings/').map(({ status }) => status)).toEqual([200, 304]);
  expect(relay.to('/v1/client/cookie-widget-settings/')[1]?.headers['if-none-match']).toMatch(/^"[0-9a-f]{16}"$/);
});

test('drop-in 14: a new service is not asked about until the visitor is asked again', async ({ page, context, site, tag, placet }) => {
  const [necessary, ...others] = SETTINGS.groups;
  const widget = await placet.importWidget({ ...SETTINGS, groups: [necessary, ...others.slice(0, 2)] });
  const show = () => page.goto(site.page(html(tag({ widget }) + dormant('youtube', 'youtube.js'))));
  await show();
  await acceptAll(page);
  await placet.importWidget({ ...SETTINGS, id: widget });
  // A running server sees what a command has published within a second.
  const served = `/v1/client/cookie-widget-settings/${widget}?key=${placet.publicKey}`;
  await expect.poll(async () => JSON.stringify(await placet.get(served))).toContain('youtube');
  await page.clock.install({ time: Date.now() + 301_000 });
  await show();
  await expect.poll(() => page.evaluate(() => localStorage.getItem('placet-settings'))).toContain('youtube');
  await show();
  await fence(page, site);
  await expect(banner(page)).toBeHidden();
  expect(site.trackers).toEqual([]);
  expect(await consentCookie(context)).not.toContain('youtube');
  expect(await heard(page)).toContain('refused:youtube');
});

test('every service of the widget is in the proof, with its own purpose', async ({ page, visit, placet }) => {
  await visit();
  await acceptAll(page);
  const id = await consentIdOf(page);
  await expect.poll(() => placet.proofs(id)).toHaveLength(1);
  const [proof] = await placet.proofs(id);
  expect(proof.consents.cookieConsents.map((one: any) => one.slug)).toEqual(ASKED);
  const [consent] = await placet.get(`/api/v1/consents?search=${id}`);
  expect(consent).toMatchObject({ origin_checked: true, path: '/page', widget: { how: 'accept_all', lang: 'en' } });
});
