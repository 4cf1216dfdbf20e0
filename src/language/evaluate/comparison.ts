import { compare, type Exact, formatExact } from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import type { AmountFinding } from '../finding.ts';
import type { Amount } from '../grammar/amount.ts';
import type { RuleOf } from '../grammar/condition.ts';
import type { Comparison } from '../grammar/selection.ts';
import type { Outcome } from '../outcome.ts';
import { parametersOf, reach } from '../walk.ts';
import type { AmountShop, CompiledAmount } from './amount.ts';
import type { Compiled, Run } from './clause.ts';
import { setLocally } from './given.ts';

/**
 * Comparisons of amounts. Where records still await confirmation the amount is reckoned twice, without and
 * with them: when both come to the same, that is the outcome; otherwise evidence is missing.
 */
const tests = {
  is: (order: number) => order === 0,
  atLeast: (order: number) => order >= 0,
  moreThan: (order: number) => order > 0,
  atMost: (order: number) => order <= 0,
  below: (order: number) => order < 0,
} as const;
type Bound = keyof typeof tests;
const boundNames = Object.keys(tests) as Bound[];

export function compileComparison(
  arg: RuleOf<'amount'>,
  shop: AmountShop & { amount(node: Amount): CompiledAmount },
): Compiled {
  const of = shop.amount(arg.of);
  const bounds = boundNames.flatMap((name) => {
    const node = arg[name];
    return node ? [{ name, amount: shop.amount(node) }] : [];
  });

  // Batches never ask.
  let parameters: readonly string[] | undefined;

  function holds(dossier: Dossier, run: Run, value: Exact | undefined): boolean | undefined {
    if (value === undefined) return undefined;
    for (const { name, amount } of bounds) {
      const bound = amount.value(dossier, run);
      if (bound === undefined) return undefined;
      if (!tests[name](compare(value, bound))) return false;
    }
    return true;
  }

  function outcomeOf(dossier: Dossier, run: Run, value: Exact | undefined): Outcome {
    const sure = holds(dossier, run, value);
    if (sure === undefined) return 'missing';
    if (run.countUnconfirmed !== true && hasWaiting(dossier)) {
      const all = { ...run, countUnconfirmed: true };
      if (holds(dossier, all, of.value(dossier, all)) !== sure) return 'missing';
    }
    return sure ? 'met' : 'unmet';
  }

  return {
    outcome: (dossier, run) => outcomeOf(dossier, run, of.value(dossier, run)),
    find(dossier, run) {
      parameters ??= parametersIn([arg.of, ...bounds.map(({ amount }) => amount.node)], shop);
      const value = of.value(dossier, run);
      const first = of.trace(dossier, run, undefined, value);
      const threshold: Record<string, number> = {};
      const shown: AmountFinding[] = [first];
      for (const { name, amount } of bounds) {
        const bound = amount.value(dossier, run);
        const traced = amount.node.term.op === 'number' ? null : amount.trace(dossier, run, undefined, bound);
        if (bound && !traced?.few) threshold[name] = asNumber(bound);
        if (traced) shown.push(traced);
      }
      return {
        outcome: outcomeOf(dossier, run, value),
        value: value === undefined || first.few ? null : asNumber(value),
        threshold: threshold as Comparison,
        amounts: shown,
        ...setLocally(parameters, run, shop),
      };
    },
  };
}

/** The parameters that some amounts rest on, each once. */
function parametersIn(nodes: readonly Amount[], { programme }: AmountShop): readonly string[] {
  if (programme.parameters === undefined) return [];
  return [...new Set(nodes.flatMap((node) => [...reach(node, programme)]).flatMap(parametersOf))];
}

const waits = ({ status }: Dossier['records'][number]) => status === 'submitted' || status === 'returned';
/** An amount may be reckoned from the records of those related to the subject. */
const hasWaiting = ({ records, members }: Dossier): boolean =>
  records.some(waits) || (members !== undefined && Object.values(members).flat().some(hasWaiting));
/** For showing only; what is compared stays exact. */
const asNumber = (value: Exact) => Number(formatExact(value));
