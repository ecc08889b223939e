import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisionOf, isUnresolved, person, said } from '../src/decision.ts';

const subject = { id: 's-1', email: null, first_name: null, last_name: null, full_name: null, verified: false };
const service = (name, purpose, consent) => ({ name, slug: name.toLowerCase(), purpose, consent });
const choice = (how, services) => ({ consent_type: 'cookie_policy', subject, user_id: null, preferences: {}, widget: { id: 1, how }, services, erased: [] });
const form = (preferences, who = {}) => ({ consent_type: null, subject: { ...subject, ...who }, user_id: null, preferences, widget: null, services: [], erased: [] });

test('a necessary service is nobody’s decision', () => {
  const refused = choice('selection', [service('Basket', 0, true), service('Matomo', 2, false)]);
  assert.equal(decisionOf(refused), 'refused');
  assert.equal(said(refused), 'refused Matomo');
});

test('the button that was pressed decides before the services do', () => {
  assert.equal(decisionOf(choice('accept_all', [])), 'accepted');
  assert.equal(decisionOf(choice('refuse_all', [])), 'refused');
});

test('a mixed choice names both sides, and counts what is too long to name', () => {
  const mixed = choice('selection', [service('Matomo', 2, true), service('Ads', 3, false), service('Video', 4, false)]);
  assert.equal(decisionOf(mixed), 'partly');
  assert.equal(said(mixed), 'accepted Matomo, and refused Ads and Video');
  const many = choice('selection', [service('Matomo', 2, true), ...['A', 'B', 'C', 'D'].map((name) => service(name, 3, false))]);
  assert.equal(said(many), 'accepted Matomo, and refused 4 services');
});

test('preferences that are neither yes nor no decide nothing', () => {
  assert.equal(decisionOf(form({ channel: 'post' })), 'recorded');
  assert.equal(decisionOf(form({ newsletter: 'true' })), 'recorded');
  assert.equal(said(form({ newsletter: true, profiling: false, age: 16 })), 'said yes to newsletter, and no to profiling');
  assert.equal(said(form({})), 'gave a consent without a yes or a no');
});

test('a person is named by what is known, and not at all once erased', () => {
  assert.equal(person(form({}, { first_name: 'Ada', last_name: 'Rossi', email: 'ada@example.org' })), 'Ada Rossi');
  assert.equal(person(form({}, { email: 'ada@example.org' })), 'ada@example.org');
  assert.equal(person(form({})), 'Subject s-1');
  assert.equal(person({ ...form({}), erased: ['S'] }), 'A person whose details were erased');
});

test('a notice without version or without digest is unresolved', () => {
  assert.equal(isUnresolved({ version: 3, sha256: 'sha256:00' }), false);
  assert.equal(isUnresolved({ version: null, sha256: null }), true);
  assert.equal(isUnresolved({ version: '9', sha256: null }), true);
});
