// The proof of a form: what the person was shown and filled in, without what nobody may keep; and difficult forms.
import type { Page } from '@playwright/test';
import { consentsOf, ownLibrary, ownLoaded } from './form_page';
import { expect, test } from './test';
import { html } from './widget';

let subject: string;
test.beforeEach(() => { subject = `shown-${crypto.randomUUID()}`; });

/** Sends the form that this script finds, and gives the stored consent. */
async function sent(page: Page, placet: Parameters<typeof consentsOf>[0], find = `document.querySelector('form')`, settings = '{}'): Promise<any> {
  const result = await page.evaluate(`placet.forms.send(${find}, { ...${settings}, consent: { subject: { id: '${subject}' } } })`);
  expect(result).toMatchObject({ stored: true });
  return (await consentsOf(placet, subject))[0];
}

test('values, secrets, tokens, code and state stay out; words, links, ticks set beforehand and the language stay in', async ({ page, site, placet }) => {
  const form = `<form class="join" action="/join?token=SECRET" onsubmit="SECRET()" data-state='{"typed":"SECRET"}' nonce="SECRET" wire:snapshot="SECRET" x-data="SECRET">
    <!-- SECRET --><fieldset><legend>Rejoignez-nous</legend>
    <label>Courriel <input name="mail" type="email" value="SECRET" placeholder="vous@exemple.fr" required aria-label="Courriel"></label>
    <input type="password" name="pw" value="SECRET"><input type="text" name="shown_pw" autocomplete="section-a current-password" value="SECRET">
    <input name="number" autocomplete="billing cc-number" value="SECRET"><input name="cardNumber" value="SECRET"><input name="code" autocomplete="one-time-code" value="SECRET">
    <input type="hidden" name="_csrf" value="SECRET"><input type="hidden" name="authenticity_token" value="SECRET"><input type="hidden" name="_wpnonce" value="SECRET">
    <input type="hidden" name="PHPSESSID" value="SECRET"><textarea name="g-recaptcha-response" style="display:none">SECRET</textarea>
    <input type="file" name="scan"><input name="hushed" data-cons-exclude value="SECRET"><input name="listed" value="SECRET">
    <input type="hidden" name="campaign" value="spring"><div contenteditable>SECRET</div><img alt="signature" src="data:image/png;base64,SECRET">
    <label><input type="checkbox" name="news" value="weekly" checked> Oui, <b>la lettre</b></label>
    <p>Voyez <a href="/confidentialite">notre politique</a> et <a href="/leave?nonce=SECRET">ceci</a>.</p>
    <select name="size"><option value="s">Petit<option value="l" selected>Grand</select>
    <template><template>SECRET</template><b>SECRET</b></template><object><object>SECRET</object><b>SECRET</b></object><style>.SECRET{}</style><script>"SECRET"</script><iframe srcdoc="SECRET"></iframe><input type="range" name="age" value="77">
    </fieldset><button name="send" value="1">Envoyer</button></form>`;
  await page.goto(site.page(html(`<div lang="fr">${form}</div>${ownLibrary(placet.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  await page.evaluate(() => { (document.querySelector('[name=mail]') as HTMLInputElement).value = 'ada@example.org'; });
  const { proofs: [proof] } = await sent(page, placet, `document.querySelector('form')`, `{ exclude: ['listed'] }`);
  expect(JSON.stringify(proof)).not.toContain('SECRET');
  expect(JSON.parse(proof.content)).toEqual({ mail: 'ada@example.org', campaign: 'spring', news: true, size: 'l', age: '77' });
  expect(proof.form).not.toContain('ada@example.org');
  expect(proof.form).toMatch(/^<form lang="fr" class="join">/);
  for (const shown of [
    '<legend>Rejoignez-nous</legend>', '<input name="mail" type="email" placeholder="vous@exemple.fr" required="" aria-label="Courriel">',
    '<input type="checkbox" name="news" value="weekly" checked=""> Oui, <b>la lettre</b>', '<a href="/confidentialite">notre politique</a>',
    '<option value="l" selected="">Grand', '>Envoyer</button>',
  ]) expect(proof.form).toContain(shown);
  expect(proof.form).not.toContain('77');
});

test('what the page says elsewhere about a consent box belongs to the proof', async ({ page, site, placet }) => {
  await page.goto(site.page(html(`<p id="why">We write once a month.</p><p id="about">About this form.</p><p>Not about it.</p>
    <form id="join" aria-describedby="about"><input name="mail"><input type="checkbox" id="box" name="news" aria-describedby="why missing"></form>
    <label for="box">Send me the letter<template><template></template>SECRET</template></label><label>I have read <a href="/terms">the terms</a> <input form="join" type="checkbox" name="terms"></label>
    <label>Another box <input form="join" type="checkbox" name="other"></label>${ownLibrary(placet.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  const { proofs: [{ form }], preferences } = await sent(page, placet, `'join'`, `{ preferences: { newsletter: 'news', terms: 'terms' } }`);
  expect(preferences).toEqual({ newsletter: false, terms: false });
  for (const shown of ['We write once a month.', 'About this form.', 'Send me the letter', 'I have read <a href="/terms">the terms</a>']) expect(form).toContain(shown);
  for (const other of ['Not about it.', 'Another box', 'SECRET']) expect(form).not.toContain(other);
});

test('what is too large is cut, and the proof says so', async ({ page, site, placet }) => {
  const words = '<p title="quite &quot;long&quot;">本文は長い。</p>'.repeat(5000);
  await page.goto(site.page(html(`<form hidden><textarea name="words"></textarea><input name="mail" value="a@b.c">${words}</form>${ownLibrary(placet.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  await page.evaluate(() => { (document.querySelector('textarea') as HTMLTextAreaElement).value = '"長'.repeat(100_000); });
  const { proofs: [{ form, content }] } = await sent(page, placet);
  expect(form).toMatch(/<\/p>\[cut: \d{6,} characters\]$/);
  expect(content).toMatch(/^\{"words":"\\"長.*\[cut: \d{6,} characters\]$/s);
});

const NAMES = ['id', 'name', 'submit', 'elements', 'nodeName', 'nodeType', 'attributes', 'children', 'childNodes', 'parentNode', 'getAttribute', 'matches', 'closest',
  'contains', 'querySelectorAll', 'addEventListener', 'removeAttribute', 'setAttribute', 'getAttributeNames', 'cloneNode', 'ownerDocument', 'isConnected',
  'getRootNode', 'length', 'action', 'method', '__proto__', 'constructor', 'hasOwnProperty', 'toString', 'a[b][]', 'a.b:c d"e'];

test('fields may have any name', async ({ page, site, placet, relay }) => {
  const inputs = NAMES.map((name) => `<input name="${name.replace('"', '&quot;')}" value="${NAMES.indexOf(name)}">`).join('');
  await page.goto(site.page(html(`<form data-placet-form onsubmit="return false">${inputs}<button>Go</button></form>${ownLibrary(relay.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  const consent = await sent(page, placet, `document.querySelector('form')`, JSON.stringify({ preferences: Object.fromEntries(NAMES.filter((name) => name !== '__proto__').map((name) => [name, name])) }));
  const expected = NAMES.map((name, at) => [name, String(at)] as const);
  expect(Object.entries(JSON.parse(consent.proofs[0].content)).sort()).toEqual(expected.map((pair) => [...pair]).sort());
  expect(Object.keys(consent.preferences).sort()).toEqual(NAMES.filter((name) => name !== '__proto__').sort());
  expect(consent.proofs[0].form.match(/<input /g)).toHaveLength(NAMES.length);
  expect(consent.proofs[0].form).not.toContain('onsubmit');

  await page.evaluate(() => HTMLFormElement.prototype.requestSubmit.call(document.querySelector('form')));
  await expect.poll(() => relay.to('/public/consent').map(({ status }) => status)).toEqual([200, 200]);
});

for (const [name, make] of [
  ['a detached form', `Object.assign(document.createElement('form'), { innerHTML: '<input name="who" value="Ada">' })`],
  ['a form within a form', `(() => { const outer = document.createElement('form'), inner = document.createElement('form');
    outer.innerHTML = '<input name="who" value="Ada">'; inner.innerHTML = '<input name="other" value="Grace">'; outer.append(inner); document.body.append(outer); return outer; })()`],
  ['a form in a shadow root', `(() => { const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'closed' });
    root.innerHTML = '<form><input name="who" value="Ada"></form>'; return root.firstChild; })()`],
  ['something that is not a form at all', `Object.assign(document.body.appendChild(document.createElement('div')), { innerHTML: '<input name="who" value="Ada">' })`],
] as const) {
  test(`${name} is read like any other`, async ({ page, site, placet }) => {
    await page.goto(site.page(html(ownLibrary(placet.origin, placet.publicKey))));
    await ownLoaded(page);
    const { proofs: [proof], preferences } = await sent(page, placet, make, `{ preferences: { who: 'who' } }`);
    expect([JSON.parse(proof.content), preferences]).toEqual([{ who: 'Ada' }, { who: 'Ada' }]);
    expect(proof.form).toContain('name="who"');
    expect(proof.form).not.toContain('Ada');
  });
}

test('five thousand fields take less than a second', async ({ page, site, placet }) => {
  await page.goto(site.page(html(`<form></form>${ownLibrary(placet.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  const took = await page.evaluate(() => {
    const form = document.querySelector('form') as HTMLFormElement;
    form.innerHTML = Array.from({ length: 5000 }, (_, at) => `<label>${at} <input type="checkbox" name="same" value="${at}" checked></label>`).join('');
    const since = performance.now();
    void (window as any).placet.forms.send(form, { preferences: { same: 'same' } });
    return performance.now() - since;
  });
  expect(took).toBeLessThan(1000);
  const { proofs: [proof], preferences } = await sent(page, placet, `document.querySelector('form')`, `{ preferences: { same: 'same' } }`);
  expect(preferences).toEqual({ same: true });
  expect(JSON.parse(proof.content).same).toHaveLength(5000);
});

test('on a page that has changed the prototypes it records the right thing, or says why not, and never throws', async ({ page, site, placet, problems }) => {
  const hostile = `<script>Array.prototype.toJSON = function () { return 'a list'; }; Object.prototype.extra = 'extra'; Array.prototype.more = 1; String.prototype.toJSON = () => 'text';</script>`;
  await page.goto(site.page(html(`${hostile}<form><input name="who" value="Ada"><input type="checkbox" name="many" value="a" checked><input type="checkbox" name="many" value="b" checked></form>
    ${ownLibrary(placet.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  const { proofs: [proof], subject: person } = await sent(page, placet, `document.querySelector('form')`, `{ subject: { full_name: 'who' }, notices: ['terms'] }`);
  expect([JSON.parse(proof.content), person.full_name]).toEqual([{ who: 'Ada', many: ['a', 'b'] }, 'Ada']);
  expect(problems).toEqual([]);

  await page.evaluate(() => { Element.prototype.matches = (() => { throw new Error('hostile'); }) as never; });
  const result = await page.evaluate(`placet.forms.send(document.querySelector('form'), { consent: { subject: { id: '${subject}-2' } } })`);
  expect(result, 'the explicit parts').toMatchObject({ stored: true, subject_id: `${subject}-2` });
  expect(problems.splice(0).every((problem) => problem.startsWith('Placet forms: '))).toBe(true);
});

test('arguments of every wrong kind are named and harmless; each callback is called once', async ({ page, site, placet, problems }) => {
  await page.goto(site.page(html(`<form id="join"><input name="who" value="Ada"></form>${ownLibrary(placet.origin, placet.publicKey)}`)));
  await ownLoaded(page);
  const counted = await page.evaluate(async () => {
    const { cons, cons_instructions: queue } = (window as any)._iub;
    const loop: any = {};
    loop.loop = loop;
    const form = document.getElementById('join') as HTMLFormElement;
    const wrong = [
      null, undefined, 7, 'text', { consent: loop }, { consent: 7 }, { form: 7 }, { form: { selector: '!!' } }, { form: { selector: form.elements } },
      { form: { selector: form, map: { subject: 7, preferences: { a: null }, exclude: 'x' } } }, { consent: { subject: 'text', preferences: [1] } },
      { form: { selector: form }, consent: { preferences: { f: () => 1, u: undefined } } },
    ];
    const calls = wrong.map(() => 0);
    for (const [at, args] of wrong.entries()) {
      const count = () => { calls[at]!++; };
      queue.push(['submit', args, { success: count, error: count }]);
      queue.push(['load', args, 7], ['sendData', args]);
    }
    queue.push(null, 7, [], ['constructor'], ['__proto__'], [['init']], ['init'], ['init', {}], ['init', null], ['submit', {}, { success: 7, error: 'x' }]);
    cons.load({ submitElement: '!!' });
    for (const junk of [null, 7, '!!', {}]) {
      const attached = (window as any).placet.forms.attach(junk, junk);
      attached.detach();
      await attached.send();
    }
    await new Promise((later) => setTimeout(later, 1500));
    return calls;
  });
  expect(counted).toEqual(counted.map(() => 1));
  expect(problems.splice(0).filter((problem) => !/^(Placet forms: |Failed to load resource)/.test(problem))).toEqual([]);
});
