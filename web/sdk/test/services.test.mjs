import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byDefault, isAsked } from '../src/services';

const service = (purpose, requiredConsent = true, defaultConsent = false) => ({ purpose, requiredConsent, defaultConsent });

test('nobody is asked about necessary and unclassified services', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, null, undefined].map((purpose) => isAsked(service(purpose))), [false, true, true, true, true, false, false, false]);
  assert.equal(isAsked(service(2, false)), false);
});

test('before a choice only the necessary holds, and what the operator set as default', () => {
  assert.equal(byDefault(service(0, false), false), true);
  assert.equal(byDefault(service(2), false), false);
  assert.equal(byDefault(service(2, true, true), false), true);
});

test('the browser signal refuses audience measurement and marketing', () => {
  assert.deepEqual([1, 2, 3, 4].map((purpose) => byDefault(service(purpose, true, true), true)), [true, false, false, true]);
});
