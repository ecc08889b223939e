import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markOf } from '../src/loader/marks';

const mark = (dataset) => markOf({ dataset });

test('our own mark is taken at its word, and is stronger than any other', () => {
  assert.equal(mark({ consent: 'matomo youtube' }), 'matomo youtube');
  assert.equal(mark({ consent: '', name: 'matomo' }), '');
  assert.equal(mark({ consent: 'matomo', cookieconsent: 'marketing' }), 'matomo');
});

test('purposes of other tools become ours, separators and all', () => {
  const words = {
    necessary: 'Necessary', preferences: 'Preference', functionality: 'Preference', functional: 'Preference', statistics: 'Analytical',
    analytics: 'Analytical', marketing: 'Marketing', ads: 'Marketing', advertisement: 'Marketing', targeting: 'Marketing',
  };
  for (const [word, label] of Object.entries(words)) assert.equal(mark({ category: word }), 'category:' + label, word);
  assert.equal(mark({ cookieconsent: 'preferences,statistics' }), 'category:Preference,category:Analytical');
});

test('a word that nobody knows, or that says "when refused", is no purpose', () => {
  for (const word of ['!analytics', 'social', 'ignore']) assert.equal(mark({ category: word }), 'category:undefined', word);
});

test('a name is a service', () => {
  assert.equal(mark({ name: 'matomo' }), 'matomo');
  assert.equal(mark({}), undefined);
});
