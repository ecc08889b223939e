// The WordPress plugin, set up by the owner of a site and used by its visitors.
import type { Page } from '@playwright/test';
import { waiting } from '../form_page';
import { expect, picture, test as base } from '../test';
import { SETTINGS } from '../widget';
import { banner } from '../visitor';
import { WordPress } from './wordpress';

const test = base.extend<object, { wordpress: WordPress }>({
  wordpress: [async ({}, use) => {
    const wordpress = await WordPress.open();
    await use(wordpress);
    await wordpress.close();
  }, { scope: 'worker', timeout: 240_000 }],
});

test.describe.configure({ mode: 'serial' });
test.setTimeout(120_000);

// WordPress wants pictures from servers of its maker, which the tests do not reach.
test.afterEach(({ problems }) => void problems.splice(0, problems.length, ...problems.filter((problem) => !problem.startsWith('Failed to load resource'))));

const SETTINGS_PAGE = '/wp-admin/options-general.php?page=placet';

async function openSettings(page: Page, wordpress: WordPress): Promise<void> {
  await page.goto(wordpress.origin + SETTINGS_PAGE);
  if (await page.getByLabel('Username or Email Address').isVisible()) {
    await page.getByLabel('Username or Email Address').fill('owner');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Log In' }).click();
    await page.waitForURL(`**${SETTINGS_PAGE}`);
  }
}

const formOf = (page: Page, key: string) => page.locator(`details[data-form="${key}"]`);

/** Says what the fields of a form mean. */
async function mapForm(page: Page, key: string, facts: { [field: string]: string }, preferences: { [field: string]: string }): Promise<void> {
  const form = formOf(page, key);
  await form.locator('summary').click();
  for (const [field, fact] of Object.entries(facts)) await form.getByLabel(`Meaning of ${field}`, { exact: true }).selectOption(`subject:${fact}`);
  for (const [field, preference] of Object.entries(preferences)) {
    await form.getByLabel(`Meaning of ${field}`, { exact: true }).selectOption('preference');
    await form.getByLabel(`Preference of ${field}`, { exact: true }).fill(preference);
  }
  await form.getByLabel('Legal notices').fill('privacy_policy terms');
}

test('the owner connects the site; the private key is kept and not shown', async ({ page, wordpress, placet }) => {
  await openSettings(page, wordpress);
  await page.getByLabel('Server').fill('not an address');
  await page.getByLabel('Server').evaluate((input) => { (input as HTMLInputElement).type = 'text'; });
  await page.getByRole('button', { name: 'Save connection' }).click();
  await expect(page.getByText('“server” cannot be used')).toBeVisible();

  const widget = await placet.importWidget(SETTINGS);
  await page.getByLabel('Server').fill(placet.origin + '/');
  await page.getByLabel('Public key').fill(placet.publicKey);
  await page.getByLabel('Private key').fill(placet.privateKey);
  await page.getByLabel('Widget number').fill(String(widget));
  await page.getByRole('button', { name: 'Save connection' }).click();
  await expect(page.getByText('Settings saved.')).toBeVisible();
  await expect(page.getByLabel('Server')).toHaveValue(placet.origin);
  await expect(page.getByLabel('Private key')).toHaveValue('');
  expect(await page.content()).not.toContain(placet.privateKey);
  await page.getByRole('button', { name: 'Save connection' }).click();
  expect(JSON.parse(await wordpress.run(`echo json_encode(get_option('placet'));`))).toEqual({
    server: placet.origin, public_key: placet.publicKey, private_key: placet.privateKey, widget,
  });
});

test('the privacy page is a legal notice, with a new version whenever its text changes', async ({ wordpress, placet, page }) => {
  const { ids } = wordpress;
  const versions = async (): Promise<any[]> => placet.get('/legal_notices/privacy_policy');
  const before = (await versions()).length;
  const save = (text: string) => wordpress.run(`wp_update_post(['ID' => ${ids.privacy}, 'post_status' => 'publish', 'post_content' => '<p>${text}</p>']);`);
  await save('We keep your address.');
  await save('We keep your address.');
  await save('We keep your address for a year.');
  const list = await versions();
  expect(list).toHaveLength(before + 2);
  expect(list[0].content).toEqual({ en: expect.stringContaining('<p>We keep your address for a year.</p>') });
  await openSettings(page, wordpress);
  await expect(page.getByText(`The privacy page is registered as legal notice “privacy_policy”, version ${before + 2}.`)).toBeVisible();
});

test('every visitor gets the widget', async ({ page, wordpress }) => {
  await page.goto(wordpress.page(wordpress.ids.post));
  await expect(banner(page)).toBeVisible();
});

test('the fields of a form have the names that its plugin gives them on the page', async ({ page, wordpress }) => {
  const { contact, survey } = wordpress.ids;
  await openSettings(page, wordpress);
  const fieldsOf = (key: string) => formOf(page, key).locator('code').allTextContents();
  expect(await fieldsOf(`contact-form-7/${contact}`)).toEqual(['your-name', 'your-email', 'letter', 'topics[]', 'size']);
  expect(await fieldsOf(`wpforms/${survey}`)).toEqual(['1][primary]', '1][secondary]', '2][first]', '2][last]', '3][]'].map((end) => `wpforms[fields][${end}`));
  expect(await fieldsOf('elementor/ab12cd3')).toEqual(['name]', 'email]', 'calls]', 'days][]'].map((end) => `form_fields[${end}`));
  await expect(formOf(page, 'mine')).toContainText('My form');
  expect(await fieldsOf('mine')).toEqual(['email', 'letter']);
});

test('the owner says what the fields of each form mean', async ({ page, wordpress }) => {
  const { contact, survey } = wordpress.ids;
  await openSettings(page, wordpress);
  await expect(formOf(page, 'comments')).toContainText('not mapped: nothing is recorded');
  await mapForm(page, 'comments', { author: 'full_name', email: 'email' }, { 'wp-comment-cookies-consent': 'remember' });
  await mapForm(page, `contact-form-7/${contact}`, { 'your-name': 'full_name', 'your-email': 'email' }, { letter: 'newsletter', 'topics[]': 'offers' });
  await mapForm(page, `wpforms/${survey}`, { 'wpforms[fields][1][primary]': 'email', 'wpforms[fields][2][first]': 'first_name' }, { 'wpforms[fields][3][]': 'newsletter' });
  await mapForm(page, 'elementor/ab12cd3', { 'form_fields[name]': 'full_name', 'form_fields[email]': 'email' }, { 'form_fields[calls]': 'calls' });
  await mapForm(page, 'woocommerce', { billing_first_name: 'first_name', billing_email: 'email' }, { terms: 'terms' });
  await picture(page, 'wordpress-settings');
  const isWide = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(await isWide()).toBe(false);
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, 'wordpress-settings-phone');
  expect(await isWide()).toBe(false);
  await page.getByRole('button', { name: 'Save forms' }).click();
  await expect(page.getByText('Settings saved.')).toBeVisible();
  await expect(formOf(page, 'woocommerce')).toContainText('mapped; nothing among the latest 100 consents');
  await formOf(page, 'comments').locator('summary').click();
  await expect(formOf(page, 'comments').getByLabel('Preference of wp-comment-cookies-consent')).toHaveValue('remember');
});

const KINDS = [
  { name: 'comments', key: () => 'comments', at: 'post', button: 'Post Comment', label: 'Email *', tick: /Save my name/, fill: { 'Name *': 'Ada', 'Comment *': 'Well thrown.' }, expected: { subject: { full_name: 'Ada' }, preferences: { remember: true } } },
  { name: 'Contact Form 7', key: (id: any) => `contact-form-7/${id.contact}`, at: 'contact_page', button: 'Send', label: 'Your e-mail', tick: 'Send me the letter', fill: { 'Your name': 'Ada' }, expected: { subject: { full_name: 'Ada' }, preferences: { newsletter: true, offers: true } } },
  { name: 'WPForms', key: (id: any) => `wpforms/${id.survey}`, at: 'survey_page', button: 'Send', label: 'Your e-mail', tick: 'Send me the letter', fill: { 'First name': 'Ada' }, expected: { subject: { first_name: 'Ada' }, preferences: { newsletter: true } } },
  { name: 'Elementor', key: () => 'elementor/ab12cd3', at: 'callback_page', button: 'Send', label: 'Your e-mail', tick: 'Call me', fill: { 'Your name': 'Ada' }, expected: { subject: { full_name: 'Ada' }, preferences: { calls: true } } },
  { name: 'WooCommerce', key: () => 'woocommerce', at: 'checkout_page', button: 'Send', label: 'Your e-mail', tick: 'I have read the terms', fill: { 'First name': 'Ada' }, expected: { subject: { first_name: 'Ada' }, preferences: { terms: true } } },
] as const;

for (const kind of KINDS) {
  test(`${kind.name}: a visitor's submission is one consent, and the settings page says when it was delivered`, async ({ page, wordpress, placet }) => {
    const email = `${crypto.randomUUID()}@example.org`;
    await page.goto(wordpress.page(wordpress.ids[kind.at]));
    await page.waitForFunction(() => !!(window as any).placet?.forms?.attach);
    await banner(page).getByRole('button', { name: 'Refuse all' }).click();
    const form = page.locator('main form, article form, #commentform').first();
    for (const [label, value] of Object.entries(kind.fill)) await form.getByLabel(label).fill(value);
    await form.getByLabel(kind.label).fill(email);
    await form.getByLabel(kind.tick).check();
    await form.getByRole('button', { name: kind.button }).click();
    const consents = (): Promise<any[]> => placet.get(`/consent?subject_email_exact=${email}`);
    await expect.poll(consents, { timeout: 45_000 }).toHaveLength(1); // what the submission cut off, the next page sends when twenty seconds have gone
    const whole = await placet.get(`/consent/${(await consents())[0].id}`);
    expect(whole).toMatchObject({ source: 'public', ...kind.expected });
    expect(whole.legal_notices.map((one: any) => one.identifier)).toEqual(['privacy_policy', 'terms']);
    expect(whole.proofs[0].form).toContain('<form');
    await page.goto(wordpress.page(wordpress.ids.post));
    await page.waitForFunction(() => !!(window as any).placet?.forms?.attach);
    await expect.poll(() => waiting(page), { timeout: 40_000 }).toEqual([]); // a page that has gone is waited for
    expect(await consents()).toHaveLength(1);
    await openSettings(page, wordpress);
    await expect(formOf(page, kind.key(wordpress.ids))).toContainText('mapped; last delivered');
  });
}

test('while the server is away the site works, and the owner is told what could not be registered', async ({ page, wordpress, placet, problems }) => {
  await wordpress.run(`$placet = get_option('placet'); $placet['server'] = 'http://localhost:9'; update_option('placet', $placet);`);
  await wordpress.run(`wp_update_post(['ID' => ${wordpress.ids.privacy}, 'post_content' => '<p>Two years.</p>']);`);
  await page.goto(wordpress.page(wordpress.ids.contact_page));
  await page.getByRole('button', { name: 'Send' }).click();
  await openSettings(page, wordpress);
  await expect(page.getByText('The privacy page could not be registered')).toBeVisible();
  await expect(page.getByText('The server was asked for the latest deliveries')).toBeVisible();
  await wordpress.run(`$placet = get_option('placet'); $placet['server'] = '${placet.origin}'; update_option('placet', $placet); do_action('placet_register_notice');`);
  expect((await placet.get('/legal_notices/privacy_policy'))[0].content.en).toContain('Two years.');
  problems.length = 0;
});

test('a form that has lost a mapped field needs an update, and what is uninstalled leaves nothing behind', async ({ page, wordpress }) => {
  await wordpress.run(`update_post_meta(${wordpress.ids.contact}, '_form', '[email* your-email]');`);
  await openSettings(page, wordpress);
  await expect(formOf(page, `contact-form-7/${wordpress.ids.contact}`)).toContainText('needs an update: no longer in the form: your-name, letter, topics[]');
  await wordpress.run(`define('WP_UNINSTALL_PLUGIN', true); require ABSPATH . 'wp-content/plugins/placet/uninstall.php';`);
  expect(await wordpress.run(`echo json_encode(array_map('get_option', ['placet', 'placet_forms', 'placet_notice']));`)).toBe('[false,false,false]');
});
