import { compileCompare, normalise } from '../evaluate/compare.ts';
import type { Condition, RuleOf } from '../grammar/condition.ts';
import type { Comparison, Test } from '../grammar/selection.ts';
import type { Literal } from '../grammar/shape.ts';
import type { Programme } from '../programme.ts';
import { attributeType, recordValueType, type ValueType, type Vocabulary } from '../vocabulary.ts';
import { conditionsOf } from '../walk.ts';
import type { Warn } from './warn.ts';

/** Clauses nobody can meet, clauses nobody reaches. */
export function lintClauses(programme: Programme, vocabulary: Vocabulary, warn: Warn): void {
  for (const node of conditionsOf(programme)) {
    const { rule, path, from, until } = node;
    if (from && until && from > until) {
      warn(
        'unreachable-clause',
        path,
        '有效期起止颠倒，本条从不适用。',
        'It ends before it begins: never in force.',
      );
    }
    if (rule.op === 'case') lintCase(rule.arg, node, vocabulary, warn);
    for (const { test, type, at } of testsOf(node, vocabulary)) {
      if (!possible(test, type))
        warn('never-satisfiable', at, '没有任何取值能满足。', 'No value can satisfy this.');
    }
    if (rule.op === 'run') lintRow(rule.arg, `${path}.run`, warn);
    if (rule.op === 'max') lintField(rule.arg, `${path}.max`, vocabulary, warn);
    if (rule.op === 'count' || rule.op === 'sum' || rule.op === 'max') {
      const { min, max, moreThan, below } = rule.arg;
      const bounds = { atLeast: min, moreThan, atMost: max, below } as Comparison;
      if (!possible(bounds, { kind: 'number' }) || below === 0) {
        warn(
          'never-satisfiable',
          `${path}.${rule.op}`,
          '数目自相矛盾。',
          'The numbers contradict each other.',
        );
      }
    }
  }
}

/** A row longer than the periods it is looked for in. */
function lintRow({ within, per, min, moreThan }: RuleOf<'run'>, path: string, warn: Warn): void {
  const asked = Math.max(min ?? 0, moreThan === undefined ? 0 : moreThan + 1);
  const years = typeof within === 'string' && within.endsWith('y') ? Number(within.slice(0, -1)) : undefined;
  const periods =
    typeof within === 'object' && 'last' in within && within.of === per ? within.last : undefined;
  // A window of three years may touch four school years.
  const most =
    periods ?? (years !== undefined && (per === 'year' || per === 'school-year') ? years + 1 : undefined);
  if (most === undefined || asked <= most) return;
  warn(
    'never-satisfiable',
    path,
    `时间窗口内至多有 ${most} 期，不可能连续 ${asked} 期。`,
    `The window holds ${most} periods at most: there is no row of ${asked}.`,
  );
}

/** A number asked of a field that no record type lets go so high. */
function lintField(arg: RuleOf<'max'>, path: string, vocabulary: Vocabulary, warn: Warn): void {
  const asked = Math.max(arg.min ?? 0, arg.moreThan ?? 0);
  const highest = arg.record.map((type) => vocabulary.records[type]?.fields?.[arg.of]?.max);
  if (!highest.every((max) => max !== undefined && max < asked)) return;
  warn(
    'never-satisfiable',
    path,
    '没有记录类型的这一字段能达到此数。',
    'No record type lets the field reach this number.',
  );
}

interface Asked {
  readonly test: Test;
  readonly type: ValueType | undefined;
  readonly at: string;
}

function testsOf({ rule, path }: Condition, vocabulary: Vocabulary): Asked[] {
  switch (rule.op) {
    case 'person':
      return Object.entries(rule.arg).map(([id, test]) => ({
        test,
        type: attributeType(vocabulary, id),
        at: `${path}.person.${id}`,
      }));
    case 'count':
    case 'sum':
    case 'max':
      return rule.arg.record.flatMap((record) =>
        Object.entries(rule.arg.where ?? {}).map(([key, test]) => ({
          test,
          type: recordValueType(vocabulary, record, key),
          at: `${path}.${rule.op}.where.${key}`,
        })),
      );
    default:
      return [];
  }
}

/** Whether any value at all passes: each step of a scale and each choice is tried, numbers are reasoned about. */
function possible(test: Test, type: ValueType | undefined): boolean {
  if (type?.kind === 'choice') {
    const compare = compileCompare(test, type);
    return Object.keys(type.choices).some((choice) => compare(choice) === true);
  }
  if (type?.kind === 'scale') {
    const compare = compileCompare(test, type);
    return [...type.order.keys()].some((step) => compare(step) === true);
  }
  if (type?.kind !== 'number') return true;
  const { atLeast, moreThan, atMost, below } = normalise(test);
  const low = Math.max(
    ...[atLeast, moreThan].map((bound) => (typeof bound === 'number' ? bound : -Infinity)),
  );
  const high = Math.min(...[atMost, below].map((bound) => (typeof bound === 'number' ? bound : Infinity)));
  if (low > high) return false;
  return low < high || (moreThan !== low && below !== high);
}

function lintCase(arg: RuleOf<'case'>, { path }: Condition, vocabulary: Vocabulary, warn: Warn): void {
  const seen = new Set<Literal>();
  arg.when.forEach(({ is }, i) => {
    if (is === undefined) return;
    const named = Array.isArray(is) ? (is as readonly Literal[]) : [is as Literal];
    if (named.every((one) => seen.has(one))) {
      warn(
        'unreachable-clause',
        `${path}.case.when[${i}]`,
        '前面的分类已经包括。',
        'An earlier case has taken all of these.',
      );
    }
    for (const one of named) seen.add(one);
  });
  const type = arg.by === undefined ? undefined : attributeType(vocabulary, arg.by);
  if (arg.else && type?.kind === 'choice' && Object.keys(type.choices).every((one) => seen.has(one))) {
    warn(
      'unreachable-clause',
      `${path}.case.else`,
      '各类均已列出，else 不会用到。',
      'Every choice is named: `else` is never reached.',
    );
  }
}
