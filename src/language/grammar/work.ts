import { roundingOrParameter } from './rounding.ts';
import { amount, condition, dateOf, spans } from './selection.ts';
import type { Settled } from './settled.ts';
import {
  boolean,
  choice,
  day,
  decimal,
  duration,
  durationOrParameter,
  either,
  fullDate,
  id,
  integer,
  list,
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
import { sourced, statement, strength } from './statement.ts';
import { choiceWords as words } from './words.ts';

/** The sections of a programme about what follows: training, assessment, duties, ledgers, term, treatment. */

/** What holds for a time only. */
const inForce = {
  from: optional(fullDate, { 'zh-CN': '自何日起执行', en: 'first day it is in force' }),
  until: optional(fullDate, { 'zh-CN': '执行至何日', en: 'last day it is in force' }),
} as const;

const module = {
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
  length: optional(duration, { 'zh-CN': '时长', en: 'how long it takes' }),
  about: optional(boolean, { 'zh-CN': '约', en: 'the length is approximate' }),
  hours: optional(orParameter(decimal(100_000)), { 'zh-CN': '学时', en: 'hours' }),
  mode: optional(choice(words.modes), { 'zh-CN': '方式', en: 'how it is given' }),
  venue: optional(names, { 'zh-CN': '地点', en: 'where' }),
  by: optional(ref('body'), { 'zh-CN': '由谁承担', en: 'who gives it' }),
  for: optional(condition, { 'zh-CN': '面向谁', en: 'for whom' }),
} as const;
const item = object({
  ...module,
  items: optional(
    list(object({ ...module, cite: optional(oneOrMore(text), { 'zh-CN': '依据', en: 'sources' }) })),
    { 'zh-CN': '细项', en: 'its parts' },
  ),
  ...sourced,
});
export const training = object({
  period: optional(
    object({
      from: required(day, { 'zh-CN': '开始日期', en: 'first day' }),
      to: required(day, { 'zh-CN': '结束日期', en: 'last day' }),
      ...sourced,
    }),
    { 'zh-CN': '起止日期', en: 'first and last day' },
  ),
  hours: optional(orParameter(decimal(100_000)), { 'zh-CN': '总学时', en: 'hours in all' }),
  phases: optional(list(item, 1), { 'zh-CN': '培训过程', en: 'phases' }),
  methods: optional(list(item, 1), { 'zh-CN': '培训形式', en: 'methods' }),
  content: optional(list(item, 1), { 'zh-CN': '培训内容', en: 'content' }),
  organisation: optional(list(statement, 1), { 'zh-CN': '组织管理', en: 'how it is organised' }),
});

const part = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
  weight: optional(orParameter(decimal(1000)), {
    'zh-CN': '权重；不写则得分直接相加',
    en: 'its weight; without one the mark is added as it is',
  }),
  of: optional(amount, { 'zh-CN': '得分', en: 'the mark it is given; without it raters give the mark' }),
  max: optional(orParameter(decimal(100_000)), {
    'zh-CN': '满分，得分以此封顶',
    en: 'full mark; a mark is capped here before it is weighted',
  }),
  floor: optional(orParameter(decimal(100_000)), {
    'zh-CN': '单项最低分',
    en: 'the least mark; below it nothing is passed',
  }),
  basis: optional(choice(words.basis), { 'zh-CN': '考核方式', en: 'how it is assessed' }),
  by: optional(ref('body'), { 'zh-CN': '由谁评', en: 'who marks it' }),
  items: optional(
    list(
      object({
        id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
        names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
        of: optional(amount, { 'zh-CN': '得分', en: 'its mark; without it raters give the mark' }),
        max: optional(orParameter(decimal(1000)), { 'zh-CN': '最高分', en: 'its full mark' }),
        cite: optional(oneOrMore(text), { 'zh-CN': '依据', en: 'sources' }),
      }),
      1,
    ),
    {
      'zh-CN': '分项，各自封顶后相加为本项得分',
      en: 'items; each capped, they add up to the mark of the part',
    },
  ),
  ...sourced,
});
const band = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  names: required(names, { 'zh-CN': '名称', en: 'what the band is called' }),
  from: required(orParameter(decimal(100_000)), { 'zh-CN': '自多少分起（含）', en: 'lowest mark, included' }),
  to: optional(orParameter(decimal(100_000)), { 'zh-CN': '至多少分（含）', en: 'highest mark, included' }),
  below: optional(orParameter(decimal(100_000)), { 'zh-CN': '低于多少分', en: 'marks below this' }),
  require: optional(condition, { 'zh-CN': '另须具备', en: 'asked for besides the mark' }),
  fails: optional(boolean, { 'zh-CN': '此等次为不合格', en: 'whoever is in it has not passed' }),
  maxPercent: optional(orParameter(decimal(100)), {
    'zh-CN': '比例上限',
    en: 'at most this share of those assessed',
  }),
  rounding: optional(choice(words.rounding), {
    'zh-CN': '比例如何取整；不写则不得超过该比例',
    en: 'how the share becomes a number of people; without it the share is never exceeded',
  }),
  ...sourced,
});
export const assessment = object({
  per: optional(choice(words.spans, 'semester', 'school-year', 'year', 'term', 'round'), {
    'zh-CN': '多久考核一次',
    en: 'how often it is held',
  }),
  by: optional(ref('body'), { 'zh-CN': '由谁考核', en: 'who assesses' }),
  subjects: optional(condition, { 'zh-CN': '考核对象', en: 'who is assessed' }),
  composite: optional(
    object({
      of: optional(orParameter(decimal(1000, 0.000001)), {
        'zh-CN': '权重之和，默认 100',
        en: 'what the weights sum to; 100',
      }),
      parts: required(list(part, 1), { 'zh-CN': '各部分', en: 'the parts' }),
      bonus: optional(
        object({
          of: required(amount, { 'zh-CN': '加多少', en: 'how much is added' }),
          max: optional(orParameter(decimal(1000)), { 'zh-CN': '最多加多少', en: 'the most it may come to' }),
          ...sourced,
        }),
        { 'zh-CN': '加分', en: 'bonus marks' },
      ),
      deductions: optional(
        list(
          object({
            id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
            of: required(amount, { 'zh-CN': '扣多少', en: 'how much is taken off' }),
            max: optional(orParameter(decimal(1000)), {
              'zh-CN': '最多扣多少',
              en: 'the most it may come to',
            }),
            ...sourced,
          }),
          1,
        ),
        { 'zh-CN': '扣分', en: 'deductions' },
      ),
      missing: optional(choice(words.missingParts), {
        'zh-CN': '缺项如何处理，默认不计总分',
        en: 'what a missing part does; no total unless given',
      }),
      most: optional(orParameter(decimal(100_000)), { 'zh-CN': '总分封顶', en: 'cap of the whole' }),
      rounding: optional(roundingOrParameter, { 'zh-CN': '总分取整', en: 'how the total is rounded' }),
      passMark: optional(orParameter(decimal(1000)), { 'zh-CN': '合格线', en: 'the mark that passes' }),
      ...sourced,
    }),
    { 'zh-CN': '综合得分', en: 'the mark in all' },
  ),
  veto: optional(condition, {
    'zh-CN': '一票否决',
    en: 'whoever meets this does not pass, whatever the mark',
  }),
  require: optional(condition, { 'zh-CN': '合格须符合', en: 'asked for a pass besides the mark' }),
  bands: optional(list(band, 1), { 'zh-CN': '等次', en: 'bands' }),
  pass: optional(list(statement, 1), { 'zh-CN': '合格须同时具备', en: 'all of these make a pass' }),
  rules: optional(list(statement, 1), { 'zh-CN': '其他规定', en: 'further rules' }),
  ...sourced,
});

export const duty = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  names: optional(names, { 'zh-CN': '名称', en: 'what it is called' }),
  per: optional(choice(words.spans, ...spans), { 'zh-CN': '周期', en: 'the period it is asked in' }),
  every: optional(orParameter(integer(1, 100)), {
    'zh-CN': '每几个周期',
    en: 'so many such periods make one',
  }),
  who: optional(condition, { 'zh-CN': '对谁要求', en: 'of whom it is asked' }),
  require: optional(condition, {
    'zh-CN': '在每一周期内考查',
    en: 'asked of the records of each period; without it the duty is a statement',
  }),
  phases: optional(
    list(
      object({
        periods: required(orParameter(integer(1, 1000)), { 'zh-CN': '几期', en: 'how many periods' }),
        require: required(condition, { 'zh-CN': '每期要求', en: 'what is asked in each' }),
      }),
      1,
    ),
    {
      'zh-CN': '分段要求：先若干期，再若干期',
      en: 'what is asked changes: so many periods each',
    },
  ),
  side: optional(choice(words.sides), {
    'zh-CN': '由哪一方承担',
    en: 'whose duty it is in a pair or a studio',
  }),
  due: optional(
    object({
      after: optional(text, { 'zh-CN': '何事之后', en: 'after what event' }),
      within: optional(durationOrParameter, { 'zh-CN': '多久之内', en: 'within how long' }),
      day: optional(day, { 'zh-CN': '某日之前', en: 'by this day' }),
    }),
    {
      'zh-CN': '何时之前',
      en: 'due so long after an event, or by a day',
    },
  ),
  checked: optional(
    object({
      times: optional(orParameter(integer(1, 366)), { 'zh-CN': '几次', en: 'how many times' }),
      per: optional(choice(words.spans, ...spans), {
        'zh-CN': '每一何种周期',
        en: 'in each of these periods',
      }),
      by: optional(ref('body'), { 'zh-CN': '由谁检查', en: 'who inspects' }),
    }),
    { 'zh-CN': '检查', en: 'how often it is inspected, and by whom' },
  ),
  ...inForce,
  strength,
  ...sourced,
});

const state = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  names: required(names, { 'zh-CN': '名称', en: 'what the state is called' }),
  title: optional(ref('title'), { 'zh-CN': '此状态的称号', en: 'the title it stands for' }),
  paid: optional(boolean, { 'zh-CN': '享受待遇', en: 'whether treatment is paid; it is unless it says no' }),
  held: optional(boolean, { 'zh-CN': '保有称号', en: 'whether the title is held; it is unless it says no' }),
  ends: optional(boolean, { 'zh-CN': '终止状态', en: 'nothing leads out of it' }),
});
const transition = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  state: optional(oneOrMore(ref('state')), { 'zh-CN': '处于何种状态时', en: 'in which states it applies' }),
  when: required(
    either(
      choice(words.when),
      object({
        result: optional(oneOrMore(text), { 'zh-CN': '考核结果', en: 'result of an assessment' }),
        event: optional(oneOrMore(text), { 'zh-CN': '事件', en: 'something that happened' }),
        if: optional(condition, { 'zh-CN': '且符合', en: 'and the person meets this' }),
      }),
    ),
    { 'zh-CN': '何时适用', en: 'when it applies' },
  ),
  run: optional(orParameter(integer(1, 50)), { 'zh-CN': '连续几次', en: 'so many results in a row' }),
  total: optional(orParameter(integer(1, 50)), { 'zh-CN': '累计几次', en: 'so many results altogether' }),
  does: required(oneOrMore(choice(words.acts)), { 'zh-CN': '如何处理', en: 'what is done' }),
  to: optional(ref('state'), { 'zh-CN': '转入哪一状态', en: 'the state it leads to' }),
  title: optional(ref('title'), {
    'zh-CN': '所授称号；其他处置则为所涉称号',
    en: 'what is granted; for any other act, the title that must be held',
  }),
  steps: optional(integer(1, 20), { 'zh-CN': '几级', en: 'how many tiers up or down' }),
  percent: optional(orParameter(decimal(1000, -100)), {
    'zh-CN': '待遇增减百分之几',
    en: 'change of pay in percent',
  }),
  for: optional(durationOrParameter, {
    'zh-CN': '为期；期满发生事件"编号-end"',
    en: 'for how long; when it is over the event `<id>-end` happens',
  }),
  also: optional(boolean, {
    'zh-CN': '另外适用，不妨碍其他各项',
    en: 'applies besides whichever other transition applies',
  }),
  keepsEnd: optional(boolean, { 'zh-CN': '恢复后任期终点不变', en: 'the term ends when it would have' }),
  by: optional(ref('body'), { 'zh-CN': '由谁决定', en: 'who decides' }),
  approvals: optional(list(ref('body'), 1), { 'zh-CN': '须经谁批准', en: 'whose approval it needs' }),
  ...inForce,
  strength,
  ...sourced,
});
export const term = object({
  length: optional(durationOrParameter, { 'zh-CN': '任期长度', en: 'how long it lasts' }),
  lifelong: optional(boolean, { 'zh-CN': '是否终身', en: 'whether it is for life' }),
  starts: optional(choice(words.starts), {
    'zh-CN': '自何时起算',
    en: 'when it begins',
  }),
  bridges: optional(oneOrMore(text), {
    'zh-CN': '不中断连续考核的事件，如经批准的离岗',
    en: 'events, such as approved leave, that excuse a missing assessment: a run goes on after them',
  }),
  most: optional(orParameter(integer(1, 50)), { 'zh-CN': '最多几届', en: 'most terms one may serve' }),
  portable: optional(choice(words.areas), {
    'zh-CN': '在何范围内调动仍有效',
    en: 'within what it stays valid for those who move',
  }),
  upwardOnly: optional(boolean, { 'zh-CN': '只升不降', en: 'movement is only upward' }),
  states: optional(list(state, 1), { 'zh-CN': '各种状态', en: 'the states a holder may be in' }),
  life: optional(list(transition, 1), {
    'zh-CN': '状态如何变化',
    en: 'what leads from one state to another',
  }),
  ...sourced,
});

export const treatment = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  names: optional(names, { 'zh-CN': '名称', en: 'what it is called' }),
  kind: required(choice(words.treatments), { 'zh-CN': '类别', en: 'its kind' }),
  amount: optional(
    object({
      yuan: optional(amount, { 'zh-CN': '金额（元）', en: 'money, in yuan unless `unit` says otherwise' }),
      hours: optional(amount, { 'zh-CN': '课时、天数等', en: 'time given' }),
      unit: optional(text, { 'zh-CN': '单位', en: 'the unit, where it is not yuan or hours' }),
      per: required(choice(words.money), {
        'zh-CN': '以何为期',
        en: 'for each of these',
      }),
    }),
    { 'zh-CN': '数额', en: 'how much' },
  ),
  when: optional(condition, { 'zh-CN': '享受条件', en: 'who has it, and when' }),
  shares: optional(
    list(
      object({
        by: required(names, { 'zh-CN': '谁承担', en: 'who bears it' }),
        percent: required(decimal(100), { 'zh-CN': '承担百分之几', en: 'in percent' }),
      }),
      1,
    ),
    {
      'zh-CN': '分担',
      en: 'who bears which share',
    },
  ),
  least: optional(decimal(1e9), {
    'zh-CN': '不低于',
    en: 'the least it may be, where a level below sets it',
  }),
  ...inForce,
  strength,
  ...sourced,
});
export const stacking = list(
  object({
    of: required(list(ref('treatment'), 2), { 'zh-CN': '哪些待遇', en: 'which treatments' }),
    keep: required(choice(words.stack), {
      'zh-CN': '享受其中哪些',
      en: 'which of those due are given',
    }),
    max: optional(amount, { 'zh-CN': '合计最高', en: 'the most they may come to together' }),
    ...sourced,
  }),
  1,
);

const category = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
  amount: required(amount, { 'zh-CN': '计多少', en: 'how much goes in' }),
  atLeast: optional(amount, { 'zh-CN': '此类不少于', en: 'the least of this category' }),
  cut: optional(id, {
    'zh-CN': '同一合计的另一种分类',
    en: 'another division of the same whole: the categories of one cut add up to it',
  }),
  ...sourced,
});
/** Hours, credits or funds: what goes in, by category with its rates and caps, and what must be reached. */
export const ledger = object({
  names: required(names, { 'zh-CN': '名称', en: 'what the ledger is called' }),
  unit: required(names, { 'zh-CN': '单位', en: 'what is counted: hours, credits, yuan' }),
  cycle: optional(durationOrParameter, { 'zh-CN': '周期', en: 'length of one cycle' }),
  since: optional(dateOf, { 'zh-CN': '首个周期自何日起', en: 'first day of the first cycle' }),
  who: optional(condition, { 'zh-CN': '适用于谁', en: 'for whom it is kept' }),
  categories: required(list(category, 1), { 'zh-CN': '各类', en: 'the categories' }),
  total: optional(amount, {
    'zh-CN': '合计，默认各类相加',
    en: 'the whole; the categories (of the first cut) together unless given',
  }),
  atLeast: optional(amount, { 'zh-CN': '合计不少于', en: 'the least of the whole' }),
  each: optional(
    list(
      object({
        per: required(choice(words.calendarSpans), { 'zh-CN': '每一何种周期', en: 'each such period' }),
        require: required(condition, { 'zh-CN': '须达到', en: 'what must be reached in it' }),
        ...sourced,
      }),
      1,
    ),
    {
      'zh-CN': '周期内每一期须达到',
      en: 'what must be reached in each such period of the cycle',
    },
  ),
  require: optional(condition, { 'zh-CN': '须达到', en: 'what must be reached' }),
  keeper: optional(ref('body'), { 'zh-CN': '登记单位', en: 'who keeps it' }),
  ...sourced,
});

export type Training = Read<typeof training>;
export type Assessment = Settled<Read<typeof assessment>>;
export type Duty = Settled<Read<typeof duty>>;
export type Term = Settled<Read<typeof term>>;
export type Transition = Settled<Read<typeof transition>>;
export type Treatment = Read<typeof treatment>;
export type Ledger = Settled<Read<typeof ledger>>;
export type Part = Settled<Read<typeof part>>;
export type Band = Settled<Read<typeof band>>;
export type LifeState = Read<typeof state>;
export type LifeAction = keyof typeof words.acts;
