// Runs before the widget's script: the page and the window that asks speak the same language from the start.
// The address decides (?lang=fr), then the page one comes from, so that links need not repeat it.
(() => {
  const spoken = ['en', 'fr', 'de', 'ar'];
  const asked = (address) => {
    try {
      return new URL(address).searchParams.get('lang');
    } catch {
      return null;
    }
  };
  const lang = [asked(location.href), asked(document.referrer)].find((code) => spoken.includes(code)) ?? 'en';
  const root = document.documentElement;
  root.lang = lang;
  root.dir = lang === 'ar' ? 'rtl' : 'ltr';
  document.getElementById('dastra-cookie-consent')?.setAttribute('data-lang', lang);
})();
