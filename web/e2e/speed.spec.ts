// What a visit costs on a slow device. The machine of the test may be busy with other things at any moment, so the best of
// many visits counts: as many as it takes, up to a number.
import type { Page } from '@playwright/test';
import { expect, test } from './test';
import { banner, floatingButton } from './visitor';

const SLOWER = 4;
const VISITS = 80;
const PAINTED_MS = 300;
const HANDLED_MS = 50;

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
}

/** Runs in the page: when the banner was painted, every layout shift, and how long a click was handled. */
function measure(): void {
  const seen: { painted?: number; shift: number; handled?: number } = (window as any).seen = { shift: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += (entry as any).value;
  }).observe({ type: 'layout-shift', buffered: true });
  const watch = new MutationObserver(() => {
    if (!document.querySelector('.dastra-cw-first')) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => { seen.painted = performance.now(); }));
  });
  watch.observe(document, { childList: true, subtree: true });
  let began = 0;
  addEventListener('click', () => { began = performance.now(); }, true);
  addEventListener('click', () => { seen.handled ??= performance.now() - began; });
}

test('on a slow device the window is painted soon after the script, moves nothing, and answers at once', async ({ page, context, visit }) => {
  test.slow();
  await page.addInitScript(measure);
  await slowDown(page);
  const painted: number[] = [];
  const handled: number[] = [];
  const isMet = () => Math.min(...painted) < PAINTED_MS && Math.min(...handled) < HANDLED_MS;
  for (let at = 0; at < VISITS && !isMet(); at += 1) {
    await context.clearCookies();
    await visit();
    await expect(banner(page)).toBeVisible();
    await page.waitForFunction('seen.painted');
    painted.push(await page.evaluate(() => {
      const script = performance.getEntriesByType('resource').find(({ name }) => name.includes('/sdk/placet.js')) as PerformanceResourceTiming;
      return (window as any).seen.painted - script.responseEnd;
    }));
    await banner(page).getByRole('button', { name: 'Accept all' }).click();
    await expect(floatingButton(page)).toBeVisible();
    handled.push(await page.evaluate('seen.handled'));
    expect(await page.evaluate('seen.shift')).toBe(0);
  }
  expect(Math.min(...painted), `painted after ${painted.map(Math.round).join(', ')} ms`).toBeLessThan(PAINTED_MS);
  expect(Math.min(...handled), `handled in ${handled.map(Math.round).join(', ')} ms`).toBeLessThan(HANDLED_MS);
});
