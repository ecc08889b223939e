// The form library under our own name: forms that say themselves what they mean, and `placet.forms` for those that do not.
import type { Page } from '@playwright/test';
import { consentsOf, ownLibrary, ownLoaded, waiting } from './form_page';
import { expect, test } from './test';
import { banner } from './visitor';
import { html, snippet } from './widget';

const fields = (subject: string, more = '') => `<input name="person" data-placet-subject="id" value="${subject}">
  <label><input type="checkbox" name="letter" data-placet-preference="newsletter"> The letter</label>${more}<button>Subscribe</button>`;

/** Tells a page's script what a promise or a callback of ours said. */
const told = (page: Page): Promise<any[]> => page.evaluate(() => (window as any).told ?? []);

let subject: string;
test.beforeEach(() => { subject = `own-${crypto.randomUUID()}`; });

test('a form with attributes needs no script of the page', async ({ page, site, placet }) => {
  site.page(html('<p>Welcome'), { path: '/welcome' });
  const form = `<form data-placet-form data-placet-notices="privacy_policy terms" action="/welcome">
    ${fields(subject, '<input name="secret" value="SECRET" data-placet-exclude>')}</form>`;
  await page.goto(site.page(html(form + ownLibrary(placet.origin, placet.publicKey))));
  await ownLoaded(page);
  await page.getByLabel('The letter').check();
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.waitForURL('**/welcome*');
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  const [consent] = await consentsOf(placet, subject);
  expect(consent.preferences).toEqual({ newsletter: true });
  expect(consent.legal_notices.map((one: any) => [one.identifier, one.version])).toEqual([['privacy_policy', 1], ['terms', 1]]);
  expect(JSON.parse(consent.proofs[0].content)).toEqual({ person: subject, letter: true });
  expect(consent.proofs[0].form).toContain('The letter');

  // The next page that has the library sends it again, because it cannot know; the server recognises it.
  await page.goto(site.page(html(ownLibrary(placet.origin, placet.publicKey)), { path: '/later' }));
  await ownLoaded(page);
  await page.clock.setSystemTime(Date.now() + 30_000); // the page that has gone may still be about it until then
  await page.evaluate('_iub.cons.sendFromLocalStorage()');
  await expect.poll(() => waiting(page)).toEqual([]);
  expect(await consentsOf(placet, subject)).toHaveLength(1);
});

test('attach finds forms by selector, now and when a script puts them there, and records each submission', async ({ page, site, placet }) => {
  await page.goto(site.page(html(`<form class="join">${fields(subject + '-a')}</form><form class="join">${fields(subject + '-b')}</form><div id="later"></div>
    ${ownLibrary(placet.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  await page.evaluate(() => {
    const results: unknown[] = (window as any).told = [];
    document.addEventListener('submit', (event) => event.preventDefault());
    (window as any).placet.forms.attach('form.join', {
      subject: { full_name: 'person' }, preferences: { letter: 'letter' }, notices: ['privacy_policy'], done: (result: unknown) => results.push(result),
    });
  });
  const forms = page.locator('form.join');
  await forms.nth(0).getByRole('button').click();
  await forms.nth(1).getByRole('button').click();
  await page.evaluate((markup) => { document.getElementById('later')!.innerHTML = `<form class="join">${markup}</form>`; }, fields(subject + '-c'));
  await forms.nth(2).getByRole('button').click();
  await forms.nth(2).getByLabel('The letter').check();
  await forms.nth(2).getByRole('button').click();
  await expect.poll(async () => (await told(page)).map(({ stored, kept, subject_id }) => [stored, kept, subject_id]).sort()) // answers come in any order
    .toEqual([[true, false, `${subject}-a`], [true, false, `${subject}-b`], [true, false, `${subject}-c`], [true, false, `${subject}-c`]]);
  const latest = await consentsOf(placet, `${subject}-c`);
  expect(latest.map(({ preferences }) => preferences)).toEqual([{ newsletter: true, letter: true }, { newsletter: false, letter: false }]);
  expect(latest[0].subject.full_name).toBe(`${subject}-c`);
});

test('of two listeners to one form the newest holds, and a press too many changes nothing', async ({ page, site, placet, relay }) => {
  await page.goto(site.page(html(`<form data-placet-form id="join" onsubmit="return false">${fields(subject)}</form>${ownLibrary(relay.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  await page.evaluate(() => (window as any).placet.forms.attach(document.getElementById('join'), { notices: ['terms'] }));
  await page.getByRole('button', { name: 'Subscribe' }).dblclick();
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  expect((await consentsOf(placet, subject))[0].legal_notices).toEqual([{ identifier: 'terms', version: 1 }]);
  expect(relay.to('/public/consent')).toHaveLength(1);
});

test('a form that the page sends itself waits for send, whose promise says what became of it', async ({ page, site, placet, relay, problems }) => {
  await page.goto(site.page(html(`<form id="join" data-placet-form onsubmit="return false">${fields(subject)}</form>${ownLibrary(relay.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  await page.evaluate(() => {
    const { forms } = (window as any).placet;
    (window as any).attached = forms.attach(document.getElementById('join'), { manual: true, consent: { preferences: { plan: 'small' } } });
  });
  await page.getByRole('button', { name: 'Subscribe' }).click();
  expect(await page.evaluate('attached.send({ preferences: { plan: "large" } })')).toEqual({
    stored: true, kept: false, id: expect.any(String), timestamp: expect.any(String), subject_id: subject,
  });
  expect((await consentsOf(placet, subject)).map(({ preferences }) => preferences)).toEqual([{ newsletter: false, plan: 'large' }]);

  relay.instead = ({ path }) => path === '/public/consent' ? 503 : undefined;
  expect(await page.evaluate('attached.send()')).toEqual({ stored: false, kept: true, status: 503, message: expect.any(String) });
  relay.instead = ({ path }) => path === '/public/consent' ? 400 : undefined;
  expect(await page.evaluate('attached.send()')).toMatchObject({ stored: false, kept: false, status: 400 });
  relay.instead = undefined;
  await page.evaluate('_iub.cons.sendFromLocalStorage(true)');
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(2);
  problems.length = 0;
});

test('a consent without a form, and forms that are let go', async ({ page, site, placet }) => {
  await page.goto(site.page(html(`<form id="join" onsubmit="return false">${fields(subject)}</form>${ownLibrary(placet.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  await page.evaluate(() => (window as any).placet.forms.attach('#join').detach());
  await page.getByRole('button', { name: 'Subscribe' }).click();
  expect(await page.evaluate((id) => (window as any).placet.forms.send(null, { notices: [{ identifier: 'terms', version: 1 }], consent: { subject: { id }, preferences: { calls: true } } }), subject))
    .toMatchObject({ stored: true, subject_id: subject });
  const [consent, ...others] = await consentsOf(placet, subject);
  expect([consent.preferences, consent.legal_notices, consent.proofs, others]).toEqual([{ calls: true }, [{ identifier: 'terms', version: 1 }], [], []]);
});

test('a form in a shadow root is heard', async ({ page, site, placet }) => {
  await page.goto(site.page(html(`<div id="host"></div>${ownLibrary(placet.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  await page.evaluate((markup) => {
    const root = document.getElementById('host')!.attachShadow({ mode: 'open' });
    root.innerHTML = `<form onsubmit="return false">${markup}</form>`;
    (window as any).placet.forms.attach(root.querySelector('form'));
  }, fields(subject));
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await expect.poll(async () => (await consentsOf(placet, subject)).map(({ proofs }) => proofs[0].form.startsWith('<form'))).toEqual([true]);
});

for (const first of ['the form library', 'the widget'] as const) {
  for (const container of ['placet-widget', 'placet']) {
    test(`a form waits for the library after the container ${container}, of which the browser has made a variable; ${first} first`, async ({ page, site, placet, widget }) => {
      const scripts = [ownLibrary(placet.origin, placet.publicKey, ''), `<script src="${placet.origin}/sdk/placet.js?key=${placet.publicKey}"></script>`];
      if (first === 'the widget') scripts.reverse();
      await page.goto(site.page(html(`<div id="${container}" data-widgetid="${widget}"></div><form id="join" onsubmit="return false">${fields(subject)}</form>
        <script>window.placet = window.placet || []; placet.forms = placet.forms || []; placet.forms.push((forms) => forms.attach('#join'));</script>${scripts.join('')}`)));
      await expect(banner(page)).toBeVisible();
      await page.getByRole('button', { name: 'Subscribe' }).click();
      await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
    });
  }

  test(`both faces and the widget live on one page, ${first} first; what waited is obeyed`, async ({ page, site, placet, widget }) => {
    const queue = `<script>window.placet = window.placet || []; placet.forms = placet.forms || [];
      placet.forms.push((forms) => forms.send(null, { consent: { subject: { id: '${subject}' } } }).then(() => { window.early = true; }));
      placet.push(() => { window.widget = true; });</script>`;
    const scripts = [ownLibrary(placet.origin, placet.publicKey, ''), snippet({ origin: placet.origin, key: placet.publicKey, widget }).replace('<script async', '<script')];
    if (first === 'the widget') scripts.reverse();
    await page.goto(site.page(html(queue + scripts.join(''))));
    await page.waitForFunction('window.early && window.widget');
    expect(await page.evaluate('[typeof placet.forms.attach, typeof placet.openCookieConsent, placet === dastra]')).toEqual(['function', 'function', true]);
    expect(await consentsOf(placet, subject)).toHaveLength(1);
  });
}
