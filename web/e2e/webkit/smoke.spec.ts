// The widget and the form library in WebKit: what Safari's engine does with them, in short.
import { writeFile } from 'node:fs/promises';
import { By, until, type WebElement } from 'selenium-webdriver';
import { consentsOf, ownLibrary } from '../form_page';
import { expect, test as base } from '../test';
import { dormant, html } from '../widget';
import { WebKit } from './webkit';

const test = base.extend<{ webkit: WebKit }>({
  webkit: async ({}, use) => {
    const webkit = await WebKit.start();
    await use(webkit);
    await webkit.close();
  },
});

const BANNER = By.css('section.dastra-cw-first');
const PATIENCE = 30_000;

const shown = async ({ driver }: WebKit): Promise<WebElement> => {
  const banner = await driver.wait(until.elementLocated(BANNER), PATIENCE);
  return driver.wait(until.elementIsVisible(banner), PATIENCE);
};

async function press(webkit: WebKit, name: string): Promise<void> {
  const banner = await shown(webkit);
  for (const button of await banner.findElements(By.css('button'))) {
    if (await button.getText() === name) return button.click();
  }
  throw new Error('no button ' + name);
}

/** Of the choice that the page keeps: consent by service. */
const choice = ({ driver }: WebKit): Promise<Record<string, boolean> | null> => driver.executeScript(`
  const proof = JSON.parse(localStorage.getItem('dastra-consents'));
  return proof && Object.fromEntries(proof.consents.cookieConsents.map(({ slug, consent }) => [slug, consent]));`);

const consentId = ({ driver }: WebKit): Promise<string> => driver.executeScript('return JSON.parse(localStorage.getItem("dastra-consents")).consentId');

test('the widget asks, carries out what was said, and does not ask again', async ({ webkit, site, placet, tag }) => {
  const { driver } = webkit;
  await driver.get(site.page(html(tag() + dormant('matomo', 'matomo.js') + dormant('meta', 'meta.js'))));
  await shown(webkit);
  await writeFile(test.info().outputPath('banner.png'), await driver.takeScreenshot(), 'base64');
  expect(await driver.executeScript('return navigator.userAgent')).toMatch(/AppleWebKit.* Version\//);
  expect(site.trackers).toEqual([]);
  expect(await choice(webkit)).toBeNull();

  await press(webkit, 'Accept all');
  await expect.poll(() => [...site.trackers].sort()).toEqual(['matomo.js', 'meta.js']);
  expect(await choice(webkit)).toMatchObject({ matomo: true, meta: true });
  const id = await consentId(webkit);
  await expect.poll(async () => (await placet.proofs(id)).length).toBe(1);

  site.forget();
  await driver.navigate().refresh();
  await expect.poll(() => [...site.trackers].sort()).toEqual(['matomo.js', 'meta.js']);
  expect(await driver.findElements(BANNER)).toEqual([]);
});

test('a refusal is one press, and nothing runs after it', async ({ webkit, site, placet, tag }) => {
  const { driver } = webkit;
  await driver.get(site.page(html(tag() + dormant('matomo', 'matomo.js'))));
  await press(webkit, 'Refuse all');
  await expect.poll(() => choice(webkit)).toMatchObject({ matomo: false, meta: false });
  await driver.navigate().refresh();
  await driver.wait(() => driver.executeScript('return !!window.dastra?.cookieConsent'), PATIENCE);
  expect(await driver.findElements(BANNER)).toEqual([]);
  expect(site.trackers).toEqual([]);
  const id = await consentId(webkit);
  await expect.poll(async () => (await placet.proofs(id)).length).toBe(1);
});

test('a form is recorded, and what waited while the server was away arrives once', async ({ webkit, site, placet, relay }) => {
  const subject = `webkit-${crypto.randomUUID()}`;
  const { driver } = webkit;
  await driver.get(site.page(html(`<form data-placet-form data-placet-notices="privacy_policy" onsubmit="return false">
    <input name="person" data-placet-subject="id" value="${subject}"><label><input type="checkbox" name="letter" data-placet-preference="newsletter"> The letter</label>
    <button>Subscribe</button></form>${ownLibrary(relay.origin, placet.publicKey)}`)));
  await driver.wait(() => driver.executeScript('return !!window.placet?.forms?.attach'), PATIENCE);
  await driver.findElement(By.name('letter')).click();
  await driver.findElement(By.css('button')).click();
  await expect.poll(() => consentsOf(placet, subject)).toHaveLength(1);
  expect((await consentsOf(placet, subject))[0]).toMatchObject({ preferences: { newsletter: true }, legal_notices: [{ identifier: 'privacy_policy', version: 1 }] });

  relay.instead = ({ path }) => path === '/public/consent' ? 503 : undefined;
  await driver.findElement(By.name('letter')).click();
  await driver.findElement(By.css('button')).click();
  await expect.poll(() => relay.to('/public/consent').length).toBe(2);
  relay.instead = undefined;
  await driver.executeScript('_iub.cons.sendFromLocalStorage()');
  await expect.poll(async () => (await consentsOf(placet, subject)).map(({ preferences }: any) => preferences.newsletter), { timeout: 60_000 }).toEqual([false, true]);
});
