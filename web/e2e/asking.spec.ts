// Who is asked, about what, and how the answer is kept and proved.
import type { Page } from '@playwright/test';
import { expect, test } from './test';
import { dormant, html, SETTINGS } from './widget';
import { acceptAll, banner, consentCookie, consentIdOf, fence, floatingButton, press, ready, refuseAll, settings, storedProof } from './visitor';

const DAY = 86_400_000;

/** The widget with other members in some services. */
const groups = (changed: Readonly<Record<string, object>>) => SETTINGS.groups.map((group) => ({
  ...group, services: group.services.map((one) => ({ ...one, ...changed[one.slug] })),
}));

const decisions = async (page: Page) => Object.fromEntries((await storedProof(page)).consents.cookieConsents.map((one: any) => [one.slug, one.consent]));

/** The answers of the settings endpoint get these members, as a later publication would. */
async function publish(page: Page, rounds: Readonly<Record<string, number>>): Promise<void> {
  await page.route('**/cookie-widget-settings/**', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    for (const service of body.groups.flatMap((group: any) => group.services)) service.round = rounds[service.slug] ?? 0;
    body.translation = { ...body.translation, newTitle: 'Something is new', newDisclaimer: 'New here: {services}, for {purposes}.' };
    await route.fulfill({ response: answer, json: body });
  });
  await page.clock.install({ time: Date.now() + 301_000 });
  await page.reload(); // fetches
  await ready(page);
  await expect.poll(() => page.evaluate(() => localStorage.getItem('placet-settings'))).toContain('Something is new');
  await page.reload();
}

test('who has chosen is asked about what is new only, and keeps the rest with its dates', async ({ page, context, visit, site }) => {
  await visit(dormant('matomo', 'matomo.js') + dormant('youtube', 'youtube.js'));
  await acceptAll(page);
  const before = (await storedProof(page)).consents.cookieConsents;
  await expect.poll(() => site.trackers.toSorted()).toEqual(['matomo.js', 'youtube.js']);
  await publish(page, { youtube: 1 });

  await expect(banner(page)).toContainText('Something is new');
  await expect(banner(page)).toContainText('New here: YouTube, for Other.');
  site.forget();
  await page.reload();
  await expect(banner(page)).toBeVisible();
  await fence(page, site);
  expect(site.trackers, 'what is due follows its default').toEqual(['matomo.js']);

  await refuseAll(page);
  expect(await decisions(page)).toEqual({ weglot: true, matomo: true, ga: true, meta: true, youtube: false });
  const after = (await storedProof(page)).consents.cookieConsents;
  expect(after.filter(({ slug }: any) => slug !== 'youtube')).toEqual(before.filter(({ slug }: any) => slug !== 'youtube'));
  expect(JSON.parse(await consentCookie(context) ?? '')).toMatchObject({ r: { youtube: 1 } });
  await page.reload();
  await ready(page);
  await expect(floatingButton(page)).toBeVisible();
  await expect(banner(page)).toHaveCount(0);
});

test('a higher round of a service that nobody is asked about asks nobody', async ({ page, placet, visit }) => {
  const widget = await placet.importWidget({ ...SETTINGS, groups: groups({ youtube: { requiredConsent: false } }) });
  await visit('', { widget });
  await acceptAll(page);
  await publish(page, { youtube: 3, basket: 3 });
  await expect(floatingButton(page)).toBeVisible();
  await expect(banner(page)).toHaveCount(0);
});

test('the cross that refuses is proved as such and not asked again', async ({ page, context, placet, visit }) => {
  const widget = await placet.importWidget({ ...SETTINGS, closeEffect: 'Refuse' });
  await visit('', { widget });
  await banner(page).locator('.dastra-cw-close').click();
  await expect(banner(page)).toHaveCount(0);
  expect((await storedProof(page)).consents.how).toBe('close');
  expect(new Set(Object.values(await decisions(page)))).toEqual(new Set([false]));
  expect(await consentCookie(context)).toContain('"matomo":false');
  await page.clock.install({ time: Date.now() + 2 * DAY });
  await page.reload();
  await expect(floatingButton(page)).toBeVisible();
  await expect(banner(page)).toHaveCount(0);
  const id = await consentIdOf(page);
  await expect.poll(() => placet.proofs(id)).toHaveLength(1);
});

test('Escape on a window with a cross means the cross, and on one without nothing', async ({ page, placet, visit }) => {
  await visit('', { widget: await placet.importWidget({ ...SETTINGS, closeEffect: 'Refuse' }) });
  await banner(page).getByRole('button', { name: 'Accept all' }).focus();
  await page.keyboard.press('Escape');
  await expect(banner(page)).toHaveCount(0);
  expect((await storedProof(page)).consents.how).toBe('close');
  await page.context().clearCookies();
  await visit('', { widget: await placet.importWidget({ ...SETTINGS, showCloseButton: false }) });
  await banner(page).getByRole('button', { name: 'Accept all' }).focus();
  await page.keyboard.press('Escape');
  await expect(banner(page)).toBeVisible();
});

for (const [how, act] of [
  ['accept_all', acceptAll],
  ['refuse_all', refuseAll],
  ['selection', async (page: Page) => { await press(page, 'Personalise'); await settings(page).getByRole('button', { name: 'Save selection' }).click(); }],
  ['placeholder', (page: Page) => page.getByRole('button', { name: 'Allow YouTube' }).click()],
  ['script', (page: Page) => page.evaluate('dastra.cookieConsent.consent.save()')],
] as const) {
  test(`the proof says how it was made, where and by which build: ${how}`, async ({ page, relay, site, tag }) => {
    await page.goto(site.page(html(`${tag({ origin: relay.origin })}<iframe title="Film" data-consent="youtube" data-src="/t/film.html" width="400" height="300"></iframe>`), { path: '/shop/page' }) + '?secret=1#fragment');
    await ready(page);
    await expect(banner(page)).toBeVisible();
    await act(page);
    await expect.poll(() => relay.collected()).toHaveLength(1);
    const { consents, id, consentId } = JSON.parse(relay.collected()[0]?.body ?? '{}');
    expect(consents).toMatchObject({ how, origin: site.origin, path: '/shop/page', sdk: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    for (const uuid of [id, consentId]) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(consentId, 'the id was there before the server answered').toBe(await consentIdOf(page));
  });
}

test('a showing is counted once per session, a departure without an answer once, and neither says anything of the visitor', async ({ page, site, tag, relay }) => {
  const address = site.page(html(tag({ origin: relay.origin })));
  await page.goto(address);
  await expect(banner(page)).toBeVisible();
  await expect.poll(() => relay.collected('Visit').map(({ body }) => JSON.parse(body))).toEqual([{ type: 'Visit', consents: { lang: 'en' } }]);
  await page.goto('about:blank');
  await expect.poll(() => relay.collected('Quit').map(({ body }) => JSON.parse(body))).toEqual([{ type: 'Quit', consents: { lang: 'en' } }]);
  await page.goto(address);
  await expect(banner(page)).toBeVisible();
  await refuseAll(page);
  await page.goto('about:blank');
  await expect.poll(() => relay.collected()).toHaveLength(1);
  expect([relay.collected('Visit').length, relay.collected('Quit').length]).toEqual([1, 1]);
});

for (const changed of [{ countVisits: false }, { developerMode: true }]) {
  test(`nothing is counted with ${JSON.stringify(changed)}`, async ({ page, site, tag, relay, placet }) => {
    const widget = await placet.importWidget({ ...SETTINGS, ...changed });
    await page.goto(site.page(html(tag({ origin: relay.origin, widget }))));
    await expect(banner(page)).toBeVisible();
    await page.goto('about:blank', { waitUntil: 'networkidle' });
    expect(relay.to('/v1/client/collect/')).toEqual([]);
  });
}

test('a site with a path for it gets the cookie’s value by HTTP, exactly as written', async ({ page, placet, site, tag, browserName }) => {
  const widget = await placet.importWidget({ ...SETTINGS, choiceCookiePath: '/consent-cookie' });
  const posted: { url: string; body: string | null }[] = [];
  await page.route('**/consent-cookie?**', async (route) => {
    posted.push({ url: route.request().url(), body: route.request().postData() });
    await route.fulfill({ status: 204 });
  });
  await page.goto(site.page(html(tag({ widget }))));
  await acceptAll(page);
  await expect.poll(() => posted.length).toBe(1);
  const cookie = (await page.context().cookies()).find(({ name }) => name === 'euconsent');
  const body = browserName === 'firefox' ? null : cookie?.value; // Firefox does not tell what a request holds that may outlive its page
  expect(posted).toEqual([{ url: `${site.origin}/consent-cookie?key=${placet.publicKey}&widget=${widget}`, body }]);
});

test('a choice in one tab holds in the others at once, under one id', async ({ context, site, tag, placet }) => {
  const address = site.page(html(tag() + dormant('matomo', 'matomo.js')));
  const tabs = [await context.newPage(), await context.newPage(), await context.newPage()] as const;
  for (const tab of tabs) {
    await tab.goto(address);
    await expect(banner(tab)).toBeVisible();
  }
  site.forget();
  await acceptAll(tabs[0]);
  for (const tab of tabs.slice(1)) await expect(banner(tab)).toHaveCount(0);
  await expect.poll(() => site.trackers).toEqual(['matomo.js', 'matomo.js', 'matomo.js']);
  await floatingButton(tabs[2]).click();
  await settings(tabs[2]).getByRole('button', { name: 'Refuse all' }).click();
  const id = await consentIdOf(tabs[0]);
  expect(await consentIdOf(tabs[2])).toBe(id);
  await expect.poll(() => placet.proofs(id)).toHaveLength(2);
});

test('dastra.debug, set before the script arrives, writes every event to the console', async ({ page, site, tag }) => {
  const lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  await page.goto(site.page(html(`<script>window.dastra = []; dastra.debug = true;</script>${tag()}`)));
  await acceptAll(page);
  await expect.poll(() => lines.filter((line) => line.startsWith('Placet consents:'))).toEqual([
    expect.stringContaining('consents:ready'), expect.stringContaining('consents:updated'), expect.stringContaining('consents:all_accepted'),
  ]);
});

test('the policy page shows every service with its cookies, in the language of the widget, and is filled once', async ({ page, placet, visit }) => {
  const described = groups({ matomo: { cookies: [{ name: '_pk_id*', description: 'Tells visitors apart', expiryDays: 390 }, { name: '_pk_ses*' }] } });
  const widget = await placet.importWidget({ ...SETTINGS, groups: described });
  await visit('<div data-placet-notice></div>', { widget });
  const notice = page.locator('[data-placet-notice]');
  await expect(notice.getByRole('heading', { level: 4 })).toHaveText(['Basket', 'Weglot', 'Matomo', 'Google Analytics', 'Meta Pixel', 'YouTube']);
  const rows = notice.getByRole('table', { name: 'Cookies of Matomo' }).getByRole('row');
  await expect(rows.nth(1)).toContainText('_pk_id*');
  await expect(rows.nth(1)).toContainText('13 months');
  await expect(rows.nth(1)).toContainText('Tells visitors apart');
  await refuseAll(page);
  await page.evaluate(() => document.body.append(document.createElement('p')));
  await expect(notice.locator('table')).toHaveCount(6);
});

test('the settings say who provides a service, where, and how long its cookies last', async ({ page, placet, visit }) => {
  const widget = await placet.importWidget({
    ...SETTINGS, controllerName: 'Shop Ltd',
    groups: groups({ matomo: { provider: 'InnoCraft Ltd', country: 'NZ', cookies: [{ name: '_pk_ses', lifetime: 1800 }, { name: '_pk_id', lifetime: 0 }] } }),
  });
  await visit('', { widget });
  await press(page, 'Personalise');
  await settings(page).getByRole('button', { name: 'View list Audience measurement' }).click();
  await expect(settings(page).getByText('InnoCraft Ltd, New Zealand')).toBeVisible();
  await expect(settings(page).getByRole('row', { name: '_pk_ses' })).toContainText('30 minutes');
  await expect(settings(page).getByRole('row', { name: '_pk_id' })).toContainText('Until you close the browser');
});
