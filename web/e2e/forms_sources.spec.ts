// The five kinds of forms that WordPress plugins bring, acted out by examples/forms: one consent for each submission.
import type { Page } from '@playwright/test';
import { example, waiting } from './form_page';
import { expect, test } from './test';
import type { Placet } from './placet';

async function consentsOfAddress(placet: Placet, email: string): Promise<any[]> {
  const list: any[] = await placet.get(`/consent?subject_email_exact=${encodeURIComponent(email)}`);
  return Promise.all(list.map(({ id }) => placet.get(`/consent/${id}`)));
}

interface Kind {
  name: string;
  form: string;
  fields: { [name: string]: string };
  ticked: string[];
  email: string;
  button: string;
  leaves: boolean;
  subject: object;
  preferences: object;
  content: object;
  hidden: string[];
}

const KINDS: Kind[] = [
  {
    name: 'comments', form: '#commentform', button: 'Post comment', leaves: true, email: 'email', ticked: ['wp-comment-cookies-consent'],
    fields: { comment: 'Well thrown.', author: 'Ada Rossi' }, subject: { full_name: 'Ada Rossi' }, preferences: { remember: true },
    content: { comment: 'Well thrown.', author: 'Ada Rossi', 'wp-comment-cookies-consent': true }, hidden: ['NONCE', 'comment_post_ID'],
  },
  {
    name: 'Contact Form 7', form: '#contact', button: 'Send', leaves: false, email: 'your-email', ticked: ['acceptance-letter'],
    fields: { 'your-name': 'Ada Rossi' }, subject: { full_name: 'Ada Rossi' }, preferences: { newsletter: true },
    content: { 'your-name': 'Ada Rossi', 'acceptance-letter': true }, hidden: ['_wpcf7_unit_tag'],
  },
  {
    name: 'WPForms', form: '#wpforms-form-3', button: 'Send', leaves: false, email: 'wpforms[fields][1]', ticked: [],
    fields: {}, subject: {}, preferences: { newsletter: false }, content: { 'wpforms[fields][3][]': [] }, hidden: ['TOKEN'],
  },
  {
    name: 'Elementor', form: '#callback', button: 'Ask for a call', leaves: false, email: 'form_fields[email]', ticked: ['form_fields[calls]'],
    fields: { 'form_fields[name]': 'Ada Rossi' }, subject: { full_name: 'Ada Rossi' }, preferences: { calls: true },
    content: { 'form_fields[name]': 'Ada Rossi', 'form_fields[calls]': true }, hidden: [],
  },
  {
    name: 'WooCommerce', form: '#checkout', button: 'Place order', leaves: true, email: 'billing_email', ticked: ['terms'],
    fields: { billing_first_name: 'Ada', billing_last_name: 'Rossi', number: '4111111111111111' },
    subject: { first_name: 'Ada', last_name: 'Rossi' }, preferences: { terms: true },
    content: { billing_first_name: 'Ada', billing_last_name: 'Rossi', terms: true }, hidden: ['NONCE', '4111'],
  },
];

async function send(page: Page, kind: Kind, email: string): Promise<void> {
  const form = page.locator(kind.form);
  for (const [name, value] of Object.entries({ ...kind.fields, [kind.email]: email })) await form.locator(`[name="${name}"]`).fill(value);
  for (const name of kind.ticked) await form.locator(`[name="${name}"]`).check();
  await form.getByRole('button', { name: kind.button, exact: true }).click();
  if (kind.leaves) await page.waitForURL('**/thanks.html*');
}

for (const kind of KINDS) {
  test(`${kind.name}: each submission is one consent, with subject, preferences, notices and proof`, async ({ page, site, placet }) => {
    const address = example(site, placet);
    const emails = [1, 2].map(() => `${crypto.randomUUID()}@example.org`);
    await page.goto(address);
    for (const email of emails) {
      await page.waitForFunction(() => !!(window as any)._iub.cons);
      await send(page, kind, email);
      await expect.poll(() => consentsOfAddress(placet, email)).toHaveLength(1);
      await expect.poll(() => waiting(page), { timeout: 30_000 }).toEqual([]); // a page that has gone is waited for
      if (kind.leaves) await page.goto(address);
    }
    for (const email of emails) {
      const [consent, ...others] = await consentsOfAddress(placet, email);
      expect(others, 'one for each submission').toEqual([]);
      expect(consent.subject).toMatchObject({ ...kind.subject, email });
      expect(consent.preferences).toEqual(kind.preferences);
      expect(consent.legal_notices.map((one: any) => one.identifier)).toEqual(['privacy_policy', 'terms']);
      expect(JSON.parse(consent.proofs[0].content)).toEqual({ ...kind.content, [kind.email]: email });
      expect(consent.proofs[0].form).toContain(kind.form.slice(1));
      for (const secret of kind.hidden) expect(JSON.stringify(consent.proofs)).not.toContain(secret);
    }
  });
}

test('a submission that the browser blocks records nothing', async ({ page, site, placet }) => {
  await page.goto(example(site, placet));
  await page.waitForFunction(() => !!(window as any)._iub.cons);
  await page.getByRole('button', { name: 'Post comment' }).click();
  await page.getByRole('button', { name: 'Place order' }).click();
  expect(await waiting(page)).toEqual([]);
});
