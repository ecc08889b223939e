// What vendors hear, and what is heard of the browser.
import type { Page } from '@playwright/test';
import { expect, test } from './test';
import { html, SETTINGS } from './widget';
import { acceptAll, banner, consentCookie, floatingButton, ready, refuseAll, settings, storedProof } from './visitor';

const withVendors = (vendors: Readonly<Record<string, object>>) => SETTINGS.groups.map((group) => ({
  ...group, services: group.services.map((one) => ({ ...one, ...vendors[one.slug] })),
}));

const VENDORS = {
  weglot: { vendorSignal: 'tiktok' }, matomo: { vendorSignal: 'matomo' }, ga: { vendorSignal: 'clarity' },
  meta: { vendorSignal: 'meta' }, youtube: { vendorSignal: 'uet' },
};

/** The vendors' own interfaces, as their snippets leave them. */
const STUBS = `<script>
  window.calls = [];
  window.fbq = (...call) => calls.push(['fbq', ...call]);
  window.ttq = { grantConsent: () => calls.push(['ttq', 'grant']), revokeConsent: () => calls.push(['ttq', 'revoke']) };
  window._paq = { push: (call) => calls.push(['_paq', ...call]) };
  window.uetq = { push: (...call) => calls.push(['uetq', ...call]) };
  window.clarity = (...call) => calls.push(['clarity', ...call]);
</script>`;

const said = (granted: boolean) => [
  ['_paq', granted ? 'setConsentGiven' : 'forgetConsentGiven'], ['_paq', granted ? 'setCookieConsentGiven' : 'forgetCookieConsentGiven'],
  ['clarity', 'consentv2', { ad_Storage: granted ? 'granted' : 'denied', analytics_Storage: granted ? 'granted' : 'denied' }],
  ['fbq', 'consent', granted ? 'grant' : 'revoke'], ['ttq', granted ? 'grant' : 'revoke'],
  ['uetq', 'consent', 'update', { ad_storage: granted ? 'granted' : 'denied' }],
];

const calls = async (page: Page) => (await page.evaluate<unknown[][]>('calls.splice(0)')).toSorted((one, other) => String(one.slice(0, 2)) < String(other.slice(0, 2)) ? -1 : 1);

test('vendors hear their own call on load, after a choice and after a withdrawal', async ({ page, placet, visit }) => {
  const widget = await placet.importWidget({ ...SETTINGS, groups: withVendors(VENDORS) });
  await visit(STUBS, { widget });
  await expect(banner(page)).toBeVisible();
  await expect.poll(() => page.evaluate('calls.length')).toBe(6);
  expect(await calls(page)).toEqual(said(false));
  await acceptAll(page);
  await expect.poll(() => page.evaluate('calls.length')).toBe(6);
  expect(await calls(page)).toEqual(said(true));
  await floatingButton(page).click();
  await settings(page).getByRole('button', { name: 'Refuse all' }).click();
  await expect.poll(() => page.evaluate('calls.length')).toBe(6);
  expect(await calls(page)).toEqual(said(false));
});

test('vendors that are not on the page leave nothing behind that would stop their own snippet', async ({ page, placet, visit }) => {
  const widget = await placet.importWidget({ ...SETTINGS, groups: withVendors(VENDORS) });
  await visit('', { widget });
  await acceptAll(page);
  await expect.poll(() => page.evaluate('typeof uetq')).toBe('object');
  expect(await page.evaluate('[typeof fbq, typeof ttq, typeof _paq, typeof clarity, Array.isArray(uetq)]')).toEqual(['undefined', 'undefined', 'undefined', 'function', true]);
});

test('without vendors no file is fetched for them', async ({ page, visit }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await visit();
  await acceptAll(page);
  await ready(page);
  expect(asked.filter((url) => url.includes('signals'))).toEqual([]);
});

const google = { ga: { consentMode: true, consentModeTypes: [] }, meta: { consentMode: true, consentModeTypes: ['ad_storage', 'ad_user_data'] } };
const commands = (page: Page) => page.evaluate(() => [...(window as any).dataLayer].filter((entry) => entry[0] === 'consent').map((entry) => [...entry]));

test('Consent Mode grants a type that any accepted service drives, and all four when none are named', async ({ page, placet, visit }) => {
  const widget = await placet.importWidget({ ...SETTINGS, groups: withVendors(google) });
  await visit('', { widget });
  await expect(banner(page)).toBeVisible();
  await banner(page).getByRole('button', { name: 'Personalise' }).click();
  await settings(page).getByRole('switch', { name: 'Marketing' }).click();
  await settings(page).getByRole('button', { name: 'Save selection' }).click();
  await expect.poll(() => commands(page)).toEqual([['consent', 'update', {
    ad_storage: 'granted', analytics_storage: 'denied', ad_user_data: 'granted', ad_personalization: 'denied',
  }]]);
  expect(await page.evaluate(() => [...(window as any).dataLayer].filter((entry) => Array.isArray(entry)))).toEqual([]);
});

const privacy = (page: Page) => page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));

for (const [name, script] of [
  ['Global Privacy Control', "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })"],
  ['Do Not Track of the navigator', "Object.defineProperty(navigator, 'doNotTrack', { value: '1' })"],
  ['Do Not Track of the window', "Object.defineProperty(navigator, 'doNotTrack', { value: null }); window.doNotTrack = '1'"],
] as const) {
  test(`drop-in 16: ${name} refuses audience measurement and marketing, writes nothing, and gives way to a choice`, async ({ page, context, placet, visit }) => {
    await page.addInitScript(script);
    const on = Object.fromEntries(['weglot', 'matomo', 'ga', 'meta', 'youtube'].map((slug) => [slug, { requiredConsent: false, defaultConsent: true, exempt: true, exemptReason: 'For a test.' }]));
    const widget = await placet.importWidget({ ...SETTINGS, enableGPC: true, groups: withVendors(on) });
    await visit('', { widget });
    await ready(page);
    const holds = () => page.evaluate(() => (window as any).dastra.cookieConsent.consent.getAllConsents().filter((one: any) => one.consent).map((one: any) => one.slug));
    expect(await holds()).toEqual(['basket', 'weglot', 'youtube']);
    expect(await storedProof(page)).toBeNull();
    expect(await consentCookie(context)).toBeUndefined();
  });
}

test('an explicit choice is stronger than the signal', async ({ page, placet, visit }) => {
  await privacy(page);
  const widget = await placet.importWidget({ ...SETTINGS, enableGPC: true });
  await visit('', { widget });
  await expect(banner(page)).toContainText('We honour your browser’s privacy signal');
  await acceptAll(page);
  await page.reload();
  await ready(page);
  expect(await page.evaluate('dastra.cookieConsent.consent.getPurposeConsent("Marketing")')).toBe(true);
});

test('a signal means nothing where the widget does not honour it', async ({ page, visit }) => {
  await privacy(page);
  await visit();
  await expect(banner(page)).toBeVisible();
  await expect(banner(page)).not.toContainText('privacy signal');
});

/** What the server delivers where a variant with another regime holds. */
async function elsewhere(page: Page): Promise<void> {
  await page.route('**/cookie-widget-settings/**', async (route) => {
    const response = await route.fetch();
    const settings = await response.json();
    for (const { services } of settings.groups) for (const service of services) service.defaultConsent = true;
    await route.fulfill({ response, json: { ...settings, regime: 'OptOut', enableGPC: true } });
  });
}

test('where the law asks for a way out, the signal is confirmed once per session and nobody is asked', async ({ page, placet, site, tag }) => {
  await privacy(page);
  await elsewhere(page);
  const widget = await placet.importWidget({ ...SETTINGS, enableGPC: true, groups: withVendors({}) });
  await page.goto(site.page(html(tag({ widget }))));
  await expect(page.getByRole('status')).toContainText('We honour your browser’s privacy signal');
  await expect(banner(page)).toHaveCount(0);
  expect(await page.evaluate('dastra.cookieConsent.consent.getServiceConsent("meta")')).toBe(false);
  await page.reload();
  await expect(floatingButton(page)).toBeVisible();
  await expect(page.getByRole('status')).toBeEmpty();
  await expect(banner(page)).toHaveCount(0);
});

test('refusing everything is heard by vendors as a refusal on the next page too', async ({ page, placet, visit }) => {
  const widget = await placet.importWidget({ ...SETTINGS, groups: withVendors(VENDORS) });
  await visit(STUBS, { widget });
  await refuseAll(page);
  await page.reload();
  await expect.poll(() => page.evaluate('calls.length')).toBe(6);
  expect(await calls(page)).toEqual(said(false));
});
