// Who did something: the API says `member:3`, people know an address.
import { read } from '../api';
import type { Member } from '../types';

export class Names {
  #members = $state.raw<Member[]>([]);

  async load(): Promise<void> {
    this.#members = await read<Member[]>('/api/v1/members?limit=500').catch(() => []);
  }

  of(author: string | null): string {
    if (!author) return 'The operator';
    const [kind, id] = author.split(':');
    if (kind === 'member') return this.#members.find((member) => String(member.id) === id)?.email ?? `Member ${id}`;
    return kind === 'key' ? 'A program' : 'The operator';
  }
}
