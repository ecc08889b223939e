// A consent on paper, recorded by hand with its scan.
import { expect, picture, test } from './test';
import { expectAccessible, expectNoSidewaysScroll } from './axe';
import { drawer, signIn, signInAs } from './member';
import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { Placet } from './placet';

const mark = () => crypto.randomUUID().slice(0, 8);
const SCAN = { name: 'form of Ada.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 a scan') };

const record = (page: Page) => drawer(page).getByRole('button', { name: 'Record the consent' });

async function open(page: Page): Promise<void> {
  await page.goto('/w/1/consents');
  await page.getByRole('button', { name: 'Record a paper consent' }).click();
  await expect(drawer(page).getByRole('heading', { level: 2 })).toHaveText('Record a paper consent');
}

/** Everything but the notices. */
async function fill(page: Page, id: string): Promise<void> {
  const form = drawer(page);
  await form.getByLabel('Subject id').fill(id);
  await form.getByLabel('E-mail address').fill(`${id}@example.org`);
  await form.getByLabel('First name').fill('Ada');
  await form.getByLabel('Last name').fill('Byron');
  await form.getByLabel('Date and time of the consent').fill('2026-02-20T10:30');
  await form.getByLabel('Preference 1', { exact: true }).fill('newsletter');
  await form.getByLabel('Answer 1', { exact: true }).selectOption('Yes');
  await form.getByLabel('Scan of the form').setInputFiles(SCAN);
}

/** A notice with two versions, in force before and after the form was signed. */
async function twoVersions(placet: Placet): Promise<string> {
  const identifier = `paper_${mark()}`;
  for (const timestamp of ['2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z']) {
    await placet.send('POST', '/legal_notices', { identifier, content: { en: `In force from ${timestamp}` }, timestamp });
  }
  return identifier;
}

/** The server stores the consent, and nobody hears of it. */
async function loseFirstAnswer(page: Page): Promise<void> {
  let lost = 0;
  await page.route('**/api/v1/consents', async (route) => {
    if (route.request().method() !== 'POST' || lost++) return route.fallback();
    await route.fetch();
    return route.abort('connectionreset');
  });
}

test.describe('an editor', () => {
  test.beforeEach(async ({ page, placet }) => signInAs(page, placet, 'editor'));

  test('records a form with its scan, its notice in the version of that day, and is shown the proof', async ({ page, placet }) => {
    const [id, identifier] = [`paper-${mark()}`, await twoVersions(placet)];
    await open(page);
    await fill(page, id);
    const form = drawer(page);
    await expect(form.getByText('No subject of this id is listed: a new one gets it.')).toBeVisible();
    await form.getByRole('button', { name: 'Add a preference' }).click();
    await form.getByLabel('Preference 2', { exact: true }).fill('calls');
    await form.getByLabel('Answer 2', { exact: true }).selectOption('No');
    await form.getByRole('button', { name: 'Add a legal notice' }).click();
    await form.getByLabel('Legal notice 1', { exact: true }).selectOption(identifier);
    await expect(form.getByLabel('Version of legal notice 1')).toHaveValue('1');
    await form.getByLabel('Note').fill('In the folder of February');
    await picture(page, 'paper-filled');
    await record(page).click();
    await expect(page).toHaveURL(/\/consents\/[0-9a-f-]{36}$/);
    const consent = await placet.get(`/api/v1/consents/${page.url().split('/').at(-1)}`);
    expect(consent).toMatchObject({
      at: '2026-02-20T09:30:00.000Z', source: 'member', preferences: { newsletter: true, calls: false },
      subject: { id, email: `${id}@example.org`, first_name: 'Ada', last_name: 'Byron' },
      notices: [{ identifier, version: 1 }], proofs: [{ content: 'In the folder of February', form: null }],
    });
    expect(consent.document_ids).toHaveLength(1);
    const proof = drawer(page);
    await expect(proof.getByRole('heading', { level: 2 })).toHaveText('Ada Byron said yes to newsletter, and no to calls.');
    await expect(proof.getByText('Recorded by a member; the audit log says by whom')).toBeVisible();
    await expect(proof.getByRole('link', { name: SCAN.name })).toHaveAttribute('href', `/w/1/documents/${consent.document_ids[0]}`);
    // The next form is an empty one.
    await open(page);
    await expect(drawer(page).getByLabel('Subject id')).toHaveValue('');
  });

  test('is told what is missing beside each field, before anything is sent', async ({ page, placet }) => {
    const before = (await placet.get('/api/v1/documents')).length;
    await open(page);
    const form = drawer(page);
    await form.getByLabel('E-mail address').fill('ada');
    await form.getByLabel('Answer 1', { exact: true }).selectOption('Yes');
    await form.getByRole('button', { name: 'Add a preference' }).click();
    await form.getByLabel('Preference 2', { exact: true }).fill('calls');
    await record(page).click();
    await expect(form.getByRole('alert')).toHaveText([
      'This is no e-mail address.', 'Say when it was given: date and time.', 'Say what this answers.', 'Say yes or no.',
      'Choose the scan of the form, or write a note that says what proves it.']);
    await expect(form.getByLabel('E-mail address')).toBeFocused();
    await expect(form.getByLabel('E-mail address')).toHaveAttribute('aria-describedby', 'paper-email-wrong');
    await expectAccessible(page, 'a form with errors');
    await picture(page, 'paper-wrong');
    await form.getByLabel('Date and time of the consent').fill('2099-01-01T00:00');
    await record(page).click();
    await expect(form.getByText('This is in the future.')).toBeVisible();
    expect(await placet.get('/api/v1/documents')).toHaveLength(before);
  });

  test('is told what the server refuses beside the field, and loses nothing', async ({ page, placet, problems }) => {
    const id = `paper-${mark()}`;
    await open(page);
    await fill(page, id);
    await drawer(page).getByLabel('First name').fill('a'.repeat(300));
    await record(page).click();
    await expect(drawer(page).getByRole('alert')).toHaveText('This is longer than 255 characters.');
    await expect(drawer(page).getByLabel('First name')).toBeFocused();
    await expect(drawer(page).getByLabel('Subject id')).toHaveValue(id);
    await expect(drawer(page).getByText(SCAN.name)).toBeVisible();
    await drawer(page).getByLabel('First name').fill('Ada');
    await record(page).click();
    await expect(page).toHaveURL(/\/consents\/[0-9a-f-]{36}$/);
    expect(await placet.get(`/api/v1/consents?subject_id=${id}`)).toHaveLength(1);
    expect(problems.splice(0)).toEqual([expect.stringContaining('400')]);
  });

  test('loses nothing when the server is away, and records nothing twice when only its answer was lost', async ({ page, placet, problems }) => {
    const id = `paper-${mark()}`;
    await open(page);
    await fill(page, id);
    await loseFirstAnswer(page);
    await record(page).click();
    await expect(drawer(page).getByRole('alert')).toHaveText('Placet does not answer. Check your connection; nothing that was stored is lost.');
    await page.keyboard.press('Escape');
    await expect(drawer(page)).toHaveCount(0);
    await page.getByRole('button', { name: 'Record a paper consent' }).click();
    await expect(drawer(page).getByLabel('Subject id')).toHaveValue(id);
    await expect(drawer(page).getByText(SCAN.name)).toBeVisible();
    await record(page).click();
    await expect(page).toHaveURL(/\/consents\/[0-9a-f-]{36}$/);
    expect(await placet.get(`/api/v1/consents?subject_id=${id}`)).toHaveLength(1);
    expect((await placet.get(`/api/v1/documents?search=${encodeURIComponent(SCAN.name)}`)).filter(({ referenced }: { referenced: boolean }) => !referenced)).toEqual([]);
    expect(problems.splice(0)).toEqual([expect.stringContaining('ERR_CONNECTION_RESET')]);
  });

  test('signs in again in another tab when the session has ended, and goes on', async ({ page, context, placet, problems }) => {
    const id = `paper-${mark()}`;
    await open(page);
    await context.clearCookies();
    await fill(page, id);
    await record(page).click();
    await expect(drawer(page).getByRole('alert')).toContainText('You are no longer signed in. Sign in again in another tab');
    const other = await context.newPage();
    await signInAs(other, placet, 'editor');
    await record(page).click();
    await expect(page).toHaveURL(/\/consents\/[0-9a-f-]{36}$/);
    expect(await placet.get(`/api/v1/consents?subject_id=${id}`)).toHaveLength(1);
    expect(problems.splice(0).filter((problem) => !problem.includes('401'))).toEqual([]);
  });

  test('is told that an earlier sending did arrive, when the form was changed after its answer was lost', async ({ page, placet, problems }) => {
    const id = `paper-${mark()}`;
    await open(page);
    await fill(page, id);
    await loseFirstAnswer(page);
    await record(page).click();
    await expect(drawer(page).getByRole('alert')).toBeVisible();
    await drawer(page).getByLabel('Last name').fill('Lovelace');
    await record(page).click();
    await expect(drawer(page).getByRole('alert')).toContainText('An earlier sending of this form did arrive');
    await drawer(page).getByRole('button', { name: 'Empty the form' }).click();
    await expect(drawer(page).getByLabel('Subject id')).toHaveValue('');
    expect(await placet.get(`/api/v1/consents?subject_id=${id}`)).toHaveLength(1);
    expect(problems.splice(0)).toEqual([expect.stringContaining('ERR_CONNECTION_RESET'), expect.stringContaining('422')]);
  });

  test('is shown who has an id already, and which names preferences have', async ({ page, placet }) => {
    const id = `paper-${mark()}`;
    await placet.record({ subject: { id, full_name: 'Grace Hopper' }, preferences: { sms_offers: true } });
    await open(page);
    await drawer(page).getByLabel('Subject id').fill(id);
    await expect(drawer(page).getByText('Known as Grace Hopper: the consent is added to what is known.')).toBeVisible();
    await expect(drawer(page).locator('#paper-known option[value="sms_offers"]')).toHaveCount(1);
  });

  test('a file that is too large is refused beside its field, with the limit', async ({ page, problems }, info) => {
    const large = info.outputPath('large.pdf');
    writeFileSync(large, Buffer.alloc(12_000_000));
    await open(page);
    await fill(page, `paper-${mark()}`);
    await drawer(page).getByLabel('Scan of the form').setInputFiles(large);
    await record(page).click();
    await expect(drawer(page).getByRole('alert')).toContainText('This file is too large: it has 12 MB, and at most 10 MB are accepted. Nothing was stored.');
    await picture(page, 'paper-large');
    expect(problems.splice(0)).toEqual([expect.stringContaining('413')]);
  });
});

test('the keyboard alone fills and records the form', async ({ page, placet }) => {
  await signIn(page, placet);
  const id = `paper-${mark()}`;
  await page.goto('/w/1/consents');
  await page.getByRole('button', { name: 'Record a paper consent' }).focus();
  await page.keyboard.press('Enter');
  await expect(drawer(page)).toBeFocused();
  const tab = async (times: number) => { for (let at = 0; at < times; at++) await page.keyboard.press('Tab'); };
  await tab(2);
  await expect(drawer(page).getByLabel('Subject id')).toBeFocused();
  await page.keyboard.type(id);
  await drawer(page).getByLabel('Date and time of the consent').focus();
  await page.keyboard.type('022020261030AM');
  await drawer(page).getByLabel('Preference 1', { exact: true }).focus();
  await page.keyboard.type('newsletter');
  await tab(1);
  await page.keyboard.type('Yes');
  await drawer(page).getByLabel('Note').focus();
  await page.keyboard.type('On the telephone');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(record(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/consents\/[0-9a-f-]{36}$/);
  expect(await placet.get(`/api/v1/consents?subject_id=${id}`)).toMatchObject([{ at: '2026-02-20T09:30:00.000Z', preferences: { newsletter: true } }]);
});

test('an auditor is offered no form', async ({ page, placet }) => {
  await signInAs(page, placet, 'auditor');
  await expect(page.getByRole('button', { name: 'Export' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Record a paper consent' })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [[390, 844], [768, 1024], [1440, 900]] as const) {
    test(`the form is accessible and fits, ${colorScheme}, ${width} pixels wide`, async ({ page, placet }) => {
      await signIn(page, placet);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await open(page);
      await fill(page, 'paper-1');
      await drawer(page).getByRole('button', { name: 'Add a legal notice' }).click();
      await drawer(page).getByRole('heading', { level: 2 }).scrollIntoViewIfNeeded();
      await expectAccessible(page, 'the form');
      await expectNoSidewaysScroll(page, 'the form');
      await picture(page, `paper-${colorScheme}-${width}`);
      await record(page).scrollIntoViewIfNeeded();
      await picture(page, `paper-end-${colorScheme}-${width}`);
    });
  }
}
