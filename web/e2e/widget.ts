// The widget most tests use, and the markup that puts it on a page.
const service = (name: string, slug: string, purpose: number, more: object = {}) => ({
  name, slug, purpose,
  requiredConsent: purpose > 0,
  defaultConsent: purpose === 0,
  privacyPolicyUrl: '/privacy',
  description: `What ${name} does, in one sentence.`,
  cookies: [{ name: `${slug}_id`, path: '/', expiryDays: 390 }, { name: `${slug}_s*`, path: '/', expiryDays: null }],
  ...more,
});

export const GROUPS = [
  { purpose: 0, services: [service('Basket', 'basket', 0)] },
  { purpose: 1, services: [service('Weglot', 'weglot', 1)] },
  { purpose: 2, services: [service('Matomo', 'matomo', 2), service('Google Analytics', 'ga', 2)] },
  { purpose: 3, services: [service('Meta Pixel', 'meta', 3)] },
  { purpose: 4, services: [service('YouTube', 'youtube', 4)] },
];

/** In the order of the settings; the visitor is asked about these. */
export const ASKED = ['weglot', 'matomo', 'ga', 'meta', 'youtube'];

export const SETTINGS = {
  label: 'Browser tests',
  allowedOrigins: ['http://localhost:*', 'http://*.shop.localhost:*'],
  position: 'BottomLeft',
  consentCookieExpiryTime: 180,
  saveConsentProof: true,
  showFixedButton: true,
  showCloseButton: true,
  cookieNoticeUrl: '/privacy',
  groups: GROUPS,
  translations: [{ lang: 'en' }, { lang: 'fr' }, { lang: 'de' }],
};

export interface Snippet {
  readonly origin: string;
  readonly key: string;
  readonly widget: number | string;
  readonly container?: string;
  readonly script?: string;
  /** Attributes of the container and of the script. */
  readonly attributes?: string;
  readonly scriptAttributes?: string;
}

/** One `div` and one `async` script, as on customers' pages. */
export function snippet({
  origin, key, widget, container = 'dastra-cookie-consent', script = '/sdk/placet.js', attributes = '', scriptAttributes = '',
}: Snippet): string {
  return `<div id="${container}" data-widgetid="${widget}" ${attributes}></div>`
    + `<script async ${scriptAttributes} src="${origin}${script}?key=${key}"></script>`;
}

/** A script that does not run before consent. */
export const dormant = (consent: string, file: string, attributes = ''): string =>
  `<script type="text/plain" data-consent="${consent}" data-src="/t/${file}" ${attributes}></script>`;

export const html = (body: string, head = ''): string => '<!doctype html><html lang="en"><head><meta charset="utf-8">'
  + `<meta name="viewport" content="width=device-width,initial-scale=1"><title>A customer’s page</title>${head}</head>`
  + `<body><main><h1>Shop</h1><p>Words, and <a href="#goods">a link</a>.</p>${body}</main></body></html>`;
