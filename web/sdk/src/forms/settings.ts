// What `init` set, and what is said on the console.
import type { FormOptions } from '../../types/forms';

export let options: FormOptions | undefined;

const early: (() => void)[] = [];

/** Nothing that goes wrong here is fatal to the page. */
export function log(message: string, detail?: unknown): void {
  if (/none|fatal/.test(options?.logger + ' ' + options?.log_level)) return;
  try {
    console.error('Placet forms: ' + message, detail ?? '');
  } catch {
    // A page may have replaced the console.
  }
}

/** Nothing of ours may throw into the page. */
export function attempt<T>(action: () => T): T | undefined;
export function attempt<T>(action: () => T): T | void {
  try {
    return action();
  } catch (error) {
    log('stopped by an error', error);
  }
}

/** Runs once `init` has said whose consents these are. */
export function whenReady(action: () => unknown): void {
  if (options) attempt(action);
  else early.push(action);
}

/** A second time it replaces the options, and what waits is kept. */
export function useOptions(next: FormOptions): void {
  options = next;
  early.splice(0).forEach(attempt);
}
