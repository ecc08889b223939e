// What a visitor does and sees, and what their browser keeps.
import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import type { Site } from './site';

export const banner = (page: Page): Locator => page.locator('section.dastra-cw-first');

export const press = (page: Page, name: string): Promise<void> => banner(page).getByRole('button', { name, exact: true }).click();

export const acceptAll = (page: Page): Promise<void> => press(page, 'Accept all');

export const refuseAll = (page: Page): Promise<void> => press(page, 'Refuse all');

export const settings = (page: Page): Locator => page.getByRole('dialog');

export const floatingButton = (page: Page): Locator => page.locator('.dastra-cw-trigger-button');

/** A purpose of one service has a switch, one of several a checkbox. */
export function purposeSwitch(page: Page, name: string): Locator {
  const inSettings = settings(page);
  return inSettings.getByRole('switch', { name, exact: true }).or(inSettings.getByRole('checkbox', { name, exact: true }));
}

/** Switches the named purposes in the settings and saves. */
export async function choosePurposes(page: Page, ...purposes: string[]): Promise<void> {
  await press(page, 'Personalise');
  for (const name of purposes) await purposeSwitch(page, name).click();
  await settings(page).getByRole('button', { name: 'Save selection' }).click();
  await expect(settings(page)).toBeHidden();
}

/** The widget has read its settings and said what holds. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => !!(window as any).dastra?.cookieConsent);
}

/**
 * Resolves when everything that may run at this moment has been requested: scripts are released in document order, and
 * this adds a last one of a service that is always allowed.
 */
export async function fence(page: Page, site: Site): Promise<void> {
  const path = `/t/fence-${crypto.randomUUID()}.js`;
  await page.evaluate((src) => {
    const script = document.createElement('script');
    script.type = 'text/plain';
    Object.assign(script.dataset, { consent: 'basket', src });
    document.body.append(script);
  }, path);
  await expect.poll(() => site.requests.includes(path)).toBe(true);
}

/** The proof in localStorage, as the page sees it. */
export const storedProof = (page: Page): Promise<any> => page.evaluate(() => JSON.parse(localStorage.getItem('dastra-consents') ?? 'null'));

export async function consentIdOf(page: Page): Promise<string> {
  return (await storedProof(page))?.consentId;
}

/** The consent cookie, URI-decoded. */
export async function consentCookie(context: BrowserContext, name = 'euconsent'): Promise<string | undefined> {
  const cookie = (await context.cookies()).find((one) => one.name === name);
  return cookie && decodeURIComponent(cookie.value);
}

/** What the page heard from the widget since it was loaded, without the prefix. */
export const heard = (page: Page): Promise<string[]> => page.evaluate(() => (window as any).heard.map((event: CustomEvent) => event.type.slice(7)));

export const forgetHeard = (page: Page): Promise<void> => page.evaluate(() => { (window as any).heard.length = 0; });
