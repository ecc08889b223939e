// Subjects, as members of each role use them.
import { readFileSync } from 'node:fs';
import { expect, picture, test } from './test';
import { expectAccessible, expectNoSidewaysScroll } from './axe';
import { drawer, signIn, signInAs } from './member';
import { consentIdOf, refuseAll } from './visitor';

const mark = () => crypto.randomUUID().slice(0, 8);

/** A subject of nobody else's, with two consents. */
async function ada(placet: import('./placet').Placet) {
  const [id, email] = [`ada-${mark()}`, `ada.${mark()}@example.org`];
  const subject = { id, email, first_name: 'Ada', last_name: 'Byron' };
  const older = await placet.record({ timestamp: '2026-02-01T10:00:00Z', subject, preferences: { newsletter: true, calls: true } });
  const newer = await placet.record({ timestamp: '2026-02-02T10:00:00Z', subject, preferences: { calls: false } });
  return { id, email, older, newer };
}

const row = (page: import('@playwright/test').Page, id: string) => page.locator(`a[data-row="${id}"]`);

test.describe('an owner', () => {
  test.beforeEach(async ({ page, placet }) => signIn(page, placet));

  test('finds a subject by a part of its address, and sees what holds, how it came to that, and the consents', async ({ page, placet }) => {
    const { id, email, older, newer } = await ada(placet);
    await page.getByRole('link', { name: 'Subjects' }).click();
    await expect(page.getByRole('columnheader')).toHaveText(['Subject', 'E-mail', 'Id', 'Preferences', 'Known since']);
    await page.getByRole('searchbox').fill(email.slice(2, -4).toUpperCase());
    await expect(page.getByRole('status').filter({ hasText: /^1 subject$/ })).toBeVisible();
    await expect(page.getByRole('row').nth(1)).toContainText('Ada Byron');
    await expect(page.getByRole('row').nth(1)).toContainText('newsletter');
    await row(page, id).click();
    const panel = drawer(page);
    await expect(panel.getByRole('heading', { level: 2 })).toHaveText('Ada Byron');
    await expect(panel.getByText(email)).toBeVisible();
    const now = panel.getByRole('region', { name: 'What holds now' }).getByRole('listitem');
    await expect(now).toHaveText([/calls\s*No/, /newsletter\s*Yes/]);
    await expect(now.filter({ hasText: 'calls' }).getByRole('link')).toHaveAttribute('href', `/w/1/consents/${newer}`);
    await expect(now.filter({ hasText: 'newsletter' }).getByRole('link')).toHaveAttribute('href', `/w/1/consents/${older}`);
    await expect(panel.getByRole('region', { name: 'History' }).getByRole('listitem')).toHaveCount(3);
    await panel.getByRole('link', { name: 'All of this subject' }).click();
    await expect(page.getByRole('status').filter({ hasText: /^2 consents$/ })).toBeVisible();
    await expect(page.getByRole('searchbox')).toHaveValue(id);
    await page.goto(`/w/1/consents/${newer}`);
    await drawer(page).getByRole('link', { name: 'This subject' }).click();
    await expect(drawer(page).getByRole('heading', { level: 2 })).toHaveText('Ada Byron');
  });

  test('turns the list round, and back when somebody is looked for', async ({ page, placet }) => {
    const { id } = await ada(placet);
    await page.goto('/w/1/subjects');
    await expect(page.locator('a[data-row]').first()).toHaveAttribute('data-row', id);
    await expect(page.getByRole('columnheader', { name: 'Known since' })).toHaveAttribute('aria-sort', 'descending');
    await page.getByRole('button', { name: 'Known since' }).click();
    await expect(page.getByRole('columnheader', { name: 'Known since' })).toHaveAttribute('aria-sort', 'ascending');
    const [oldest] = await placet.get('/api/v1/subjects?sort=created_at&limit=1');
    await expect(page.locator('a[data-row]').first()).toHaveAttribute('data-row', oldest.id);
    await page.getByRole('searchbox').fill(id);
    await expect(page.getByRole('status').filter({ hasText: /^1 subject$/ })).toBeVisible();
    await expect(page).toHaveURL(`${placet.origin}/w/1/subjects?fulltext=${id}`);
  });

  test('downloads the complete file, and exports what the list shows', async ({ page, placet }) => {
    const { id } = await ada(placet);
    await ada(placet);
    await page.goto(`/w/1/subjects/${id}`);
    const [file] = await Promise.all([page.waitForEvent('download'), drawer(page).getByRole('link', { name: 'Download everything (zip)' }).click()]);
    expect(file.suggestedFilename()).toBe('subject.zip');
    expect(readFileSync(await file.path()).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    await page.goto(`/w/1/subjects?fulltext=${id}`);
    for (const [name, format] of [['CSV, for spreadsheets', 'csv'], ['JSON Lines, for programs', 'jsonl']] as const) {
      await page.getByRole('button', { name: 'Export' }).click();
      const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
      expect(table.suggestedFilename()).toBe(`subjects-1.${format}`);
      const lines = readFileSync(await table.path(), 'utf8').trim().split('\n');
      expect(lines).toHaveLength(format === 'csv' ? 2 : 1);
      expect(lines.at(-1)).toContain(id);
    }
  });

  test('puts a subject on hold with a reason that names nobody, sees the chip, and lifts it', async ({ page, placet, problems }) => {
    const { id } = await ada(placet);
    await page.goto(`/w/1/subjects/${id}`);
    const hold = drawer(page).getByRole('region', { name: 'Legal hold' });
    await hold.getByRole('button', { name: 'Put on hold' }).click();
    await expect(hold.getByRole('alert')).toHaveText(/^The reason must say in 1 to 500 characters why/);
    await hold.getByLabel('Reason').fill(`letter of ${id}`);
    await hold.getByRole('button', { name: 'Put on hold' }).click();
    await expect(hold.getByRole('alert')).toHaveText('The reason is kept for good and must not name the person: refer to a ticket instead');
    await expect(hold.getByLabel('Reason')).toHaveValue(`letter of ${id}`);
    await hold.getByLabel('Reason').fill('lawsuit 4 O 17/26');
    await hold.getByRole('button', { name: 'Put on hold' }).click();
    await expect(hold.getByText('The hold is set.')).toBeVisible();
    await expect(drawer(page).getByText(/On legal hold since .*, set by member:1: lawsuit 4 O 17\/26/)).toBeVisible();
    await expect(drawer(page).getByText('Not while the subject is on legal hold: lift it first.')).toBeVisible();
    await expectAccessible(page, 'a subject on hold');
    await picture(page, 'subjects-held');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('row', { name: /Ada Byron.*On hold/ }).first()).toBeVisible();
    await row(page, id).click();
    await hold.getByLabel('Reason').fill('it is over');
    await hold.getByRole('button', { name: 'Lift the hold' }).click();
    await expect(hold.getByRole('button', { name: 'Put on hold' })).toBeVisible();
    expect((await placet.get(`/api/v1/subjects/${id}`)).hold).toBe(null);
    expect(problems.splice(0)).toEqual([expect.stringContaining('400'), expect.stringContaining('400')]);
  });

  test('restricts a subject, who is then shown to owners only', async ({ page, placet }) => {
    const { id } = await ada(placet);
    await page.goto(`/w/1/subjects/${id}`);
    const restriction = drawer(page).getByRole('region', { name: 'Restriction of processing' });
    await restriction.getByLabel('Reason').fill('contested, ticket 12');
    await restriction.getByRole('button', { name: 'Restrict' }).click();
    await expect(drawer(page).getByText(/Restricted since .*contested, ticket 12/)).toBeVisible();
    await page.goto(`/w/1/subjects?fulltext=${id}`);
    await expect(page.getByRole('row').nth(1)).toContainText('Restricted');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signInAs(page, placet, 'editor');
    await page.goto(`/w/1/subjects?fulltext=${id}`);
    await expect(page.getByText('No subject matches')).toBeVisible();
  });

  test('sees what an erasure would take, says why, confirms, gives the password, and the subject is gone', async ({ page, placet, problems }) => {
    const { id } = await ada(placet);
    let refused = false;
    await page.route(`**/api/v1/subjects/${id}`, async (route) => {
      if (route.request().method() !== 'DELETE' || refused) return route.fallback();
      refused = true;
      return route.fulfill({ status: 403, contentType: 'application/problem+json', json: {
        type: '/api#password-again', title: 'Forbidden', status: 403, detail: 'Please give your password again first.' } });
    });
    await page.goto(`/w/1/subjects/${id}`);
    const erase = drawer(page).getByRole('region', { name: 'Erase' });
    await erase.getByRole('button', { name: 'See what would go' }).click();
    await expect(erase.getByRole('listitem')).toHaveText([
      'The subject: id, names, addresses, phones', '2 preferences of the subject', 'Person and circumstances of 2 consents']);
    await erase.getByLabel(/Also what happened/).check();
    await expect(erase.getByText('What happened in 2 consents, and the proof with it')).toBeVisible();
    await erase.getByLabel(/Also what happened/).uncheck();
    await expect(erase.getByText('What happened in 2 consents, and the proof with it')).toHaveCount(0);
    await erase.getByLabel('Reason').fill('asked for, ticket 4711');
    await erase.getByRole('button', { name: 'Erase this subject' }).click();
    await expect(erase.getByRole('alert')).toHaveText('Type erase: it cannot be brought back.');
    await erase.getByLabel(/^Type erase/).fill('erase');
    await expectAccessible(page, 'an erasure');
    await picture(page, 'subjects-erase');
    await erase.getByRole('button', { name: 'Erase this subject' }).click();
    await page.getByLabel('Password', { exact: true }).fill(placet.password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(drawer(page).getByText('It is done, and cannot be brought back.')).toBeVisible();
    await expect(drawer(page).getByRole('listitem')).toHaveCount(3);
    await picture(page, 'subjects-erased');
    await page.keyboard.press('Escape');
    await expect(row(page, id)).toHaveCount(0);
    expect((await page.request.get(`/api/v1/subjects/${id}`)).status()).toBe(404);
    await page.goto(`/w/1/subjects/${id}`);
    await expect(drawer(page).getByRole('alert')).toContainText('No subject has this address');
    expect(problems.splice(0)).toEqual([expect.stringContaining('403'), expect.stringContaining('404')]);
  });

  test('opens, reads and closes a subject with the keyboard alone', async ({ page, placet }) => {
    const { id } = await ada(placet);
    await page.goto('/w/1/subjects');
    await expect(row(page, id)).toBeVisible();
    await page.keyboard.press('/');
    await expect(page.getByRole('searchbox')).toBeFocused();
    await page.keyboard.type(id);
    await expect(page.getByRole('status').filter({ hasText: /^1 subject$/ })).toBeVisible();
    await row(page, id).focus();
    await page.keyboard.press('Enter');
    await expect(drawer(page)).toBeFocused();
    await expect(drawer(page).getByRole('heading', { name: 'What holds now' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(drawer(page)).toHaveCount(0);
    await expect(row(page, id)).toBeFocused();
    await page.getByRole('button', { name: 'Export' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'CSV, for spreadsheets' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Export' })).toBeFocused();
    await expect(page.getByRole('link', { name: 'CSV, for spreadsheets' })).toBeHidden();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, height] of [[390, 844], [768, 1024], [1440, 900]] as const) {
      test(`the list and a subject are accessible and fit, ${colorScheme}, ${width} pixels wide`, async ({ page, placet }) => {
        const { id } = await ada(placet);
        const held = await ada(placet);
        await placet.send('PUT', `/api/v1/subjects/${held.id}/hold`, { reason: 'lawsuit 4 O 17/26' });
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        await page.goto('/w/1/subjects');
        await expect(row(page, id)).toBeVisible();
        await expectAccessible(page, 'the list');
        await expectNoSidewaysScroll(page, 'the list');
        await picture(page, `subjects-${colorScheme}-${width}`);
        await page.getByRole('button', { name: 'Export' }).click();
        await expectAccessible(page, 'the menu');
        await expectNoSidewaysScroll(page, 'the menu');
        await picture(page, `subjects-export-${colorScheme}-${width}`);
        await row(page, id).click();
        await expect(drawer(page).getByRole('heading', { name: 'Erase' })).toBeAttached();
        await expectAccessible(page, 'a subject');
        await expectNoSidewaysScroll(page, 'a subject');
        await picture(page, `subjects-panel-${colorScheme}-${width}`);
      });
    }
  }
});

test('an owner holds a visitor known by the consent id alone, and erases the choices', async ({ page, placet, visit }) => {
  await visit();
  await refuseAll(page);
  const consentId = await consentIdOf(page);
  await expect.poll(async () => (await placet.proofs(consentId)).length).toBe(1);
  await signIn(page, placet);
  await page.goto(`/w/1/consents?search=${consentId}`);
  await page.locator('[data-consent]').first().click();
  const visitor = drawer(page).getByRole('region', { name: 'This visitor' });
  const [file] = await Promise.all([page.waitForEvent('download'), visitor.getByRole('link', { name: 'Download everything (zip)' }).click()]);
  expect(file.suggestedFilename()).toBe('subject.zip');
  await visitor.getByRole('button', { name: 'Hold, restrict or erase' }).click();
  const hold = drawer(page).getByRole('region', { name: 'Legal hold' });
  await hold.getByLabel('Reason').fill('lawsuit 4 O 17/26');
  await hold.getByRole('button', { name: 'Put on hold' }).click();
  await expect(drawer(page).getByText(/On legal hold since .*, set by member:1: lawsuit 4 O 17\/26/)).toBeVisible();
  await expect(drawer(page).getByText('Not while the visitor is on legal hold: lift it first.')).toBeVisible();
  await expectAccessible(page, 'a visitor on hold');
  await hold.scrollIntoViewIfNeeded();
  await picture(page, 'visitor-held');
  await hold.getByLabel('Reason').fill('it is over');
  await hold.getByRole('button', { name: 'Lift the hold' }).click();
  const erase = drawer(page).getByRole('region', { name: 'Erase' });
  await erase.getByRole('button', { name: 'See what would go' }).click();
  await expect(erase.getByRole('listitem')).toHaveText(['Person and circumstances of 1 consent']);
  await expect(erase.getByRole('checkbox')).toHaveCount(1);
  await erase.getByLabel('Reason').fill('asked for, ticket 4711');
  await erase.getByLabel(/^Type erase/).fill('erase');
  await erase.getByRole('button', { name: 'Erase this visitor' }).click();
  await expect(drawer(page).getByText('It is done, and cannot be brought back.')).toBeVisible();
  await expect(drawer(page).getByText(/^Erased from this record/)).toBeVisible();
  await expect(visitor).toHaveCount(0);
  await expectAccessible(page, 'a visitor who was erased');
  await picture(page, 'visitor-erased');
  expect(await placet.proofs(consentId)).toEqual([]);
});

test('an auditor reads everything of a subject, and is offered nothing that changes it', async ({ page, placet }) => {
  const { id } = await ada(placet);
  await signInAs(page, placet, 'auditor');
  await page.goto(`/w/1/subjects/${id}`);
  await expect(drawer(page).getByRole('heading', { level: 2 })).toHaveText('Ada Byron');
  await expect(drawer(page).getByRole('link', { name: 'Download everything (zip)' })).toBeVisible();
  await expect(drawer(page).getByRole('textbox')).toHaveCount(0);
  await expect(drawer(page).getByRole('checkbox')).toHaveCount(0);
  await expect(drawer(page).getByRole('button', { name: /hold|restrict|erase|go/i })).toHaveCount(0);
});
