import type { Names } from '../problem.ts';
import type { Amount } from './amount.ts';
import type { Condition } from './condition.ts';
import type { Settled } from './settled.ts';
import {
  choice,
  day,
  durationOrParameter,
  either,
  fullDate,
  id,
  integer,
  list,
  literal,
  map,
  names,
  object,
  oneOrMore,
  optional,
  orParameter,
  type Read,
  ref,
  required,
  type Shape,
  text,
} from './shape.ts';
import { choiceWords as words } from './words.ts';

/** What conditions and amounts share: annotations, comparisons, windows of time, and choosing records. */

/** Where a condition or an amount may stand; their grammars refer to each other. */
export const condition: Shape<Condition> = { kind: 'condition' };
export const amount: Shape<Amount> = { kind: 'amount' };

/** How far a population or the peers reach: everyone of the unit at hand, or those of one's own group, school, county … */
export const reaches = ['unit', 'group', 'school', 'county', 'city', 'province'] as const;
export type Reach = (typeof reaches)[number];

export const strengths = ['must', 'should', 'prefer', 'discretion'] as const;
export type Strength = (typeof strengths)[number];

export const annotations = {
  id: optional(id, { 'zh-CN': '条款编号，供引用', en: 'name of the clause, to refer to it' }),
  say: optional(names, { 'zh-CN': '印发文件中的文字', en: 'the words of the printed policy' }),
  cite: optional(oneOrMore(text), { 'zh-CN': '依据', en: 'sources' }),
  strength: optional(choice(words.strengths), {
    'zh-CN': '约束程度，默认为必须',
    en: 'how strongly it binds; must unless given',
  }),
  from: optional(fullDate, { 'zh-CN': '自何日起有效', en: 'first day the clause is in force' }),
  until: optional(fullDate, { 'zh-CN': '至何日有效', en: 'last day the clause is in force' }),
} as const;
export interface Annotations {
  readonly id?: string;
  readonly say?: Names;
  readonly cite?: readonly string[];
  readonly strength?: Strength;
  readonly from?: string;
  readonly until?: string;
}

/** Comparisons. 以上/以下 are atLeast/atMost (inclusive), 超过/不满 are moreThan/below (strict). */
export const comparison = object({
  is: optional(literal, { 'zh-CN': '等于', en: 'equal to this' }),
  in: optional(list(literal, 1), { 'zh-CN': '为其中之一', en: 'one of these' }),
  not: optional(either(literal, list(literal, 1)), {
    'zh-CN': '不是（其中任何一个）',
    en: 'neither this, nor any of these',
  }),
  atLeast: optional(orParameter(literal), { 'zh-CN': '以上（含）', en: 'inclusive' }),
  moreThan: optional(orParameter(literal), { 'zh-CN': '超过（不含）', en: 'strict' }),
  atMost: optional(orParameter(literal), { 'zh-CN': '以下（含）', en: 'inclusive' }),
  below: optional(orParameter(literal), { 'zh-CN': '不满（不含）', en: 'strict' }),
  sameAs: optional(ref('attribute'), {
    'zh-CN': '与本人的这一信息项相同；该项为一组数时，为其中之一',
    en: 'the same as this attribute of the person; of a list of marks, one of them',
  }),
  notSameAs: optional(ref('attribute'), {
    'zh-CN': '与本人的这一信息项不同',
    en: 'another than this attribute of the person',
  }),
  asOf: optional(day, {
    'zh-CN': '年限的计算基准日，默认为申报截止日',
    en: 'for years: the day to reckon from; the deadline unless given',
  }),
});
export type Comparison = Settled<Read<typeof comparison>>;

/** A bare value means `is`, a list means `in`. */
export const test = either(either(literal, list(literal, 1)), comparison);
export type Test = Settled<Read<typeof test>>;

/** Periods of the calendar, and the term of a title. */
export const spans = ['day', 'week', 'month', 'semester', 'school-year', 'year', 'term'] as const;
export type Span = (typeof spans)[number];
export const calendarSpans = ['day', 'week', 'month', 'semester', 'school-year', 'year'] as const;
export type CalendarSpan = (typeof calendarSpans)[number];

/** A day written out, or the attribute of the person that holds it. */
export const dateOf = either(fullDate, ref('attribute'));

/** The day a title was granted: 任一级教师以来, since the last grant of it. */
export const dayOfTitle = object({
  title: required(test, { 'zh-CN': '称号', en: 'a title, or a comparison on the order of titles' }),
  level: optional(test, { 'zh-CN': '授予级别', en: 'the level it was granted at' }),
  take: required(choice(words.grantTaken), {
    'zh-CN': '多次授予时取哪一次',
    en: 'which of several grants',
  }),
});
export type DayOfTitle = Settled<Read<typeof dayOfTitle>>;
const windowEnd = either(dateOf, dayOfTitle);

/**
 * `5y` is (asOf − 5 years, asOf]; `last: 3, of: school-year` the last three such periods, the running one
 * included unless `current: exclude`; or from one day to another, both included.
 */
export const window = either(
  durationOrParameter,
  either(
    object({
      last: required(orParameter(integer(1, 200)), {
        'zh-CN': '最近几期',
        en: 'how many periods, the latest first',
      }),
      of: required(choice(words.calendarSpans), { 'zh-CN': '以何为一期', en: 'the kind of period' }),
      current: optional(choice(words.current), {
        'zh-CN': '是否含本期，默认含',
        en: 'whether the running period is among them; it is unless given',
      }),
    }),
    object({
      from: required(windowEnd, {
        'zh-CN': '起始日期，登记此日期的信息项，或授予称号之日',
        en: 'first day, the attribute that holds it, or the day a title was granted',
      }),
      to: optional(windowEnd, {
        'zh-CN': '截止日期（含），写法同上，默认为基准日',
        en: 'last day, included, the same choices; the day reckoned from unless given',
      }),
    }),
  ),
);
export type Window = Settled<Read<typeof window>>;

export const asOf = optional(day, {
  'zh-CN': '计算基准日，默认为申报截止日',
  en: 'day to reckon from; the deadline unless given',
});

/** Which records are meant. */
export const selection = {
  record: required(oneOrMore(ref('record-type')), {
    'zh-CN': '记录类型，可列多个',
    en: 'types of record, one or several',
  }),
  where: optional(map(test), {
    'zh-CN': '级别 level、等次 grade、作者次序 authorOrder、活动 event、日期 on 或该类记录的字段',
    en: 'level, grade, authorOrder, event, on (the day), or a field of the record type',
  }),
  within: optional(window, { 'zh-CN': '时间窗口', en: 'window of time' }),
  latest: optional(
    either(
      orParameter(integer(1, 200)),
      object({
        take: required(orParameter(integer(1, 200)), {
          'zh-CN': '最近几条，或最近几期',
          en: 'how many records or periods, the latest first',
        }),
        where: optional(map(test), {
          'zh-CN': '在哪些记录中取最近的，写法同 where',
          en: 'among which records, written as `where`',
        }),
        per: optional(choice(words.calendarSpans), {
          'zh-CN': '按期取时以何为一期，须写 empty',
          en: 'the kind of period, for so many periods instead of records; with `empty`',
        }),
        at: optional(text, {
          'zh-CN': '注明所属年度的字段；不写则按日期归期',
          en: 'field that names the year; without it the day decides',
        }),
        empty: optional(choice(words.empty), {
          'zh-CN': '没有记录的一期如何计；也占一期的，本期尚无记录时从上一期数起',
          en: 'how a period without any record counts; where it counts as one, the running one does only once it has a record',
        }),
      }),
    ),
    {
      'zh-CN': '只看时间窗口内最近的几条或几期，再按 where 要求；同一天、同一期的一并看',
      en: 'only so many of the latest records or periods within the window are looked at, and `where` is asked of those; records of one day, or one period, stand together',
    },
  ),
  asOf,
} as const;

export const distinctBy = optional(text, {
  'zh-CN': '同一活动（event）或同一字段值只计一次',
  en: 'the same event, or the same value of a field, counts once',
});

/** A day of the person's records: of one of them, the latest or the earliest. */
export const dayOfRecords = object({
  ...selection,
  field: optional(text, {
    'zh-CN': '取记录的哪一日期字段，默认为记录日期',
    en: 'the date field of the record; its own day unless given',
  }),
  take: required(choice(words.recordTaken), {
    'zh-CN': '有多条时取哪一日',
    en: 'which of several days',
  }),
});
export type DayOfRecords = Settled<Read<typeof dayOfRecords>>;
/** A date field of the record at hand. */
export const dayOfField = object({
  field: required(text, { 'zh-CN': '记录的哪一日期字段', en: 'a date field of the record at hand' }),
});

/** Records of an unbroken row of periods: one missing breaks it, one covered by `bridge` does not count. */
export const runSelection = {
  ...selection,
  per: required(choice(words.calendarSpans), { 'zh-CN': '以何为一期', en: 'what one link of the row is' }),
  at: optional(text, {
    'zh-CN': '注明所属年度的字段；不写则按日期归期',
    en: 'field that names the year; without it the day decides',
  }),
  times: optional(orParameter(integer(1, 1000)), {
    'zh-CN': '一期须有几条记录才算，默认 1',
    en: 'how many records a period must have to be a link; one unless given',
  }),
  until: optional(text, {
    'zh-CN': '截止日期字段：从日期到此日之间的各期都算',
    en: 'field with a last day: every period from the day to it counts',
  }),
  ending: optional(choice(words.ending), {
    'zh-CN': '须延续到何时，默认到最近一期',
    en: 'how far the row must reach; to the last period unless given',
  }),
  bridge: optional(object({ record: selection.record, where: selection.where }), {
    'zh-CN': '经批准的离岗等，不中断也不计入',
    en: 'approved leave and the like: neither breaks the row nor counts',
  }),
} as const;
export type RunSelection = Settled<Read<ReturnType<typeof object<typeof runSelection>>>>;
