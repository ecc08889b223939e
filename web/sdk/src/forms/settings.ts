// What `init` set, and what is said on the console.
export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface Options {
  readonly api_key: string;
  readonly logger?: 'console' | 'none';
  readonly log_level?: Level | 'none';
  readonly sendFromLocalStorageAtLoad?: boolean;
  readonly base_url?: string;
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'none'];

export let options: Options | undefined;

export function useOptions(next: Options): void {
  options = next;
}

export function log(level: Level, message: string, detail?: unknown): void {
  if (options?.logger === 'none' || LEVELS.indexOf(level) < LEVELS.indexOf(options?.log_level ?? 'error')) return;
  try {
    console[level === 'fatal' ? 'error' : level]('Placet forms: ' + message, detail ?? '');
  } catch {
    // A page may have replaced the console.
  }
}

/** Nothing of ours may throw into the page. */
export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    log('error', 'stopped by an error', error);
    return undefined;
  }
}

export const isText = (value: unknown): value is string => typeof value === 'string';
