/**
 * Exact numbers: fractions of big integers in lowest terms with a positive denominator. Amounts, weights
 * and shares are kept exact; a value is rounded once, where a rule says so, in the way it says.
 */
export interface Exact {
  readonly n: bigint;
  readonly d: bigint;
}

export type Rounding = 'half-up' | 'half-even' | 'down' | 'up';

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** n ÷ d in lowest terms. Throws RangeError when d is 0. */
export function ratio(n: bigint, d: bigint): Exact {
  if (d === 1n) return { n, d };
  if (d === 0n) throw new RangeError('division by zero');
  const sign = d < 0n ? -1n : 1n;
  const by = gcd(n, d * sign) || 1n;
  if (by === 1n && sign === 1n) return { n, d };
  return { n: (n * sign) / by, d: (d * sign) / by };
}

export function whole(n: number | bigint): Exact {
  return { n: BigInt(n), d: 1n };
}

/** Reads plain decimal text such as `12.50`; null when it is anything else. */
export function parseExact(text: string): Exact | null {
  const parts = DECIMAL.exec(text);
  if (!parts) return null;
  const places = parts[3] ?? '';
  const n = BigInt(`${parts[2]}${places}`);
  return ratio(parts[1] === '-' ? -n : n, 10n ** BigInt(places.length));
}

/** A number as people write it: 0.1 is one tenth, not the binary fraction nearest to it; six places at most. */
export function exactNumber(n: number): Exact {
  return Number.isInteger(n) ? whole(n) : (parseExact(n.toFixed(6)) ?? whole(0));
}

export const add = (a: Exact, b: Exact): Exact =>
  a.d === b.d ? ratio(a.n + b.n, a.d) : ratio(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a: Exact, b: Exact): Exact => ratio(a.n * b.d - b.n * a.d, a.d * b.d);
export const multiply = (a: Exact, b: Exact): Exact => ratio(a.n * b.n, a.d * b.d);
export const divide = (a: Exact, b: Exact): Exact => ratio(a.n * b.d, a.d * b.n);
export const sumOf = (all: readonly Exact[]): Exact => all.reduce(add, whole(0));

/** Negative, zero or positive as a is below, equal to or above b. */
export function compare(a: Exact, b: Exact): number {
  const [x, y] = a.d === b.d ? [a.n, b.n] : [a.n * b.d, b.n * a.d];
  return x < y ? -1 : x > y ? 1 : 0;
}

export const greatest = (all: readonly Exact[]): Exact => all.reduce((a, b) => (compare(b, a) > 0 ? b : a));
export const least = (all: readonly Exact[]): Exact => all.reduce((a, b) => (compare(b, a) < 0 ? b : a));

/** Rounds the magnitude to so many decimal places: `down` and `up` are towards and away from zero. */
export function round(a: Exact, places: number, mode: Rounding): Exact {
  if (a.d === 1n) return a;
  const scale = 10n ** BigInt(places);
  const size = (a.n < 0n ? -a.n : a.n) * scale;
  const [floor, rest] = [size / a.d, size % a.d];
  const twice = rest * 2n;
  const up =
    mode === 'up'
      ? rest > 0n
      : mode === 'down'
        ? false
        : twice > a.d || (twice === a.d && (mode === 'half-up' || floor % 2n === 1n));
  const rounded = floor + (up ? 1n : 0n);
  return ratio(a.n < 0n ? -rounded : rounded, scale);
}

/** Decimal text, exact where it ends, else to `places` half-up. */
export function formatExact(a: Exact, places = 6): string {
  if (a.d === 1n) return a.n.toString();
  const { n, d } = round(a, places, 'half-up');
  const scaled = (n < 0n ? -n : n) * (10n ** BigInt(places) / d);
  const digits = scaled.toString().padStart(places + 1, '0');
  const [head, tail] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  const trimmed = tail.replace(/0+$/, '');
  return `${n < 0n ? '-' : ''}${head}${trimmed ? `.${trimmed}` : ''}`;
}
