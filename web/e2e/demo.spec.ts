// The demo shop as a newcomer walks through it. What was requested is asked of the server, never of the page.
import { expect, picture, test } from './test';
import { search, signIn } from './member';
import { acceptAll, banner, choosePurposes, consentIdOf, ready, refuseAll, settings, storedProof } from './visitor';

// The example of the widget contract, with which every stored proof has all its keys in common.
const PROOF_KEYS = ['consentId', 'consents', 'date', 'dateExpiration', 'id', 'sessionId', 'type', 'typeDevice', 'widgetId', 'workSpaceId'];
const CHOICE_KEYS = ['consent', 'date', 'id', 'name', 'purpose', 'slug', 'tenantId', 'version'];

test.describe.configure({ mode: 'default' });
test.beforeEach(({ placet }) => placet.forgetDemoRequests());

test('a first visit requests no tracker, sets no cookie and asks', async ({ page, context, placet }) => {
  await page.goto('/demo', { waitUntil: 'networkidle' });
  await expect(banner(page)).toBeVisible();
  expect(await placet.demoRequests()).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await picture(page, 'demo-first-visit');
});

test('only what was accepted is requested, on this page view and on the next', async ({ page, placet }) => {
  await page.goto('/demo');
  await choosePurposes(page, 'Audience measurement');
  await expect.poll(() => placet.demoRequests()).toEqual(['analytics.js']);

  await page.reload({ waitUntil: 'networkidle' });
  await ready(page);
  await expect(banner(page)).toBeHidden();
  expect(await placet.demoRequests()).toEqual(['analytics.js', 'analytics.js']);
  await expect(page.locator('[data-count="analytics"]')).toHaveText('2');
});

test('after refusing all in the settings nothing is requested any more', async ({ page, placet }) => {
  await page.goto('/demo');
  await acceptAll(page);
  await expect.poll(async () => (await placet.demoRequests()).toSorted()).toEqual(['analytics.js', 'marketing.js', 'video.html']);

  await page.getByRole('button', { name: 'Open my choices' }).click();
  await settings(page).getByRole('button', { name: 'Refuse all' }).click();
  await expect(settings(page)).toBeHidden();
  await placet.forgetDemoRequests();
  await page.reload({ waitUntil: 'networkidle' });
  await ready(page);
  await expect(banner(page)).toBeHidden();
  expect(await placet.demoRequests()).toEqual([]);
});

test('refusing at once requests nothing either', async ({ page, placet }) => {
  await page.goto('/demo');
  await refuseAll(page);
  await page.reload({ waitUntil: 'networkidle' });
  await ready(page);
  expect(await placet.demoRequests()).toEqual([]);
});

test('the placeholder of the film consents to the film alone', async ({ page, placet }) => {
  await page.goto('/demo');
  await refuseAll(page);
  const film = page.getByRole('button', { name: 'Allow Demo Video' });
  await film.scrollIntoViewIfNeeded();
  await picture(page, 'demo-placeholder');
  await film.click();
  await expect(page.frameLocator('.film iframe').locator('body')).toBeVisible();
  await expect.poll(() => placet.demoRequests()).toEqual(['video.html']);
  const { consents } = await storedProof(page);
  expect(consents.how).toBe('placeholder');
  expect(consents.cookieConsents.filter((one: any) => one.consent).map((one: any) => one.slug)).toEqual(['shop-video']);
});

test('“My consent” opens the settings and shows the consent id', async ({ page }) => {
  await page.goto('/demo');
  await expect(page.getByText('No choice has been made in this browser yet.')).toBeVisible();
  await refuseAll(page);
  await expect(page.locator('#consent-id')).toHaveText(await consentIdOf(page));
  await page.getByRole('button', { name: 'Open my choices' }).click();
  await expect(settings(page)).toBeVisible();
  await expect(settings(page)).toContainText(await consentIdOf(page));
});

test('drop-in 6: the consent id finds the proof in the dashboard, with a decision per service', async ({ page, placet }) => {
  await page.goto('/demo');
  await choosePurposes(page, 'Audience measurement');
  const id = await consentIdOf(page);
  await expect.poll(async () => (await placet.proofs(id)).length).toBe(1);

  await signIn(page, placet);
  await search(page, id);
  await page.locator('a[data-consent]').click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('heading', { name: 'What they decided' })).toBeVisible();
  const said = Object.fromEntries(await drawer.locator('.services li').evaluateAll((rows) => rows.map((row) => {
    const slug = row.querySelector('.slug')?.textContent ?? '';
    return [slug, row.lastElementChild?.textContent?.trim()];
  })));
  expect(said).toMatchObject({
    'shop-analytics': 'Accepted', 'shop-marketing': 'Refused', 'shop-video': 'Refused', 'shop-preferences': 'Refused',
  });
  await picture(page, 'dashboard-cookie-choice');
});

test('the stored proof has every key of the contract, and the choice that was made', async ({ page, placet }) => {
  await page.goto('/demo');
  await choosePurposes(page, 'Audience measurement');
  const id = await consentIdOf(page);
  await expect.poll(async () => (await placet.proofs(id)).length).toBe(1);
  const [proof] = await placet.proofs(id);
  expect(Object.keys(proof)).toEqual(expect.arrayContaining(PROOF_KEYS));
  expect(Object.keys(proof.consents)).toEqual(expect.arrayContaining(['cookieConsents', 'lang', 'versionKey']));
  expect(proof).toMatchObject({ consentId: id, type: 2, typeDevice: 2, consents: { lang: 'en', versionKey: null } });
  expect(proof.dateExpiration.slice(8)).toMatch(/^\d\dT/);
  for (const choice of proof.consents.cookieConsents) {
    expect(Object.keys(choice)).toEqual(expect.arrayContaining(CHOICE_KEYS));
    expect(choice).toMatchObject({ tenantId: 0, consent: choice.slug === 'shop-analytics' });
    expect(choice.date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  expect(proof.consents.cookieConsents.map((one: any) => [one.slug, one.purpose])).toEqual([
    ['shop-preferences', 1], ['shop-analytics', 2], ['shop-marketing', 3], ['shop-video', 4],
  ]);
});

test('the newsletter form leaves a consent with subject, preference, notice, form and content', async ({ page, placet }) => {
  const email = `reader-${crypto.randomUUID()}@example.org`;
  await page.goto('/demo');
  await refuseAll(page);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Yes, send me the letter.').check();
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await expect(page.getByText('Thank you.')).toBeVisible();
  const id = await page.locator('#newsletter-id').innerText();

  const consent = await placet.get(`/consent/${id}`);
  expect(consent.subject.email).toBe(email);
  expect(consent.preferences).toEqual({ newsletter: true });
  expect(JSON.parse(consent.proofs[0].content)).toEqual({ email, newsletter: true });
  expect(consent.proofs[0].form).toContain('id="newsletter-email"');
  expect(consent.proofs[0].form).not.toContain(email);

  await signIn(page, placet);
  await search(page, email);
  await page.locator('a[data-consent]').click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByRole('heading', { level: 2 })).toContainText(email);
  await expect(drawer.getByRole('row', { name: `email ${email}` })).toBeVisible();
  await expect(drawer.getByText('privacy_policy').first()).toBeVisible();
  await expect(drawer.frameLocator('iframe').getByLabel('E-mail address')).toBeVisible();
  await picture(page, 'dashboard-newsletter');
});
