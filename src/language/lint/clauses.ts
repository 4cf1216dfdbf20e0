import { compileCompare, normalise } from '../evaluate/compare.ts';
import type { Condition, RuleOf } from '../grammar/condition.ts';
import type { Comparison, Test } from '../grammar/selection.ts';
import type { Literal } from '../grammar/shape.ts';
import type { Programme } from '../programme.ts';
import { attributeType, recordValueType, type ValueType, type Vocabulary } from '../vocabulary.ts';
import { conditionsOf } from '../walk.ts';
import type { Warn } from './warn.ts';

/** Clauses nobody can meet, clauses nobody reaches, definitions nobody uses. */
export function lintClauses(programme: Programme, vocabulary: Vocabulary, warn: Warn): void {
  const used = new Set<string>();
  for (const node of conditionsOf(programme)) {
    const { rule, path, from, until } = node;
    if (rule.op === 'use') used.add(rule.arg);
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
  for (const name of Object.keys(programme.definitions ?? {})) {
    if (used.has(name)) continue;
    warn(
      'unused-definition',
      `definitions.${name}`,
      `定义"${name}"没有用到。`,
      `The definition "${name}" is not used.`,
    );
  }
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

/** Whether any value at all passes: each step of a scale is tried, numbers are reasoned about. */
function possible(test: Test, type: ValueType | undefined): boolean {
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
