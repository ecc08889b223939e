// A stand-in for a visit counter: it counts the pages seen in a cookie of its own, and tells nobody.
(() => {
  const seen = Number(document.cookie.match(/(?:^|; )shop_visits=(\d+)/)?.[1] ?? 0);
  document.cookie = `shop_visits=${seen + 1}; Path=/; Max-Age=33696000; SameSite=Lax`;
})();
