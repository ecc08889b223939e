// Nothing of ours may throw into the customer's page.

export function complain(message: string, cause?: unknown): void {
  try {
    console.error('Placet: ' + message, cause ?? '');
  } catch {
    // A page may have replaced the console too.
  }
}

export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    complain('stopped by an error', error);
    return undefined;
  }
}
