// What the loader lent, under its names.
import type { Lent } from '../host';

export let sdk: Lent[0];
export let root: Lent[1];
export let held: Lent[2];
export let consented: Lent[3];
export let named: Lent[4];
export let take: Lent[5];
export let announceServices: Lent[6];
export let carryOut: Lent[7];
export let trigger: Lent[8];
export let blocks: Lent[9];
export let recall: Lent[10];
export let retain: Lent[11];
export let stringify: Lent[12];
export let announce: Lent[13];
export let found: Lent[14];
export let purposeNames: Lent[15];
export let isDue: Lent[16];
export let markOf: Lent[17];

export function lend(lent: Lent): void {
  [
    sdk, root, held, consented, named, take, announceServices, carryOut, trigger, blocks,
    recall, retain, stringify, announce, found, purposeNames, isDue, markOf,
  ] = lent;
}
