// What ordinary pages do and have: layouts of their own, services that share a cookie, tabs that were put away.
import { expect, test } from './test';
import { dormant, html, SETTINGS } from './widget';
import { acceptAll, banner, consentCookie, fence, floatingButton, ready, refuseAll, settings } from './visitor';

/** How far things have moved while the page was there. */
const shifted = 'new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift = (window.shift ?? 0) + entry.value; })'
  + '.observe({ type: "layout-shift", buffered: true })';

const LAYOUTS = {
  'a grid': 'body{margin:0;min-height:100vh;display:grid;grid-template-rows:auto 1fr auto}',
  'a row of a flex box': 'body{margin:0;display:flex;gap:20px;justify-content:space-between}',
  'a column as high as the window': '*{box-sizing:border-box}html,body{height:100%}body{margin:0;display:flex;flex-direction:column}main{flex:1}',
};

for (const [name, style] of Object.entries(LAYOUTS)) {
  test(`nothing of a page moves whose body is ${name}`, async ({ page, site, tag }) => {
    const parts = '<header>Shop</header><main><a href="#">Article</a></main><footer>Imprint</footer>';
    await page.goto(site.page(html(parts, `<style>${style}</style>`)));
    const boxes = () => page.evaluate(() => ['header', 'main', 'footer'].map((part) => {
      const { x, y, width, height } = document.querySelector(part)!.getBoundingClientRect();
      return [x, y, width, height];
    }));
    const before = await boxes();
    await page.goto(site.page(html(`<script>${shifted}</script>${parts}${tag()}`, `<style>${style}</style>`)));
    await expect(banner(page)).toBeVisible();
    expect(await boxes()).toEqual(before);
    await refuseAll(page);
    await expect(banner(page)).toHaveCount(0);
    expect(await boxes()).toEqual(before);
    await page.reload();
    await expect(floatingButton(page)).toBeVisible();
    expect(await boxes()).toEqual(before);
    expect(await page.evaluate(() => (window as any).shift ?? 0)).toBe(0);
  });
}

test('a tag manager that fires on an event finds the consent states of that event', async ({ page, site, tag, placet }) => {
  const widget = await placet.importWidget({
    ...SETTINGS,
    groups: [{ purpose: 2, services: [{ name: 'GA', slug: 'ga', purpose: 2, requiredConsent: true, consentMode: true, consentModeTypes: ['analytics_storage'] }] }],
  });
  const manager = `<script>
    window.dataLayer = []; window.states = []; let state = 'denied';
    function gtag() { dataLayer.push(arguments); }
    const push = dataLayer.push;
    dataLayer.push = function (entry) {
      if (entry[0] === 'consent') state = entry[2].analytics_storage;
      if (entry.event) states.push(entry.event + ' ' + state);
      return push.call(this, entry);
    };
    gtag('consent', 'default', { analytics_storage: 'denied' });
  </script>`;
  await page.goto(site.page(html(manager + tag({ widget }))));
  await acceptAll(page);
  const states = () => page.evaluate(() => (window as any).states);
  await expect.poll(states).toEqual(['dastra:refused:ga denied', 'dastra:consent:ga granted']);
  await page.reload();
  await expect.poll(states).toEqual(['dastra:consent:ga granted']);
});

test('a withdrawal reaches tabs of returning visitors that never showed a window', async ({ context, site, tag }) => {
  const address = site.page(html(tag()));
  const first = await context.newPage();
  await first.goto(address);
  await acceptAll(first);
  const second = await context.newPage();
  for (const tab of [first, second]) {
    await tab.goto(address);
    await ready(tab);
  }
  const consented = () => second.evaluate(() => (window as any).dastra.cookieConsent.consent.getServiceConsent('matomo'));
  expect(await consented()).toBe(true);
  await floatingButton(first).click();
  await settings(first).getByRole('button', { name: 'Refuse all' }).click();
  await expect.poll(consented).toBe(false);
  await second.evaluate(() => (window as any).dastra.openCookieConsent());
  await expect(settings(second).getByRole('switch', { checked: true })).toHaveCount(0);
});

test('a page that the browser had put away takes over what was decided since', async ({ page, visit }) => {
  await visit();
  await acceptAll(page);
  await page.reload();
  await ready(page);
  await page.evaluate(() => {
    // As another page of the site leaves it.
    const proof = JSON.parse(localStorage.getItem('dastra-consents')!);
    for (const slug of Object.keys(proof.choice.c)) proof.choice.c[slug] = false;
    localStorage.setItem('dastra-consents', JSON.stringify(proof));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  });
  await expect.poll(() => page.evaluate(() => (window as any).dastra.cookieConsent.consent.getServiceConsent('matomo'))).toBe(false);
});

test('cookies stay that a service which is on has too, or that are another site’s by their declaration', async ({ page, context, placet, site, tag }) => {
  const service = (slug: string, purpose: number, cookies: object[]) => ({ name: slug, slug, purpose, requiredConsent: purpose > 0, cookies });
  const widget = await placet.importWidget({
    ...SETTINGS,
    groups: [
      { purpose: 0, services: [service('django', 0, [{ name: 'csrftoken' }])] },
      { purpose: 3, services: [
        service('instagram', 3, [{ name: 'csrftoken' }, { name: 'ig_*' }]),
        service('linkedin', 3, [{ name: 'lang', domain: '.ads.linkedin.com' }, { name: 'li_own', domain: 'localhost' }]),
      ] },
    ],
  });
  const given = ['csrftoken', 'lang', 'ig_did', 'li_own'].map((name) => `document.cookie='${name}=1'`).join(';');
  await page.goto(site.page(html(`<script>${given}</script>${tag({ widget })}`)));
  await refuseAll(page);
  const names = async () => (await context.cookies()).map(({ name }) => name).filter((name) => name !== 'euconsent').toSorted();
  await expect.poll(names).toEqual(['csrftoken', 'lang']);
});

test('a dormant script keeps its own handlers', async ({ page, visit }) => {
  await visit('<script>window.said = []</script>'
    + dormant('matomo', 'one.js', 'onload="said.push(\'loaded\')"') + dormant('matomo', 'two.js'));
  await acceptAll(page);
  await expect.poll(() => page.evaluate('window.ran')).toEqual(['one.js', 'two.js']);
  expect(await page.evaluate('window.said')).toEqual(['loaded']);
});

test('a frame that is hidden at first gets its message when the page shows it', async ({ page, visit }) => {
  await visit('<div id="tab" hidden><iframe title="A film" data-consent="youtube" data-src="/t/film.html" width="400" height="300"></iframe></div>');
  await refuseAll(page);
  await expect(page.locator('.dastra-blocking-iframe')).toHaveCount(0);
  await page.evaluate(() => document.getElementById('tab')!.removeAttribute('hidden'));
  await expect(page.locator('.dastra-blocking-iframe')).toBeVisible();
});

test('a frame of several services asks for one after the other and then plays', async ({ page, site, visit }) => {
  await visit('<iframe title="A film" data-consent="youtube meta" data-src="/t/film.html" width="400" height="300"></iframe>');
  await refuseAll(page);
  const allow = (name: string) => page.locator('.dastra-blocking-iframe').getByRole('button', { name: `Allow ${name}` });
  await allow('YouTube').click();
  await expect(allow('YouTube')).toHaveCount(0);
  await allow('Meta Pixel').click();
  await expect.poll(() => site.trackers).toEqual(['film.html']);
  await fence(page, site);
});

test('a purpose is accepted when every service of it that is asked about is', async ({ page, placet, site, tag }) => {
  const widget = await placet.importWidget({
    ...SETTINGS,
    groups: [{ purpose: 2, services: [
      { name: 'Matomo', slug: 'matomo', purpose: 2, requiredConsent: false, defaultConsent: false },
      { name: 'GA', slug: 'ga', purpose: 2, requiredConsent: true },
    ] }],
  });
  await page.goto(site.page(html(tag({ widget }))));
  const accepted = () => page.evaluate(() => (window as any).dastra.cookieConsent.consent.getPurposeConsent('Analytical'));
  await ready(page);
  expect(await accepted()).toBe(false);
  await acceptAll(page);
  await expect.poll(accepted).toBe(true);
});

test('on a host outside the domain of the settings the choice is kept for the host', async ({ page, context, placet, site, tag }) => {
  const widget = await placet.importWidget({ ...SETTINGS, consentCookieDomain: '.shop.example' });
  await page.goto(site.page(html(tag({ widget }))));
  await refuseAll(page);
  await expect.poll(() => consentCookie(context)).toContain('"matomo":false');
  await page.reload();
  await ready(page);
  await expect(banner(page)).toHaveCount(0);
});

test('what localStorage keeps ends after 180 days, however long the cookie lives', async ({ page, placet, site, tag }) => {
  const widget = await placet.importWidget({ ...SETTINGS, consentCookieExpiryTime: 390 });
  await page.clock.install({ time: new Date('2026-03-01T10:00:00Z') });
  await page.goto(site.page(html(tag({ widget }))));
  await refuseAll(page);
  const kept = () => page.evaluate(() => localStorage.getItem('dastra-consents'));
  await expect.poll(kept).toContain('"matomo"');
  await page.clock.setSystemTime(new Date('2026-09-20T10:00:00Z'));
  await page.reload();
  await ready(page);
  await expect.poll(kept).toBe(null);
  await expect(banner(page)).toHaveCount(0);
});
