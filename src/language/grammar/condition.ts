import type { Given } from '../given.ts';
import type { Names } from '../problem.ts';
import {
  type Annotations,
  amount,
  asOf,
  condition,
  distinctBy,
  runSelection,
  selection,
  test,
  window,
} from './selection.ts';
import type { Settled } from './settled.ts';
import {
  boolean,
  choice,
  either,
  integer,
  list,
  literal,
  map,
  number,
  object,
  oneOrMore,
  optional,
  orParameter,
  type Read,
  ref,
  required,
  text,
} from './shape.ts';
import { choiceWords as words } from './words.ts';

/**
 * Conditions: what a policy asks of a person. A condition is a mapping with exactly one operator, and any of
 * the annotations. Operators nest; a policy is a tree of them.
 */
export interface Condition extends Annotations {
  /** Where it stands in the file; also its name in findings when it has no id. */
  readonly path: string;
  readonly rule: Rule;
  /** The numbers of it that parameters give: it holds their own values, other values come with the person. */
  readonly given?: readonly Given[];
}

const bounds = {
  min: optional(orParameter(number(0, 1e9)), { 'zh-CN': '不少于', en: 'at least' }),
  max: optional(orParameter(number(0, 1e9)), { 'zh-CN': '不多于', en: 'at most' }),
  moreThan: optional(orParameter(number(0, 1e9)), { 'zh-CN': '超过', en: 'strictly more than' }),
  below: optional(orParameter(number(0, 1e9)), { 'zh-CN': '不足', en: 'strictly fewer than' }),
} as const;

export const operators = {
  all: list(condition, 1),
  any: list(condition, 1),
  atLeast: object({
    k: required(orParameter(integer(1, 200)), { 'zh-CN': '至少几项', en: 'how many at least' }),
    of: required(list(condition, 1), { 'zh-CN': '各项条件', en: 'the conditions' }),
  }),
  not: condition,
  person: map(test, 'attribute', 1),
  known: ref('attribute'),
  count: object({
    ...selection,
    distinctBy,
    consume: optional(boolean, {
      'zh-CN': '计入后不再用于其他条款',
      en: 'a record counted here serves no other consuming clause',
    }),
    ...bounds,
  }),
  sum: object({
    ...selection,
    of: required(text, { 'zh-CN': '哪一数值字段', en: 'the numeric field' }),
    ...bounds,
  }),
  max: object({
    ...selection,
    of: required(text, { 'zh-CN': '哪一数值字段', en: 'the numeric field' }),
    ...bounds,
  }),
  holds: object({
    title: required(test, { 'zh-CN': '称号', en: 'a title, or a comparison on the order of titles' }),
    level: optional(test, { 'zh-CN': '授予级别', en: 'the level it was granted at' }),
    when: optional(choice(words.held), {
      'zh-CN': '何时担任，默认现任',
      en: 'held when; on the day unless given',
    }),
    within: optional(window, { 'zh-CN': '授予时间窗口', en: 'granted within this window' }),
    asOf,
  }),
  run: object({ ...runSelection, ...bounds }),
  amount: object({
    of: required(amount, { 'zh-CN': '比较的数', en: 'what is compared' }),
    is: optional(amount, { 'zh-CN': '等于', en: 'equal' }),
    atLeast: optional(amount, { 'zh-CN': '不低于', en: 'inclusive' }),
    moreThan: optional(amount, { 'zh-CN': '超过', en: 'strict' }),
    atMost: optional(amount, { 'zh-CN': '不高于', en: 'inclusive' }),
    below: optional(amount, { 'zh-CN': '低于', en: 'strict' }),
  }),
  members: object({
    role: required(text, { 'zh-CN': '成员角色', en: 'which of those related to the subject' }),
    meets: optional(condition, {
      'zh-CN': '成员须符合',
      en: 'what is asked of them; without it they are counted',
    }),
    every: optional(boolean, { 'zh-CN': '每一名都须符合', en: 'every one of them' }),
    minPercent: optional(orParameter(number(0, 100)), {
      'zh-CN': '占比不低于百分之几',
      en: 'at least this share of them, in percent',
    }),
    maxPercent: optional(orParameter(number(0, 100)), {
      'zh-CN': '占比不超过百分之几',
      en: 'at most this share of them, in percent',
    }),
    ...bounds,
  }),
  case: object({
    by: optional(ref('attribute'), { 'zh-CN': '按哪一项分类', en: 'the attribute that decides' }),
    when: required(
      list(
        object({
          is: optional(either(literal, list(literal, 1)), {
            'zh-CN': '该项为此值时',
            en: 'when the attribute is this',
          }),
          if: optional(condition, { 'zh-CN': '符合此条件时', en: 'when this condition is met' }),
          require: required(condition, { 'zh-CN': '此情形下的条件', en: 'what is asked then' }),
        }),
        1,
      ),
      { 'zh-CN': '各情形，自上而下取第一个成立者', en: 'the cases; the first that holds applies' },
    ),
    else: optional(condition, { 'zh-CN': '其余情形的条件', en: 'what is asked of all others' }),
  }),
  use: ref('definition'),
  decide: object({
    by: optional(ref('body'), { 'zh-CN': '由谁决定', en: 'the body that decides' }),
    presume: optional(choice(words.presumed), {
      'zh-CN': '认定之前视为什么',
      en: 'what it is taken as before the body decides',
    }),
    needs: optional(list(choice(words.needs), 1), {
      'zh-CN': '须有何记录',
      en: 'what must be on record',
    }),
    evidence: optional(oneOrMore(ref('record-type')), {
      'zh-CN': '供参考的记录类型',
      en: 'the types of record laid before the body',
    }),
    cap: optional(
      object({
        count: optional(orParameter(integer(1, 1_000_000)), { 'zh-CN': '人数', en: 'so many people' }),
        percent: optional(orParameter(number(0, 100)), { 'zh-CN': '百分比', en: 'so many in a hundred' }),
      }),
      {
        'zh-CN': '最多认定多少；由参数给出的，按作出认定的机构所属单位的数',
        en: 'how many it may find met; where a parameter gives it, by the number of the unit of the body that decides',
      },
    ),
  }),
} as const;

type Operators = typeof operators;
export type Operator = keyof Operators;
export type Rule = {
  [K in Operator]: { readonly op: K; readonly arg: Settled<Read<Operators[K]>> };
}[Operator];
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
  run: { 'zh-CN': '连续若干期', en: 'an unbroken row of periods with matching records' },
  amount: { 'zh-CN': '数额比较', en: 'an amount compares so with a number or another amount' },
  members: {
    'zh-CN': '成员（徒弟、课题组成员、学校教师等）中符合条件者',
    en: 'those related to the subject (apprentices, members, staff) who meet a condition',
  },
  case: { 'zh-CN': '分类适用', en: 'which condition applies depends on an attribute' },
  use: { 'zh-CN': '引用已命名的条件', en: 'a named condition of this file' },
  decide: { 'zh-CN': '由组织认定', en: 'a body decides, with a reason on record' },
};
