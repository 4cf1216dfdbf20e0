import type { RecordFact } from '../dossier.ts';
import type { NotCounted } from '../finding.ts';
import type { RuleOf } from '../grammar/condition.ts';
import { boundsOf, MILLION, micro } from './bounds.ts';
import type { Compiled } from './clause.ts';
import { recordValue } from './record-value.ts';
import { compileSelector, notConfirmed, type Words } from './select.ts';

/** count, sum and max over records: which count, which do not and why, and what they come to. */

type Aggregate = RuleOf<'count'> | RuleOf<'sum'> | RuleOf<'max'>;

export function compileRecords(op: 'count' | 'sum' | 'max', arg: Aggregate, words: Words): Compiled {
  const selector = compileSelector(arg, words);
  const field = 'of' in arg ? arg.of : undefined;
  const consume = 'consume' in arg && arg.consume === true;
  const bounds = boundsOf(arg);

  const amount = (record: RecordFact): number => {
    if (field === undefined) return MILLION;
    const value = recordValue(record, field);
    return typeof value === 'number' && Number.isFinite(value) ? micro(value) : 0;
  };
  const fold = op === 'max' ? Math.max : (a: number, b: number) => a + b;

  return {
    outcome(dossier, run) {
      let confirmed = 0;
      let possible = 0;
      const known = selector.visit(dossier, run, (record, isSure) => {
        const value = amount(record);
        if (isSure) confirmed = fold(confirmed, value);
        possible = fold(possible, value);
      });
      return known ? bounds.settle(confirmed, possible) : 'missing';
    },
    find(dossier, run) {
      let confirmed = 0;
      let possible = 0;
      const counted: string[] = [];
      const notCounted: NotCounted[] = [];
      const known = selector.visit(
        dossier,
        run,
        (record, isSure) => {
          const value = amount(record);
          possible = fold(possible, value);
          if (isSure) {
            confirmed = fold(confirmed, value);
            counted.push(record.id);
          } else notCounted.push(notConfirmed(record));
        },
        (record, why) => notCounted.push(selector.explain(record, why)),
      );
      const { threshold } = bounds;
      if (!known) return { outcome: 'missing', threshold };
      const outcome = bounds.settle(confirmed, possible);
      if (consume && outcome === 'met') for (const id of counted.slice(0, bounds.enough)) run.spent?.add(id);
      const value = confirmed / MILLION;
      return { outcome, value, threshold, counted, notCounted, ...selector.empty(dossier, run) };
    },
  };
}
