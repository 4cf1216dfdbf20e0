import { normalise } from '../evaluate/compare.ts';
import type { Condition, RuleOf } from '../grammar/condition.ts';
import type { Literal } from '../grammar/shape.ts';
import {
  attributeType,
  recordKeys,
  recordValueType,
  type ValueType,
  type Vocabulary,
} from '../vocabulary.ts';
import { checkTest, type Fail } from './values.ts';

/** Conditions against the vocabulary: fields of record types, kinds of values, titles, cases covered. */

export function checkCondition({ path, rule }: Condition, vocabulary: Vocabulary, fail: Fail): void {
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
