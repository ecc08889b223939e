// Widgets as an editor makes, changes and publishes them, and what visitors then see.
import type { Page } from '@playwright/test';
import { expect, picture, test } from './test';
import { expectAccessible } from './axe';
import { signIn } from './member';
import { acceptAll, banner, floatingButton, ready } from './visitor';
import { html } from './widget';
import { card, draft, laterVisit, manage, openSection, publish, said, save, section } from './widget_page';

type Session = Awaited<ReturnType<import('@playwright/test').BrowserContext['storageState']>>;

// Signing in is slow by design, so each worker does it once.
let session: Session | undefined;

test.beforeEach(async ({ page, context, placet }) => {
  if (session) return context.addCookies(session.cookies);
  await signIn(page, placet);
  session = await context.storageState();
});

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

test('a widget is made, filled from the library, published and let in on a page, whose visitors read the changed text', async ({ page, context, site, tag, problems }) => {
  const name = `Shop ${crypto.randomUUID().slice(0, 8)}`;
  await page.goto('/w/1/widgets');
  await press(page, 'New widget');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Site', { exact: true }).fill('shop.example/basket?id=1');
  await expectAccessible(page, 'the window to make a widget');
  await picture(page, 'widgets-add');
  await press(page, 'Make the widget');
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await expect(page.getByText('No visitor sees this widget yet.')).toBeVisible();
  const widget = Number(/widgets\/(\d+)/.exec(page.url())?.[1]);
  await expect(page.getByTestId('snippet')).toContainText(`<div id="placet-widget" data-widgetid="${widget}"></div>`);
  await expect(page.getByTestId('snippet')).toContainText(/<script async src="http:\/\/localhost:\d+\/sdk\/placet\.js\?key=placet_pk_\w+"><\/script>/);

  await section(page, 'Services');
  await page.getByRole('searchbox').fill('matomo');
  await card(page, 'From the library').getByRole('button', { name: 'Add Matomo', exact: true }).click();
  await expect(said(page, 'Matomo is in the draft.')).toBeVisible();
  await expect(card(page, 'Services of this widget')).toContainText('Audience measurement');
  await card(page, 'A service of your own').getByLabel('Name').fill('Film Club');
  await card(page, 'A service of your own').getByLabel('Purpose').selectOption('Marketing');
  await press(page, 'Add the service');
  await expect(card(page, 'Services of this widget')).toContainText('word in pages: film-club');

  await section(page, 'Texts');
  await expect(page.getByLabel('Title', { exact: true })).toHaveAttribute('placeholder', 'Cookies on this site');
  await page.getByLabel('Title', { exact: true }).fill('Biscuits?');
  await save(page);

  await section(page, 'Publish');
  await press(page, 'Publish the draft');
  await expect(said(page, 'Version 1 is published.')).toBeVisible();

  const visitor = await context.newPage();
  await visitor.goto(site.page(html(tag({ widget }))));
  // The browser's line about the request comes first, then ours.
  await expect.poll(() => problems.join()).toContain('no consent window, 403');
  problems.length = 0;
  await section(page, 'Domains');
  await expect(card(page, 'Where it may be used')).toContainText('https://shop.example');
  await expect(card(page, 'Refused')).toContainText(site.origin);
  await press(page, `Allow this origin ${site.origin}`);
  await expect(said(page, `${site.origin} may use the widget, from now on.`)).toBeVisible();
  await expect(card(page, 'Where it may be used')).toContainText(site.origin);
  await expect(card(page, 'Refused')).toContainText('Nobody was refused.');
  await visitor.reload();
  await expect(banner(visitor)).toContainText('Biscuits?');
  await expect(banner(visitor)).toContainText('Marketing');
});

test('visitors who have chosen are asked by none, by the new or by all of the three ways to publish', async ({ page, context, placet, site, tag }) => {
  test.slow(); // four publications, and what a visitor sees after each
  const widget = await draft(placet);
  await publish(placet, widget);
  const visitor = await context.newPage();
  await visitor.goto(site.page(html(tag({ widget }))));
  await acceptAll(visitor);
  const publishAsking = async (way: string, number: number) => {
    await openSection(page, widget, 'publish');
    await page.getByRole('radio', { name: way }).check();
    await press(page, 'Publish the draft');
    await expect(said(page, `Version ${number} is published.`)).toBeVisible();
  };

  await manage(placet, 'POST', `/${widget}/services`, { slug: 'youtube' });
  await publishAsking('Ask nobody again', 2);
  await laterVisit(visitor);
  await ready(visitor);
  await expect(floatingButton(visitor)).toBeVisible();
  await expect(banner(visitor)).toHaveCount(0);

  await manage(placet, 'POST', `/${widget}/services`, { slug: 'hotjar' });
  await openSection(page, widget, 'publish');
  await expect(card(page, 'What changes for visitors')).toContainText('Service Hotjar: added');
  await expect(page.getByText('New: Hotjar.')).toBeVisible();
  await picture(page, 'widgets-publish-new');
  await publishAsking('Ask only about what is new', 3);
  await laterVisit(visitor);
  await expect(banner(visitor)).toContainText('New on this site');
  await expect(banner(visitor)).toContainText('Hotjar');
  await expect(banner(visitor)).not.toContainText('Matomo');
  await acceptAll(visitor);

  await publishAsking('Ask everyone again', 4);
  await laterVisit(visitor);
  await expect(banner(visitor)).toContainText('Cookies on this site');

  await section(page, 'Versions');
  await expect(page.getByRole('heading', { name: /^Version/ })).toHaveText(['Version 4, live', 'Version 3', 'Version 2', 'Version 1']);
  await expect(page.getByRole('listitem').filter({ hasText: 'Version 3' })).toContainText(`${placet.email} · Asked about what was new`);
  await press(page, 'Make version 1 the draft');
  await expect(said(page, 'The draft says what version 1 said.')).toBeVisible();
  await section(page, 'Services');
  await expect(card(page, 'Services of this widget')).not.toContainText('Hotjar');
});

test('a draft with problems is not published, each is named and leads to where it is put right', async ({ page, placet, problems }) => {
  const widget = await draft(placet, { bgColor: 'white', allowedOrigins: [] });
  await openSection(page, widget, 'publish');
  const trouble = card(page, 'What is in the way');
  await expect(trouble.getByRole('listitem')).toHaveText([/^Background must be a colour/, /^Domains is required/]);
  await press(page, 'Publish the draft');
  await expect(page.getByRole('alert')).toContainText('Nothing was published.');
  await expectAccessible(page, 'a draft with problems');
  await picture(page, 'widgets-problems');
  problems.length = 0;

  await trouble.getByRole('link', { name: 'Background' }).click();
  await page.getByRole('textbox', { name: 'Background' }).fill('#fff');
  await save(page);
  await section(page, 'Domains');
  await page.getByLabel('Add a domain').fill('https://shop.example');
  await press(page, 'Add');
  await expect(said(page, 'https://shop.example may use the widget, as soon as the widget is published.')).toBeVisible();
  await section(page, 'Publish');
  await expect(trouble).toHaveCount(0);
  await press(page, 'Publish the draft');
  await expect(said(page, 'Version 1 is published.')).toBeVisible();
});

test('what was typed outlives the change that somebody else made meanwhile', async ({ page, placet, problems }) => {
  const widget = await draft(placet);
  await openSection(page, widget, 'texts');
  await page.getByLabel('Title', { exact: true }).fill('Mine');
  await page.getByLabel('Text', { exact: true }).fill('My words, for {purposes}.');
  await manage(placet, 'PUT', `/${widget}/texts/en`, { startupTitle: 'Theirs', innerTitle: 'Their choices' });
  await press(page, 'Save in the draft');
  await expect(page.getByRole('alert')).toContainText('A program changed this draft meanwhile');
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Mine');
  await expect(page.getByText('Title, English was changed by both of you. In the draft: Theirs')).toBeVisible();
  await expectAccessible(page, 'a conflict');
  await picture(page, 'widgets-conflict');
  problems.length = 0;
  await section(page, 'Domains');
  await section(page, 'Texts');
  await expect(page.getByLabel('Text', { exact: true })).toHaveValue('My words, for {purposes}.');
  await save(page);
  await expect(page.getByRole('alert')).toHaveCount(0);
  const { settings } = await placet.get(`/api/v1/widgets/${widget}/draft`);
  expect(settings.translations[0]).toMatchObject({ startupTitle: 'Mine', startupDisclaimer: 'My words, for {purposes}.', innerTitle: 'Their choices' });
});

test('services are changed, marked exempt with the reason, and taken out', async ({ page, placet }) => {
  const widget = await draft(placet);
  await openSection(page, widget, 'services');
  await press(page, 'Edit Matomo');
  await page.getByLabel('Name', { exact: true }).first().fill('Matomo, our own');
  await page.getByLabel('Whether visitors are asked').selectOption('Exempt: on without asking');
  await page.getByLabel('Name of a cookie').fill('_pk_ses*');
  await page.getByLabel('Days it is kept').fill('1');
  await press(page, 'Add the cookie');
  await page.getByLabel('Why the law needs no consent').fill('It counts visits without following anybody.');
  await expectAccessible(page, 'a service that is changed');
  await picture(page, 'widgets-service');
  await save(page);
  await expect(card(page, 'Services of this widget')).toContainText('exempt');
  const { settings, problems } = await placet.get(`/api/v1/widgets/${widget}/draft`);
  expect(problems).toEqual([]);
  expect(settings.services[0]).toMatchObject({ name: 'Matomo, our own', exempt: true, requiredConsent: false, exemptReason: 'It counts visits without following anybody.' });
  expect(settings.services[0].cookies).toMatchObject([{ name: '_pk_ses*', expiryDays: 1 }]);
  await press(page, 'Remove the cookie _pk_ses*');
  await save(page);
  await expect(card(page, 'Services of this widget')).not.toContainText('Stores');
  await press(page, 'Remove Matomo, our own');
  await expect(card(page, 'Services of this widget')).toContainText('No service yet.');
});

test('a language is added, its texts are saved, it becomes the first, and another is removed', async ({ page, placet }) => {
  const widget = await draft(placet);
  await openSection(page, widget, 'texts');
  await page.getByLabel('Add a language').fill('de');
  await press(page, 'Add');
  await expect(page.getByRole('heading', { name: 'Texts in German' })).toBeVisible();
  await expect(page.getByLabel('Button to refuse')).toHaveAttribute('placeholder', 'Alle ablehnen');
  await page.getByLabel('Button to refuse').fill('Nein danke');
  await save(page);
  await press(page, 'Make it the first');
  await expect(said(page, 'German is the first language now.')).toBeVisible();
  await page.getByRole('link', { name: 'Arabic' }).click();
  await expect(page.getByLabel('Title', { exact: true })).toHaveAttribute('dir', 'rtl');
  await press(page, 'Remove Arabic');
  await expect(page.getByRole('heading', { name: 'Texts in German' })).toBeVisible();
  const { settings } = await placet.get(`/api/v1/widgets/${widget}/draft`);
  expect(settings.translations.map(({ lang }: any) => lang)).toEqual(['de', 'en']);
  expect(settings.translations[0].buttonLaterLabel).toBe('Nein danke');
});

test('the preview shows the saved draft in each language, and keeps nothing', async ({ page, context, placet }) => {
  const widget = await draft(placet);
  await openSection(page, widget, 'texts');
  await page.getByLabel('Title', { exact: true }).fill('Not published');
  await save(page);
  await section(page, 'Preview');
  const frame = page.frameLocator('iframe[title="Preview of the draft"]');
  await expect(frame.locator('section.dastra-cw-first')).toContainText('Not published');
  await expect(frame.locator('section.dastra-cw-first')).toContainText('Preview mode');
  await expectAccessible(page, 'the preview');
  await picture(page, 'widgets-preview');
  await page.getByLabel('Language').selectOption('Arabic');
  await expect(frame.locator('section.dastra-cw-first[dir="rtl"], [dir="rtl"] section.dastra-cw-first').first()).toBeVisible();

  const [own] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'Open on a page of its own' }).click()]);
  await expect(banner(own)).toBeVisible();
  await banner(own).locator('.dastra-cw-button').first().click();
  await expect(floatingButton(own)).toBeVisible();
  await own.reload();
  await expect(banner(own)).toBeVisible();
  expect((await context.cookies()).some(({ name }) => name === 'euconsent')).toBe(false);
});

test('settings of another product keep the number that their pages name, and their services can be changed', async ({ page, placet }) => {
  const id = 5000 + Math.floor(Math.random() * 1e6);
  const groups = [{ purpose: 3, services: [{ name: 'Ads and More', defaultConsent: true }] }];
  const file = { name: 'old.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ id, label: 'From elsewhere', groups })) };
  await page.goto('/w/1/widgets');
  await press(page, 'New widget');
  await page.getByText('Bring settings along').click();
  await page.getByLabel('JSON file').setInputFiles(file);
  await page.getByLabel('Site', { exact: true }).fill('https://shop.example');
  await press(page, 'Make the widget');
  await expect(page.getByTestId('snippet')).toContainText(`data-widgetid="${id}"`);
  await section(page, 'Services');
  await press(page, 'Edit Ads and More');
  await page.getByLabel('Provider').first().fill('Ads Ltd');
  await save(page);
  const { settings } = await placet.get(`/api/v1/widgets/${id}/draft`);
  expect(settings.services).toMatchObject([{ name: 'Ads and More', slug: 'ads-and-more', purpose: 3, provider: 'Ads Ltd' }]);
});

test('a widget is exported, and brought along as another one', async ({ page, placet, problems }) => {
  const widget = await draft(placet, { position: 'Center' });
  await page.goto(`/w/1/widgets/${widget}`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export as JSON' }).click()]);
  expect(download.suggestedFilename()).toBe(`widget-${widget}.json`);
  await page.getByRole('link', { name: 'All widgets' }).click();
  await press(page, 'New widget');
  await page.getByText('Bring settings along').click();
  await page.getByLabel('JSON file').setInputFiles(await download.path());
  await page.getByLabel('Name', { exact: true }).fill('Brought along');
  await press(page, 'Make the widget');
  await expect(page.getByRole('heading', { name: 'Brought along' })).toBeVisible();
  await section(page, 'Appearance');
  await expect(page.getByLabel('Place', { exact: true })).toHaveValue('Center');
  // The number of the export is taken, which the browser notes.
  problems.length = 0;
});
