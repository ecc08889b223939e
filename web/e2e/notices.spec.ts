// Legal notices, as members of each role use them.
import { readFileSync } from 'node:fs';
import { expect, picture, test } from './test';
import { expectAccessible, expectNoSidewaysScroll } from './axe';
import { drawer, signIn, signInAs } from './member';
import type { Page } from '@playwright/test';

const mark = () => crypto.randomUUID().slice(0, 8);
const SCAN = { name: 'notice as printed.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 printed') };

/** The window that is on top. */
const form = (page: Page) => drawer(page).last();
const publish = (page: Page) => form(page).getByRole('button', { name: 'Publish', exact: true });

test('an editor publishes a notice in two languages with a document, and then a new version', async ({ page, placet }) => {
  const identifier = `notice_${mark()}`;
  await signInAs(page, placet, 'editor');
  await page.getByRole('link', { name: 'Legal notices' }).click();
  await page.getByRole('button', { name: 'New notice' }).click();
  await form(page).getByLabel('Name', { exact: true }).fill(identifier);
  await expect(form(page).getByLabel('Language')).toHaveValue('en');
  await form(page).getByLabel('Text', { exact: true }).fill('We send the letter you asked for.');
  await form(page).getByRole('button', { name: 'Add a language' }).click();
  await form(page).getByLabel('Language').nth(1).fill('ar');
  await form(page).getByLabel('Text', { exact: true }).nth(1).fill('نرسل الرسالة التي طلبتها.');
  await expect(form(page).getByLabel('Text', { exact: true }).nth(1)).toHaveAttribute('dir', 'rtl');
  await form(page).getByLabel('Documents').setInputFiles(SCAN);
  await picture(page, 'notices-new');
  await publish(page).click();
  await expect(drawer(page)).toHaveCount(0);
  await page.getByRole('searchbox').fill(identifier.toUpperCase());
  await expect(page.getByRole('status').filter({ hasText: /^1 legal notice$/ })).toBeVisible();
  await expect(page.getByRole('row').nth(1).getByRole('cell')).toHaveText(['Version 1', 'just now', 'No address']);

  await page.getByRole('link', { name: identifier }).click();
  await expect(drawer(page).getByRole('link', { name: SCAN.name })).toBeVisible();
  await drawer(page).getByText('Read the text in Arabic').click();
  await expect(drawer(page).getByText('نرسل الرسالة التي طلبتها.')).toHaveAttribute('dir', 'rtl');
  await drawer(page).getByRole('button', { name: 'Publish a new version' }).click();
  await expect(form(page).getByLabel('Text', { exact: true }).first()).toHaveValue('We send the letter you asked for.');
  await form(page).getByLabel('Text', { exact: true }).first().fill('We send two letters.');
  await form(page).getByRole('button', { name: 'Take text 2 away' }).click();
  await publish(page).click();
  await expect(drawer(page)).toHaveCount(1);
  await expect(drawer(page).getByLabel('Version')).toHaveValue('2');
  await drawer(page).getByText('Read the text in English').click();
  await expect(drawer(page).getByText('We send two letters.')).toBeVisible();
  await drawer(page).getByLabel('Version').selectOption('1');
  await drawer(page).getByText('Read the text in English').click();
  await expect(drawer(page).getByText('We send the letter you asked for.')).toBeVisible();
  await expect(page.getByRole('row', { includeHidden: true }).nth(1)).toContainText('Version 2');
  const [document] = (await placet.get(`/api/v1/legal_notices/${identifier}/1`)).document_ids;
  expect(await placet.get(`/api/v1/legal_notices/${identifier}/2`)).toMatchObject({ content: { en: 'We send two letters.' }, document_ids: [document] });
});

test('what is missing or refused stands beside its field, and nothing that was written is lost', async ({ page, placet, problems }) => {
  await signIn(page, placet);
  await page.goto('/w/1/legal_notices');
  await page.getByRole('button', { name: 'New notice' }).click();
  await form(page).getByRole('button', { name: 'Add a language' }).click();
  await form(page).getByLabel('Language').nth(1).fill('en');
  await form(page).getByLabel('Text', { exact: true }).nth(1).fill('Words');
  await publish(page).click();
  await expect(form(page).getByRole('alert')).toHaveText(['A notice needs a name, such as privacy_policy.', 'Write the text first.', 'This language is there already.']);
  await expect(form(page).getByLabel('Name', { exact: true })).toBeFocused();
  await expectAccessible(page, 'a notice with errors');
  await picture(page, 'notices-wrong');
  await page.keyboard.press('Escape');
  await expect(drawer(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'New notice' }).click();
  await expect(form(page).getByLabel('Text', { exact: true }).nth(1)).toHaveValue('Words');
  await form(page).getByRole('button', { name: 'Take text 1 away' }).click();
  await form(page).getByLabel('Name', { exact: true }).fill(`notice_${mark()}`);
  await form(page).getByLabel('In force from').fill('2099-01-01T00:00');
  await publish(page).click();
  await expect(form(page).getByRole('alert')).toContainText('five minutes');
  await expect(form(page).getByLabel('In force from')).toBeFocused();
  expect(problems.splice(0)).toEqual([expect.stringContaining('400')]);
  await form(page).getByLabel('In force from').fill('');
  await page.route('**/api/v1/legal_notices', (route) => (route.request().method() === 'POST' ? route.abort('connectionrefused') : route.fallback()));
  await publish(page).click();
  await expect(form(page).getByRole('alert')).toContainText('Placet does not answer');
  await page.unroute('**/api/v1/legal_notices');
  await publish(page).click();
  await expect(drawer(page)).toHaveCount(0);
  expect(problems.splice(0)).toEqual([expect.stringContaining('ERR_CONNECTION_REFUSED')]);
});

test('notices are sorted and searched, and every version of those is exported', async ({ page, placet }) => {
  const key = mark();
  for (const identifier of [`a_${key}`, `b_${key}`, `b_${key}`, `other_${mark()}`]) {
    await placet.send('POST', '/legal_notices', { identifier, content: 'Words' });
  }
  await signIn(page, placet);
  await page.goto(`/w/1/legal_notices?search=${key}`);
  const names = page.locator('a[data-row] bdi');
  await expect(names).toHaveText([`a_${key}`, `b_${key}`]);
  await page.getByRole('button', { name: 'Newest version' }).click();
  await page.getByRole('button', { name: 'Newest version' }).click();
  await expect(names).toHaveText([`b_${key}`, `a_${key}`]);
  await page.getByRole('button', { name: 'Export' }).click();
  const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'JSON Lines, for programs' }).click()]);
  const rows = readFileSync(await table.path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  expect(rows.map(({ identifier, version }) => `${identifier} ${version}`).sort()).toEqual([`a_${key} 1`, `b_${key} 1`, `b_${key} 2`]);
});

test('an editor lets a notice follow an address, sees what came of it, changes it, and ends it', async ({ page, placet, problems }) => {
  const identifier = `followed_${mark()}`;
  const source = `/api/v1/legal_notices/${identifier}/source`;
  await signInAs(page, placet, 'editor');
  await page.goto('/w/1/legal_notices');
  await page.getByRole('button', { name: 'Follow an address' }).click();
  await form(page).getByRole('button', { name: 'Follow this address' }).click();
  await expect(form(page).getByRole('alert')).toHaveText(['A notice needs a name, such as privacy_policy.', 'Say where the page is.']);
  await expect(form(page).getByLabel('Name', { exact: true })).toBeFocused();
  await form(page).getByLabel('Name', { exact: true }).fill(identifier);
  await form(page).getByLabel('Address').fill('http://www.example.org/privacy');
  await form(page).getByRole('button', { name: 'Follow this address' }).click();
  await expect(form(page).getByRole('alert')).toHaveText('This must begin with https://.');
  await expect(form(page).getByLabel('Address')).toBeFocused();
  await expectAccessible(page, 'an address that is refused');
  await picture(page, 'notices-follow');
  await form(page).getByLabel('Address').fill('https://nowhere.invalid/privacy');
  await form(page).getByLabel('Read it').selectOption('Every hour');
  await form(page).getByRole('button', { name: 'Follow this address' }).click();
  await expect(drawer(page)).toHaveCount(0);
  expect(await placet.get(source)).toMatchObject({ url: 'https://nowhere.invalid/privacy', language: 'en', every: '1h' });

  // The page is read once a minute; what comes of it stands in the answers of the tests of the server.
  const told = { ...await placet.get(source), last_checked_at: new Date().toISOString(), last_error: 'nowhere.invalid cannot be resolved' };
  await page.route(`**${source}`, (route) => (route.request().method() === 'GET' ? route.fulfill({ json: told }) : route.fallback()));
  await page.getByRole('searchbox').fill(identifier);
  await expect(page.getByRole('row').nth(1).getByRole('cell').first()).toHaveText('None yet');
  await page.getByRole('link', { name: identifier }).click();
  const followed = drawer(page).getByRole('region', { name: 'Address it follows' });
  await expect(drawer(page).getByText('There is no version yet.')).toBeVisible();
  await expect(followed).toContainText('The page could not be read when it was last tried: nowhere.invalid cannot be resolved.');
  await expect(followed).toContainText('Every hour');
  await expectAccessible(page, 'a notice that follows an address');
  await expectNoSidewaysScroll(page, 'a notice that follows an address');
  await picture(page, 'notices-followed');
  await followed.getByRole('button', { name: 'Change' }).click();
  await expect(form(page).getByLabel('Address')).toHaveValue('https://nowhere.invalid/privacy');
  await form(page).getByLabel('Language').fill('');
  await form(page).getByRole('button', { name: 'Follow this address' }).click();
  await expect(drawer(page)).toHaveCount(1);
  expect((await placet.get(source)).language).toBe(null);
  await page.unroute(`**${source}`);
  await followed.getByRole('button', { name: 'Stop following' }).click();
  await expect(drawer(page)).toHaveCount(0);
  await expect(page.getByText('No legal notice matches')).toBeVisible();
  expect(problems.splice(0)).toEqual([expect.stringContaining('400')]);
});

test('an auditor reads every version and is not offered to publish', async ({ page, placet }) => {
  const identifier = `notice_${mark()}`;
  await placet.send('POST', '/legal_notices', { identifier, content: 'One text, in no language' });
  await signInAs(page, placet, 'auditor');
  await page.goto(`/w/1/legal_notices/${identifier}`);
  await drawer(page).getByText('Read the text', { exact: true }).click();
  await expect(drawer(page).getByText('One text, in no language')).toBeVisible();
  await expect(page.getByRole('button', { name: /publish|new notice/i, includeHidden: true })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [[390, 844], [768, 1024], [1440, 900]] as const) {
    test(`the list, a notice and a new version are accessible and fit, ${colorScheme}, ${width} pixels wide`, async ({ page, placet }) => {
      const document_ids = [await placet.upload('as printed.pdf', 'printed')];
      const content = { en: 'We send the letter you asked for.\n\nNothing else.', de: 'Wir schicken den Brief, um den Sie gebeten haben.' };
      await placet.send('POST', '/legal_notices', { identifier: 'newsletter_terms', content, document_ids });
      await signIn(page, placet);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.goto('/w/1/legal_notices');
      await expect(page.locator('a[data-row="newsletter_terms"]')).toBeVisible();
      await expectAccessible(page, 'the list');
      await expectNoSidewaysScroll(page, 'the list');
      await picture(page, `notices-${colorScheme}-${width}`);
      await page.locator('a[data-row="newsletter_terms"]').click();
      await drawer(page).getByText('Read the text in English').click();
      await expect(drawer(page).getByRole('link', { name: 'as printed.pdf' })).toBeVisible();
      await expectAccessible(page, 'a notice');
      await expectNoSidewaysScroll(page, 'a notice');
      await picture(page, `notices-panel-${colorScheme}-${width}`);
      await drawer(page).getByRole('button', { name: 'Publish a new version' }).click();
      await expectAccessible(page, 'a new version');
      await expectNoSidewaysScroll(page, 'a new version');
      await picture(page, `notices-publish-${colorScheme}-${width}`);
    });
  }
}
