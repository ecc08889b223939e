// The texts of the page. English is in the page itself; the other languages are one small file each.
const lang = document.documentElement.lang;
let words = {};

/** The text under a key in the language of the page, or the English one given. */
export function say(key, english) {
  return words[key] ?? english;
}

export async function translate() {
  if (lang !== 'en') {
    const answer = await fetch(`/demo/texts/${lang}.json`);
    if (answer.ok) words = await answer.json();
  }
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = say(node.dataset.t, node.textContent);
  for (const node of document.querySelectorAll('[data-t-title]')) node.title = say(node.dataset.tTitle, node.title);
  for (const link of document.querySelectorAll('a[data-lang]')) {
    if (link.dataset.lang === lang) link.setAttribute('aria-current', 'true');
  }
}
