// What a member of the workspace does in the dashboard.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Placet } from './placet';

export async function enter(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** A debug build takes seconds to check a password on a machine that does something else besides. */
const arrived = (page: Page) => expect(page.getByRole('heading', { name: 'Consents' })).toBeVisible({ timeout: 30_000 });

/** Through the real sign-in page. */
export async function signIn(page: Page, placet: Placet): Promise<void> {
  await page.goto('/sign-in');
  await enter(page, placet.email, placet.password);
  await arrived(page);
}

/** As a member other than the owner of the demo. */
export async function signInAs(page: Page, placet: Placet, role: 'owner' | 'editor' | 'auditor'): Promise<void> {
  const email = await placet.addMember(role);
  await page.goto('/sign-in');
  await enter(page, email, placet.password);
  await arrived(page);
}

/** Finds exactly one consent. An id may be pasted with the quotation marks around it. */
export async function search(page: Page, text: string): Promise<void> {
  const wanted = text.replaceAll('"', '');
  const answer = page.waitForResponse((response) => new URL(response.url()).searchParams.get('search') === wanted);
  await page.getByRole('searchbox').fill(text);
  await answer;
  await expect(page.getByRole('status').filter({ hasText: /^1 consent$/ })).toBeVisible();
}

export const row = (page: Page, id: string): Locator => page.locator(`a[data-consent="${id}"]`);

export const drawer = (page: Page): Locator => page.locator('dialog.drawer');
