import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const text = readFileSync('../integrations/gtm/template.tpl', 'utf8');
const section = (name) => text.split(`___${name}___`)[1].split(/^___[A-Z_]+___$/m)[0].trim();

/** Runs the template's code with stand-ins for what the sandbox offers; answers what it called. */
function run(data, cookie) {
  const calls = [];
  const called = (name) => (...values) => void calls.push([name, ...values]);
  const sandbox = {
    JSON, encodeUriComponent: encodeURIComponent, makeNumber: Number,
    createQueue: (name) => called('queue ' + name), getCookieValues: () => cookie ? [cookie] : [],
    injectScript: called('injectScript'), setDefaultConsentState: called('default'), updateConsentState: called('update'),
  };
  new Function('require', 'data', section('SANDBOXED_JS_FOR_WEB_TEMPLATE'))((name) => sandbox[name], data);
  return calls;
}

const DATA = {
  server: 'https://consent.example.org', key: 'placet_pk_1', widgetId: '7', cookieName: 'euconsent', waitForUpdate: '500',
  grants: [{ slug: 'ga', type: 'analytics_storage' }, { slug: 'ads', type: 'ad_storage' }, { slug: 'ga', type: 'ad_storage' }],
};

test('every section that is JSON can be read, and every interface that the code asks for is permitted', () => {
  for (const name of ['INFO', 'TEMPLATE_PARAMETERS', 'WEB_PERMISSIONS']) JSON.parse(section(name));
  const permitted = JSON.parse(section('WEB_PERMISSIONS')).map(({ instance }) => instance.key.publicId);
  assert.deepEqual(permitted.toSorted(), ['access_consent', 'access_globals', 'get_cookies', 'inject_script']);
});

test('a first visitor: the defaults, then the widget, and no update', () => {
  const calls = run(DATA);
  assert.deepEqual(calls.map(([name]) => name), ['default', 'queue placet', 'injectScript']);
  assert.equal(calls[0][1].wait_for_update, 500);
  assert.equal(calls[0][1].ad_storage, 'denied');
  assert.deepEqual(calls[1][1], ['loadCookieConsent', { widgetId: '7' }]);
  assert.equal(calls[2][1], 'https://consent.example.org/sdk/placet.js?key=placet_pk_1');
});

test('a returning visitor: what was chosen, a type being granted by any of its services', () => {
  const [, update] = run(DATA, JSON.stringify({ v: 1, c: { ga: true, ads: false } }));
  assert.deepEqual(update, ['update', { analytics_storage: 'granted', ad_storage: 'granted' }]);
  const [, refused] = run(DATA, JSON.stringify({ v: 1, c: { ga: false, ads: false } }));
  assert.deepEqual(refused, ['update', { analytics_storage: 'denied', ad_storage: 'denied' }]);
});

test('a cookie of somebody else is no answer', () => {
  assert.deepEqual(run(DATA, '{"other":true}').map(([name]) => name), ['default', 'queue placet', 'injectScript']);
});
