/** A colour with a meaning; text always says the same thing. */
export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';

/** Joins class names, leaving out the absent ones. */
export const classes = (...names: (string | false | null | undefined)[]): string =>
  names.filter((name) => typeof name === 'string' && name !== '').join(' ');
