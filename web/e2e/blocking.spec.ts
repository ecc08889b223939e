// Nothing that needs consent runs without it. What was requested is read from the log of the customer's site.
import { expect, test } from './test';
import { html, dormant } from './widget';
import { acceptAll, banner, choosePurposes, fence, floatingButton, purposeSwitch, ready, refuseAll, settings } from './visitor';

test('before a choice no dormant script, frame or unknown service is requested', async ({ page, site, visit }) => {
  await visit([
    dormant('matomo', 'matomo.js'), dormant('category:Marketing', 'marketing.js'), dormant('unknown', 'unknown.js'), dormant('', 'nobody.js'),
    '<script type="dastra/script" data-consent="matomo" src="/t/old.js"></script>',
    '<script type="dastra/script">document.title = "ran"</script>',
    '<iframe title="A film" data-consent="youtube" data-src="/t/film.html"></iframe>',
    '<iframe title="A map" data-consent="youtube" data-blocked-src="/t/map.html"></iframe>',
  ].join(''));
  await expect(banner(page)).toBeVisible();
  await fence(page, site);
  expect(site.trackers).toEqual([]);

  await acceptAll(page);
  await expect.poll(() => site.trackers.toSorted()).toEqual(['film.html', 'map.html', 'marketing.js', 'matomo.js', 'old.js']);
  await fence(page, site);
  expect(site.trackers).not.toContain('unknown.js');
  expect(site.trackers).not.toContain('nobody.js');
});

test('drop-in 9: both types run, from src, data-src or their own text, in the order of the page', async ({ page, visit }) => {
  const ran = (name: string) => `(window.ran ??= []).push('${name}')`;
  await visit([
    dormant('matomo', 'one.js'),
    `<script type="dastra/script" data-consent="matomo">${ran('two')}</script>`,
    '<script type="dastra/script" data-consent="matomo" src="/t/three.js"></script>',
    `<script type="text/plain" data-consent="matomo">${ran('four')}</script>`,
    '<script type="text/plain" data-consent="matomo" src="/t/five.js"></script>',
    '<script type="text/plain" data-consent="matomo" data-type="module" data-src="/t/six.js"></script>',
  ].join(''));
  await acceptAll(page);
  await expect.poll(() => page.evaluate('window.ran')).toEqual(['one.js', 'two', 'three.js', 'four', 'five.js', 'six.js']);
});

test('async and defer scripts do not hold up the ones after them', async ({ page, site, visit }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => { release = resolve; });
  await page.route('**/t/slow*.js', async (route) => {
    await held;
    await route.continue();
  });
  await visit(dormant('matomo', 'slow-async.js', 'async') + dormant('matomo', 'slow-defer.js', 'defer') + dormant('matomo', 'next.js'));
  await acceptAll(page);
  await expect.poll(() => page.evaluate('window.ran')).toEqual(['next.js']);
  release();
  await expect.poll(async () => (await page.evaluate<string[]>('window.ran')).toSorted()).toEqual(['next.js', 'slow-async.js', 'slow-defer.js']);
  expect(site.trackers.toSorted()).toEqual(['next.js', 'slow-async.js', 'slow-defer.js']);
});

test('several slugs mean all of them, and a category every service of it', async ({ page, site, visit }) => {
  await visit(dormant('matomo youtube', 'both.js') + dormant('category:Analytical', 'analytical.js') + dormant('category:Analytical meta', 'more.js') + dormant('matomo', 'one.js'));
  await choosePurposes(page, 'Audience measurement');
  await expect.poll(() => site.trackers).toEqual(['analytical.js', 'one.js']);
  await floatingButton(page).click();
  await purposeSwitch(page, 'Marketing').click();
  await purposeSwitch(page, 'Other').click();
  await settings(page).getByRole('button', { name: 'Save selection' }).click();
  await expect.poll(() => site.trackers).toEqual(['analytical.js', 'one.js', 'both.js', 'more.js']);
});

test('a script runs once per page, however often the visitor changes their mind', async ({ page, site, visit }) => {
  await visit(dormant('matomo', 'matomo.js'));
  await acceptAll(page);
  await expect.poll(() => site.trackers).toEqual(['matomo.js']);
  for (const choice of ['Refuse all', 'Accept all']) {
    await floatingButton(page).click();
    await settings(page).getByRole('button', { name: choice }).click();
    await expect(settings(page)).toBeHidden();
  }
  await fence(page, site);
  expect(site.trackers).toEqual(['matomo.js']);
});

test('scripts and containers that are added later are found', async ({ page, site, tag }) => {
  await page.goto(site.page(html('')));
  await page.evaluate((markup) => document.body.append(document.createRange().createContextualFragment(markup)), tag());
  await acceptAll(page);
  await page.evaluate((markup) => document.body.insertAdjacentHTML('beforeend', markup), dormant('matomo', 'late.js') + dormant('unknown', 'never.js'));
  await expect.poll(() => site.trackers).toEqual(['late.js']);
  await page.evaluate(() => document.body.replaceWith(document.createElement('body')));
  await expect(floatingButton(page)).toBeVisible();
});

test('drop-in 9: the declared cookies of refused services are deleted, others stay', async ({ page, context, site, visit }) => {
  const names = async () => (await context.cookies()).map(({ name }) => name).toSorted();
  await context.addCookies(['matomo_id', 'matomo_s123', 'matomo', 'basket_id', 'other'].map((name) => ({ name, value: '1', url: site.origin })));
  await visit();
  await ready(page);
  await expect.poll(names).toEqual(['basket_id', 'matomo', 'other']);

  await choosePurposes(page, 'Audience measurement');
  await context.addCookies(['matomo_id', 'meta_id', 'meta_sX'].map((name) => ({ name, value: '1', url: site.origin })));
  await page.reload();
  await expect.poll(names).toEqual(['basket_id', 'euconsent', 'matomo', 'matomo_id', 'other']);
});

test('drop-in 9: iframeBlock covers matching frames; its button consents to that one service', async ({ page, site, visit, placet }) => {
  const block = `<script>window.dastra = window.dastra || []; dastra.push(['iframeBlock', {
    selector: 'iframe[src*="film"]', service: 'youtube', body: '<b>Our film</b>', buttonLabel: 'Play it', buttonClass: 'mine' }]);</script>`;
  await visit(`${block}<iframe title="A film" src="/t/film.html" width="400" height="300"></iframe>`);
  const play = page.getByRole('button', { name: 'Play it' });
  await expect(play).toHaveClass(/\bmine\b/);
  const cover = page.locator('.datra-blocking-iframe.dastra-blocking-iframe');
  await expect(cover).toContainText('Our film');
  expect(await cover.boundingBox(), 'as large as the frame with its border').toMatchObject({ width: 404, height: 304 });
  await expect(page.locator('iframe')).toHaveAttribute('src', 'about:blank');

  site.forget();
  await play.click();
  await expect.poll(() => site.trackers).toEqual(['film.html']);
  await expect(cover).toBeHidden();
  await expect(banner(page)).toBeVisible();
  const id = await page.evaluate(() => JSON.parse(localStorage['dastra-consents']).consentId);
  await expect.poll(async () => (await placet.get(`/api/v1/consents?search=${id}`))[0]?.preferences).toEqual({ youtube: true });

  await refuseAll(page);
  await expect(page.locator('iframe')).toHaveAttribute('src', 'about:blank');
  await expect(play).toBeVisible();
  await expect.poll(async () => (await placet.proofs(id)).length).toBe(2);
});

const STRICT = (placet: string) => [
  "default-src 'none'", "script-src 'nonce-n1' 'strict-dynamic'", "style-src 'self'", "img-src 'self'", "frame-src 'self'",
  `connect-src ${placet}`, "base-uri 'none'", "require-trusted-types-for 'script'", 'trusted-types placet',
].join(';');

test('under a strict policy with Trusted Types everything works, without a single violation', async ({ page, site, tag, placet }) => {
  const dormantWithNonce = (text: string) => `<script nonce="n1" type="text/plain" data-consent="matomo">${text}</script>`;
  const body = tag({ scriptAttributes: 'nonce="n1"' })
    + dormant('matomo', 'one.js', 'nonce="n1"')
    + dormantWithNonce("(window.ran ??= []).push('inline')")
    + '<iframe title="A film" data-consent="youtube" data-src="/t/film.html" width="400" height="300"></iframe>';
  await page.goto(site.page(html(body), { headers: { 'Content-Security-Policy': STRICT(placet.origin) } }));
  await expect(page.getByRole('button', { name: 'Allow YouTube' })).toBeVisible();
  await choosePurposes(page, 'Audience measurement');
  await expect.poll(() => page.evaluate('window.ran')).toEqual(['one.js', 'inline']);
  await page.getByRole('button', { name: 'Allow YouTube' }).click();
  await expect.poll(() => site.trackers).toEqual(['one.js', 'film.html']);
  await floatingButton(page).click();
  await expect(settings(page)).toBeVisible();
});

test('a dormant script of a page with a policy runs only with the page’s nonce', async ({ page, site, tag, placet, problems }) => {
  const policy = `script-src 'nonce-n1' ${placet.origin}`;
  const body = tag({ scriptAttributes: 'nonce="n1"' })
    + '<script type="text/plain" data-consent="matomo">window.stranger = 1</script>'
    + '<script nonce="n1" type="text/plain" data-consent="matomo">window.ran = 1</script>';
  await page.goto(site.page(html(body), { headers: { 'Content-Security-Policy': policy } }));
  await acceptAll(page);
  await expect.poll(() => page.evaluate('window.ran')).toBe(1);
  expect(await page.evaluate('window.stranger')).toBeUndefined();
  expect(problems.splice(0)).toEqual([expect.stringMatching(/Content.Security.Policy/)]);
});

test('a page that changed the prototypes and took our names is served all the same', async ({ page, site, tag }) => {
  const hostile = `<script>Object.prototype.evil = function () {}; Array.prototype.evil = 1;
    Array.prototype.toJSON = function () { return JSON.stringify([...this]); };</script>
    <div id="dastra"></div><img name="currentScript" alt=""><form id="placet"><input name="version"></form>`;
  await page.goto(site.page(html(hostile + tag() + dormant('matomo', 'matomo.js'))));
  await acceptAll(page);
  await expect.poll(() => site.trackers).toEqual(['matomo.js']);
  expect(await page.evaluate(() => typeof JSON.parse(localStorage['dastra-consents']).consents.cookieConsents)).toBe('object');
  await page.reload();
  await expect(floatingButton(page)).toBeVisible();
  await expect(banner(page)).toBeHidden();
});

test('where storage is blocked the cookie alone keeps the choice', async ({ page, site, visit, context }) => {
  await context.addInitScript(() => {
    for (const area of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, area, { get() { throw new DOMException('blocked', 'SecurityError'); } });
    }
  });
  await visit(dormant('matomo', 'matomo.js'));
  await acceptAll(page);
  await expect.poll(() => site.trackers).toEqual(['matomo.js']);
  await page.reload();
  await expect(floatingButton(page)).toBeVisible();
  await expect(banner(page)).toBeHidden();
  await expect.poll(() => site.trackers).toEqual(['matomo.js', 'matomo.js']);
});
