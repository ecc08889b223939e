// The pages of widgets for everybody: with the keyboard alone, for auditors, in both themes, on small and large screens.
import { expect, picture, test } from './test';
import { expectAccessible, expectNoSidewaysScroll } from './axe';
import { enter, signIn } from './member';
import { card, draft, openSection, publish, said } from './widget_page';

const SECTIONS = ['overview', 'domains', 'services', 'texts', 'appearance', 'preview', 'publish', 'versions'];

/** A widget that has something to show in every section. */
const FULL = {
  label: 'A shop with a rather long name for a heading',
  allowedOrigins: ['http://localhost:*', 'https://www.shop.example', 'https://*.shop.example'],
  services: [
    { name: 'Matomo', slug: 'matomo', purpose: 2, provider: 'InnoCraft', country: 'NZ', cookies: [{ name: '_pk_id*', expiryDays: 393 }] },
    { name: 'Basket', slug: 'basket', purpose: 0 },
    { name: 'Not sorted yet', slug: 'unsorted', purpose: 5 },
    { name: 'YouTube', slug: 'youtube', purpose: 4, provider: 'Google Ireland Limited', country: 'IE' },
  ],
  bgColor: '#ffffff', colorText: '#3d4658',
};

test('an auditor reads everything of a widget and is offered nothing that changes it', async ({ page, placet }) => {
  const widget = await draft(placet, FULL);
  await publish(placet, widget);
  await signIn(page, placet);
  const member = { email: `auditor.${crypto.randomUUID()}@example.org`, role: 'auditor', password: 'correct horse battery' };
  expect((await page.request.post('/api/v1/members', { data: member })).ok()).toBe(true);
  await page.context().clearCookies();
  await page.goto('/sign-in');
  await enter(page, member.email, member.password);
  await expect(page.getByRole('heading', { name: 'Consents' })).toBeVisible();
  await page.getByRole('link', { name: 'Widgets' }).click();
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await expect(page.getByRole('button', { name: 'New widget' })).toHaveCount(0);
  for (const name of SECTIONS) {
    await openSection(page, widget, name);
    await expect(page.getByRole('region').first()).toBeVisible();
    const buttons = await page.locator('.page').getByRole('button').allInnerTexts();
    expect(buttons.map((words) => words.trim()).filter((words) => !words.startsWith('Copy')), name).toEqual([]);
    for (const field of await page.locator('.page fieldset :is(input, textarea, select)').all()) await expect(field).toBeDisabled();
  }
  await openSection(page, widget, 'services');
  await expect(card(page, 'Services of this widget')).toContainText('Matomo');
});

test('the keyboard alone makes a widget, adds a service, and publishes', async ({ page, placet }) => {
  await signIn(page, placet);
  await page.goto('/w/1/widgets');
  const reach = async (name: string | RegExp, role: 'button' | 'link' | 'textbox' | 'searchbox' = 'button') => {
    const wanted = page.getByRole(role, { name }).first();
    await expect(wanted).toBeVisible();
    for (let at = 0; at < 120; at += 1) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${name} cannot be reached with the Tab key`);
  };
  await reach('New widget');
  await page.keyboard.press('Enter');
  await reach('Name', 'textbox');
  await page.keyboard.type('By keyboard');
  await reach('Site', 'textbox');
  await page.keyboard.type('https://keys.example');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'By keyboard' })).toBeVisible();
  await reach('Services', 'link');
  await page.keyboard.press('Enter');
  await reach('Search by name, provider or host', 'searchbox');
  await page.keyboard.type('vimeo');
  await reach(/^Add Vimeo/);
  await page.keyboard.press('Enter');
  await expect(said(page, 'Vimeo is in the draft.')).toBeVisible();
  await reach('Publish', 'link');
  await page.keyboard.press('Enter');
  await reach('Publish the draft');
  await page.keyboard.press('Enter');
  await expect(said(page, 'Version 1 is published.')).toBeVisible();
});

for (const [width, height] of [[390, 844], [1440, 900]] as const) {
  test(`every section fits a window ${width} pixels wide, in both themes`, async ({ page, placet, request }) => {
    const widget = await draft(placet, FULL);
    await publish(placet, widget, { note: 'The first one' });
    const settings = `/v1/client/cookie-widget-settings/${widget}?key=${placet.publicKey}`;
    for (const origin of ['https://www.other.example', 'http://old.shop.example']) await request.get(settings, { headers: { origin } });
    await signIn(page, placet);
    await page.setViewportSize({ width, height });
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto('/w/1/widgets');
      await expect(page.getByRole('row').nth(1)).toBeVisible();
      await expectNoSidewaysScroll(page, 'widgets');
      await expectAccessible(page, `widgets, ${scheme}`);
      await picture(page, `widgets-list-${width}-${scheme}`);
      for (const name of SECTIONS) {
        await openSection(page, widget, name);
        await expect(page.getByRole('region').first()).toBeVisible();
        if (name === 'texts') for (const fold of await page.locator('.page summary').all()) await fold.click();
        if (name === 'preview') await expect(page.frameLocator('iframe').locator('section.dastra-cw-first')).toBeVisible();
        await expectNoSidewaysScroll(page, name);
        await expectAccessible(page, `${name}, ${scheme}`);
        await page.screenshot({ path: `test-results/pictures/widgets-${name}-${width}-${scheme}.png`, animations: 'disabled', fullPage: name !== 'texts' });
      }
    }
  });
}
