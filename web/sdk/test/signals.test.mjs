import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

globalThis.window = {};
const { send } = await import('../src/signals/main');

const calls = [];
const service = (slug, purpose, vendorSignal) => ({ slug, purpose, vendorSignal });
const MATOMO = service('matomo', 2, 'matomo');
const META = service('meta', 3, 'meta');
const CLARITY = service('clarity', 2, 'clarity');
const holds = (...slugs) => ({ slug }) => slugs.includes(slug);

beforeEach(() => {
  calls.length = 0;
  for (const name of Object.keys(window)) delete window[name];
});

test('a vendor of several services is granted by any of them', () => {
  window.fbq = (...call) => calls.push(call);
  send([META, service('meta-leads', 3, 'meta')], holds('meta-leads'));
  assert.deepEqual(calls, [['consent', 'grant']]);
});

test('Clarity hears about advertising only when all that is for marketing is accepted', () => {
  window.clarity = (...call) => calls.push(call[1]);
  send([CLARITY, META], holds('clarity'));
  send([CLARITY, META], holds('clarity', 'meta'));
  send([CLARITY], holds('clarity'));
  assert.deepEqual(calls.map((states) => [states.ad_Storage, states.analytics_Storage]), [['denied', 'granted'], ['granted', 'granted'], ['denied', 'granted']]);
});

test('what was told before the vendor’s script came waits in the queue that its snippet takes over', () => {
  send([CLARITY, service('uet', 3, 'uet')], holds('uet'));
  assert.deepEqual(window.uetq, ['consent', 'update', { ad_storage: 'granted' }]);
  assert.equal(window.clarity.q.length, 1);
  assert.equal(window.clarity.q[0][0], 'consentv2');
});

test('Matomo hears of tracking and of cookies, and nothing when it is not there', () => {
  send([MATOMO], holds('matomo'));
  assert.equal(window._paq, undefined);
  window._paq = [];
  send([MATOMO], holds());
  assert.deepEqual(window._paq, [['forgetConsentGiven'], ['forgetCookieConsentGiven']]);
});

test('a vendor that this build does not know is left alone', () => {
  send([service('new', 3, 'constructor'), service('newer', 3, 'somebody')], holds('new'));
  assert.deepEqual(Object.keys(window), []);
});
