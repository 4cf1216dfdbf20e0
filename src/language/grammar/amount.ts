import type { Given } from '../given.ts';
import type { Names } from '../problem.ts';
import {
  type Annotations,
  amount,
  asOf,
  condition,
  dateOf,
  dayOfField,
  dayOfRecords,
  dayOfTitle,
  distinctBy,
  reaches,
  runSelection,
  selection,
  test,
} from './selection.ts';
import type { Settled } from './settled.ts';
import {
  choice,
  decimal,
  either,
  integer,
  list,
  map,
  names,
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
 * Amounts: exact numbers a policy reckons with. An amount is a plain number, or a mapping with exactly one
 * operator and annotations. Amounts nest, and hold conditions where it depends. An amount nobody can reckon,
 * because something is not documented, is missing, never nought.
 */
export interface Amount extends Pick<Annotations, 'id' | 'say' | 'cite'> {
  readonly names?: Names;
  readonly path: string;
  readonly term: Term;
  /** As of a condition. */
  readonly given?: readonly Given[];
}

export const amountAnnotations = {
  id: optional(text, { 'zh-CN': '编号', en: 'name of the amount, to refer to it' }),
  names: optional(names, { 'zh-CN': '名称', en: 'what it is called' }),
  say: optional(names, { 'zh-CN': '印发文件中的文字', en: 'the words of the printed policy' }),
  cite: optional(oneOrMore(text), { 'zh-CN': '依据', en: 'sources' }),
} as const;

const endOfTime = either(
  choice(words.daysReckoned),
  either(dateOf, either(dayOfField, either(dayOfRecords, dayOfTitle))),
);

/** Only the highest of a group count: `take: 1, per: [kind, year]` is 同类就高. */
const best = optional(
  object({
    take: required(orParameter(integer(1, 1000)), {
      'zh-CN': '每组取最高的几项',
      en: 'how many of each group',
    }),
    per: optional(oneOrMore(text), {
      'zh-CN': '按字段或 day/week/month/semester/school-year/year 分组',
      en: 'groups: fields of the record, or day, week, month, semester, school-year, year',
    }),
  }),
  { 'zh-CN': '只取最高的若干项', en: 'only so many of the highest count' },
);
const caps = optional(
  list(
    object({
      max: required(amount, { 'zh-CN': '最高', en: 'the most it may come to' }),
      per: optional(oneOrMore(text), {
        'zh-CN': '分组：字段、type 或 day/week/month/semester/school-year/year；不写则为合计封顶',
        en: 'groups: fields of the record, type, day, week, month, semester, school-year, year; the whole unless given',
      }),
    }),
    1,
  ),
  {
    'zh-CN': '封顶，先分组后合计',
    en: 'caps, those of groups before those of the whole',
  },
);
const each = optional(amount, {
  'zh-CN': '每条记录的数额，可用 field、lookup、choose',
  en: 'what one record is worth: field, lookup, choose and arithmetic on them',
});
const records = {
  ...selection,
  distinctBy,
  of: optional(text, {
    'zh-CN': '取记录的哪一数值字段；不写 of 和 each 则每条记 1',
    en: 'the numeric field taken of each record; each counts 1 when neither `of` nor `each` is given',
  }),
  each,
  best,
} as const;
const rounding = {
  places: optional(orParameter(integer(0, 6)), {
    'zh-CN': '保留几位小数，默认 0',
    en: 'decimal places; 0 unless given',
  }),
  mode: required(choice(words.rounding), {
    'zh-CN': '取整方式',
    en: 'how it is rounded',
  }),
} as const;

export const amountOperators = {
  number: decimal(1e12, -1e12),
  value: either(
    ref('attribute'),
    object({ of: required(ref('attribute'), { 'zh-CN': '哪一项信息', en: 'the attribute' }), asOf }),
  ),
  elapsed: object({
    since: required(endOfTime, {
      'zh-CN':
        '起始：日期项、on（记录日期）、asOf（基准日），记录的日期字段，最近、最早一条记录的日期，或授予称号之日',
      en: 'from: a date attribute, `on` (the day of the record), `asOf`, a date field of the record at hand, the day of the latest or earliest record, or the day a title was granted',
    }),
    until: optional(endOfTime, {
      'zh-CN': '截至：同上，默认为基准日',
      en: 'to: the same choices; the day reckoned from unless given',
    }),
    in: required(choice(words.units), { 'zh-CN': '单位', en: 'the unit' }),
    counted: optional(choice(words.elapsed), {
      'zh-CN': '不足一个的如何计，默认不计',
      en: 'how one begun counts; not at all unless given',
    }),
  }),
  field: text,
  lookup: object({
    in: required(ref('lookup'), { 'zh-CN': '哪张对照表', en: 'the lookup table' }),
    by: required(oneOrMore(either(text, amount)), {
      'zh-CN': '一或两个键：记录的字段，或个人信息项；分段的表第一个键为数额',
      en: 'one or two keys: keys of the record, or attributes; the first key of a table of bands is an amount',
    }),
  }),
  measure: ref('measure'),
  parameter: ref('parameter'),
  size: ref('population'),
  places: choice(words.places),
  served: choice(words.served),
  count: object({ ...selection, distinctBy }),
  sum: object({ ...records, caps }),
  average: object(records),
  highest: object(records),
  lowest: object(records),
  run: object(runSelection),
  marks: object({
    of: required(ref('attribute'), { 'zh-CN': '一组评分', en: 'an attribute that is a list of numbers' }),
    take: required(choice(words.marks), {
      'zh-CN': '取什么',
      en: 'what is taken of them',
    }),
    dropHighest: optional(orParameter(integer(0, 100)), {
      'zh-CN': '去掉几个最高，默认 0',
      en: 'how many of the highest are dropped; 0 unless given',
    }),
    dropLowest: optional(orParameter(integer(0, 100)), {
      'zh-CN': '去掉几个最低，默认 0',
      en: 'how many of the lowest are dropped; 0 unless given',
    }),
    reaching: optional(amount, {
      'zh-CN': '只取达到此数者（take: number 得个数）',
      en: 'only those that reach it; with take: number, how many',
    }),
  }),
  add: list(amount, 1),
  subtract: list(amount, 2),
  multiply: list(amount, 1),
  divide: object({
    of: required(amount, { 'zh-CN': '被除数', en: 'what is divided' }),
    by: required(amount, { 'zh-CN': '除数', en: 'what it is divided by' }),
  }),
  greatest: list(amount, 1),
  least: list(amount, 1),
  limit: object({
    of: required(amount, { 'zh-CN': '所限的数', en: 'the amount kept within them' }),
    min: optional(amount, { 'zh-CN': '不低于', en: 'the floor' }),
    max: optional(amount, { 'zh-CN': '不超过', en: 'the cap' }),
  }),
  round: object({
    of: required(amount, { 'zh-CN': '所取整的数', en: 'the amount that is rounded' }),
    ...rounding,
  }),
  weighted: object({
    parts: required(
      list(
        object({
          id: optional(text, { 'zh-CN': '编号', en: 'name of the part, to refer to it' }),
          names: optional(names, { 'zh-CN': '名称', en: 'what it is called' }),
          weight: required(amount, { 'zh-CN': '权重', en: 'its weight' }),
          of: required(amount, { 'zh-CN': '得分', en: 'its mark' }),
        }),
        1,
      ),
      { 'zh-CN': '各部分', en: 'the parts' },
    ),
    over: optional(orParameter(decimal(100_000, 0.000001)), {
      'zh-CN': '权重之和，默认 100',
      en: 'what the weights are out of; 100 unless given',
    }),
    missing: optional(choice(words.missingParts), {
      'zh-CN': '缺项如何处理，默认不计总分',
      en: 'what a missing part does; no total unless given',
    }),
  }),
  rate: object({
    of: required(amount, { 'zh-CN': '所分段的数', en: 'the amount that is cut into bands' }),
    bands: required(
      list(
        object({
          above: required(orParameter(decimal(1e9)), {
            'zh-CN': '超过此数的部分',
            en: 'where the band begins',
          }),
          per: required(amount, { 'zh-CN': '每单位计多少', en: 'what each unit of the band counts' }),
        }),
        1,
      ),
      {
        'zh-CN': '分段：超过 above 的部分每单位计 per',
        en: 'bands: what lies above `above`, up to the next band, counts `per` a unit',
      },
    ),
  }),
  step: object({
    of: required(amount, { 'zh-CN': '按何数分档', en: 'the amount the steps are taken on' }),
    from: required(
      list(
        object({
          atLeast: optional(amount, { 'zh-CN': '不低于此数', en: 'at least this' }),
          moreThan: optional(amount, { 'zh-CN': '超过此数', en: 'more than this' }),
          is: required(amount, { 'zh-CN': '取此值', en: 'the value of the step' }),
        }),
        1,
      ),
      { 'zh-CN': '自上而下，第一档符合者', en: 'the first that fits, in the order written' },
    ),
    else: optional(amount, { 'zh-CN': '各档都不符合时', en: 'where no step fits; missing unless given' }),
  }),
  choose: object({
    when: required(
      list(
        object({
          if: optional(condition, { 'zh-CN': '符合此条件时', en: 'when the subject meets this' }),
          where: optional(map(test), { 'zh-CN': '记录符合时', en: 'when the record is so' }),
          is: required(amount, { 'zh-CN': '取此值', en: 'the value of the case' }),
        }),
        1,
      ),
      { 'zh-CN': '各情形，自上而下取第一个成立者', en: 'the cases; the first that holds is taken' },
    ),
    else: optional(amount, { 'zh-CN': '其余情形', en: 'where no case holds; missing unless given' }),
  }),
  howMany: object({
    of: required(list(condition, 1), { 'zh-CN': '各项条件', en: 'the conditions' }),
    are: optional(choice(words.howMany), {
      'zh-CN': '数哪一种结果，默认为符合',
      en: 'which outcome is counted; met unless given',
    }),
  }),
  otherwise: object({
    of: required(amount, { 'zh-CN': '先取此数', en: 'the amount' }),
    is: required(amount, { 'zh-CN': '未登记时取此数', en: 'what is taken where it is not documented' }),
  }),
  members: object({
    role: required(text, {
      'zh-CN': '成员角色，如 apprentice（徒弟）',
      en: 'which of those related to the subject, such as apprentice',
    }),
    meets: optional(condition, {
      'zh-CN': '只算符合此条件者；不写则全部',
      en: 'only those who meet this; all unless given',
    }),
    each: optional(amount, { 'zh-CN': '每名成员的数额', en: 'what each of them counts' }),
    take: optional(choice(words.members), {
      'zh-CN': '取什么；有 each 时默认合计，否则人数',
      en: 'what is taken of them; the sum where there is `each`, else the number',
    }),
  }),
  peers: object({
    of: required(amount, { 'zh-CN': '比较的数', en: 'what the peers are compared by' }),
    among: optional(oneOrMore(ref('attribute')), {
      'zh-CN': '同类：这些信息项都相同者',
      en: 'peers: those for whom all of these attributes are the same',
    }),
    in: optional(choice(words.populations, ...reaches), {
      'zh-CN': '在何范围内，默认为本次评选的全体人员；按县的，同一市的市直单位合在一起视同一个县',
      en: 'where they are compared; among everyone of the unit that holds the round unless given; for counties, those directly under one city stand together as one county',
    }),
    order: optional(choice(words.order), {
      'zh-CN': '何者在前，默认高者',
      en: 'what is better; higher unless given',
    }),
    take: required(choice(words.peers), {
      'zh-CN': '取什么；前百分位为名次在此或更前者所占百分比',
      en: 'what is taken; rank 1 is best, a percentile the share at this rank or better',
    }),
  }),
} as const;

type AmountOperators = typeof amountOperators;
export type AmountOperator = keyof AmountOperators;
export type Term = {
  [K in AmountOperator]: { readonly op: K; readonly arg: Settled<Read<AmountOperators[K]>> };
}[AmountOperator];
export type TermOf<K extends AmountOperator> = Extract<Term, { op: K }>['arg'];
export type RecordTerm = TermOf<'sum'> | TermOf<'average'>;

/** One line for the author's reference and for editors. */
export const amountDocs: Readonly<Record<AmountOperator, Names>> = {
  number: { 'zh-CN': '数', en: 'a number; may be written plainly' },
  value: { 'zh-CN': '某项个人信息的数值或年限', en: 'a numeric attribute, or its years' },
  elapsed: { 'zh-CN': '两日之间的天、周、月、年', en: 'time between two days' },
  field: { 'zh-CN': '记录的数值字段', en: 'a numeric field of the record at hand' },
  lookup: { 'zh-CN': '查对照表', en: 'the entry of a lookup table' },
  measure: { 'zh-CN': '引用已命名的计量', en: 'a named measure of this file' },
  parameter: { 'zh-CN': '可由地方设定的参数', en: 'a parameter that may be set locally' },
  size: { 'zh-CN': '某人群的人数', en: 'how many belong to a population' },
  places: { 'zh-CN': '本单位名额数，或推荐人数', en: 'places of the unit at hand, or how many it nominates' },
  served: { 'zh-CN': '本期在岗的比例或天数', en: 'share of the period served, or its days' },
  count: { 'zh-CN': '记录数', en: 'number of matching records' },
  sum: {
    'zh-CN': '记录数额合计，可取最高、封顶',
    en: 'what matching records are worth together, with best-of and caps',
  },
  average: { 'zh-CN': '记录数额平均', en: 'their average' },
  highest: { 'zh-CN': '其中最高', en: 'the highest of them' },
  lowest: { 'zh-CN': '其中最低', en: 'the lowest of them' },
  run: { 'zh-CN': '连续期数', en: 'length of an unbroken row of periods' },
  marks: {
    'zh-CN': '一组评分的均值等，可去最高最低',
    en: 'mean and the like of a list of marks, trimmed if asked',
  },
  add: { 'zh-CN': '相加', en: 'sum of amounts' },
  subtract: { 'zh-CN': '第一项减去其余', en: 'the first less the others' },
  multiply: { 'zh-CN': '相乘', en: 'product' },
  divide: { 'zh-CN': '相除', en: 'quotient; by nought it is missing' },
  greatest: { 'zh-CN': '取最大', en: 'the greatest of amounts' },
  least: { 'zh-CN': '取最小', en: 'the least of amounts' },
  limit: { 'zh-CN': '不低于 min、不超过 max', en: 'kept within a floor and a cap' },
  round: { 'zh-CN': '取整或保留小数', en: 'rounded, in the way it says' },
  weighted: { 'zh-CN': '加权', en: 'weighted sum' },
  rate: { 'zh-CN': '分段计算', en: 'a rate for each band' },
  step: { 'zh-CN': '分档取值', en: 'a value by steps' },
  choose: { 'zh-CN': '分情形取值', en: 'the first case that holds' },
  howMany: { 'zh-CN': '几项条件符合（或不符合）', en: 'how many conditions are met, or not' },
  otherwise: { 'zh-CN': '未登记时取此数', en: 'the amount, or another where it is not documented' },
  members: {
    'zh-CN': '成员人数、合计、比例等',
    en: 'number, sum, mean or share over those related to the subject',
  },
  peers: { 'zh-CN': '在同类中的名次、百分位，或同类均值', en: 'standing among peers' },
};
