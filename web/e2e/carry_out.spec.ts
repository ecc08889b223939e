// Every method of carrying a choice out, besides the dormant scripts of blocking.spec.ts. What was requested is read from
// the log of the customer's site.
import { expect, test } from './test';
import { dormant, html, SETTINGS } from './widget';
import { acceptAll, banner, choosePurposes, fence, floatingButton, ready, refuseAll, settings } from './visitor';

test('pictures and other embeds wait like frames, and are filled once they may be', async ({ page, site, visit }) => {
  await visit([
    '<img alt="" data-consent="meta" data-src="/t/pixel.gif">',
    '<img alt="" data-consent="meta" data-srcset="/t/large.gif 2x, /t/small.gif 1x">',
    '<link rel="stylesheet" data-consent="weglot" data-href="/t/words.css">',
    '<video data-consent="youtube" data-src="/t/film.mp4" preload="auto"></video>',
    '<a data-consent="basket" data-href="/t/never">a link stays as it is</a>',
  ].join(''));
  await expect(banner(page)).toBeVisible();
  await fence(page, site);
  expect(site.trackers).toEqual([]);
  await choosePurposes(page, 'Marketing');
  await expect.poll(() => site.trackers.toSorted()).toEqual(['pixel.gif', 'small.gif']);
  await floatingButton(page).click();
  await settings(page).getByRole('button', { name: 'Accept all' }).click();
  await expect.poll(() => new Set(site.trackers)).toEqual(new Set(['pixel.gif', 'small.gif', 'words.css', 'film.mp4']));
  expect(await page.locator('a[data-href]').getAttribute('href')).toBeNull();
});

const FOREIGN: readonly [tool: string, markup: string, waiting: Readonly<Record<string, string>>][] = [
  ['Cookiebot', [
    '<script type="text/plain" data-cookieconsent="statistics" src="/t/statistics.js"></script>',
    '<script type="text/plain" data-cookieconsent="preferences,statistics" data-src="/t/both.js"></script>',
    '<script type="text/plain" data-cookieconsent="necessary" src="/t/necessary.js"></script>',
    '<iframe title="Film" data-cookieconsent="marketing" data-cookieblock-src="/t/film.html"></iframe>',
    '<img alt="" data-cookieconsent="marketing" data-cookieblock-src="/t/pixel.gif">',
  ].join(''), { 'Audience measurement': 'statistics.js', Preferences: 'both.js', Marketing: 'film.html pixel.gif' }],
  ['Klaro', [
    '<script type="text/plain" data-type="application/javascript" data-name="matomo" data-src="/t/matomo.js"></script>',
    '<script type="text/plain" data-type="application/javascript" data-name="unknown" data-src="/t/unknown.js"></script>',
    '<iframe title="Film" data-name="meta" data-src="/t/film.html"></iframe>',
    '<img alt="" data-name="meta" data-src="/t/pixel.gif">',
  ].join(''), { 'Audience measurement': 'matomo.js', Marketing: 'film.html pixel.gif' }],
  ['CookieConsent v3', [
    '<script type="text/plain" data-category="analytics" src="/t/analytics.js"></script>',
    '<script type="text/plain" data-category="ads" data-service="Ads" data-src="/t/ads.js"></script>',
    '<script type="text/plain" data-category="!analytics" data-src="/t/never.js"></script>',
    '<script type="text/plain" data-category="functionality" data-type="module" data-src="/t/module.js"></script>',
  ].join(''), { 'Audience measurement': 'analytics.js', Marketing: 'ads.js', Preferences: 'module.js' }],
];

for (const [tool, markup, waiting] of FOREIGN) {
  test(`markup of ${tool} is understood as it stands`, async ({ page, site, visit }) => {
    await visit(markup);
    await expect(banner(page)).toBeVisible();
    await fence(page, site);
    const always = site.trackers;
    expect(always).toEqual(tool === 'Cookiebot' ? ['necessary.js'] : []);
    const chosen = new Set(always);
    await refuseAll(page);
    for (const [purpose, files] of Object.entries(waiting)) {
      await floatingButton(page).click();
      await settings(page).getByRole('switch', { name: purpose }).or(settings(page).getByRole('checkbox', { name: purpose, exact: true })).click();
      await settings(page).getByRole('button', { name: 'Save selection' }).click();
      files.split(' ').forEach((file) => chosen.add(file));
      await expect.poll(() => new Set(site.trackers), purpose).toEqual(chosen);
    }
    await fence(page, site);
    expect(new Set(site.trackers)).toEqual(chosen);
  });
}

test('a frame with another tool’s mark is blocked again after a withdrawal, and one that never waited is left alone', async ({ page, visit }) => {
  await visit('<iframe id="film" title="Film" data-name="meta" data-src="/t/film.html" width="300" height="200"></iframe>'
    + '<iframe id="plain" title="Plain" data-name="plain" src="/t/plain.html"></iframe>');
  await acceptAll(page);
  await expect(page.locator('#film')).toHaveAttribute('src', '/t/film.html');
  await floatingButton(page).click();
  await settings(page).getByRole('button', { name: 'Refuse all' }).click();
  await expect(page.locator('#film')).toHaveAttribute('src', 'about:blank');
  await expect(page.locator('#plain')).toHaveAttribute('src', '/t/plain.html');
});

const withStorage = SETTINGS.groups.map((group) => ({
  ...group,
  services: group.services.map((one) => one.slug !== 'matomo' ? one : {
    ...one, cookies: [{ name: 'mtm_*', storage: 'localStorage' }, { name: 'mtm_tab', storage: 'sessionStorage' }, { name: 'mtm_cookie' }],
  }),
}));

test('what a refused service declared in web storage is deleted too', async ({ page, site, placet, tag }) => {
  const widget = await placet.importWidget({ ...SETTINGS, groups: withStorage });
  await page.goto(site.page(html('')));
  await page.evaluate(() => {
    for (const name of ['mtm_one', 'mtm_two', 'other']) localStorage.setItem(name, '1');
    for (const name of ['mtm_tab', 'mtm_other']) sessionStorage.setItem(name, '1');
    document.cookie = 'mtm_cookie=1';
  });
  await page.goto(site.page(html(tag({ widget }))));
  const left = () => page.evaluate(() => [
    Object.keys(localStorage).filter((name) => !name.startsWith('placet')), Object.keys(sessionStorage).filter((name) => name.startsWith('mtm')), document.cookie,
  ]);
  await expect.poll(left).toEqual([['other'], ['mtm_other'], '']);
  await acceptAll(page);
  await page.evaluate(() => { localStorage.setItem('mtm_one', '1'); });
  await page.reload();
  await ready(page);
  await fence(page, site);
  expect((await left())[0]).toContain('mtm_one');
});

test('after a withdrawal the page is loaded again if it asked for that, and after nothing else', async ({ page, site, visit }) => {
  await visit(dormant('matomo', 'matomo.js'), { attributes: 'data-reload' });
  await acceptAll(page);
  await expect.poll(() => site.trackers).toEqual(['matomo.js']);
  await fence(page, site);
  expect(site.requests.filter((path) => path === '/page')).toHaveLength(1);
  await floatingButton(page).click();
  await settings(page).getByRole('button', { name: 'Refuse all' }).click();
  await expect.poll(() => site.requests.filter((path) => path === '/page')).toHaveLength(2);
  await ready(page);
  await fence(page, site);
  expect(site.trackers).toEqual(['matomo.js']);
  expect(site.requests.filter((path) => path === '/page')).toHaveLength(2);
});

const RULES = 'matomo=localhost/t/matomo youtube=localhost/t/film category:Marketing=localhost/t/pixel';
const blocker = (origin: string) => `<script src="${origin}/sdk/blocker.js" data-block="${RULES}"></script>`;

test('the blocker keeps unmarked tags away until they may run', async ({ page, site, placet, tag }) => {
  const made = `<script>
    const script = document.createElement('script'); script.src = '/t/matomo-made.js'; document.head.append(script);
    const set = document.createElement('script'); set.setAttribute('src', '/t/matomo-set.js'); document.head.append(set);
    const frame = document.createElement('iframe'); frame.title = 'Film'; frame.src = '/t/film-made.html'; document.body.append(frame);
    new Image().src = '/t/pixel.gif';
    const image = document.createElement('img'); image.alt = ''; image.src = '/t/pixel-in.gif'; document.body.append(image);
    const free = document.createElement('script'); free.src = '/t/free.js'; document.head.append(free);
  </script>`;
  await page.goto(site.page(html(made + tag(), blocker(placet.origin))));
  await expect(banner(page)).toBeVisible();
  await fence(page, site);
  expect(site.trackers).toEqual(['free.js']);
  await acceptAll(page);
  await expect.poll(() => site.trackers.toSorted()).toEqual(['film-made.html', 'free.js', 'matomo-made.js', 'matomo-set.js', 'pixel-in.gif']);
});

test('a script of the HTML that the blocker knows does not run, though the browser may have asked for it', async ({ page, site, placet, tag }) => {
  await page.goto(site.page(html(`<script src="/t/matomo-html.js"></script>${tag()}`, blocker(placet.origin))));
  await expect(banner(page)).toBeVisible();
  await fence(page, site);
  const ran = () => page.evaluate<string[]>('(window.ran ?? []).filter((name) => !name.startsWith("fence"))');
  expect(await ran()).toEqual([]);
  await acceptAll(page);
  await expect.poll(ran).toEqual(['matomo-html.js']);
});
