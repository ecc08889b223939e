import assert from 'node:assert/strict';
import { test } from 'node:test';
import { field, form } from './browser.mjs';
import { extract as read, valueOf } from '../src/forms/extract';
import { fieldsOf } from '../src/forms/form';

/** As it is written down. */
const extract = (given, map) => JSON.parse(JSON.stringify(read(fieldsOf(given), map)));

test('the map names form fields by their exact name', () => {
  const given = form(
    field('email', { name: 'form_fields[email]' }, { value: 'a@b.c' }),
    field('text', { name: 'id' }, { value: '17' }),
    field('checkbox', { name: 'news' }, { value: 'yes', checked: true }),
    field('checkbox', { name: 'terms' }, { value: 'yes' }),
  );
  assert.deepEqual(extract(given, {
    subject: { email: 'form_fields[email]', id: 'id', first_name: 'missing' }, preferences: { newsletter: 'news', terms: 'terms' },
  }), { subject: { email: 'a@b.c', id: '17' }, preferences: { newsletter: true, terms: false } });
});

test('attributes need neither map nor name, and the map outweighs them', () => {
  const given = form(
    field('text', { 'data-cons-subject': 'full_name' }, { value: 'Ada' }),
    field('text', { name: 'other' }, { value: 'Grace' }),
    field('checkbox', { 'data-cons-preference': 'newsletter' }, { checked: true }),
  );
  assert.deepEqual(extract(given, {}), { subject: { full_name: 'Ada' }, preferences: { newsletter: true } });
  assert.equal(extract(given, { subject: { full_name: 'other' } }).subject.full_name, 'Grace');
});

test('of a group of boxes the first decides, of radio buttons the chosen one', () => {
  const boxes = [field('checkbox', {}, { checked: false }), field('checkbox', {}, { checked: true })];
  assert.equal(valueOf(boxes), false);
  const radios = [field('radio', {}, { value: 'a' }), field('radio', {}, { value: 'b', checked: true })];
  assert.equal(valueOf(radios), 'b');
  assert.equal(valueOf([field('radio', {}, { value: 'a' })]), undefined);
});

test('selects give the selected value, several as a list', () => {
  assert.equal(valueOf([field('select-one', {}, { value: 'fr' })]), 'fr');
  const several = field('select-multiple', {}, { multiple: true, selectedOptions: [{ value: 'a' }, { value: 'b' }] });
  assert.deepEqual(valueOf(fieldsOf(form(several))), ['a', 'b']);
});

test('empty fields say nothing about a person; `verified` is a yes or no', () => {
  const given = form(
    field('text', { 'data-cons-subject': 'email' }),
    field('checkbox', { 'data-cons-subject': 'verified' }),
    field('checkbox', { 'data-cons-subject': 'member' }, { value: 'gold' }),
  );
  assert.deepEqual(extract(given, {}).subject, { verified: false });
});
