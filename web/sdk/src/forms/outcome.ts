// The callbacks of one submission: exactly one of them, exactly once, whenever it was attached.
import { attempt } from './settings';

export type Callback = (response: unknown) => void;

export interface Callbacks {
  readonly success?: Callback;
  readonly error?: Callback;
}

export class Outcome {
  private settled: readonly ['success' | 'error', unknown] | undefined;
  private readonly waiting: Record<'success' | 'error', Callback[]> = { success: [], error: [] };

  constructor(callbacks?: Callbacks) {
    if (callbacks?.success) this.success(callbacks.success);
    if (callbacks?.error) this.error(callbacks.error);
  }

  /** The older, chained style. */
  success(callback: Callback): this {
    return this.on('success', callback);
  }

  error(callback: Callback): this {
    return this.on('error', callback);
  }

  settle(kind: 'success' | 'error', response: unknown): void {
    if (this.settled) return;
    this.settled = [kind, response];
    for (const callback of this.waiting[kind]) attempt(() => callback(response));
  }

  private on(kind: 'success' | 'error', callback: Callback): this {
    const { settled } = this;
    if (!settled) this.waiting[kind].push(callback);
    else if (settled[0] === kind) attempt(() => callback(settled[1]));
    return this;
  }
}
