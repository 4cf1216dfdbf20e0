import { type Exact, formatExact } from '../../shared/decimal.ts';
import { own } from '../../shared/own.ts';
import type { LocalNumbers, SetNumber } from '../finding.ts';
import { nodeWith, valueAt } from '../given.ts';
import type { Programme } from '../programme.ts';
import type { Node } from '../walk.ts';
import type { Run } from './clause.ts';

interface Shop {
  readonly programme: Programme;
  /** Set for everyone. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a parameter comes to where no unit of the person's has set it. */
export const valueFor = (name: string, { parameters, programme }: Shop): string =>
  own(parameters, name) ?? own(programme.parameters ?? {}, name)?.value ?? '0';

/**
 * Conditions and amounts with numbers that parameters give: windows, bounds, how many of several. They are compiled
 * once for each set of values people are judged by, which are as many as counties that have set any.
 */
export function perValues<N extends Node, C>(node: N, shop: Shop, compile: (node: N) => C): (run: Run) => C {
  const given = node.given ?? [];
  const made = new Map<string, C>();
  const bySet = new WeakMap<LocalNumbers, C>();
  const standing = (parameter: string, local?: LocalNumbers): string => {
    const set: Exact | undefined = local?.get(parameter)?.value;
    return set === undefined ? valueFor(parameter, shop) : formatExact(set);
  };
  const forValues = (local?: LocalNumbers): C => {
    const key = given.map(({ parameter }) => standing(parameter, local)).join(' ');
    let found = made.get(key);
    if (found === undefined) {
      found = compile(nodeWith(node, (one) => valueAt(one, standing(one.parameter, local))));
      made.set(key, found);
    }
    return found;
  };
  let otherwise: C | undefined;
  return ({ local }) => {
    if (local === undefined) {
      otherwise ??= forValues();
      return otherwise;
    }
    let found = bySet.get(local);
    if (found === undefined) {
      found = forValues(local);
      bySet.set(local, found);
    }
    return found;
  };
}

/** Of some parameters those that the person's own units have set. */
export function setLocally(
  parameters: readonly string[],
  { local }: Run,
  shop: Shop,
): { readonly local?: readonly SetNumber[] } {
  const set = parameters.flatMap((parameter): SetNumber[] => {
    const found = local?.get(parameter);
    if (!found) return [];
    const { value, by, since, document } = found;
    return [
      { parameter, value: formatExact(value), by, since, document, instead: valueFor(parameter, shop) },
    ];
  });
  return set.length === 0 ? {} : { local: set };
}
