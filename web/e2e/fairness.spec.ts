// Refusing is as easy as accepting, for everybody: in every language of the demo, light and dark, large and small, with
// mouse, keyboard and assistive technology.
import type { Locator, Page } from '@playwright/test';
import { expect, picture, test } from './test';
import { expectAccessible, expectNoSidewaysScroll } from './axe';
import { acceptAll, banner, floatingButton, refuseAll, settings, storedProof } from './visitor';

const LANGUAGES = ['en', 'fr', 'de', 'ar'];
const SCHEMES = ['light', 'dark'] as const;
const SCREENS = [{ width: 1280, height: 800 }, { width: 360, height: 640 }];

const choices = (layer: Locator) => layer.locator('.dastra-cw-button');

// The first layer reads refuse, personalise, accept; the settings refuse, accept, save.
const firstLayer = (page: Page) => ({ refuse: choices(banner(page)).nth(0), accept: choices(banner(page)).nth(2) });
const secondLayer = (page: Page) => ({ refuse: choices(settings(page)).nth(0), accept: choices(settings(page)).nth(1) });

const looks = (button: Locator) => button.evaluate((element) => {
  // Where an effect would start from follows from the box, which is compared on its own.
  const styles = [...getComputedStyle(element)].filter((name) => !name.endsWith('-origin'));
  return Object.fromEntries(styles.map((name) => [name, getComputedStyle(element).getPropertyValue(name)]));
});

async function expectEqual({ refuse, accept }: { refuse: Locator; accept: Locator }, moment: string): Promise<void> {
  const [refusal, acceptance] = [await refuse.boundingBox(), await accept.boundingBox()];
  expect(refusal?.width, `${moment}: width`).toBeCloseTo(acceptance?.width ?? 0, 1);
  expect(refusal?.height, `${moment}: height`).toBeCloseTo(acceptance?.height ?? 0, 1);
  expect(refusal?.height, `${moment}: large enough to touch`).toBeGreaterThanOrEqual(44);
  expect(await looks(refuse), `${moment}: style`).toEqual(await looks(accept));
}

async function visitShop(page: Page, lang: string): Promise<void> {
  await page.goto(`/demo?lang=${lang}`);
  await expect(banner(page)).toBeVisible();
}

for (const lang of LANGUAGES) {
  for (const screen of SCREENS) {
    test(`refuse and accept look the same on both layers: ${lang}, ${screen.width} pixels wide`, async ({ page }) => {
      await page.setViewportSize(screen);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await visitShop(page, lang);
        const name = `${lang}-${colorScheme}-${screen.width}`;
        await expectEqual(firstLayer(page), `first layer, ${colorScheme}`);
        await picture(page, `banner-${name}`);
        await choices(banner(page)).nth(1).click();
        await expectEqual(secondLayer(page), `settings, ${colorScheme}`);
        await picture(page, `settings-${name}`);
      }
    });
  }

  for (const colorScheme of SCHEMES) {
    test(`banner, settings and the message after saving are accessible: ${lang}, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await visitShop(page, lang);
      await expectAccessible(page, 'banner');
      await choices(banner(page)).nth(1).click();
      for (const more of await settings(page).locator('.dastra-cw-viewmore-button').all()) await more.click();
      await expectAccessible(page, 'settings, unfolded');
      await choices(settings(page)).nth(2).click();
      await expect(page.locator('#dastra-widget [role=status]')).not.toBeEmpty();
      await expectAccessible(page, 'after saving');
      await floatingButton(page).click();
      await expectAccessible(page, 'settings with the proof');
    });
  }

  test(`nothing scrolls sideways at 320 pixels: ${lang}`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 568 });
    await visitShop(page, lang);
    await expectNoSidewaysScroll(page, 'banner');
    for (const button of await choices(banner(page)).all()) expect(await clipped(button)).toBe(false);
    await choices(banner(page)).nth(1).click();
    for (const more of await settings(page).locator('.dastra-cw-viewmore-button').all()) await more.click();
    await expectNoSidewaysScroll(page, 'settings');
    expect(await settings(page).evaluate((dialog) => [...dialog.querySelectorAll('*')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible')
      .map(({ className }) => className))).toEqual([]);
    for (const button of await choices(settings(page)).all()) expect(await clipped(button)).toBe(false);
    await picture(page, `settings-${lang}-320`);
  });
}

const clipped = (button: Locator) => button.evaluate((element) => element.scrollWidth > element.clientWidth);

const focusedName = (page: Page) => page.evaluate(() => {
  const { activeElement: focused } = document;
  return focused?.getAttribute('aria-label') ?? focused?.textContent?.trim() ?? '';
});

test('the keyboard meets the window first, and refuse before accept', async ({ page }) => {
  await visitShop(page, 'en');
  const met: string[] = [];
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press('Tab');
    met.push(await focusedName(page));
  }
  expect(met).toEqual(['Close without accepting', 'Read our cookie policy', 'Refuse all', 'Personalise', 'Accept all', 'Skip to the goods']);
});

test('the keyboard alone refuses everything', async ({ page, placet }) => {
  await placet.forgetDemoRequests();
  await visitShop(page, 'en');
  while (await focusedName(page) !== 'Refuse all') await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(banner(page)).toBeHidden();
  await expect(floatingButton(page)).toBeFocused();
  const { consents } = await storedProof(page);
  expect(consents.how).toBe('refuse_all');
  expect(consents.cookieConsents.every(({ consent }: { consent: boolean }) => !consent)).toBe(true);
});

test('the keyboard alone makes a selection', async ({ page }) => {
  await visitShop(page, 'en');
  while (await focusedName(page) !== 'Personalise') await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(settings(page)).toBeVisible();
  const marketing = settings(page).getByRole('switch', { name: 'Marketing' });
  for (let step = 0; step < 20 && !await marketing.evaluate((one) => one === document.activeElement); step += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(marketing).toBeChecked();
  while (await focusedName(page) !== 'Save selection') await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const { consents } = await storedProof(page);
  expect(consents.cookieConsents.filter((one: any) => one.consent).map((one: any) => one.slug)).toEqual(['shop-marketing']);
});

test('Escape leaves the settings without a change, and the focus returns', async ({ page, context }) => {
  await visitShop(page, 'en');
  const opener = banner(page).getByRole('button', { name: 'Personalise' });
  await opener.focus();
  await page.keyboard.press('Enter');
  await expect(settings(page).getByRole('heading', { level: 2 })).toBeFocused();
  await settings(page).getByRole('switch', { name: 'Marketing' }).check();
  await page.keyboard.press('Escape');
  await expect(settings(page)).toBeHidden();
  await expect(opener).toBeFocused();
  expect(await storedProof(page)).toBeNull();
  expect(await context.cookies()).toEqual([]);
  await opener.click();
  await expect(settings(page).getByRole('switch', { name: 'Marketing' })).not.toBeChecked();
});

test('one press refuses, one press accepts; withdrawing takes as many presses as giving', async ({ page }) => {
  await visitShop(page, 'en');
  await acceptAll(page);
  expect((await storedProof(page)).consents.how).toBe('accept_all');
  await floatingButton(page).click();
  await settings(page).getByRole('button', { name: 'Refuse all' }).click();
  expect((await storedProof(page)).consents.how).toBe('refuse_all');
  await floatingButton(page).click();
  await settings(page).getByRole('button', { name: 'Accept all' }).click();
  expect((await storedProof(page)).consents.how).toBe('accept_all');
  await page.context().clearCookies();
  await page.reload();
  await refuseAll(page);
  expect((await storedProof(page)).consents.how).toBe('refuse_all');
});

test('nothing is switched on beforehand', async ({ page }) => {
  await visitShop(page, 'en');
  await banner(page).getByRole('button', { name: 'Personalise' }).click();
  for (const one of await settings(page).getByRole('switch', { includeHidden: true }).all()) await expect(one).not.toBeChecked();
});

for (const screen of SCREENS) {
  test(`what is focused on the page is never hidden by the window, ${screen.width} pixels wide`, async ({ page }) => {
    await page.setViewportSize(screen);
    await visitShop(page, 'en');
    const hidden = () => page.evaluate(() => {
      const layer = document.querySelector('.dastra-cw-first')?.getBoundingClientRect();
      const { activeElement: focused } = document;
      if (!layer || !focused || focused === document.body || focused.closest('#dastra-widget')) return null;
      const box = focused.getBoundingClientRect();
      const inside = box.top >= layer.top && box.bottom <= layer.bottom && box.left >= layer.left && box.right <= layer.right;
      const outside = box.bottom <= 0 || box.top >= innerHeight;
      return inside || outside ? focused.outerHTML.slice(0, 120) : null;
    });
    for (let step = 0; step < 45; step += 1) {
      await page.keyboard.press('Tab');
      await expect.poll(hidden).toBeNull();
    }
  });
}

test('two clicks away from the page, the settings show when it was recorded and under which id', async ({ page }) => {
  await visitShop(page, 'en');
  await refuseAll(page);
  await page.locator('#dastra-widget [role=status]').getByRole('button', { name: 'Show the proof of consent' }).click();
  const { consentId } = await storedProof(page);
  await expect(settings(page).getByText(consentId)).toBeInViewport();
});
