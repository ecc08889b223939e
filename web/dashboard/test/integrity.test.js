import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { verdictOn } from '../src/integrity.ts';

// The record every implementation must agree on: empty groups, every salt 22 times "A".
function seal(letter) {
  const disclosure = Buffer.from(JSON.stringify(['A'.repeat(22), letter, {}])).toString('base64url');
  return createHash('sha256').update(disclosure).digest('hex');
}

const COMMITMENT = 'c023566559a3411926c7106d90224b1d85acaa7651693e4aac560fa9cea7e16c';
const record = {
  commitments: { S: seal('S'), E: seal('E'), F: seal('F'), D: seal('D') },
  commitment: COMMITMENT,
  entry: `01${COMMITMENT}`,
  leaf: '40f6cd35c87df7e27e7496c7c820924979a67a96ba3bcc68964ed20fb201d3cd',
};

test('a sealed record holds', async () => {
  assert.equal(await verdictOn(record), 'holds');
});

test('one changed digit anywhere breaks it', async () => {
  const changed = (hex) => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
  for (const name of ['commitment', 'entry', 'leaf']) {
    assert.equal(await verdictOn({ ...record, [name]: changed(record[name]) }), 'broken', name);
  }
  for (const letter of ['S', 'E', 'F', 'D']) {
    const commitments = { ...record.commitments, [letter]: changed(record.commitments[letter]) };
    assert.equal(await verdictOn({ ...record, commitments }), 'broken', letter);
  }
});
