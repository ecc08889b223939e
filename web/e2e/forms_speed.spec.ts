// How long a submission waits for the form library. The best of several says it: a busy machine makes all others longer.
import type { Page } from '@playwright/test';
import { library, ownLibrary, ownLoaded, waiting } from './form_page';
import { expect, test } from './test';
import { html } from './widget';

const field = (at: number) => `<p class="row"><label for="f${at}">Field <b>number</b> ${at}</label>
  <input class="wide" id="f${at}" name="f${at}" type="${at % 5 ? 'text' : 'checkbox'}" placeholder="Say something" value="v${at}" ${at % 5 ? '' : `data-cons-preference="p${at}"`}></p>`;

/** A real submission, into a frame, so that the page stays and can be asked. `waited` is what its listeners took. */
const page = (count: number) => `<form id="join" method="post" action="/thanks" target="sink">${Array.from({ length: count }, (_, at) => field(at)).join('')}
  <button id="go">Go</button></form><iframe name="sink"></iframe>
  <script>window.waited = 0; for (const type of ['click', 'submit']) {
    let since; addEventListener(type, () => { since = performance.now(); }, true); addEventListener(type, () => { waited += performance.now() - since; });
  }</script>`;

const FACES = {
  'placet.forms': (visited: Page) => visited.evaluate(() => (window as any).placet.forms.attach('#join')),
  load: (visited: Page) => visited.evaluate(() => (window as any)._iub.cons.load({ submitElement: document.getElementById('go'), form: { selector: '#join' } })),
};

/** The first submissions of fresh pages, where no code has been run yet: so many, or until one waited less than `enough`. */
async function all(visited: Page, address: string, watch: (visited: Page) => Promise<unknown>, times: number, enough = 0): Promise<number[]> {
  const all: number[] = [];
  while (all.length < times && !all.some((time) => time < enough)) {
    await visited.goto(address);
    await ownLoaded(visited);
    await watch(visited);
    await visited.locator('#go').click();
    await visited.waitForFunction(() => (document.querySelector('iframe') as HTMLIFrameElement).contentWindow?.location.pathname === '/thanks');
    all.push(await visited.evaluate('waited'));
  }
  return all;
}

for (const [name, watch] of Object.entries(FACES)) {
  test(`${name}: a submission of a usual form waits less than five milliseconds, and is kept before the next page is there`, async ({ page: visited, site, placet }) => {
    test.slow();
    site.page('Thank you', { path: '/thanks' });
    const script = name === 'load' ? library(placet.origin, placet.publicKey, { sendFromLocalStorageAtLoad: false }) : ownLibrary(placet.origin, placet.publicKey);
    const address = site.page(html(page(40) + script));
    const waited = await all(visited, address, watch, 25, 5);
    expect(Math.min(...waited)).toBeLessThan(5);
    if (name === 'load') expect(await waiting(visited)).toHaveLength(waited.length);
  });

  test(`${name}: with four times as many fields it waits about four times as long, not sixteen`, async ({ page: visited, site, placet }) => {
    test.slow();
    site.page('Thank you', { path: '/thanks' });
    const of = async (count: number) => Math.min(...await all(visited, site.page(html(page(count) + ownLibrary(placet.origin, placet.publicKey))), watch, 5));
    const [some, many] = [await of(1000), await of(4000)];
    expect(many).toBeLessThan(14 * some);
    // Of the same order as what the browser itself needs to write such a form down.
    const written = await visited.evaluate(() => {
      const times = Array.from({ length: 10 }, () => {
        const since = performance.now();
        void document.body.outerHTML.length;
        void [...document.querySelectorAll('input')].map((input) => [input.value, input.name, input.type, input.checked]);
        return performance.now() - since;
      });
      return Math.min(...times);
    });
    test.info().annotations.push({ type: 'waited', description: `${some.toFixed(1)} ms for 1000 fields, ${many.toFixed(1)} ms for 4000; written by the browser in ${written.toFixed(1)} ms` });
    expect(many).toBeLessThan(50 * written + 50);
  });
}
