import type { Comparison } from '../grammar/selection.ts';
import type { Outcome } from '../outcome.ts';

/** Numbers are added as millionths in whole numbers, so that 0.1 + 0.2 is 0.3. */
export const MILLION = 1_000_000;
export const micro = (value: number): number => Math.round(value * MILLION);

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly moreThan?: number;
  readonly below?: number;
}

/** The amounts asked for, in millionths; a count that asks nothing asks for one. */
export function boundsOf({ min, max, moreThan, below }: Bounds) {
  const least = min ?? (max === undefined && moreThan === undefined && below === undefined ? 1 : undefined);
  const [low, over, high, under] = [least, moreThan, max, below].map((bound) =>
    bound === undefined ? undefined : micro(bound),
  );
  const enough = (value: number) =>
    (low === undefined || value >= low) && (over === undefined || value > over);
  const notTooMuch = (value: number) =>
    (high === undefined || value <= high) && (under === undefined || value < under);
  const threshold: Comparison = {
    ...(least === undefined ? {} : { atLeast: least }),
    ...(moreThan === undefined ? {} : { moreThan }),
    ...(max === undefined ? {} : { atMost: max }),
    ...(below === undefined ? {} : { below }),
  };
  const meets = (value: number) => enough(value) && notTooMuch(value);
  return {
    threshold,
    /** How many records satisfy the bound; only so many are spent. */
    enough: least ?? (moreThan === undefined ? 0 : Math.floor(moreThan) + 1),
    meets,
    /** Records only add: waiting ones can lift the amount, never lower it. */
    settle: (confirmed: number, possible: number): Outcome => {
      if (meets(confirmed)) return 'met';
      return enough(possible) && notTooMuch(confirmed) ? 'missing' : 'unmet';
    },
  };
}
