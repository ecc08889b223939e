// A stand-in for an advertising pixel: it marks the browser with a cookie of its own, and tells nobody.
(() => {
  if (/(?:^|; )shop_ad=/.test(document.cookie)) return;
  document.cookie = `shop_ad=${crypto.randomUUID()}; Path=/; Max-Age=7776000; SameSite=Lax`;
})();
