import type { Names } from '../problem.ts';
import {
  boolean,
  choice,
  day,
  duration,
  either,
  fullDate,
  id,
  integer,
  list,
  literal,
  map,
  names,
  number,
  object,
  oneOrMore,
  optional,
  type Read,
  ref,
  required,
  type Shape,
  text,
} from './shape.ts';

/**
 * Conditions: what a policy asks of a person. A condition is a mapping with exactly one operator, and any of
 * the annotations below. Operators nest; a policy is a tree of them.
 */
export const strengths = ['must', 'should', 'prefer', 'discretion'] as const;
export type Strength = (typeof strengths)[number];

export const annotations = {
  id: optional(id, { 'zh-CN': '条款编号，供引用', en: 'name of the clause, to refer to it' }),
  say: optional(names, { 'zh-CN': '印发文件中的文字', en: 'the words of the printed policy' }),
  cite: optional(oneOrMore(text), { 'zh-CN': '依据', en: 'sources' }),
  strength: optional(choice(...strengths), {
    'zh-CN': '必须、原则上、优先、酌情',
    en: 'must (default), should: missing it needs a recorded decision; prefer: reported, never excludes; discretion: a body decides when it is not met',
  }),
  from: optional(fullDate, { 'zh-CN': '自何日起有效', en: 'first day the clause is in force' }),
  until: optional(fullDate, { 'zh-CN': '至何日有效', en: 'last day the clause is in force' }),
} as const;
interface Annotations {
  readonly id?: string;
  readonly say?: Names;
  readonly cite?: readonly string[];
  readonly strength?: Strength;
  readonly from?: string;
  readonly until?: string;
}

export interface Condition extends Annotations {
  /** Where it stands in the file; also its name in findings when it has no id. */
  readonly path: string;
  readonly rule: Rule;
}

export const condition: Shape<Condition> = { kind: 'condition' };

/** Comparisons. 以上/以下 are atLeast/atMost (inclusive), 超过/不满 are moreThan/below (strict). */
export const comparison = object({
  is: optional(literal),
  in: optional(list(literal, 1)),
  not: optional(either(literal, list(literal, 1))),
  atLeast: optional(literal, { 'zh-CN': '以上（含）', en: 'inclusive' }),
  moreThan: optional(literal, { 'zh-CN': '超过（不含）', en: 'strict' }),
  atMost: optional(literal, { 'zh-CN': '以下（含）', en: 'inclusive' }),
  below: optional(literal, { 'zh-CN': '不满（不含）', en: 'strict' }),
  asOf: optional(day, {
    'zh-CN': '年限的计算基准日，默认为申报截止日',
    en: 'for years: the day to reckon from; the deadline unless given',
  }),
});
export type Comparison = Read<typeof comparison>;

/** A bare value means `is`, a list means `in`. */
export const test = either(either(literal, list(literal, 1)), comparison);
export type Test = Read<typeof test>;

/** `5y` is (asOf − 5 years, asOf]; or two named days, both included. */
export const window = either(duration, object({ from: required(fullDate), to: required(fullDate) }));
export type Window = Read<typeof window>;

const asOf = optional(day, {
  'zh-CN': '计算基准日，默认为申报截止日',
  en: 'day to reckon from; the deadline unless given',
});
const bounds = {
  min: optional(number(0, 1e9), { 'zh-CN': '不少于', en: 'at least' }),
  max: optional(number(0, 1e9), { 'zh-CN': '不多于', en: 'at most' }),
  moreThan: optional(number(0, 1e9), { 'zh-CN': '超过', en: 'strictly more than' }),
  below: optional(number(0, 1e9), { 'zh-CN': '不足', en: 'strictly fewer than' }),
} as const;
const selection = {
  record: required(oneOrMore(ref('record-type'))),
  where: optional(map(test), {
    'zh-CN': '级别 level、等次 grade、作者次序 authorOrder、活动 event 或该类记录的字段',
    en: 'level, grade, authorOrder, event, or a field of the record type',
  }),
  within: optional(window, { 'zh-CN': '时间窗口', en: 'window of time' }),
  asOf,
} as const;

export const operators = {
  all: list(condition, 1),
  any: list(condition, 1),
  atLeast: object({ k: required(integer(1, 200)), of: required(list(condition, 1)) }),
  not: condition,
  person: map(test, 'attribute', 1),
  known: ref('attribute'),
  count: object({
    ...selection,
    distinctBy: optional(text, {
      'zh-CN': '同一活动（event）或同一字段值只计一次',
      en: 'the same event, or the same value of a field, counts once',
    }),
    consume: optional(boolean, {
      'zh-CN': '计入后不再用于其他条款',
      en: 'a record counted here serves no other consuming clause',
    }),
    ...bounds,
  }),
  sum: object({ ...selection, of: required(text), ...bounds }),
  max: object({ ...selection, of: required(text), ...bounds }),
  holds: object({
    title: required(test, { 'zh-CN': '称号', en: 'a title, or a comparison on the order of titles' }),
    level: optional(test),
    when: optional(choice('now', 'ever'), {
      'zh-CN': '现任或曾获',
      en: 'held on the day (default) or ever granted',
    }),
    within: optional(window, { 'zh-CN': '授予时间窗口', en: 'granted within this window' }),
    asOf,
  }),
  case: object({
    by: required(ref('attribute')),
    when: required(
      list(object({ is: required(either(literal, list(literal, 1))), require: required(condition) }), 1),
    ),
    else: optional(condition),
  }),
  use: ref('definition'),
  decide: object({
    by: optional(ref('body'), { 'zh-CN': '由谁决定', en: 'the body that decides' }),
    presume: optional(choice('met'), {
      'zh-CN': '未作出相反认定前视为符合',
      en: 'taken as met until the body decides otherwise',
    }),
    needs: optional(list(choice('reason', 'minutes', 'evidence', 'vote'), 1)),
    evidence: optional(oneOrMore(ref('record-type'))),
    cap: optional(object({ count: optional(integer(1, 1_000_000)), percent: optional(number(0, 100)) })),
  }),
} as const;

type Operators = typeof operators;
export type Operator = keyof Operators;
export type Rule = { [K in Operator]: { readonly op: K; readonly arg: Read<Operators[K]> } }[Operator];
export type RuleOf<K extends Operator> = Extract<Rule, { op: K }>['arg'];

/** One line for the author's reference and for editors. */
export const operatorDocs: Readonly<Record<Operator, Names>> = {
  all: { 'zh-CN': '全部满足', en: 'every condition is met' },
  any: { 'zh-CN': '满足其一', en: 'one condition is met' },
  atLeast: { 'zh-CN': '至少满足 k 项', en: 'at least k conditions are met' },
  not: { 'zh-CN': '不得', en: 'the condition is not met' },
  person: { 'zh-CN': '个人情况', en: 'one attribute of the person compares so' },
  known: { 'zh-CN': '该项信息已登记', en: 'the attribute is documented' },
  count: { 'zh-CN': '符合条件的记录数', en: 'number of matching records' },
  sum: { 'zh-CN': '符合条件的记录某字段之和', en: 'sum of a numeric field over matching records' },
  max: {
    'zh-CN': '符合条件的记录某字段最大值',
    en: 'largest value of a numeric field over matching records',
  },
  holds: { 'zh-CN': '持有称号', en: 'holds or was granted a title' },
  case: { 'zh-CN': '分类适用', en: 'which condition applies depends on an attribute' },
  use: { 'zh-CN': '引用已命名的条件', en: 'a named condition of this file' },
  decide: { 'zh-CN': '由组织认定', en: 'a body decides, with a reason on record' },
};
