// Automatic accessibility checks. axe is put into the page from outside, so that no policy of the page stands in its way.
import { expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Nothing may be found in the whole page. Frames are other people's pages. */
export async function expectAccessible(page: Page, moment: string): Promise<void> {
  await settled(page);
  await page.evaluate(AXE);
  const found = await page.evaluate(async (values) => {
    const { violations } = await (window as any).axe.run(document, { runOnly: { type: 'tag', values }, iframes: false, resultTypes: ['violations'] });
    return violations.map((one: any) => `${one.id}: ${one.nodes.map((node: any) => `${node.target} ${node.failureSummary}`).join('; ')}`);
  }, TAGS);
  expect(found, moment).toEqual([]);
}

/** Half-faded text has half the contrast. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))));
}

/** Nobody has to scroll sideways. */
export async function expectNoSidewaysScroll(page: Page, moment: string): Promise<void> {
  const [content, window_] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth] as const);
  expect(content, moment).toBeLessThanOrEqual(window_);
}
