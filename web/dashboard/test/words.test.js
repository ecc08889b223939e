import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../src/api.ts';
import { refusalWords, sizeWords, typeWords } from '../src/documents/words.ts';
import { takenWords } from '../src/subjects/words.ts';
import { momentIn, wrongIn } from '../src/wrong.ts';

test('a size is told in the unit that keeps it short', () => {
  const sizes = { 0: '0 bytes', 1: '1 byte', 999: '999 bytes', 1000: '1 KB', 1234: '1.2 KB', 9949: '9.9 KB', 9950: '10 KB', 999499: '999 KB', 999500: '1 MB', 10485760: '10 MB', 4e9: '4 GB' };
  for (const [bytes, words] of Object.entries(sizes)) assert.equal(sizeWords(Number(bytes)), words);
});

test('a type is told in a word where there is one', () => {
  assert.deepEqual(['application/pdf', 'image/png', 'application/x-odd'].map(typeWords), ['PDF', 'Picture (PNG)', 'application/x-odd']);
});

test('a file that is too large is refused with both sizes', () => {
  const words = refusalWords(new Problem(413, '', 'Request Entity Too Large: at most 10485760 bytes are accepted'), { size: 12_000_000 });
  assert.match(words, /^This file is too large: it has 12 MB, and at most 10 MB are accepted\. Nothing was stored\./);
  assert.equal(refusalWords(new Problem(400, '', 'file: has no bytes'), { size: 0 }), 'file: has no bytes');
});

test('an erasure is told in one line for each kind of thing that goes', () => {
  const nothing = { was_known: false, subject: false, consents: 0, events: 0, preferences: 0, forms: 0, documents: 0, answers: 0 };
  assert.deepEqual(takenWords(nothing), []);
  assert.deepEqual(takenWords({ ...nothing, subject: true, consents: 1, documents: 2 }), [
    'The subject: id, names, addresses, phones', 'Person and circumstances of 1 consent', '2 documents that nothing else points to']);
});

test('errors go to the fields that they name, and the rest is told below', () => {
  const refused = new Problem(400, 'Bad Request', 'all of it', undefined, [
    { pointer: '/subject/email', detail: 'is longer than 320 characters' },
    { pointer: '/legal_notices/0/version', detail: 'must be a whole number' },
    { pointer: '/legal_notices/1', detail: 'No such notice.' },
    { pointer: '/subject/emails', detail: 'is unknown' },
    { pointer: '/', detail: 'the body must be a JSON object' },
  ]);
  assert.deepEqual(wrongIn(refused, ['/subject/email', '/legal_notices']), {
    fields: { '/subject/email': 'This is longer than 320 characters.', '/legal_notices': 'This must be a whole number. No such notice.' },
    rest: 'subject/emails is unknown. the body must be a JSON object.',
  });
  assert.deepEqual(wrongIn(new Problem(0, 'No connection', 'Placet does not answer.'), []), { fields: {}, rest: 'Placet does not answer.' });
});

test('a moment is that of the member’s own time zone, or none', () => {
  assert.equal(momentIn('2026-02-20T10:30'), new Date(2026, 1, 20, 10, 30).toISOString());
  assert.deepEqual([momentIn(''), momentIn('noon')], [null, null]);
});
