// Documents, as members of each role use them.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, picture, test } from './test';
import { expectAccessible, expectNoSidewaysScroll } from './axe';
import { drawer, signIn, signInAs } from './member';

const mark = () => crypto.randomUUID().slice(0, 8);
const row = (page: import('@playwright/test').Page, id: string) => page.locator(`a[data-row="${id}"]`);

test('an editor uploads a file, finds it, downloads the same bytes, and sees what refers to it', async ({ page, placet }) => {
  const name = `Scan ${mark()}.pdf`;
  await signInAs(page, placet, 'editor');
  await page.getByRole('link', { name: 'Documents' }).click();
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.getByRole('button', { name: 'Upload the file' }).click();
  await expect(page.getByRole('alert')).toHaveText('Choose a file first.');
  await page.getByLabel('File', { exact: true }).setInputFiles({ name, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 a scan') });
  await expectAccessible(page, 'the window to upload');
  await picture(page, 'documents-upload');
  await page.getByRole('button', { name: 'Upload the file' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('searchbox').fill(name.toUpperCase());
  await expect(page.getByRole('status').filter({ hasText: /^1 document$/ })).toBeVisible();
  await expect(page.getByRole('row').nth(1).getByRole('cell')).toHaveText(['PDF', '15 bytes', 'No', 'just now']);
  await page.getByRole('row').nth(1).getByRole('link').click();
  await expect(drawer(page).getByRole('heading', { level: 2 })).toHaveText(name);
  await expect(drawer(page).getByText('Nothing. No consent and no legal notice points to this document.')).toBeVisible();
  const [file] = await Promise.all([page.waitForEvent('download'), drawer(page).getByRole('link', { name: 'Download' }).click()]);
  expect(file.suggestedFilename()).toBe(name);
  expect(readFileSync(await file.path(), 'utf8')).toBe('%PDF-1.4 a scan');

  const id = page.url().split('/').at(-1)?.split('?')[0] ?? '';
  const consent = await placet.record({ subject: { id: mark() }, proof_document_ids: [id] });
  const identifier = `notice_${mark()}`;
  await placet.send('POST', '/legal_notices', { identifier, content: 'Words', document_ids: [id] });
  await page.reload();
  const referrers = drawer(page).getByRole('region', { name: 'What refers to it' }).getByRole('listitem');
  await expect(referrers).toHaveText([`Legal notice ${identifier}, version 1`, `Consent ${consent}`]);
  await picture(page, 'documents-panel');
  await referrers.nth(1).getByRole('link').click();
  await expect(page).toHaveURL(`${placet.origin}/w/1/consents/${consent}`);
  await expect(drawer(page).getByRole('link', { name })).toHaveAttribute('href', `/w/1/documents/${id}`);
});

test('a file that is too large is refused with the limit, and can be replaced by another', async ({ page, placet, problems }, info) => {
  const large = info.outputPath('large.pdf');
  writeFileSync(large, Buffer.alloc(25_000_000));
  await signIn(page, placet);
  await page.goto('/w/1/documents');
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  const field = page.getByLabel('File', { exact: true });
  await field.setInputFiles(large);
  await page.getByRole('button', { name: 'Upload the file' }).click();
  await expect(page.getByRole('alert')).toContainText('This file is too large: it has 25 MB, and at most 10 MB are accepted. Nothing was stored.');
  await picture(page, 'documents-large');
  expect(problems.splice(0)).toEqual([expect.stringContaining('413')]);
  await field.setInputFiles({ name: 'small.pdf', mimeType: 'application/pdf', buffer: Buffer.from('small') });
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: 'Upload the file' }).click();
  await expect(page.getByRole('row', { name: /small\.pdf/ }).first()).toBeVisible();
});

test('the list is sorted and filtered, its address says so, and the export is the same', async ({ page, placet }) => {
  const key = mark();
  const ids = [await placet.upload(`${key} b.pdf`, 'xxx'), await placet.upload(`${key} a.pdf`, 'x')];
  await placet.record({ proof_document_ids: [ids[1]] });
  await signIn(page, placet);
  await page.goto(`/w/1/documents?search=${key}`);
  const names = page.locator('a[data-row] bdi');
  await expect(names).toHaveText([`${key} a.pdf`, `${key} b.pdf`]);
  await page.getByRole('button', { name: 'Size' }).click();
  await expect(page.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(names).toHaveText([`${key} a.pdf`, `${key} b.pdf`]);
  await page.getByRole('button', { name: 'Size' }).click();
  await expect(names).toHaveText([`${key} b.pdf`, `${key} a.pdf`]);
  await page.getByRole('button', { name: 'Export' }).click();
  const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'JSON Lines, for programs' }).click()]);
  const rows = readFileSync(await table.path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line).id);
  expect(rows).toEqual(ids);
  await page.getByLabel('Used').selectOption('Used');
  await expect(names).toHaveText([`${key} a.pdf`]);
  await page.reload();
  await expect(names).toHaveText([`${key} a.pdf`]);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page.getByRole('searchbox')).toHaveValue('');
});

test('an auditor downloads and uploads nothing', async ({ page, placet }) => {
  const id = await placet.upload(`${mark()}.pdf`, 'scan');
  await signInAs(page, placet, 'auditor');
  await page.goto('/w/1/documents');
  await expect(row(page, id)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Upload', exact: true })).toHaveCount(0);
  await row(page, id).click();
  await expect(drawer(page).getByRole('link', { name: 'Download' })).toBeVisible();
});

test('an unknown document says so', async ({ page, placet, problems }) => {
  await signIn(page, placet);
  await page.goto('/w/1/documents/01970000-0000-7000-8000-000000000000');
  await expect(drawer(page).getByRole('alert')).toContainText('No document has this address');
  expect(problems.splice(0)).toEqual([expect.stringContaining('404')]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [width, height] of [[390, 844], [768, 1024], [1440, 900]] as const) {
    test(`the list and a document are accessible and fit, ${colorScheme}, ${width} pixels wide`, async ({ page, placet }) => {
      const id = await placet.upload(`A form that was signed at the counter of the shop in Florence ${mark()}.pdf`, 'scan');
      await placet.record({ proof_document_ids: [id] });
      await signIn(page, placet);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.goto('/w/1/documents');
      await expect(row(page, id)).toBeVisible();
      await expectAccessible(page, 'the list');
      await expectNoSidewaysScroll(page, 'the list');
      await picture(page, `documents-${colorScheme}-${width}`);
      await row(page, id).click();
      await expect(drawer(page).getByRole('listitem')).toHaveCount(1);
      await expectAccessible(page, 'a document');
      await expectNoSidewaysScroll(page, 'a document');
      await picture(page, `documents-panel-${colorScheme}-${width}`);
    });
  }
}
