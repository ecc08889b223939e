// Events on window, under the names pages already listen to.
import { attempt } from './guard';

/** Also written to the console while the page has set `dastra.debug`. */
export function announce(name: string, detail?: unknown): void {
  attempt(() => (window as any).dastra?.debug && console.log('Placet', name, detail));
  window.dispatchEvent(new CustomEvent('dastra:' + name, { detail }));
}
