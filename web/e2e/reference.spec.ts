// The reference of the HTTP API: a page of the server's own, in both themes and on a phone.
import { expect, picture, test } from './test';
import { expectAccessible, expectNoSidewaysScroll } from './axe';

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test(`the reference is accessible and fits, ${colorScheme}, ${width} pixels wide`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      await page.goto('/api');
      await expectAccessible(page, 'as it opens');
      await expectNoSidewaysScroll(page, 'as it opens');
      await picture(page, `reference-${colorScheme}-${width}`);
      await page.evaluate(() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; }));
      await expectAccessible(page, 'with everything unfolded');
      await expectNoSidewaysScroll(page, 'with everything unfolded');
    });
  }
}

test('the contents lead to an operation, on a phone too', async ({ page }) => {
  await page.goto('/api');
  await page.getByRole('link', { name: 'Record a consent', exact: false }).first().click();
  await expect(page.getByRole('heading', { name: 'Record a consent', exact: true })).toBeInViewport();

  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/api');
  await page.getByText('Contents').click();
  await page.getByRole('link', { name: 'Read a subject' }).first().click();
  await expect(page.getByRole('heading', { name: 'Read a subject' }).first()).toBeInViewport();
});
