// Recomputes a record's commitment, entry and leaf from its four group commitments, in the member's own browser:
// C = SHA-256("placet/record/1\n" || c_S || c_E || c_F || c_D), entry = 0x01 || C, leaf = SHA-256(0x00 || entry).
import type { ConsentDetail } from './types';

export type Verdict = 'holds' | 'broken' | 'unchecked';

const TAG = new TextEncoder().encode('placet/record/1\n');

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  const whole = new Uint8Array(parts.flatMap((part) => [...part]));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

export async function verdictOn(consent: ConsentDetail): Promise<Verdict> {
  // Browsers offer no hashing on plain http, except on this machine.
  if (!globalThis.crypto?.subtle) return 'unchecked';
  const { S, E, F, D } = consent.commitments;
  const commitment = await sha256(TAG, bytes(S), bytes(E), bytes(F), bytes(D));
  const entry = Uint8Array.of(1, ...commitment);
  const leaf = await sha256(Uint8Array.of(0), entry);
  const holds = hex(commitment) === consent.commitment && hex(entry) === consent.entry && hex(leaf) === consent.leaf;
  return holds ? 'holds' : 'broken';
}
