import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directionOf, fieldsIn, plainText, shortened, valueWords } from '../src/readable.ts';

test('nested content becomes one field a line', () => {
  assert.deepEqual(fieldsIn('{"name":"Ada","address":{"city":"Rome"},"tags":["a",""],"none":{}}'), [
    { name: 'name', value: 'Ada' },
    { name: 'address › city', value: 'Rome' },
    { name: 'tags › 1', value: 'a' },
    { name: 'tags › 2', value: '(empty)' },
    { name: 'none', value: '(empty)' },
  ]);
});

test('content that is not an object is left as it is', () => {
  assert.equal(fieldsIn('name=Ada'), null);
  assert.equal(fieldsIn('"Ada"'), null);
  assert.equal(fieldsIn('{broken'), null);
});

test('yes and no are told apart from words that look like them', () => {
  assert.equal(valueWords(true), 'Yes');
  assert.equal(valueWords('true'), 'true');
  assert.equal(valueWords([]), '(empty)');
  assert.equal(valueWords({ over: 16 }), 'over: 16');
});

test('a notice stored as HTML is read as words, a plain one is untouched', () => {
  assert.equal(plainText('<h1>Policy</h1><p>We &amp; you</p><ul><li>One</li><li>Two</li></ul>'), 'Policy\nWe & you\n\n• One\n• Two');
  assert.equal(plainText('<p>a</p><script>alert(1)</script>'), 'a');
  assert.equal(plainText('if a < b and b > c'), 'if a < b and b > c');
});

test('digests are shortened from the middle; scripts know their direction', () => {
  assert.equal(shortened(`sha256:${'ab'.repeat(32)}`), 'ababababab…ababab');
  assert.equal(directionOf('ar-EG'), 'rtl');
  assert.equal(directionOf('de'), 'ltr');
});
