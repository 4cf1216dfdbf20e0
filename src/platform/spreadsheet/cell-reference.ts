/** Cell names such as AB12; columns count from 0 here, rows from 1. */

/** "AB12" → 27, zero-based. */
export function columnOf(reference: string | undefined): number | undefined {
  if (reference === undefined) return undefined;
  let column = 0;
  for (let at = 0; at < reference.length; at += 1) {
    const code = reference.charCodeAt(at) & ~32;
    if (code < 65 || code > 90) break;
    column = column * 26 + (code - 64);
  }
  return column === 0 ? undefined : column - 1;
}

export function rowOf(reference: string): number {
  return Number(/\d+/.exec(reference)?.[0] ?? 0);
}

/** 0 → A, 27 → AB. */
export function columnLetters(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnLetters(Math.floor(column / 26) - 1) + letter;
}
