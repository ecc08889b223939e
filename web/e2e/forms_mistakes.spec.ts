// Mistakes of those who write the page: each is named on the console, and costs no more than itself.
import type { Page } from '@playwright/test';
import { consentsOf, ownLibrary, ownLoaded } from './form_page';
import { expect, test } from './test';
import { html } from './widget';

const fields = (subject: string): string => `<input name="person" data-placet-subject="id" value="${subject}">
  <label><input type="checkbox" name="letter" data-placet-preference="newsletter"> The letter</label><button>Subscribe</button>`;

const joinPage = (subject: string, script: string, attributes = ''): string =>
  html(`<form id="join" onsubmit="return false" ${attributes}>${fields(subject)}</form>${script}`);

const submit = (page: Page) => page.getByRole('button', { name: 'Subscribe' }).click();

let subject: string;
test.beforeEach(() => { subject = `mistake-${crypto.randomUUID()}`; });

test('a selector that is none is named, and the forms attached before and after it are heard', async ({ page, site, placet, problems }) => {
  await page.goto(site.page(joinPage(subject, ownLibrary(placet.origin, placet.publicKey))));
  await ownLoaded(page);
  await page.evaluate(() => {
    const { forms } = (window as any).placet;
    forms.attach('#join', { notices: ['terms'] });
    forms.attach('##join', { notices: ['privacy_policy'] });
    forms.attach(undefined);
  });
  expect(problems).toEqual([expect.stringContaining('Placet forms: stopped:'), expect.stringContaining('Placet forms: stopped:')]);
  problems.length = 0;
  await submit(page);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  expect((await consentsOf(placet, subject))[0].legal_notices.map(({ identifier }: any) => identifier)).toEqual(['terms']);
});

test('one notice needs no list', async ({ page, site, placet }) => {
  await page.goto(site.page(joinPage(subject, ownLibrary(placet.origin, placet.publicKey))));
  await ownLoaded(page);
  await page.evaluate(() => (window as any).placet.forms.attach('#join', { notices: 'privacy_policy' }));
  await submit(page);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  expect((await consentsOf(placet, subject))[0].legal_notices).toEqual([{ identifier: 'privacy_policy', version: 1 }]);
});

test('the notices of an attribute may stand on several lines, and none in it are none', async ({ page, site, placet }) => {
  for (const [attribute, cited] of [['  privacy_policy\n\tterms ', ['privacy_policy', 'terms']], ['', []]] as const) {
    const person = `${subject}-${cited.length}`;
    const script = ownLibrary(placet.origin, placet.publicKey);
    await page.goto(site.page(joinPage(person, script, `data-placet-form data-placet-notices="${attribute}"`)));
    await ownLoaded(page);
    await submit(page);
    await expect.poll(() => consentsOf(placet, person)).toHaveLength(1);
    expect((await consentsOf(placet, person))[0].legal_notices.map(({ identifier }: any) => identifier)).toEqual(cited);
  }
});

test('a form that is not there stores nothing, unless the page says something itself', async ({ page, site, placet, relay, problems }) => {
  await page.goto(site.page(html(ownLibrary(relay.origin, placet.publicKey))));
  await ownLoaded(page);
  const unsaid = { stored: false, kept: false, status: 0, message: 'nothing to record' };
  expect(await page.evaluate(() => (window as any).placet.forms.send('#join', { subject: { email: 'mail' } }))).toEqual(unsaid);
  expect(await page.evaluate(() => (window as any).placet.forms.attach('#join').send())).toEqual(unsaid);
  expect(problems.filter((problem) => problem.includes('not a form'))).toHaveLength(2);
  for (const none of ['', 'null', 'null, { notices: ["terms"] }', 'document.getElementById("typo"), { subject: { email: "mail" } }']) {
    expect(await page.evaluate(`placet.forms.send(${none})`), none).toEqual(unsaid);
  }
  const older = 'new Promise((done) => _iub.cons.submit({ form: { selector: "#join", map: {} } }, { success: () => done("success"), error: done }))';
  expect(await page.evaluate(older)).toEqual({ status: 0, message: 'nothing to record' });
  expect(relay.to('/public/consent')).toEqual([]);
  expect(await page.evaluate((id) => (window as any).placet.forms.send('#join', { consent: { subject: { id } } }), subject)).toMatchObject({ stored: true, subject_id: subject });
  problems.length = 0;
});

test('without a key a submission is named, and waits until the page has given one', async ({ page, site, placet, problems }) => {
  await page.goto(site.page(joinPage(subject, `<script async src="${placet.origin}/sdk/forms.js"></script>`, 'data-placet-form')));
  await ownLoaded(page);
  await submit(page);
  await expect.poll(() => problems).toEqual([expect.stringContaining('no public api_key')]);
  problems.length = 0;
  await page.evaluate((api_key) => (window as any).placet.forms.init({ api_key }), placet.publicKey);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
});

test('a private key is not used', async ({ page, site, placet, relay, problems }) => {
  await page.goto(site.page(joinPage(subject, ownLibrary(relay.origin, placet.privateKey), 'data-placet-form')));
  await ownLoaded(page);
  await submit(page);
  await expect.poll(() => problems).toEqual([expect.stringContaining('no public api_key'), expect.stringContaining('no public api_key')]);
  expect(problems.join()).not.toContain(placet.privateKey);
  await page.waitForTimeout(1000);
  expect(relay.to('/public/consent')).toEqual([]);
  problems.length = 0;
});

test('a field that the form does not have is a warning, and the rest is recorded', async ({ page, site, placet }) => {
  const warnings: string[] = [];
  page.on('console', (message) => { if (message.type() === 'warning') warnings.push(message.text()); });
  await page.goto(site.page(joinPage(subject, `<script async src="${placet.origin}/sdk/forms.js"></script>`)));
  await ownLoaded(page);
  await page.evaluate((api_key) => {
    const { forms } = (window as any).placet;
    forms.init({ api_key, log_level: 'warn' });
    forms.attach('#join', { subject: { email: 'mail' }, preferences: { calls: 'calls' } });
  }, placet.publicKey);
  await submit(page);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  expect((await consentsOf(placet, subject))[0].preferences).toEqual({ newsletter: false });
  expect(warnings).toEqual(['Placet forms: no field mail', 'Placet forms: no field calls']);
});

test('settings may be missing, and what is left out may be one name', async ({ page, site, placet }) => {
  await page.goto(site.page(joinPage(subject, ownLibrary(placet.origin, placet.publicKey))));
  await ownLoaded(page);
  await page.evaluate(() => (window as any).placet.forms.attach('#join', null));
  await submit(page);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  await page.evaluate(() => (window as any).placet.forms.attach('#join', { exclude: 'letter' }));
  await page.getByLabel('The letter').check();
  await submit(page);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(2);
  expect((await consentsOf(placet, subject)).map(({ proofs }) => proofs[0].content)).toEqual([JSON.stringify({ person: subject }), JSON.stringify({ person: subject, letter: false })]);
});

test('where the browser has no storage at all, a consent is sent and nothing is thrown', async ({ page, site, placet }) => {
  await page.addInitScript(() => Object.defineProperty(window, 'localStorage', { value: null }));
  await page.goto(site.page(joinPage(subject, ownLibrary(placet.origin, placet.publicKey), 'data-placet-form')));
  await ownLoaded(page);
  await submit(page);
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
});

test('loaded without async above the form, the library hears a submission that comes at once', async ({ page, site, placet }) => {
  await page.goto(site.page(html(`${ownLibrary(placet.origin, placet.publicKey, '')}<form id="join" data-placet-form onsubmit="return false">${fields(subject)}</form>
    <script>document.getElementById('join').requestSubmit();</script>`)));
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
});
