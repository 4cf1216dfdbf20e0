import { isCivilDate } from '../shared/civil-date.ts';
import { normalise } from './evaluate/compare.ts';
import type { Condition, RuleOf, Test } from './grammar/condition.ts';
import type { Literal } from './grammar/shape.ts';
import { type ErrorCode, nearest, type Problem } from './problem.ts';
import type { Programme } from './programme.ts';
import type { problemMaker } from './read.ts';
import { attributeType, recordKeys, recordValueType, type ValueType, type Vocabulary } from './vocabulary.ts';
import { childrenOf, conditionsOf } from './walk.ts';

/** What a shape cannot see: kinds of values, fields of record types, cycles, coverage, ids given twice. */

/** A tree a person could still read; named definitions used over and over multiply. */
const MAX_CLAUSES = 5000;

type Fail = (
  code: ErrorCode,
  path: string,
  zh: string,
  en: string,
  known?: readonly string[],
  word?: string,
) => void;

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

function checkCondition({ path, rule }: Condition, vocabulary: Vocabulary, fail: Fail): void {
  const at = `${path}.${rule.op}`;
  if (rule.op === 'person') checkPerson(rule.arg, at, vocabulary, fail);
  else if (rule.op === 'holds') checkHolds(rule.arg, at, vocabulary, fail);
  else if (rule.op === 'case') checkCase(rule.arg, at, vocabulary, fail);
  else if (rule.op === 'count' || rule.op === 'sum' || rule.op === 'max') {
    checkRecords(rule.arg, at, vocabulary, fail);
  } else if (rule.op === 'atLeast' && rule.arg.k > rule.arg.of.length) {
    const n = rule.arg.of.length;
    fail('out-of-range', `${at}.k`, `只列了 ${n} 项，不可能满足 ${rule.arg.k} 项。`, `Only ${n} are listed.`);
  }
}

function checkPerson(arg: RuleOf<'person'>, at: string, vocabulary: Vocabulary, fail: Fail): void {
  const [first, second] = Object.keys(arg);
  if (second !== undefined) {
    const to = `${at}.${second}`;
    fail(
      'many-operators',
      to,
      '一个条件只查一项，请用 all 组合。',
      'One attribute each; combine them with `all`.',
    );
  }
  if (first === undefined) return;
  const type = attributeType(vocabulary, first);
  if (type)
    checkTest(
      arg[first] ?? true,
      type,
      `${at}.${first}`,
      fail,
      vocabulary.attributes[first]?.type === 'years',
    );
}

function checkRecords(
  arg: RuleOf<'count'> | RuleOf<'sum'> | RuleOf<'max'>,
  at: string,
  vocabulary: Vocabulary,
  fail: Fail,
): void {
  for (const record of arg.record) {
    const keys = recordKeys(vocabulary, record);
    const unknown = (key: string, to: string) => {
      if (keys.includes(key)) return false;
      fail(
        'unknown-reference',
        to,
        `记录类型 ${record} 没有"${key}"。`,
        `The record type ${record} has no "${key}".`,
        keys,
        key,
      );
      return true;
    };
    for (const [key, test] of Object.entries(arg.where ?? {})) {
      const to = `${at}.where.${key}`;
      const type = recordValueType(vocabulary, record, key);
      if (!unknown(key, to) && type) checkTest(test, type, to, fail, false);
    }
    if ('distinctBy' in arg && arg.distinctBy !== undefined) unknown(arg.distinctBy, `${at}.distinctBy`);
    if ('of' in arg && !unknown(arg.of, `${at}.of`)) {
      const kind = recordValueType(vocabulary, record, arg.of)?.kind;
      if (kind !== 'number') {
        fail('wrong-comparison', `${at}.of`, `"${arg.of}"不是数，不能计算。`, `"${arg.of}" is not a number.`);
      }
    }
  }
  if (typeof arg.within === 'object' && arg.within.from > arg.within.to) {
    fail('wrong-value', `${at}.within`, '起止日期颠倒。', 'The window ends before it begins.');
  }
}

function checkHolds(arg: RuleOf<'holds'>, at: string, vocabulary: Vocabulary, fail: Fail): void {
  const { is, in: among, not, asOf: _, ...bounds } = normalise(arg.title);
  const titles = Object.keys(vocabulary.titles);
  const all = [...titles, ...vocabulary.titleOrder.keys()];
  for (const title of [is, ...(among ?? []), ...(Array.isArray(not) ? not : [not])]) {
    if (title === undefined || all.includes(String(title))) continue;
    fail(
      'unknown-reference',
      `${at}.title`,
      `没有称号"${title}"。`,
      `There is no title "${title}".`,
      titles,
      String(title),
    );
  }
  const ordered: ValueType = { kind: 'scale', scale: 'title', order: vocabulary.titleOrder };
  if (Object.keys(bounds).length > 0) checkTest(bounds, ordered, `${at}.title`, fail, false);
  const levels = vocabulary.scales.level?.order ?? new Map();
  if (arg.level !== undefined) {
    checkTest(arg.level, { kind: 'scale', scale: 'level', order: levels }, `${at}.level`, fail, false);
  }
}

/** A case must say what holds for everyone: by `else`, or by naming every choice. */
function checkCase(arg: RuleOf<'case'>, at: string, vocabulary: Vocabulary, fail: Fail): void {
  const type = attributeType(vocabulary, arg.by);
  if (!type) return;
  const named: Literal[] = [];
  arg.when.forEach(({ is }, i) => {
    checkTest(is, type, `${at}.when[${i}].is`, fail, false);
    named.push(...(Array.isArray(is) ? (is as readonly Literal[]) : [is as Literal]));
  });
  if (arg.else) return;
  const every = choicesOf(type);
  const missing = every?.filter((one) => !named.includes(one));
  if (missing && missing.length === 0) return;
  fail(
    'case-not-covered',
    at,
    `分类不全，须用 else 说明其余情形${missing ? `：${missing.join('、')}` : ''}。`,
    `Not every case is covered; say what else holds${missing ? ` for ${missing.join(', ')}` : ''}.`,
    ['else'],
  );
}

function choicesOf(type: ValueType): readonly Literal[] | undefined {
  if (type.kind === 'choice') return Object.keys(type.choices);
  if (type.kind === 'boolean') return [true, false];
  return undefined;
}

const orderings = ['atLeast', 'moreThan', 'atMost', 'below'] as const;

function checkTest(test: Test, type: ValueType, path: string, fail: Fail, years: boolean): void {
  const read = normalise(test);
  const written = typeof test === 'object' && !Array.isArray(test);
  if (Object.keys(read).filter((key) => key !== 'asOf').length === 0) {
    fail('missing-key', path, '没有说明如何比较。', 'It says nothing to compare with.', [
      'is',
      'in',
      'not',
      ...orderings,
    ]);
  }
  if (read.asOf !== undefined && !years) {
    fail('wrong-comparison', `${path}.asOf`, '只有年限才有基准日。', 'Only years are reckoned as of a day.');
  }
  for (const key of orderings) {
    const bound = read[key];
    if (bound === undefined) continue;
    const to = `${path}.${key}`;
    if (type.kind === 'choice' || type.kind === 'text' || type.kind === 'boolean') {
      fail('wrong-comparison', to, '此项没有高低之分。', 'This has no order to compare on.', [
        'is',
        'in',
        'not',
      ]);
    } else checkValue(bound, type, to, fail);
  }
  const listed: [string, Literal | readonly Literal[] | undefined][] = [
    ['is', read.is],
    ['in', read.in],
    ['not', read.not],
  ];
  for (const [key, value] of listed) {
    if (value === undefined) continue;
    const base = written ? `${path}.${key}` : path;
    if (Array.isArray(value)) {
      (value as readonly Literal[]).forEach((one, i) => {
        checkValue(one, type, `${base}[${i}]`, fail);
      });
    } else checkValue(value as Literal, type, base, fail);
  }
}

function checkValue(value: Literal, type: ValueType, path: string, fail: Fail): void {
  const word = String(value);
  if (type.kind === 'scale') {
    const known = [...type.order.keys()];
    if (known.includes(word)) return;
    const [zh, en] = [`"${word}"不在 ${type.scale} 量表上。`, `"${word}" is not on the scale ${type.scale}.`];
    fail('unknown-reference', path, zh, en, known, word);
  } else if (type.kind === 'choice') {
    const known = Object.keys(type.choices);
    if (known.includes(word)) return;
    fail('wrong-value', path, `没有"${word}"这一选项。`, `"${word}" is not a choice.`, known, word);
  } else if (!isOfKind(value, type.kind)) {
    const [zh, en] = kinds[type.kind];
    fail('wrong-type', path, `应为${zh}，写的是"${word}"。`, `Expected ${en}, found "${word}".`, [en]);
  }
}

const kinds = {
  number: ['数', 'a number'],
  boolean: ['是非值', 'true or false'],
  date: ['日期', 'a date such as 2011-04-25'],
  text: ['文字', 'text'],
} as const;

function isOfKind(value: Literal, kind: keyof typeof kinds): boolean {
  if (kind === 'date') return typeof value === 'string' && isCivilDate(value);
  return kind === 'text' ? typeof value === 'string' : typeof value === kind;
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
