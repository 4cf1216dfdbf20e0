import type { ParameterNumber } from './shape.ts';

/** The same without parameters: every number is one. Conditions and amounts, which have a path, are so already. */
export type Settled<T> = T extends { readonly path: string }
  ? T
  : T extends ParameterNumber
    ? never
    : T extends readonly (infer U)[]
      ? readonly Settled<U>[]
      : T extends object
        ? { readonly [K in keyof T]: Settled<T[K]> }
        : T;
