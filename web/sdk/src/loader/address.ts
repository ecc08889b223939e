// Where this script came from: that is where the API and our other files are, and whose public key the page uses.

declare const __PLACET_SDK__: string;

/** The digest of the ui file, in hexadecimal. */
export const SDK = __PLACET_SDK__;

/** A page can shadow document.currentScript with a named element, and module loaders leave it empty. */
function ownAddress(): URL | null {
  const current = document.currentScript;
  const script = current instanceof HTMLScriptElement && current.src
    ? current
    : document.querySelector<HTMLScriptElement>('script[src*="/placet.js"],script[src*="/dastra.js"]');
  return script && new URL(script.src);
}

export const address = ownAddress() as URL;

/** A file that few page views need. */
export const part = <T>(name: string): Promise<T> => import(`${address.origin}/sdk/${SDK}/${name}.js`);
