// What became of one submission: said exactly once, whenever somebody asks.
import { attempt } from './settings';
import type { FormCallbacks, FormOutcome } from '../../types/forms';

type Kind = 'success' | 'error';
type Settled = readonly [kind: Kind, answer: unknown, kept?: boolean];

export interface Outcome extends FormOutcome {
  readonly done: Promise<Settled>;
  settle(settled: Settled): void;
}

export function outcomeFor(callbacks?: FormCallbacks | null): Outcome {
  let settle!: Outcome['settle'];
  const done = new Promise<Settled>((resolve) => { settle = resolve; });
  const on = (wanted: Kind) => (callback: ((answer: any) => void) | undefined): Outcome => {
    void done.then(([kind, answer]) => { if (callback && kind === wanted) attempt(() => callback(answer)); });
    return outcome;
  };
  // The older, chained style.
  const outcome = { done, settle, success: on('success'), error: on('error') } as Outcome;
  on('success')(callbacks?.success);
  on('error')(callbacks?.error);
  return outcome;
}
