// The basket: strictly necessary, so it needs no consent and says so in the choices.
const COOKIE = 'shop_basket';

function count() {
  return Number(document.cookie.match(/(?:^|; )shop_basket=(\d+)/)?.[1] ?? 0);
}

function show() {
  document.getElementById('basket-count').textContent = `(${count()})`;
}

export function fillBasket() {
  for (const button of document.querySelectorAll('.add')) {
    button.addEventListener('click', () => {
      document.cookie = `${COOKIE}=${count() + 1}; Path=/; SameSite=Lax`;
      show();
      document.getElementById('said').textContent = document.getElementById('basket').textContent;
    });
  }
  show();
}
