// What every test stands on: a server per worker, a customer's site per test, and a page on which nothing may go wrong.
import { test as base, expect, type Page } from '@playwright/test';
import { Placet } from './placet';
import { Relay } from './relay';
import { Site } from './site';
import { html, SETTINGS, snippet, type Snippet } from './widget';

interface PerWorker {
  placet: Placet;
  widget: number;
}

interface PerTest {
  site: Site;
  relay: Relay;
  /** A server of the test's own, which it may stop. */
  ownPlacet: Placet;
  /** Errors and policy violations of all pages. Empty at the end of every test: whoever expects some takes them out. */
  problems: string[];
  /** The snippet of the shared widget. */
  tag: (changed?: Partial<Snippet>) => string;
  /** Puts the widget and this body on a page of the site and visits it. */
  visit: (body?: string, changed?: Partial<Snippet>) => Promise<void>;
}

export const test = base.extend<PerTest, PerWorker>({
  placet: [async ({}, use) => {
    const placet = await Placet.start();
    await use(placet);
    await placet.remove();
  }, { scope: 'worker' }],

  widget: [async ({ placet }, use) => use(await placet.importWidget(SETTINGS)), { scope: 'worker' }],

  baseURL: async ({ placet }, use) => use(placet.origin),

  site: async ({}, use) => {
    const site = await Site.open();
    await use(site);
    await site.close();
  },

  relay: async ({ placet }, use) => {
    const relay = await Relay.open(placet.origin);
    await use(relay);
    await relay.close();
  },

  ownPlacet: async ({}, use) => {
    const placet = await Placet.start();
    await use(placet);
    await placet.remove();
  },

  problems: [async ({ context }, use) => {
    const problems: string[] = [];
    await context.addInitScript(listenForEvents);
    context.on('console', (message) => {
      if (message.type() === 'error' && !SANDBOX_AT_WORK.test(message.text())) problems.push(message.text());
    });
    context.on('weberror', (event) => {
      if (!REFUSED_COOKIE.test(String(event.error()))) problems.push(`uncaught: ${event.error()}`);
    });
    await use(problems);
    expect(problems).toEqual([]);
  }, { auto: true }],

  tag: async ({ placet, widget }, use) => use((changed) => snippet({ origin: placet.origin, key: placet.publicKey, widget, ...changed })),

  visit: async ({ page, site, tag }, use) => use(async (body = '', changed) => {
    await page.goto(site.page(html(tag(changed) + body)));
  }),
});

/** Firefox reports as an error what every browser does in silence: a cookie is deleted on each domain that it may be of. */
const REFUSED_COOKIE = /Cookie “.*” has been rejected for invalid domain/;

/** What Chromium says by itself about a request that failed; Firefox says nothing. */
export const failedRequest = (browserName: string, text: string) => browserName === 'firefox' ? [] : [expect.stringContaining(text)];

/** The dashboard shows stored forms in a frame without scripts; the browser says so when it is looked into. */
const SANDBOX_AT_WORK = /^Blocked script execution in '.*\/forms\//;

/** Runs in the page before its own scripts. */
function listenForEvents(): void {
  const heard: Event[] = (window as any).heard = [];
  const dispatch = window.dispatchEvent;
  window.dispatchEvent = function (event) {
    if (event.type.startsWith('dastra:')) heard.push(event);
    return dispatch.call(window, event);
  };
}

/** Written to the artefacts of the test, to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test-results/pictures/${name}.png`, animations: 'disabled' });
}

export { expect };
