/** Lengths of time as people type them in the policy's text. */

const SPANS: readonly (readonly [string, RegExp])[] = [
  ['y', /^(y|年|years?)$/],
  ['m', /^(m|个?月|months?)$/],
  ['d', /^(d|天|日|days?)$/],
];

/**
 * A length of time as people type it – 5 年, 18个月, 30 days, 5y – as the file writes it; a number alone keeps the unit it
 * had. Null when it is none.
 */
export function readDuration(typed: string, before: string): string | null {
  const found = /^([1-9]\d{0,2})\s*(\D*)$/.exec(typed.normalize('NFKC').trim());
  if (!found) return null;
  const [, number = '', word = ''] = found;
  const unit = word === '' ? before.at(-1) : SPANS.find(([, words]) => words.test(word.toLowerCase()))?.[0];
  return unit === undefined ? null : `${number}${unit}`;
}
