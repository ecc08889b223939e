// Where this script came from: that is where the API is, and whose public key the page uses.

/** A page can shadow document.currentScript with a named element, and module loaders leave it empty. */
export function ownAddress(): URL | null {
  const current = document.currentScript;
  const script = current instanceof HTMLScriptElement && current.src
    ? current
    : document.querySelector<HTMLScriptElement>('script[src*="/sdk/placet.js"],script[src*="/dastra.js"]');
  return script && new URL(script.src);
}
