// What the page hears, and what it may do itself: events, the manager, the command queue.
import type { Page } from '@playwright/test';
import { expect, test } from './test';
import { ASKED, html, SETTINGS } from './widget';
import { acceptAll, banner, consentIdOf, fence, floatingButton, forgetHeard, heard, press, ready, refuseAll, settings, storedProof } from './visitor';

const FRAME = '<iframe title="A film" data-consent="youtube" data-src="/t/film.html" width="400" height="300"></iframe>';
const each = (said: 'consent' | 'refused', except: Record<string, string> = {}) => ASKED.map((slug) => `${except[slug] ?? said}:${slug}`);
const manager = (page: Page, action: string) => page.evaluate(`window.dastra.cookieConsent.consent.${action}`);

interface Moment {
  readonly name: string;
  readonly choose?: (page: Page) => Promise<unknown>;
  readonly reload?: true;
  readonly act: (page: Page) => Promise<unknown>;
  readonly hears: readonly string[];
}

// The matrix of the widget contract, 9.1. A reload counts as an act: what was heard begins anew with the page.
const MOMENTS: readonly Moment[] = [
  { name: 'a page without a choice', act: async () => {}, reload: true, hears: [...each('refused'), 'consents:ready'] },
  { name: 'a page with a choice', choose: acceptAll, act: async () => {}, reload: true, hears: [...each('consent'), 'consents:ready'] },
  { name: 'accept all', act: acceptAll, hears: [...each('consent'), 'consents:updated', 'consents:all_accepted'] },
  { name: 'refuse all', act: refuseAll, hears: [...each('refused'), 'consents:updated', 'consents:any_refused'] },
  {
    name: 'a selection',
    act: async (page) => {
      await press(page, 'Personalise');
      await settings(page).getByRole('checkbox', { name: 'Audience measurement' }).click();
      await settings(page).getByRole('button', { name: 'Save selection' }).click();
    },
    hears: [...each('refused', { matomo: 'consent', ga: 'consent' }), 'consents:updated', 'consents:any_refused'],
  },
  {
    name: 'save() from a script',
    act: (page) => manager(page, "setServiceConsent('matomo', true), window.dastra.cookieConsent.consent.save()"),
    hears: [...each('refused', { matomo: 'consent' }), 'consents:updated'],
  },
  {
    name: 'dispatchEvent()',
    act: (page) => manager(page, "setServiceConsent('matomo', true), window.dastra.cookieConsent.consent.dispatchEvent()"),
    hears: each('refused', { matomo: 'consent' }),
  },
  {
    name: 'a placeholder',
    act: (page) => page.getByRole('button', { name: 'Allow YouTube' }).click(),
    hears: ['consent:youtube', 'consents:updated'],
  },
];

for (const { name, choose, act, reload, hears } of MOMENTS) {
  test(`drop-in 7: the page hears what the contract says: ${name}`, async ({ page, visit }) => {
    await visit(FRAME);
    await ready(page);
    await choose?.(page);
    if (reload) await page.reload();
    else await forgetHeard(page);
    await act(page);
    await expect.poll(() => heard(page)).toEqual(hears);
  });
}

test('drop-in 7: per-service events say whether they come from the load, and reach dataLayer', async ({ page, visit }) => {
  await visit();
  await ready(page);
  const details = () => page.evaluate(() => (window as any).heard.filter((event: CustomEvent) => event.type.endsWith(':matomo')).map((event: CustomEvent) => event.detail));
  expect(await details()).toEqual([{ slug: 'matomo', consent: false, initial: true }]);
  await acceptAll(page);
  await expect.poll(details).toContainEqual({ slug: 'matomo', consent: true, initial: false });
  const layer: any[] = await page.evaluate(() => (window as any).dataLayer);
  expect(layer.map(({ event }) => event).filter((event) => event.endsWith(':matomo'))).toEqual(['dastra:refused:matomo', 'dastra:consent:matomo']);
  expect(layer.some(({ event }) => event.endsWith(':basket') || event.includes('consents:'))).toBe(false);
});

test('the detail of an update holds the new consents, and the manager already answers with them', async ({ page, visit }) => {
  await visit(`<script>addEventListener('dastra:consents:updated', (event) => {
    window.seen = [event.detail.map(({ slug, consent }) => [slug, consent]), dastra.cookieConsent.consent.getPurposeConsent('Marketing')];
  })</script>`);
  await acceptAll(page);
  await expect.poll(() => page.evaluate('window.seen')).toEqual([ASKED.map((slug) => [slug, true]), true]);
});

test('drop-in 8: the manager answers and decides by purpose and by service', async ({ page, visit, placet }) => {
  await visit();
  await ready(page);
  const state = (...calls: string[]) => Promise.all(calls.map((call) => manager(page, call)));
  expect(await state('hasConsented()', "getPurposeConsent('Analytical')", "getServiceConsent('ga')", "getServiceConsent('basket')"))
    .toEqual([false, false, false, true]);
  await manager(page, "setPurposeConsent('Analytical', true)");
  await manager(page, "setServiceConsent('basket', false)");
  expect(await state("getPurposeConsent('Analytical')", 'getPurposeConsent(2)', "getServiceConsent('ga')", "getServiceConsent('basket')", "getServiceConsent('unknown')"))
    .toEqual([true, true, true, true, false]);
  await manager(page, "setServicePurpose('ga', false)");
  expect(await state("getPurposeConsent('Analytical')", 'hasConsented()')).toEqual([false, false]);
  expect(await storedProof(page)).toBeNull();

  await manager(page, 'save()');
  await expect(banner(page)).toBeHidden();
  expect(await manager(page, 'hasConsented()')).toBe(true);
  const id = await consentIdOf(page);
  await expect.poll(async () => (await placet.get(`/api/v1/consents?search=${id}`))[0]?.preferences)
    .toEqual({ weglot: false, matomo: true, ga: false, meta: false, youtube: false });
});

test('drop-in 8: getAllConsents lists every service with what holds', async ({ page, visit }) => {
  await visit();
  await ready(page);
  const all = await manager(page, 'getAllConsents()') as any[];
  expect(all.map(({ slug, consent }) => [slug, consent])).toEqual([['basket', true], ...ASKED.map((slug) => [slug, false])]);
  expect(all[2]).toMatchObject({ name: 'Matomo', purpose: 2, requiredConsent: true, defaultConsent: false, privacyPolicyUrl: '/privacy' });
  expect(all[2].id).toMatch(/^[0-9a-f-]{36}$/);
});

test('drop-in 8: open and close show and hide the settings', async ({ page, visit }) => {
  await visit();
  await refuseAll(page);
  await manager(page, 'open()');
  await expect(settings(page)).toBeVisible();
  await manager(page, 'close()');
  await expect(settings(page)).toBeHidden();
  await page.evaluate('window.dastra.openCookieConsent()');
  await expect(settings(page)).toBeVisible();
});

test('drop-in 3: commands are obeyed in order before and after the script arrives, and a wrong one harms nobody', async ({ page, site, tag, placet, problems, browserName }) => {
  const early = `<script>window.said = []; window.dastra = window.dastra || [];
    dastra.push(['cookieReady', ({ consent }) => said.push('manager ' + typeof consent.open)]);
    dastra.push(() => said.push('function'));
    dastra.push(['set', 'cookie:userId', 'user-8']);
    dastra.push(['no such command']);
    dastra.push(['cookieReady', () => { throw new Error('of the page'); }]);
    dastra.push(['cookieReady', () => said.push('still obeyed')]);</script>`;
  await page.goto(site.page(html(early + tag())));
  await ready(page);
  await page.evaluate(`dastra.push(['cookieReady', () => said.push('late manager')]); placet.push(() => said.push('late function'))`);
  expect(await page.evaluate('window.said')).toEqual(['function', 'manager function', 'still obeyed', 'late manager', 'late function']);
  expect(problems.splice(0)).toEqual([
    expect.stringMatching(/^Placet: stopped by an error/), expect.stringMatching(browserName === 'firefox' ? /^Placet: stopped by an error/ : /of the page/),
  ]);
  await acceptAll(page);
  const id = await consentIdOf(page);
  await expect.poll(async () => (await placet.get(`/api/v1/consents?search=${id}`))[0]?.user_id).toBe('user-8');
});

for (const event of ['consents:updated', 'consents:any_refused', 'refused:matomo']) {
  test(`a page that reloads inside ${event} neither loops nor loses the choice`, async ({ page, visit, site, placet }) => {
    await visit(`<script>addEventListener('dastra:${event}', ({ detail }) => { if (!detail?.initial) location.reload(); })</script>`);
    site.forget();
    await refuseAll(page);
    await expect.poll(() => site.requests).toContain('/page');
    await ready(page);
    await expect(floatingButton(page)).toBeVisible();
    await fence(page, site);
    expect(site.requests.filter((path) => path === '/page')).toHaveLength(1);
    await expect(banner(page)).toBeHidden();
    const id = await consentIdOf(page);
    await page.clock.install({ time: Date.now() + 60_000 });
    await page.reload();
    await expect.poll(() => placet.proofs(id)).toHaveLength(1);
  });
}

test('drop-in 15: Consent Mode hears an update after a choice and for a returning visitor, never a default', async ({ page, visit, placet }) => {
  const groups = SETTINGS.groups.map((group) => ({
    ...group, services: group.services.map((one) => one.slug === 'ga' ? { ...one, consentMode: true, consentModeTypes: ['analytics_storage'] } : one),
  }));
  const widget = await placet.importWidget({ ...SETTINGS, groups });
  await visit('', { widget });
  const commands = () => page.evaluate(() => [...(window as any).dataLayer].filter((entry) => entry[0] === 'consent').map((entry) => [...entry]));
  await ready(page);
  expect(await commands()).toEqual([]);
  await acceptAll(page);
  await expect.poll(commands).toEqual([['consent', 'update', { analytics_storage: 'granted' }]]);
  await page.reload();
  await ready(page);
  expect(await commands()).toEqual([['consent', 'update', { analytics_storage: 'granted' }]]);
});
