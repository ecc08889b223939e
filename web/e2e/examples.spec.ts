// The pages of examples/blocking as they stand, with the names in them filled in. What was requested is read from the
// log of the third party.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './test';
import { SETTINGS } from './widget';
import { acceptAll, banner, fence, ready, refuseAll } from './visitor';

const FOLDER = join(import.meta.dirname, '../../examples/blocking');

/** What the third party is asked for after everything was accepted. */
const REQUESTED: Readonly<Record<string, readonly string[]>> = {
  'dormant-scripts': ['module.js', 'one.js', 'two.js'],
  frames: ['film.html'],
  'frames-by-selector': ['film.html'],
  pictures: ['film.mp4', 'pixel.gif', 'words.css'],
  'own-code': ['matomo.js'],
  'declared-cookies': [],
  'other-tools': ['cookiebot.js', 'cookieconsent.js', 'klaro.js', 'map.html'],
  blocker: ['matomo.js', 'pixel.gif'],
  'tag-manager': ['tag-manager.js'],
};

const google = SETTINGS.groups.map((group) => ({ ...group, services: group.services.map((one) => one.slug === 'ga' ? { ...one, consentMode: true } : one) }));

const cookies = (page: Page) => page.evaluate(() => document.cookie.split('; ').map((pair) => pair.split('=')[0]).filter((name) => name !== 'euconsent').toSorted());

test('every page of the folder is tested', () => {
  const pages = readdirSync(FOLDER).filter((name) => name.endsWith('.html')).map((name) => name.replace('.html', ''));
  expect(pages.toSorted()).toEqual(Object.keys(REQUESTED).toSorted());
});

for (const [name, requested] of Object.entries(REQUESTED)) {
  test(`examples/blocking/${name}.html requests nothing before consent, what was accepted after it, and nothing after a refusal`, async ({ page, site, placet }) => {
    const widget = await placet.importWidget({ ...SETTINGS, groups: google });
    const source = readFileSync(join(FOLDER, `${name}.html`), 'utf8')
      .replaceAll('https://consent.example.org', placet.origin).replaceAll('PUBLIC_KEY', placet.publicKey)
      .replaceAll('data-widgetid="1"', `data-widgetid="${widget}"`)
      .replaceAll('=tracker.example/', '=localhost/t/').replaceAll('https://tracker.example/', `${site.origin}/t/`);
    const address = site.page(source);
    const visit = async () => {
      await page.goto(address);
      await ready(page);
      await page.waitForTimeout(200); // what the page itself adds late
      await fence(page, site);
    };
    await visit();
    await expect(banner(page)).toBeVisible();
    expect(site.trackers).toEqual([]);
    if (name === 'declared-cookies') await expect.poll(() => cookies(page)).toEqual(['language']);

    await acceptAll(page);
    await expect.poll(() => [...new Set(site.trackers)].toSorted()).toEqual(requested);
    await fence(page, site);
    await visit();
    expect([...new Set(site.trackers)].toSorted()).toEqual(requested);
    if (name === 'declared-cookies') expect(await cookies(page)).toEqual(['language', 'matomo_id', 'matomo_s1']);

    await page.context().clearCookies({ name: 'euconsent' });
    site.forget();
    await visit();
    await refuseAll(page);
    await visit();
    expect(site.trackers).toEqual([]);
    if (name === 'declared-cookies') await expect.poll(() => cookies(page)).toEqual(['language']);
  });
}

test('the tag manager of the example hears the default first and the update after it', async ({ page, site, placet }) => {
  const widget = await placet.importWidget({ ...SETTINGS, groups: google });
  const source = readFileSync(join(FOLDER, 'tag-manager.html'), 'utf8')
    .replaceAll('https://consent.example.org', placet.origin).replaceAll('PUBLIC_KEY', placet.publicKey)
    .replaceAll('data-widgetid="1"', `data-widgetid="${widget}"`).replaceAll('https://tracker.example/', `${site.origin}/t/`);
  await page.goto(site.page(source));
  await acceptAll(page);
  const said = () => page.evaluate(() => [...(window as any).dataLayer].filter((entry) => entry[0] === 'consent').map((entry) => [entry[1], entry[2].analytics_storage]));
  await expect.poll(said).toEqual([['default', 'denied'], ['update', 'granted']]);
});
