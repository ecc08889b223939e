// Members, keys and the audit log, as an owner uses them.
import { readFileSync } from 'node:fs';
import { expect, picture, test } from './test';
import { expectAccessible, expectNoSidewaysScroll } from './axe';
import { drawer, signIn } from './member';

const mark = () => crypto.randomUUID().slice(0, 8);

test.beforeEach(async ({ page, placet }) => signIn(page, placet));

test('an owner adds a member, changes the role, finds both in the audit log, and removes the member', async ({ page }) => {
  const email = `grace.${mark()}@example.org`;
  await page.getByRole('link', { name: 'Members' }).click();
  await page.getByRole('button', { name: 'Add member' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('First password').fill('correct horse battery');
  await expectAccessible(page, 'the window to add a member');
  await picture(page, 'members-add');
  await page.getByRole('dialog').getByRole('button', { name: 'Add member' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('searchbox').fill(email);
  await expect(page.getByRole('link', { name: 'demo@example.com' })).toHaveCount(0);
  await page.getByRole('link', { name: email }).click();
  await drawer(page).getByRole('combobox', { name: 'Role' }).selectOption('auditor');
  await expect(drawer(page).getByText('The role is changed.')).toBeVisible();
  await expect(drawer(page).getByText('Auditor: Reads everything, changes nothing')).toBeVisible();
  await expectAccessible(page, 'a member');
  await picture(page, 'members-panel');
  await drawer(page).getByRole('button', { name: 'Remove this member' }).click();
  await expect(drawer(page)).toHaveCount(0);
  await expect(page.getByText('No member matches')).toBeVisible();

  await page.getByRole('link', { name: 'Audit log' }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('Member removed');
  await expect(page.getByRole('row').nth(2)).toContainText('Role changed');
  await page.getByRole('row').nth(2).getByRole('link').click();
  await expect(drawer(page)).toContainText('"role": "auditor"');
  await expect(drawer(page)).not.toContainText(email);
  await picture(page, 'audit-panel');
  await drawer(page).getByRole('link', { name: 'all changes of this' }).click();
  await expect(drawer(page)).toHaveCount(0);
  await expect(page.getByRole('row')).toHaveText([/What/, /Member removed/, /Role changed/, /Member added/]);
  await page.getByLabel('When').selectOption('Today');
  await expect(page).toHaveURL(/target=member%3A\d+&from_time=\d{4}-\d\d-\d\dT00%3A00%3A00Z$/);
  await expect(page.getByRole('row')).toHaveCount(4);
});

test('an owner makes a private key that is shown once, replaces it, and revokes the new one', async ({ page, request }) => {
  const name = `Newsletter ${mark()}`;
  await page.getByRole('link', { name: 'Keys' }).click();
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByLabel('Kind', { exact: true }).selectOption('private');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('button', { name: 'Make the key' }).click();
  const key = await page.getByTestId('key').innerText();
  expect(key).toMatch(/^placet_sk_/);
  expect((await request.get('/consent', { headers: { ApiKey: key } })).status()).toBe(200);
  await picture(page, 'keys-made');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('searchbox').fill(name);
  await expect(page.getByRole('status').filter({ hasText: /^1 key$/ })).toBeVisible();
  await page.getByRole('link', { name }).click();
  await expect(drawer(page)).not.toContainText(key);
  await drawer(page).getByLabel('This key still works').selectOption('No longer');
  await drawer(page).getByRole('button', { name: 'Replace the key' }).click();
  await expect(drawer(page).getByTestId('key')).toBeVisible();
  expect((await request.get('/consent', { headers: { ApiKey: key } })).status()).toBe(403);
  await expectAccessible(page, 'a key');
  await picture(page, 'keys-panel');
});

test('the password is asked for again after ten minutes, and the change then happens', async ({ page, placet, problems }) => {
  // The server says that it was too long ago, once.
  let refused = false;
  await page.route('**/api/v1/keys', async (route) => {
    if (route.request().method() !== 'POST' || refused) return route.fallback();
    refused = true;
    return route.fulfill({ status: 403, contentType: 'application/problem+json', json: {
      type: '/api#password-again', title: 'Forbidden', status: 403, detail: 'Please give your password again first.' } });
  });
  const name = `Asked ${mark()}`;
  await page.goto('/w/1/keys');
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByLabel('Password', { exact: true }).fill('wrong horse battery');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('This is not your password')).toBeVisible();
  await expectAccessible(page, 'the window for the password');
  await picture(page, 'password-again');
  await page.getByLabel('Password', { exact: true }).fill(placet.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByTestId('key')).toBeVisible();
  // The browser notes the refusals that were asked for here.
  problems.length = 0;
});

test('members, keys and changes are exported as they are filtered', async ({ page, placet }) => {
  const name = `=SUM(1) ${mark()}`;
  await page.goto('/w/1/keys');
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByLabel('Kind', { exact: true }).selectOption('private');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('button', { name: 'Make the key' }).click();
  const key = await page.getByTestId('key').innerText();
  const file = async (address: string, words: string) => {
    await page.goto(address);
    await page.getByRole('button', { name: 'Export' }).click();
    const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: words }).click()]);
    return readFileSync(await table.path(), 'utf8');
  };
  const keys = await file(`/w/1/keys?search=${encodeURIComponent(name)}`, 'CSV, for spreadsheets');
  expect(keys.trim().split('\r\n')).toEqual([expect.stringContaining('id,kind,name,state'), expect.stringContaining(`,private,"'${name}",active,`)]);
  const members = await file(`/w/1/members?search=${placet.email}`, 'JSON Lines, for programs');
  expect(members.trim().split('\n').map((line) => JSON.parse(line).email)).toEqual([placet.email]);
  const changes = await file('/w/1/audit?action=key.add', 'JSON Lines, for programs');
  const rows = changes.trim().split('\n').map((line) => JSON.parse(line));
  expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(['key.add']));
  expect(rows[0].after.name).toBe(name);
  for (const text of [keys, members, changes]) expect(text).not.toContain(key);
});

for (const [width, height] of [[390, 844], [768, 1024], [1440, 900]] as const) {
  test(`lists fit a window ${width} pixels wide, in both themes`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const list of ['members', 'keys', 'audit']) {
        await page.goto(`/w/1/${list}`);
        await expect(page.getByRole('row').nth(1)).toBeVisible();
        await expectNoSidewaysScroll(page, list);
        await expectAccessible(page, list);
        await picture(page, `${list}-${width}-${scheme}`);
      }
    }
  });
}
