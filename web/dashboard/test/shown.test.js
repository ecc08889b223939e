import assert from 'node:assert/strict';
import { test } from 'node:test';
import { disclaimerOf } from '../src/shown.ts';

const service = (purpose) => ({ name: 'x', slug: 'x', purpose, consent: true });
const shown = (lang, texts) => ({ lang, texts });

test('the purposes that were asked about are named where the text leaves room for them', () => {
  const texts = { startupDisclaimer: 'For:\n{purposes}.', categoryAnalyticalLabel: 'Statistik', categoryOtherLabel: 'Videos' };
  assert.equal(disclaimerOf(shown('de', texts), [service(4), service(2), service(0)]), 'For:\nStatistik und Videos.');
});

test('they are named after a text that leaves no room', () => {
  assert.equal(disclaimerOf(shown('en', { startupDisclaimer: 'Cookies?' }), [service(3)]), 'Cookies?\nMarketing');
});

test('a language that no browser knows does no harm', () => {
  const texts = { startupDisclaimer: '{purposes}', categoryMarketingLabel: 'A', categoryOtherLabel: 'B' };
  assert.equal(disclaimerOf(shown('not a language', texts), [service(3), service(4)]), 'A and B');
});
