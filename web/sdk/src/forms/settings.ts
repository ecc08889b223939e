// What `init` set, and what is said on the console.
import type { FormOptions } from '../../types/forms';

export let options: FormOptions | undefined;

export const NO_KEY = 'no public api_key or base_url';

const early: (() => void)[] = [];

const LEVELS = 'debug info warn error fatal none';

/** What is at least as grave as the page wants to know. */
export function log(message: string, detail?: unknown, level: 'debug' | 'info' | 'warn' | 'error' | 'fatal' = 'error'): void {
  if (options?.logger === 'none' || LEVELS.indexOf(level) < LEVELS.indexOf(options?.log_level ?? 'error')) return;
  try {
    ((console as any)[level] ?? console.error)('Placet forms: ' + message, detail ?? '');
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
    log('stopped:', error);
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

const late = new Map<unknown, () => void>();

/** Does what has been put off. */
export function catchUp(): void {
  late.forEach(attempt);
  late.clear();
}

/** Once the browser has let the submission through; at the latest when the page goes. A click and the submission it causes are one. */
export function afterwards(about: unknown, action: () => void): void {
  late.set(about, action);
  setTimeout(catchUp);
}

addEventListener('pagehide', catchUp);
