// What a panel shows: one thing, read again after each change.
import { Problem, read } from '../api';

export class One<Item> {
  item = $state.raw<Item | null>(null);
  problem = $state.raw<Problem | null>(null);
  #asked = new AbortController();

  async load(address: string): Promise<void> {
    this.#asked.abort();
    const asked = this.#asked = new AbortController();
    this.problem = null;
    try {
      const item = await read<Item>(address, asked.signal);
      if (!asked.signal.aborted) this.item = item;
    } catch (error) {
      if (!asked.signal.aborted) this.problem = Problem.of(error);
    }
  }
}
