/** `npm run faults` asks for the full size; `npm test` for one that is done in a minute. */
export const full = process.env.FAULTS === 'full';
export const sized = (small: number, whole: number): number => (full ? whole : small);
