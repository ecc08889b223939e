// "My consent": opens the choices, and shows the id under which the proof is found.
import { say } from './words.js';

// The widget keeps the whole proof under this name; the shop reads the id and changes nothing.
const KEPT_AS = 'dastra-consents';

function consentId() {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AS))?.consentId ?? null;
  } catch {
    return null;
  }
}

function show() {
  const id = consentId();
  document.getElementById('consent-id').textContent = id ?? '';
  document.getElementById('consent-known').hidden = id === null;
  document.getElementById('consent-none').hidden = id !== null;
}

/** Makes every button with data-copies put the text of that element on the clipboard. */
export function offerCopies(root) {
  for (const button of root.querySelectorAll('[data-copies]')) {
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
      button.textContent = say('mine.copied', 'Copied');
      document.getElementById('said').textContent = button.textContent;
    });
  }
}

export function showMyConsent() {
  for (const button of document.querySelectorAll('[data-open-consent]')) {
    button.addEventListener('click', () => window.dastra?.openCookieConsent?.());
  }
  offerCopies(document);
  window.addEventListener('dastra:consents:ready', show);
  window.addEventListener('dastra:consents:updated', show);
  show();
}
