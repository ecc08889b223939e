import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readable } from '../src/ui/tokens';

test('a readable colour stays', () => {
  assert.equal(readable('#2E4058', '#FFFFFF'), '#2E4058');
  assert.equal(readable('#fff', '#252c3a'), '#fff');
});

test('text that its background swallows becomes black or white', () => {
  assert.equal(readable('#686868', '#E7630A'), '#000');
  assert.equal(readable('#333', '#111'), '#fff');
  assert.equal(readable(null, '#fff'), '#000');
});

test('a colour that is not hexadecimal is taken at its word', () => {
  assert.equal(readable('rebeccapurple', '#fff'), 'rebeccapurple');
});
