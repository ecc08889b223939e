// The hook for React and the composable for Vue, in small applications that are bundled as a site would bundle them.
import { script } from './application';
import { expect, test } from './test';
import { html } from './widget';
import { acceptAll, banner, consentIdOf, floatingButton, refuseAll, settings } from './visitor';

const REACT = `
  import { createElement as h } from 'react';
  import { createRoot } from 'react-dom/client';
  import { useCookieConsent, useCookieWidget } from '@placet/react/cookies';
  function Film() {
    const consent = useCookieConsent();
    return h('section', null,
      h('p', { id: 'state' }, [consent.ready, consent.chosen, consent.accepts('youtube'), consent.acceptsPurpose('Analytical')].join(' ')),
      h('button', { onClick: consent.open }, 'Cookies'),
      h('button', { onClick: () => consent.choose({ youtube: true }) }, 'Show the film'));
  }
  function Shop() {
    useCookieWidget(WIDGET);
    return h(Film);
  }
  createRoot(document.querySelector('main')).render(h(Shop));`;

const VUE = `
  import { createApp, h } from 'vue';
  import { cookieWidget, useCookieConsent } from '@placet/vue/cookies';
  const Shop = {
    setup() {
      const consent = useCookieConsent();
      return () => h('section', null, [
        h('p', { id: 'state' }, [consent.consents.value.ready, consent.consents.value.chosen, consent.accepts('youtube'), consent.acceptsPurpose('Analytical')].join(' ')),
        h('button', { onClick: consent.open }, 'Cookies'),
        h('button', { onClick: () => consent.choose({ youtube: true }) }, 'Show the film'),
      ]);
    },
  };
  createApp(Shop).use(cookieWidget, WIDGET).mount('main');`;

for (const [name, source] of [['React', REACT], ['Vue', VUE]] as const) {
  test(`an application in ${name} follows the visitor’s choice, opens the settings and makes a choice itself`, async ({ page, site, placet, widget }) => {
    const WIDGET = JSON.stringify({ server: placet.origin, apiKey: placet.publicKey, widgetId: widget, lang: 'en', userId: 'user-9' });
    await page.goto(site.page(html(await script(source, { define: { WIDGET } }))));
    const state = page.locator('#state');
    await expect(state).toHaveText('true false false false');
    await expect(banner(page)).toBeVisible();
    await acceptAll(page);
    await expect(state).toHaveText('true true true true');
    await page.getByRole('button', { name: 'Cookies', exact: true }).click();
    await settings(page).getByRole('button', { name: 'Refuse all' }).click();
    await expect(state).toHaveText('true true false false');
    await page.getByRole('button', { name: 'Show the film' }).click();
    await expect(state).toHaveText('true true true false');
    const id = await consentIdOf(page);
    await expect.poll(async () => (await placet.get(`/api/v1/consents?search=${id}`))[0]?.user_id).toBe('user-9');

    await page.reload();
    await expect(state).toHaveText('true true true false');
    await expect(floatingButton(page)).toBeVisible();
    await page.evaluate('dastra.cookieConsent.consent.setServiceConsent("youtube", false); dastra.cookieConsent.consent.dispatchEvent()');
    await expect(state).toHaveText('true true false false');
  });
}

test('an application that starts the widget twice gets one window', async ({ page, site, placet, widget }) => {
  const source = REACT.replace('return h(Film);', 'useCookieWidget({ ...WIDGET, userId: "another" }); return h(Film);');
  const WIDGET = JSON.stringify({ server: placet.origin, apiKey: placet.publicKey, widgetId: widget });
  await page.goto(site.page(html(await script(source, { define: { WIDGET } }))));
  await refuseAll(page);
  expect(await page.locator('script[src*="/sdk/placet.js"]').count()).toBe(1);
});
