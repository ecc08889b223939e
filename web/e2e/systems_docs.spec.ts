// The code printed in docs/integrate-systems.md, put on a page and used by a visitor.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './test';
import { banner, refuseAll } from './visitor';
import { html } from './widget';

function printed(name: string): string {
  const page = readFileSync(join(import.meta.dirname, '../../docs/integrate-systems.md'), 'utf8');
  const code = new RegExp('```html test:' + name + '\\n(.*?)\\n```', 's').exec(page)?.[1];
  if (!code) throw new Error(`the page has no block test:${name}`);
  return code;
}

/** What takes the part of a shop's own script, and writes down what it is told. */
const SHOP = `<script>window.told = []; window.Shopify = { loadFeatures: (features, done) => {
  Shopify.customerPrivacy = { setTrackingConsent: (consent, after) => { told.push(consent); after(); } }; done(); } };</script>`;

test('the two lines ask, and Shopify is told what was chosen, not before, and again by the next page', async ({ page, site, placet, widget }) => {
  const lines = printed('lines').replace('https://consent.example.org', placet.origin).replace('PUBLIC_KEY', placet.publicKey).replace('data-widgetid="1"', `data-widgetid="${widget}"`);
  await page.goto(site.page(html(SHOP + lines + printed('shopify'))));
  await expect(banner(page)).toBeVisible();
  expect(await page.evaluate('told')).toEqual([]);
  await refuseAll(page);
  const refused = { analytics: false, marketing: false, preferences: false, sale_of_data: false };
  await expect.poll(() => page.evaluate('told')).toMatchObject([refused]);
  await page.reload();
  await expect.poll(() => page.evaluate('told')).toMatchObject([refused]);
});
