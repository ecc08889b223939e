import assert from 'node:assert/strict';
import { test } from 'node:test';

const SECOND = Math.floor(Date.now() / 1000);
globalThis.document = { cookie: '' };
globalThis.window = {};
Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
const { consented, isDue, read, set, take } = await import('../src/loader/consents');

const service = (slug, more = {}) => ({ slug, purpose: 2, requiredConsent: true, defaultConsent: false, ...more });
const choice = (c, r) => ({ v: 1, id: 'c-1', k: null, d: SECOND, c, r });

function hold(list, made) {
  document.cookie = '';
  read({ id: 1, lang: 'en', versionKey: null, translation: {}, groups: [{ purpose: 2, services: list }] });
  take(made);
  return Object.fromEntries(list.map((one) => [one.slug, [consented(one), isDue(one)]]));
}

test('a decision of an earlier round counts no longer, and the visitor is due', () => {
  assert.deepEqual(hold([service('matomo', { round: 2 }), service('ga')], choice({ matomo: true, ga: true })), { matomo: [false, true], ga: [true, false] });
  assert.deepEqual(hold([service('matomo', { round: 2 })], choice({ matomo: true }, { matomo: 1 })), { matomo: [false, true] });
});

test('a decision of the same round, or of a later one, holds', () => {
  assert.deepEqual(hold([service('matomo', { round: 2 })], choice({ matomo: true }, { matomo: 2 })), { matomo: [true, false] });
  assert.deepEqual(hold([service('matomo', { round: 0 })], choice({ matomo: true }, { matomo: 2 })), { matomo: [true, false] });
});

test('a service of round 0 that the choice does not name follows its default, and nobody is due', () => {
  assert.deepEqual(hold([service('new', { round: 0 }), service('older')], choice({})), { new: [false, false], older: [false, false] });
});

test('nobody is due for a service that is not asked about', () => {
  const list = [service('necessary', { purpose: 0, round: 3 }), service('free', { requiredConsent: false, defaultConsent: true, round: 3 }), service('hidden', { purpose: 5, round: 3 })];
  assert.deepEqual(Object.values(hold(list, choice({}))).map(([, due]) => due), [false, false, false]);
});

test('what a script sets in memory holds, also for a service that is due', () => {
  const due = service('matomo', { round: 1 });
  hold([due], choice({ matomo: false }));
  set(due, true);
  assert.equal(consented(due), true);
});
