// Pictures of every layer, to be looked at: each pair of position, theme, language and screen occurs at least once.
import { expect, picture, test } from './test';
import { expectAccessible, expectNoSidewaysScroll } from './axe';
import { SETTINGS, html } from './widget';
import { banner, floatingButton, settings } from './visitor';

const BRAND = { bgColor: '#fff8ef', colorTitle: '#3d2314', colorText: '#5c4636', colorPrimary: '#a4452a', colorBtn: '#ffffff', colorSecondary: '#2d6a4f', fontFamily: 'Georgia, serif' };
const SCREENS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const POSITIONS = ['BottomLeft', 'BottomRight', 'TopLeft', 'TopRight', 'Center'] as const;
const THEMES = ['light', 'dark', 'brand'] as const;
const LANGUAGES = ['en', 'de', 'fr', 'ar'] as const;

type Row = readonly [(typeof POSITIONS)[number], (typeof THEMES)[number], (typeof LANGUAGES)[number], keyof typeof SCREENS];

/** Position by language in a square, theme and screen along its diagonals: that holds every pair. */
const ROWS: readonly Row[] = POSITIONS.flatMap((position, row) => LANGUAGES.map((lang, column): Row =>
  [position, THEMES[(row + column) % 3] ?? 'light', lang, (row + Math.floor(column / 2)) % 2 ? 'phone' : 'desktop']));

test('the rows hold every pair', () => {
  const pairs = new Set(ROWS.flatMap((row) => row.flatMap((one, at) => row.slice(at + 1).map((other) => `${one} ${other}`))));
  const lists = [POSITIONS, THEMES, LANGUAGES, Object.keys(SCREENS)];
  for (const [at, list] of lists.entries()) {
    for (const other of lists.slice(at + 1)) for (const one of list) for (const two of other) expect(pairs).toContain(`${one} ${two}`);
  }
});

for (const [position, theme, lang, screen] of ROWS) {
  const name = `${position}-${theme}-${lang}-${screen}`;
  test(`every layer is accessible and fits: ${name}`, async ({ page, placet, site, tag }) => {
    await page.setViewportSize(SCREENS[screen]);
    await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce' });
    const widget = await placet.importWidget({ ...SETTINGS, position, translations: LANGUAGES.map((one) => ({ lang: one })), ...theme === 'brand' ? BRAND : {} });
    const frame = '<iframe title="Film" data-consent="youtube" data-src="/t/film.html" width="340" height="260"></iframe>';
    await page.goto(site.page(html(tag({ widget, attributes: `data-lang="${lang}"` }) + frame)));
    await expect(banner(page)).toBeVisible();
    await expect(page.locator('.dastra-blocking-iframe')).toBeVisible();
    await expectAccessible(page, 'first layer and placeholder');
    await expectNoSidewaysScroll(page, 'first layer');
    await picture(page, `layers/first-${name}`);

    await banner(page).locator('.dastra-cw-button').nth(1).click();
    await settings(page).locator('.dastra-cw-viewmore-button').nth(2).click();
    await expect(settings(page).locator('table').first()).toBeVisible();
    await expectAccessible(page, 'settings with details');
    await expectNoSidewaysScroll(page, 'settings');
    await picture(page, `layers/settings-${name}`);

    await settings(page).locator('.dastra-cw-save').click();
    await expect(page.locator('#dastra-widget [role=status]')).not.toBeEmpty();
    await expect(floatingButton(page)).toBeVisible();
    await expectAccessible(page, 'after saving');
    await picture(page, `layers/saved-${name}`);
  });
}
