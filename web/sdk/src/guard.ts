// Nothing of ours may throw into the customer's page.

/** For what may fail without anybody having to know. */
export function quiet<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** A page may have replaced the console too. */
export const complain = (message: string, cause?: unknown): void => quiet(() => console.error('Placet: ' + message, cause ?? ''));

export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    complain('stopped by an error', error);
    return undefined;
  }
}
