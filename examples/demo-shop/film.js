// What players do: a cookie as soon as they run. This one tells nobody.
document.cookie = 'shop_film=1; Path=/; SameSite=Lax';
