import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choiceOf, decodeChoice, settle } from '../src/choice';
import { stringify } from '../src/json';
import { encodeChoice } from '../src/ui/consent_cookie';
import { lend } from '../src/ui/lent';

lend(Object.assign(new Array(18), { 12: stringify }));

const NOW = 1_790_000_000;
const DAY = 86400;
const never = () => false;
const choice = (more = {}) => ({ v: 1, id: 'c-1', k: null, d: NOW, c: { matomo: true, youtube: false }, ...more });

test('the cookie, decoded, contains "slug":true without spaces', () => {
  const text = decodeURIComponent(encodeChoice(choice(), never));
  assert.ok(text.includes('"matomo":true') && text.includes('"youtube":false'));
  assert.ok(!text.includes(' '));
});

test('what was written is what is read', () => {
  assert.deepEqual(decodeChoice(encodeChoice(choice({ k: 'key', p: 1, r: { matomo: 2 } }), never)), choice({ k: 'key', p: 1, r: { matomo: 2 } }));
});

test('a value that is not ours is ignored', () => {
  for (const foreign of ['', 'BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA', '%', '%7B%7D', 'null', '%22text%22', '%7B%22v%22%3A2%7D']) {
    assert.equal(decodeChoice(foreign), null, foreign);
  }
});

test('a cookie that grew too long keeps what differs from the default, then only that a choice was made', () => {
  const c = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`a-service-with-a-long-name-${at}`, at < 3]));
  const differing = decodeChoice(encodeChoice(choice({ c }), (slug, consent) => !consent));
  assert.equal(Object.keys(differing.c).length, 3);
  const none = encodeChoice(choice({ c }), never);
  assert.ok(none.length < 3800);
  assert.deepEqual(decodeChoice(none).c, {});
});

const proof = (date, more = {}) => ({ consentId: 'c-1', choice: choice({ d: Math.floor(date / 1000), c: { matomo: false }, ...more }) });

test('a stored proof says the same as a cookie would', () => {
  assert.deepEqual(choiceOf(proof(NOW * 1000 + 999)), choice({ c: { matomo: false } }));
  for (const broken of [null, {}, { consentId: 'c' }, { choice: {} }, { choice: 'text' }, 'text', []]) assert.equal(choiceOf(broken), null);
});

test('cookie and storage agree: storage', () => {
  const stored = choiceOf(proof(NOW * 1000));
  assert.equal(settle(choice(), stored, null, 180, NOW).choice, stored);
});

test('cookie only, or newer: the cookie, because a sibling sub-domain wrote it', () => {
  const cookie = choice();
  assert.equal(settle(cookie, null, null, 180, NOW).choice, cookie);
  assert.equal(settle(cookie, choiceOf(proof((NOW - 10) * 1000)), null, 180, NOW).choice, cookie);
});

test('storage only: asked again under the same id', () => {
  assert.deepEqual(settle(undefined, choiceOf(proof(NOW * 1000)), null, 180, NOW), { id: 'c-1', choice: null });
});

test('both end when they are read', () => {
  const old = choice({ d: NOW - 180 * DAY });
  assert.deepEqual(settle(old, old, null, 180, NOW), { id: undefined, choice: null });
  assert.deepEqual(settle(undefined, choiceOf(proof((NOW - 180 * DAY) * 1000)), null, 180, NOW), { id: undefined, choice: null });
  assert.ok(settle(choice({ d: NOW - 180 * DAY + 1 }), null, null, 180, NOW).choice);
});

test('a choice from a clock that ran ahead does not last for ever', () => {
  assert.equal(settle(choice({ d: NOW + 2 * DAY }), null, null, 180, NOW).choice, null);
});

test('a reset asks again and keeps the id', () => {
  assert.deepEqual(settle(choice(), null, 'new-key', 180, NOW), { id: 'c-1', choice: null });
  assert.ok(settle(choice({ k: 'new-key' }), null, 'new-key', 180, NOW).choice);
});
