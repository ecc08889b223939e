// The checklist of rules that a widget must pass, by its numbers; what another file tests in depth is named here.
//
//  1, 2, 3  blocking, demo, refusal           6, 17  fairness (equal looks, as many presses)
//  8  widget, asking (cross, Escape)         18, 22  widget (stored, expiry on read)      21  asking (what is new)
// 24  asking (how, where, by which build)    25  dashboard and receipt                    26  refusal, hostile
import type { Page } from '@playwright/test';
import { expect, test } from './test';
import { dormant, SETTINGS } from './widget';
import { acceptAll, banner, fence, floatingButton, press, ready, refuseAll, settings, storedProof } from './visitor';

const WIDGET = { ...SETTINGS, controllerName: 'Shop Ltd' };

test('4: the purposes stand in plain words before the buttons, also when the text has no place for them', async ({ page, placet, visit }) => {
  for (const translations of [[{ lang: 'en' }], [{ lang: 'en', startupDisclaimer: 'We use cookies.' }]]) {
    await visit('', { widget: await placet.importWidget({ ...WIDGET, translations }) });
    const text = await banner(page).innerText();
    const named = ['Preferences', 'Audience measurement', 'Marketing', 'Other'].map((label) => text.indexOf(label));
    expect(named.every((at) => at >= 0)).toBe(true);
    expect(Math.max(...named)).toBeLessThan(text.indexOf('Refuse all'));
  }
});

test('7: every choice can be read, whatever colours the operator chose', async ({ page, placet, visit }) => {
  const colours = { bgColor: '#ffffff', colorTitle: '#fefefe', colorText: '#eeeeee', colorPrimary: '#ffee00', colorBtn: '#ffffff', colorSecondary: '#fafafa' };
  await visit('', { widget: await placet.importWidget({ ...WIDGET, ...colours }) });
  await expect(banner(page)).toBeVisible();
  const contrasts = await banner(page).locator('.dastra-cw-button').evaluateAll((buttons) => buttons.map((button) => {
    const { color, backgroundColor } = getComputedStyle(button);
    const behind = backgroundColor === 'rgba(0, 0, 0, 0)' ? getComputedStyle(button.closest('section') as Element).backgroundColor : backgroundColor;
    const luminance = (css: string) => (css.match(/\d+/g) ?? []).slice(0, 3).map((part) => +part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
      .reduce((sum, part, at) => sum + part * ([0.2126, 0.7152, 0.0722][at] ?? 0), 0);
    const [one, two] = [luminance(color), luminance(behind)];
    return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
  }));
  for (const contrast of contrasts) expect(contrast).toBeGreaterThanOrEqual(4.5);
});

test('8: scrolling, clicking on the page, time and other pages grant nothing', async ({ page, site, visit }) => {
  await page.clock.install();
  await visit(`${dormant('matomo', 'matomo.js')}<div id="long"></div><script>document.getElementById('long').style.height = '4000px'</script>`);
  await expect(banner(page)).toBeVisible();
  await page.mouse.wheel(0, 3000);
  await page.mouse.click(700, 100);
  await page.clock.fastForward(3_600_000);
  await page.reload();
  await expect(banner(page)).toBeVisible();
  await fence(page, site);
  expect(site.trackers).toEqual([]);
  expect(await storedProof(page)).toBeNull();
});

test('9, 10: how long the choice is kept, and that it can be changed at any time, is said before the choice', async ({ page, visit }) => {
  await visit();
  await expect(banner(page)).toContainText('You can change your choice at any time');
  await press(page, 'Personalise');
  await expect(settings(page)).toContainText('We keep your choice for 6 months');
});

for (const lang of ['en', 'fr', 'de']) {
  test(`11: everything is in one language, and says which: ${lang}`, async ({ page, visit, placet, widget }) => {
    await visit('', { attributes: `data-lang="${lang}"` });
    await expect(banner(page)).toBeVisible();
    const { translation } = await (await fetch(`${placet.origin}/v1/client/cookie-widget-settings/${widget}?key=${placet.publicKey}&culture=${lang}`)).json();
    expect(await page.locator('#dastra-widget').getAttribute('lang')).toBe(lang);
    const labels = await banner(page).locator('.dastra-cw-button').allInnerTexts();
    expect(labels).toEqual([translation.buttonLaterLabel, translation.buttonSettingsLabel, translation.buttonAcceptLabel]);
  });
}

test('12: after a refusal everything on the page can be reached, and nothing covers it', async ({ page, visit }) => {
  await visit('<button onclick="this.textContent = \'Bought\'">Buy</button>');
  await refuseAll(page);
  await page.getByRole('button', { name: 'Buy' }).click();
  await expect(page.getByRole('button', { name: 'Bought' })).toBeVisible();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).overflow)).toBe('visible');
});

test('14, 16: everything is off before the choice, what is necessary has no switch, and saving does exactly what is shown', async ({ page, visit }) => {
  await visit();
  await press(page, 'Personalise');
  for (const box of await settings(page).getByRole('switch', { includeHidden: true }).all()) await expect(box).not.toBeChecked();
  await expect(settings(page).locator('section', { hasText: 'Strictly necessary' }).locator('input')).toHaveCount(0);
  for (const list of await settings(page).locator('.dastra-cw-list').all()) await expect(list).toBeHidden();
  await settings(page).getByRole('button', { name: 'View list Audience measurement' }).click();
  await settings(page).getByRole('switch', { name: 'Matomo', exact: true }).click();
  await settings(page).getByRole('switch', { name: 'Marketing', exact: true }).click();
  const shown = () => settings(page).locator('li').evaluateAll((items) => Object.fromEntries(items.map((item) => [
    item.querySelector('.dastra-cw-name')?.textContent ?? '', item.querySelector('input')?.checked ?? null,
  ])));
  const before = await shown();
  await settings(page).getByRole('button', { name: 'Save selection' }).click();
  const saved = Object.fromEntries((await storedProof(page)).consents.cookieConsents.map((one: any) => [one.name, one.consent]));
  expect(saved).toEqual({ Weglot: false, Matomo: true, 'Google Analytics': false, 'Meta Pixel': true, YouTube: false });
  expect(Object.fromEntries(Object.entries(before).filter(([name]) => name in saved))).toEqual(saved);
  await floatingButton(page).click();
  expect(await shown(), '19: opened again, the settings show what holds').toEqual(before);
});

const withdraw = async (page: Page) => {
  await floatingButton(page).click();
  await settings(page).getByRole('button', { name: 'Refuse all' }).click();
};

test('20: a withdrawal stops, empties and deletes at once', async ({ page, context, visit }) => {
  await visit('<iframe title="Film" data-consent="youtube" data-src="/t/film.html" width="400" height="300"></iframe>');
  await acceptAll(page);
  await expect(page.locator('iframe')).toHaveAttribute('src', '/t/film.html');
  await page.evaluate(() => { document.cookie = 'matomo_id=1;path=/'; });
  await withdraw(page);
  await expect(page.locator('iframe')).toHaveAttribute('src', 'about:blank');
  await expect.poll(async () => (await context.cookies()).map(({ name }) => name)).toEqual(['euconsent']);
});

test('13, 18: nobody is asked twice, not after a refusal either', async ({ page, visit }) => {
  await visit();
  await refuseAll(page);
  await page.clock.install({ time: Date.now() + 170 * 86_400_000 });
  for (let at = 0; at < 3; at += 1) {
    await page.reload();
    await ready(page);
    await expect(floatingButton(page)).toBeVisible();
    await expect(banner(page)).toHaveCount(0);
  }
});
