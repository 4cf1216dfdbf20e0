import type { Amount } from './amount.ts';
import type { Condition } from './condition.ts';
import type { ParameterNumber } from './shape.ts';

/** The same without parameters: every number is one. */
export type Settled<T> = T extends Condition | Amount
  ? T
  : T extends ParameterNumber
    ? never
    : T extends readonly (infer U)[]
      ? readonly Settled<U>[]
      : T extends object
        ? { readonly [K in keyof T]: Settled<T[K]> }
        : T;
