// What waits in localStorage for the ui. The loader only looks whether there is anything.

/** Proofs, until the server has them. */
export const OUTBOX = 'placet-outbox';

/** What a script saved before the ui was there to carry it through: no page that leaves in between may lose it. */
export const SAVING = 'placet-saving';
