// A list on screen: the pages asked for so far, in the server's order.
import { pageAt, Problem } from '../api';

export class Paged<Item> {
  items = $state.raw<Item[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  loadingMore = $state(false);
  problem = $state.raw<Problem | null>(null);
  next = $state.raw<string | null>(null);
  #asked = new AbortController();

  // A newer question makes the answer to an older one worthless.
  async open(address: string): Promise<void> {
    this.state = 'loading';
    this.loadingMore = false;
    await this.#ask(address, []);
  }

  async more(): Promise<void> {
    if (!this.next || this.loadingMore) return;
    this.loadingMore = true;
    await this.#ask(this.next, this.items);
  }

  async #ask(address: string, before: Item[]): Promise<void> {
    this.#asked.abort();
    const asked = this.#asked = new AbortController();
    try {
      const page = await pageAt<Item>(address, asked.signal);
      if (asked.signal.aborted) return;
      this.items = [...before, ...page.items];
      this.next = page.next;
      this.problem = null;
      this.state = 'ready';
    } catch (error) {
      if (asked.signal.aborted) return;
      this.problem = Problem.of(error);
      if (before.length === 0) this.state = 'failed';
    }
    this.loadingMore = false;
  }
}
