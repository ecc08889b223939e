// Light or dark: follows the system until it is switched. It is remembered only if the visitor agreed to the
// preferences service: the way to ask for consent from one's own code.
const SERVICE = 'shop-preferences';
const COOKIE = 'shop_theme';
const root = document.documentElement;
const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)');
let allowed = false;

function remember() {
  if (allowed && root.dataset.theme) document.cookie = `${COOKIE}=${root.dataset.theme}; Path=/; Max-Age=15552000; SameSite=Lax`;
}

function recall() {
  const kept = document.cookie.match(/(?:^|; )shop_theme=(light|dark)/)?.[1];
  if (kept) root.dataset.theme ??= kept;
}

function follow(consents) {
  allowed = consents.getServiceConsent(SERVICE) === true;
  if (allowed) recall();
  remember();
}

export function switchTheme() {
  document.getElementById('theme').addEventListener('click', () => {
    const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : systemIsDark.matches;
    root.dataset.theme = isDark ? 'light' : 'dark';
    remember();
  });
  window.dastra ??= [];
  window.dastra.push(['cookieReady', ({ consent }) => {
    follow(consent);
    window.addEventListener('dastra:consents:updated', () => follow(consent));
  }]);
}
