import assert from 'node:assert/strict';
import { test } from 'node:test';
import texts from '../../../crates/placet/src/domain/texts/en.json';
import { askingOf, MEMBERS } from '../src/widgets/asking.ts';
import { slugOf } from '../src/widgets/slug.ts';
import { PARTS } from '../src/widgets/texts.ts';
import { originOf, placeWords, sectionOf, troubleWords, valueWords, wholeWords } from '../src/widgets/words.ts';

test('the address of any page of a site names its origin', () => {
  for (const [typed, origin] of [
    ['shop.example', 'https://shop.example'],
    [' HTTPS://Shop.Example/basket?id=1#top ', 'https://shop.example'],
    ['http://localhost:*', 'http://localhost:*'],
    ['https://*.shop.example', 'https://*.shop.example'],
    ['localhost:3000/page', 'https://localhost:3000'],
    ['', ''],
  ]) assert.equal(originOf(typed), origin, typed);
});

test('places of changes are said in words, also of slugs with dots', () => {
  assert.equal(placeWords('bgColor'), 'Background');
  assert.equal(placeWords('translations.de.startupTitle'), 'Title, German');
  assert.equal(placeWords('translations.de'), 'Language German');
  assert.equal(placeWords('services.a.b.purpose'), 'Service a.b: purpose');
  assert.equal(placeWords('services.order'), 'Order of the services');
  assert.equal(placeWords('allowedOrigins'), 'Domains');
  assert.equal(placeWords('somethingNew'), 'somethingNew');
  assert.equal(wholeWords({ path: 'services.hotjar', before: null, after: { name: 'Hotjar' } }), 'Service Hotjar');
  assert.equal(valueWords('services.matomo.purpose', 2), 'Audience measurement');
  assert.equal(valueWords('position', 'Center'), 'In the middle');
});

test('problems are named after what they are about, and lead to where it is put right', () => {
  const services = [{ name: 'Matomo' }];
  assert.equal(troubleWords('services[0].exemptReason', services, []), 'Matomo: why the law exempts it');
  assert.equal(troubleWords('translations[1].buttonLaterLabel', [], ['en', 'de']), 'Button to refuse, German');
  const paths = ['allowedOrigins[0]', 'services[0].name', 'groups[0].services[1]', 'translations.de.startupTitle', 'bgColor'];
  assert.deepEqual(paths.map(sectionOf), ['domains', 'services', 'services', 'texts', 'appearance']);
});

test('whether visitors are asked is one choice, and reads back as what was chosen', () => {
  for (const asking of ['asked', 'exempt', 'off']) assert.equal(askingOf({ purpose: 2, ...MEMBERS[asking] }), asking);
  assert.equal(askingOf({ purpose: 0, requiredConsent: true }), 'necessary');
  assert.equal(askingOf({ purpose: 3 }), 'asked');
});

test('slugs are made of names as the server makes them', () => {
  assert.deepEqual(['Film Club', ' Ads & More! ', 'Été'].map(slugOf), ['film-club', 'ads-more', 't']);
});

test('every text that the server has can be edited', () => {
  assert.deepEqual(PARTS.flatMap(({ keys }) => Object.keys(keys)).toSorted(), Object.keys(texts).toSorted());
});
