import { checkAmounts } from './check/amounts.ts';
import { checkCondition } from './check/conditions.ts';
import { checkGrants } from './check/grants.ts';
import { checkJudging } from './check/judging.ts';
import type { Fail } from './check/values.ts';
import { checkWork } from './check/work.ts';
import { nearest, type Problem, type problemMaker } from './problem.ts';
import type { Programme } from './programme.ts';
import type { Vocabulary } from './vocabulary.ts';
import { below, conditionsOf, isCondition, type Node, named, nodesOf, outermost, reach } from './walk.ts';

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
  for (const node of nodesOf(programme)) {
    if (isCondition(node)) checkCondition(node, vocabulary, fail);
  }
  checkAmounts(programme, vocabulary, fail);
  checkWork(programme, fail);
  checkJudging(programme, fail);
  checkIds(programme, fail);
  checkNamed(programme, fail);
  checkPopulations(programme, fail);
  checkQuota(programme, fail);
  checkTitles(programme, vocabulary, fail);
  checkGrants(programme, fail);
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
  const clauses = conditionsOf(programme).flatMap(({ id, path }) =>
    id === undefined ? [] : [{ id, path: `${path}.id` }],
  );
  unique(clauses);
  listed(programme.route, 'route');
  programme.route?.forEach(({ judging }, i) => {
    listed(judging?.criteria, `route[${i}].judging.criteria`);
  });
  listed(programme.quota?.limits, 'quota.limits');
  listed(programme.duties, 'duties');
  listed(programme.treatments, 'treatments');
  listed(programme.assessment?.bands, 'assessment.bands');
  listed(programme.term?.states, 'term.states');
  listed(programme.term?.life, 'term.life');
  listed(programme.indicators, 'indicators');
  listed(programme.checks, 'checks');
  listed(programme.quota?.parts, 'quota.parts');
  listed(programme.assessment?.composite?.parts, 'assessment.composite.parts');
  const known = clauses.map(({ id }) => id);
  programme.ties?.keys?.forEach((key, i) => {
    if ('clause' in key && !known.includes(key.clause)) {
      fail(
        'unknown-reference',
        `ties.keys[${i}].clause`,
        `没有条款"${key.clause}"。`,
        `There is no clause "${key.clause}".`,
        known,
        key.clause,
      );
    }
  });
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

/** Named definitions and measures must not lead back to themselves, nor multiply beyond reading. */
function checkNamed(programme: Programme, fail: Fail): void {
  const sizes = new Map<string, number>();
  const told = new Set<string>();
  function size(node: Node, trail: readonly string[]): number {
    const called = named(node);
    if (!called) return below(node).reduce((sum, child) => sum + size(child, trail), 1);
    const { kind, name } = called;
    const key = `${kind}.${name}`;
    if (trail.includes(key)) {
      const ring = trail.slice(trail.indexOf(key));
      const once = ring.toSorted().join();
      if (!told.has(once)) {
        told.add(once);
        const shown = [...ring, key].map((one) => one.split('.')[1]).join(' → ');
        const path = `${node.path}.${isCondition(node) ? 'use' : 'measure'}`;
        fail('cycle', path, `定义循环引用：${shown}。`, `The definitions form a ring: ${shown}.`);
      }
      return 1;
    }
    const known = sizes.get(key);
    if (known !== undefined) return known;
    const meant = programme[kind]?.[name];
    const total = meant ? Math.min(size(meant, [...trail, key]) + 1, MAX_CLAUSES * 2) : 1;
    sizes.set(key, total);
    return total;
  }
  for (const kind of ['definitions', 'measures'] as const) {
    for (const [name, node] of Object.entries(programme[kind] ?? {})) size(node, [`${kind}.${name}`]);
  }
  if (size(programme.eligibility, []) > MAX_CLAUSES) {
    fail('too-large', 'eligibility', '条款过多。', 'There are too many clauses.', [`≤ ${MAX_CLAUSES}`]);
    return;
  }
  // Whatever else uses definitions is read and printed too.
  const all = outermost(programme).reduce((sum, node) => sum + size(node, []), 0);
  if (all > MAX_CLAUSES * 4) {
    fail('too-large', '', '条款过多。', 'There are too many clauses.', [`≤ ${MAX_CLAUSES * 4}`]);
  }
}

/** Whom a population counts must not hang on how many it counts. */
function checkPopulations(programme: Programme, fail: Fail): void {
  const { populations = {} } = programme;
  const sound = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    const who = populations[name]?.who;
    if (!who || sound.has(name)) return;
    for (const node of reach(who, programme)) {
      if (isCondition(node) || node.term.op !== 'size') continue;
      const ring = [...trail, name];
      const at = ring.indexOf(node.term.arg);
      if (at < 0) visit(node.term.arg, ring);
      else if (!sound.has(node.term.arg)) {
        const shown = [...ring.slice(at), node.term.arg].join(' → ');
        const path = `populations.${name}.who`;
        fail('cycle', path, `人群循环引用：${shown}。`, `The populations form a ring: ${shown}.`);
        sound.add(node.term.arg); // Told once.
      }
    }
    sound.add(name);
  };
  for (const name of Object.keys(populations)) visit(name, []);
}

function checkQuota({ quota, route }: Programme, fail: Fail): void {
  quota?.limits?.forEach(({ min, max, exactly, least, most }, i) => {
    const path = `quota.limits[${i}]`;
    if ([min, max, exactly, least, most].every((number) => number === undefined)) {
      fail('missing-key', path, '没有写明数目。', 'It names no number.', [
        'exactly',
        'min',
        'max',
        'least',
        'most',
      ]);
    }
    if (min !== undefined && max !== undefined && min > max) {
      fail('out-of-range', path, '下限大于上限。', 'The least is more than the most.');
    }
  });
  quota?.shares?.forEach(({ minPercent, maxPercent }, i) => {
    if (minPercent !== undefined || maxPercent !== undefined) return;
    const path = `quota.shares[${i}]`;
    fail('missing-key', path, '没有写明比例。', 'It names no share.', ['minPercent', 'maxPercent']);
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
        [
          ...(quota?.total === undefined ? [] : ['total']),
          ...(quota?.split ? ['split'] : []),
          ...(quota?.limits ?? []).map(({ id }) => id),
          ...(stage.quota === 'total' && quota?.parts ? ['quota.total: …'] : []),
        ],
      );
    }
  });
}

/** A title a programme grants is one there is; a step of another scale of its own is not. */
function checkTitles({ grants, term }: Programme, vocabulary: Vocabulary, fail: Fail): void {
  const known = Object.keys(vocabulary.titles);
  const titles = [
    ...(grants ?? []).map(({ title }, i) => ({
      title,
      path: `grants${grants?.length === 1 ? '' : `[${i}]`}.title`,
    })),
    ...(term?.states ?? []).map(({ title }, i) => ({ title, path: `term.states[${i}].title` })),
    ...(term?.life ?? []).map(({ title }, i) => ({ title, path: `term.life[${i}].title` })),
  ];
  for (const { title, path } of titles) {
    if (title === undefined || known.includes(title) || vocabulary.titleOrder.has(title)) continue;
    fail('unknown-reference', path, `没有称号"${title}"。`, `There is no title "${title}".`, known, title);
  }
}
