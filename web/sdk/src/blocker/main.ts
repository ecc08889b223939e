// Optional, synchronous, first in the head: keeps tags away that nobody marked, by their address.
//
//   <script src="/sdk/blocker.js" data-block="youtube=youtube.com,youtu.be matomo=stats.example.org"></script>
//
// It marks them for the loader, which releases them. What it cannot stop: the speculative request of the browser for a
// tag that stands in the HTML, code that is part of the page's own scripts, fetch, beacons, and style sheets.

interface Rule {
  /** What `data-consent` will say. */
  readonly consent: string;
  readonly parts: readonly string[];
}

const RULES: readonly Rule[] = (document.currentScript?.dataset['block'] ?? '').trim().split(/\s+/).filter(Boolean).map((rule) => {
  const [consent = '', parts = ''] = rule.split('=');
  return { consent, parts: parts.split(',').filter(Boolean) };
});

const BLOCKED = /^(SCRIPT|IFRAME|IMG)$/;
const DORMANT = 'text/plain';

/** A part is a host, which means its sub-domains too, and may go on with a path. */
function matches(address: string, part: string): boolean {
  const { hostname, pathname } = new URL(address, document.baseURI);
  const [host = '', ...path] = part.split('/');
  return ('.' + hostname).endsWith('.' + host) && pathname.startsWith('/' + path.join('/'));
}

function consentFor(address: string): string | undefined {
  try {
    return RULES.find(({ parts }) => parts.some((part) => matches(address, part)))?.consent;
  } catch {
    return undefined; // not an address
  }
}

/** Already marked, or released by the loader. */
const isMarked = ({ dataset }: HTMLElement): boolean => dataset['consent'] !== undefined;

function mark(element: HTMLElement, consent: string, address: string): void {
  element.dataset['consent'] = consent;
  element.dataset['src'] = address;
  if (!(element instanceof HTMLScriptElement)) return;
  if (element.type && element.type !== 'text/javascript') element.dataset['type'] = element.type;
  element.type = DORMANT;
}

/** Answers whether the address was kept away from the element. */
function keep(element: HTMLElement, address: string): boolean {
  const consent = isMarked(element) ? undefined : consentFor(address);
  if (consent === undefined) return false;
  mark(element, consent, address);
  return true;
}

/** Elements that scripts make: nothing is requested. */
function patch({ prototype }: { readonly prototype: HTMLElement }): void {
  const given = Object.getOwnPropertyDescriptor(prototype, 'src');
  if (!given?.set) return;
  const set = given.set;
  Object.defineProperty(prototype, 'src', {
    ...given, set(this: HTMLElement, address: unknown) { if (!keep(this, String(address))) set.call(this, address); },
  });
}

function patchAttributes(): void {
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    const isAddress = BLOCKED.test(this.tagName) && String(name).toLowerCase() === 'src';
    if (!isAddress || !keep(this as HTMLElement, String(value))) setAttribute.call(this, name, value);
  };
}

/** Elements of the HTML: they do not run, but the browser may have asked for them already. */
function disarm(element: Node): void {
  if (!(element instanceof HTMLElement) || !BLOCKED.test(element.tagName)) return;
  const address = element.getAttribute('src');
  if (!address || !keep(element, address)) return;
  element.removeAttribute('src');
}

function watch(): void {
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const added of addedNodes) {
        disarm(added);
        if (added instanceof Element) added.querySelectorAll('script,iframe,img').forEach(disarm);
      }
    }
  }).observe(document, { childList: true, subtree: true });
}

if (RULES.length) {
  [HTMLScriptElement, HTMLIFrameElement, HTMLImageElement].forEach(patch);
  patchAttributes();
  watch();
}
