import { checkCondition } from './check/conditions.ts';
import type { Fail } from './check/values.ts';
import type { Condition } from './grammar/condition.ts';
import { nearest, type Problem, type problemMaker } from './problem.ts';
import type { Programme } from './programme.ts';
import type { Vocabulary } from './vocabulary.ts';
import { childrenOf, conditionsOf } from './walk.ts';

/** What a shape cannot see: kinds of values, fields of record types, cycles, coverage, ids given twice. */

/** A tree a person could still read; named definitions used over and over multiply. */
const MAX_CLAUSES = 5000;

export function checkProgramme(
  programme: Programme,
  vocabulary: Vocabulary,
  problem: ReturnType<typeof problemMaker>,
): Problem[] {
  const problems: Problem[] = [];
  const fail: Fail = (code, path, zh, en, known, word) => {
    const near = known && word !== undefined ? nearest(word, known) : undefined;
    problems.push(
      problem(
        code,
        path,
        { 'zh-CN': zh, en },
        {
          ...(known ? { expected: known.slice(0, 40).join(', ') } : {}),
          nearest: near,
        },
      ),
    );
  };
  for (const node of conditionsOf(programme)) checkCondition(node, vocabulary, fail);
  checkIds(programme, fail);
  checkDefinitions(programme, fail);
  checkQuota(programme, fail);
  return problems.slice(0, 200);
}

function checkIds(programme: Programme, fail: Fail): void {
  const unique = (ids: readonly { id: string; path: string }[]) => {
    const seen = new Set<string>();
    for (const { id, path } of ids) {
      if (seen.has(id)) fail('duplicate-id', path, `编号"${id}"重复。`, `The id "${id}" is given twice.`);
      seen.add(id);
    }
  };
  const listed = (list: readonly { readonly id: string }[] | undefined, path: string) =>
    unique((list ?? []).map(({ id }, i) => ({ id, path: `${path}[${i}].id` })));
  const clauses = [...conditionsOf(programme)].flatMap(({ id, path }) =>
    id === undefined ? [] : [{ id, path: `${path}.id` }],
  );
  unique(clauses);
  listed(programme.route, 'route');
  listed(programme.quota?.limits, 'quota.limits');
  listed(programme.duties, 'duties');
  listed(programme.treatments, 'treatments');
  listed(programme.assessment?.composite?.parts, 'assessment.composite.parts');
  const known = clauses.map(({ id }) => id);
  for (const [name, form] of Object.entries(programme.forms ?? {})) {
    for (const key of ['fields', 'attachments'] as const) {
      form[key]?.forEach(({ clause }, i) => {
        if (clause === undefined || known.includes(clause)) return;
        const path = `forms.${name}.${key}[${i}].clause`;
        fail(
          'unknown-reference',
          path,
          `没有条款"${clause}"。`,
          `There is no clause "${clause}".`,
          known,
          clause,
        );
      });
    }
  }
}

/** Named definitions must not lead back to themselves, nor multiply beyond reading. */
function checkDefinitions(programme: Programme, fail: Fail): void {
  const definitions = programme.definitions ?? {};
  const sizes = new Map<string, number>();
  const told = new Set<string>();
  function size(node: Condition, trail: readonly string[]): number {
    if (node.rule.op !== 'use') return childrenOf(node).reduce((sum, child) => sum + size(child, trail), 1);
    const name = node.rule.arg;
    if (trail.includes(name)) {
      const ring = [...trail.slice(trail.indexOf(name)), name].join(' → ');
      const key = [...trail.slice(trail.indexOf(name))].sort().join();
      if (!told.has(key)) {
        told.add(key);
        fail('cycle', `${node.path}.use`, `定义循环引用：${ring}。`, `The definitions form a ring: ${ring}.`);
      }
      return 1;
    }
    const known = sizes.get(name);
    if (known !== undefined) return known;
    const definition = definitions[name];
    const total = definition ? Math.min(size(definition, [...trail, name]) + 1, MAX_CLAUSES * 2) : 1;
    sizes.set(name, total);
    return total;
  }
  for (const name of Object.keys(definitions)) {
    const definition = definitions[name];
    if (definition) size(definition, [name]);
  }
  if (size(programme.eligibility, []) > MAX_CLAUSES) {
    fail('too-large', 'eligibility', '条款过多。', 'There are too many clauses.', [`≤ ${MAX_CLAUSES}`]);
  }
}

function checkQuota({ quota, route }: Programme, fail: Fail): void {
  quota?.limits?.forEach(({ min, max, exactly }, i) => {
    const path = `quota.limits[${i}]`;
    if (min === undefined && max === undefined && exactly === undefined) {
      fail('missing-key', path, '没有写明数目。', 'It names no number.', ['exactly', 'min', 'max']);
    }
    if (min !== undefined && max !== undefined && min > max) {
      fail('out-of-range', path, '下限大于上限。', 'The least is more than the most.');
    }
  });
  route?.forEach((stage, i) => {
    const missing =
      (stage.quota === 'total' && quota?.total === undefined) || (stage.quota === 'split' && !quota?.split);
    if (missing) {
      fail(
        'unknown-reference',
        `route[${i}].quota`,
        `名额中没有 ${stage.quota}。`,
        `The quota has no ${stage.quota}.`,
      );
    }
  });
}
