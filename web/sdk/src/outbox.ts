// The outbox: proofs that wait in localStorage until the server has them. The loader only looks whether it is empty.
export const OUTBOX = 'placet-outbox';
