// The dashboard as a member uses it.
import { expect, picture, test } from './test';
import { expectAccessible, expectNoSidewaysScroll } from './axe';
import { drawer, enter, row, search, signIn } from './member';

type Session = Awaited<ReturnType<import('@playwright/test').BrowserContext['storageState']>>;

const HOSTILE_FORM = '<form><script>parent.document.title = "ran"; fetch("/stolen")</script><label>Name <input name="n"></label>'
  + '<img src="/stolen" onerror="parent.document.title = \'ran\'"><button>Send</button></form>';

/** A consent of somebody nobody else has. */
const person = () => {
  const mark = crypto.randomUUID();
  return {
    subject: { id: `member-${mark}`, email: `ada.${mark}@example.org`, full_name: 'Ada Lovelace', verified: true },
    preferences: { newsletter: true, calls: false },
    legal_notices: [{ identifier: 'privacy_policy' }],
    proofs: [{ content: JSON.stringify({ mail: `ada.${mark}@example.org`, agrees: true }), form: '<form><label>E-mail <input name="mail"></label><button>Send</button></form>' }],
  };
};

// Signing in is slow by design, so each worker does it once.
let session: Session | undefined;

test.describe('signed in', () => {
  test.beforeEach(async ({ page, context, placet }) => {
    if (session) await context.addCookies(session.cookies);
    else {
      await signIn(page, placet);
      session = await context.storageState();
    }
  });

  test('the table shows the newest consents first', async ({ page, placet }) => {
    const ids = [await placet.record(person()), await placet.record(person())];
    await page.goto('/w/1/consents');
    const shown = page.locator('a[data-consent]');
    await expect(shown.first()).toHaveAttribute('data-consent', ids[1] ?? '');
    await expect(shown.nth(1)).toHaveAttribute('data-consent', ids[0] ?? '');
    await expect(page.getByRole('columnheader')).toHaveText(['Who', 'Decision', 'Preferences', 'Notice or widget', 'Type', 'Source', 'When']);
    await expect(page.getByRole('row').nth(1)).toContainText('newsletter');
    await expect(page.getByRole('row').nth(1)).toContainText('privacy_policy');
    await picture(page, 'dashboard-table');
  });

  test('a consent is found by its id, by its subject and by e-mail, and the address remembers the search', async ({ page, placet }) => {
    const consent = person();
    const id = await placet.record(consent);
    await page.goto('/w/1/consents');
    for (const text of [consent.subject.id, consent.subject.email, `"${id}"`]) {
      await search(page, text);
      await expect(row(page, id)).toBeVisible();
    }
    await page.reload();
    await expect(page.getByRole('searchbox')).toHaveValue(id);
    await expect(page.locator('a[data-consent]')).toHaveCount(1);
  });

  test('a search without a match says so and offers the way back', async ({ page }) => {
    await page.goto('/w/1/consents');
    await page.getByRole('searchbox').fill('nobody@example.org');
    await expect(page.getByRole('heading', { name: 'No consent matches' })).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: 'No consents' })).toBeVisible();
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await expect(page.locator('a[data-consent]').first()).toBeVisible();
    await expect(page.getByRole('searchbox')).toBeFocused();
  });

  test('the keyboard alone finds, opens, walks and closes consents', async ({ page, placet }) => {
    const older = await placet.record(person());
    const newer = await placet.record(person());
    await page.goto('/w/1/consents');
    await expect(row(page, newer)).toBeVisible();
    await page.keyboard.press('j');
    await expect(row(page, newer)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(drawer(page)).toBeFocused();
    await expect(drawer(page).getByRole('heading', { name: 'Proof' })).toBeVisible();
    await page.keyboard.press('j');
    await expect(page).toHaveURL(new RegExp(`/consents/${older}$`));
    await expect(drawer(page).getByRole('button', { name: 'Copy the id of this consent' })).toBeVisible();
    await page.keyboard.press('k');
    await expect(page).toHaveURL(new RegExp(`/consents/${newer}$`));
    await page.keyboard.press('Escape');
    await expect(drawer(page)).toBeHidden();
    await expect(page).toHaveURL(/\/consents$/);
    await expect(row(page, newer)).toBeFocused();
    await page.keyboard.press('/');
    await expect(page.getByRole('searchbox')).toBeFocused();
  });

  test('a direct link opens the proof: who, what, the notice’s text, and fingerprints that hold', async ({ page, placet }) => {
    const consent = person();
    const id = await placet.record(consent);
    await page.goto(`/w/1/consents/${id}`);
    const proof = drawer(page);
    await expect(proof.getByRole('heading', { level: 2 })).toHaveText('Ada Lovelace said yes to newsletter, and no to calls.');
    await expect(proof.getByText(consent.subject.email).first()).toBeVisible();
    await expect(proof.getByText('newsletter').first()).toBeVisible();
    await expect(proof.getByText('privacy_policy').first()).toBeVisible();
    await expect(proof.getByRole('row', { name: `mail ${consent.subject.email}` })).toBeVisible();
    await expect(proof.getByText('The fingerprints fit together')).toBeVisible();
    const { commitment, leaf } = await placet.get(`/api/v1/consents/${id}`);
    await expect(proof.getByText(commitment, { exact: true }).first()).toBeVisible();
    await expect(proof.getByText(leaf, { exact: true }).first()).toBeVisible();
  });

  test('a stored form is shown without running or requesting anything of it', async ({ page, placet, relay, problems }) => {
    const id = await placet.record({ ...person(), proofs: [{ content: '{}', form: HOSTILE_FORM }] });
    await page.goto(`${relay.origin}/w/1/consents/${id}`);
    const frame = drawer(page).locator('iframe');
    await frame.scrollIntoViewIfNeeded();
    await expect(frame).toHaveAttribute('sandbox', '');
    await expect(frame.contentFrame().getByText('Name')).toBeVisible();
    await expect(page).toHaveTitle('Consent · Placet');
    expect(relay.to('/stolen')).toEqual([]);
    expect(problems.splice(0)).toEqual([expect.stringMatching(/\/stolen' violates .* Content Security Policy/)]);
  });

  test('an unknown notice is flagged, and its consent is kept', async ({ page, placet }) => {
    const id = await placet.record({ ...person(), legal_notices: [{ identifier: 'never_published' }] });
    await page.goto(`/w/1/consents/${id}`);
    await expect(drawer(page).getByText('which this workspace did not have when the consent arrived').first()).toBeVisible();
  });

  test('an unknown consent, page or workspace says so', async ({ page, problems }) => {
    await page.goto('/w/1/consents/01970000-0000-7000-8000-000000000000');
    await expect(drawer(page).getByRole('alert')).toContainText('No consent has this id');
    await page.goto('/w/99/consents');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/not|member/i);
    await picture(page, 'dashboard-other-workspace');
    expect(problems.splice(0)).toEqual([expect.stringContaining('404'), expect.stringContaining('403')]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 768, 390]) {
      test(`table and detail are accessible and fit, ${colorScheme}, ${width} pixels wide`, async ({ page, placet }) => {
        const id = await placet.record(person());
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.goto('/w/1/consents');
        await expect(row(page, id)).toBeVisible();
        await expectAccessible(page, 'the table');
        await expectNoSidewaysScroll(page, 'the table');
        await picture(page, `dashboard-table-${colorScheme}-${width}`);

        await row(page, id).click();
        await expect(drawer(page).getByText('The fingerprints fit together')).toBeAttached();
        await expectAccessible(page, 'the detail');
        await expectNoSidewaysScroll(page, 'the detail');
        await picture(page, `dashboard-detail-${colorScheme}-${width}`);
      });
    }
  }
});

test('a wrong password is refused in words, the right one leads to the page that was asked for', async ({ page, placet, problems }) => {
  const id = await placet.record(person());
  await page.goto(`/w/1/consents/${id}`);
  await expect(page).toHaveURL(/\/sign-in/);
  await enter(page, placet.email, 'not the password');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('E-mail address')).toHaveValue(placet.email);
  await expect(page.getByLabel('Password')).toBeFocused();
  await expectAccessible(page, 'sign-in after a wrong password');
  await picture(page, 'sign-in-wrong');
  expect(problems.splice(0)).toEqual([expect.stringContaining('401')]);

  await enter(page, placet.email, placet.password);
  await expect(page).toHaveURL(new RegExp(`/w/1/consents/${id}$`));
  await expect(drawer(page).getByRole('heading', { level: 2 })).toContainText('Ada Lovelace');
});

test('after signing out nothing is shown any more', async ({ page, placet }) => {
  await signIn(page, placet);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto('/w/1/consents');
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goBack();
  await expect(page.locator('a[data-consent]')).toHaveCount(0);
  expect((await page.request.get('/api/v1/session')).status()).toBe(401);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 768, 390]) {
    test(`sign-in is accessible and fits, ${colorScheme}, ${width} pixels wide`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto('/sign-in');
      await expectAccessible(page, 'sign-in');
      await expectNoSidewaysScroll(page, 'sign-in');
      await picture(page, `sign-in-${colorScheme}-${width}`);
    });
  }
}

test('the sign-in page works without JavaScript', async ({ browser, placet }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: placet.origin });
  const page = await context.newPage();
  await page.goto('/');
  await expect(page).toHaveURL(/\/sign-in/);
  await enter(page, placet.email, placet.password);
  await expect(page).toHaveURL(/\/w\/1/);
  await context.close();
});
