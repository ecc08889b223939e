import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuid } from '../src/ui/uuid';

test('ids are version 7 and differ', () => {
  const ids = Array.from({ length: 500 }, uuid);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(ids).size, 500);
  const written = parseInt(ids[0].replace('-', '').slice(0, 12), 16);
  assert.ok(Math.abs(written - Date.now()) < 5000);
});
