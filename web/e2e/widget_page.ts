// The page of a widget in the dashboard, and what others do to the same widget meanwhile.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Placet } from './placet';

/** A call of the management API by a program of the same workspace. */
export async function manage(placet: Placet, method: string, path: string, body?: object): Promise<any> {
  const headers = { Authorization: `Bearer ${placet.privateKey}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${placet.origin}/api/v1/widgets${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** A draft of its own; answers its number. */
export async function draft(placet: Placet, changed: object = {}): Promise<number> {
  const services = [{ name: 'Matomo', slug: 'matomo', purpose: 2 }];
  const settings = { label: `Shop ${crypto.randomUUID().slice(0, 8)}`, allowedOrigins: ['http://localhost:*'], translations: [{ lang: 'en' }, { lang: 'ar' }], services, ...changed };
  return (await manage(placet, 'POST', '', settings)).id;
}

export const publish = (placet: Placet, id: number, wish: object = {}): Promise<any> => manage(placet, 'POST', `/${id}/publish`, wish);

export async function openSection(page: Page, id: number, section: string): Promise<void> {
  await page.goto(`/w/1/widgets/${id}?section=${section}`);
  await expect(page.getByRole('navigation', { name: 'Sections of the widget' })).toBeVisible();
}

export const section = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Sections of the widget' }).getByRole('link', { name, exact: true }).click();

/** A part of the page, by its heading. */
export const card = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

/** How the last change went. */
export const said = (page: Page, words: string | RegExp): Locator => page.getByRole('status').filter({ hasText: words });

export async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save in the draft' }).click();
  await expect(said(page, 'Saved in the draft.')).toBeVisible();
}

/** The visitor's browser asks the server for the settings again, as it does after five minutes. */
export async function laterVisit(page: Page): Promise<void> {
  await page.evaluate(() => {
    localStorage.removeItem('placet-settings');
    sessionStorage.clear();
  });
  await page.reload();
}
