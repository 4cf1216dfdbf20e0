import { amount, condition, spans } from './selection.ts';
import {
  boolean,
  choice,
  day,
  decimal,
  duration,
  either,
  id,
  integer,
  list,
  names,
  object,
  oneOrMore,
  optional,
  type Read,
  ref,
  required,
  text,
} from './shape.ts';
import { sourced, statement, strength } from './statement.ts';

/** The sections of a programme about what follows: training, assessment, duties, ledgers, term, treatment. */

const module = {
  id: required(id),
  names: required(names),
  length: optional(duration),
  about: optional(boolean, { 'zh-CN': '约', en: 'the length is approximate' }),
  hours: optional(decimal(100_000), { 'zh-CN': '学时', en: 'hours' }),
  mode: optional(
    choice(
      'central',
      'on-site',
      'online',
      'practice',
      'self-study',
      'school-based',
      'visit',
      'degree',
      'workshop',
    ),
  ),
  venue: optional(names),
  by: optional(ref('body'), { 'zh-CN': '由谁承担', en: 'who gives it' }),
  for: optional(condition, { 'zh-CN': '面向谁', en: 'for whom' }),
} as const;
const item = object({
  ...module,
  items: optional(list(object({ ...module, cite: optional(oneOrMore(text)) }))),
  ...sourced,
});
export const training = object({
  period: optional(object({ from: required(day), to: required(day), ...sourced })),
  hours: optional(decimal(100_000), { 'zh-CN': '总学时', en: 'hours in all' }),
  phases: optional(list(item, 1)),
  methods: optional(list(item, 1)),
  content: optional(list(item, 1)),
  organisation: optional(list(statement, 1)),
});

const part = object({
  id: required(id),
  names: required(names),
  weight: required(decimal(1000)),
  of: optional(amount, { 'zh-CN': '得分', en: 'the mark it is given' }),
  floor: optional(decimal(100_000), {
    'zh-CN': '单项最低分',
    en: 'the least mark; below it nothing is passed',
  }),
  basis: optional(
    choice(
      'on-site',
      'written',
      'process',
      'portfolio',
      'paper',
      'interview',
      'rating',
      'survey',
      'results',
      'talk',
    ),
  ),
  by: optional(ref('body'), { 'zh-CN': '由谁评', en: 'who marks it' }),
  items: optional(
    list(
      object({
        id: required(id),
        names: required(names),
        max: optional(decimal(1000)),
        cite: optional(oneOrMore(text)),
      }),
      1,
    ),
  ),
  ...sourced,
});
const band = object({
  id: required(id),
  names: required(names),
  from: required(decimal(100_000)),
  to: optional(decimal(100_000)),
  below: optional(decimal(100_000)),
  require: optional(condition, { 'zh-CN': '另须具备', en: 'asked for besides the mark' }),
  maxPercent: optional(decimal(100), { 'zh-CN': '比例上限', en: 'at most this share of those assessed' }),
  ...sourced,
});
export const assessment = object({
  per: optional(choice('semester', 'school-year', 'year', 'term', 'round')),
  by: optional(ref('body')),
  subjects: optional(condition, { 'zh-CN': '考核对象', en: 'who is assessed' }),
  composite: optional(
    object({
      of: optional(decimal(1000), { 'zh-CN': '权重之和，默认 100', en: 'what the weights sum to; 100' }),
      parts: required(list(part, 1)),
      bonus: optional(object({ of: required(amount), max: optional(decimal(1000)), ...sourced })),
      deductions: optional(
        list(object({ id: required(id), of: required(amount), max: optional(decimal(1000)), ...sourced }), 1),
      ),
      missing: optional(choice('refuse', 'zero', 'spread')),
      most: optional(decimal(100_000), { 'zh-CN': '总分封顶', en: 'cap of the whole' }),
      rounding: optional(
        object({
          places: required(integer(0, 6)),
          mode: required(choice('half-up', 'half-even', 'down', 'up')),
        }),
      ),
      passMark: optional(decimal(1000)),
      ...sourced,
    }),
  ),
  veto: optional(condition, {
    'zh-CN': '一票否决',
    en: 'whoever meets this does not pass, whatever the mark',
  }),
  require: optional(condition, { 'zh-CN': '合格须符合', en: 'asked for a pass besides the mark' }),
  bands: optional(list(band, 1)),
  pass: optional(list(statement, 1), { 'zh-CN': '合格须同时具备', en: 'all of these make a pass' }),
  rules: optional(list(statement, 1)),
  ...sourced,
});

export const duty = object({
  id: required(id),
  names: optional(names),
  per: optional(choice(...spans)),
  every: optional(integer(1, 100), { 'zh-CN': '每几个周期', en: 'so many such periods make one' }),
  who: optional(condition, { 'zh-CN': '对谁要求', en: 'of whom it is asked' }),
  require: optional(condition, {
    'zh-CN': '在每一周期内考查',
    en: 'asked of the records of each period; without it the duty is a statement',
  }),
  phases: optional(list(object({ periods: required(integer(1, 1000)), require: required(condition) }), 1), {
    'zh-CN': '分段要求：先若干期，再若干期',
    en: 'what is asked changes: so many periods each',
  }),
  side: optional(choice('mentor', 'apprentice', 'both', 'school', 'host', 'member'), {
    'zh-CN': '由哪一方承担',
    en: 'whose duty it is in a pair or a studio',
  }),
  due: optional(object({ after: optional(text), within: optional(duration), day: optional(day) }), {
    'zh-CN': '何时之前',
    en: 'due so long after an event, or by a day',
  }),
  checked: optional(
    object({ times: optional(integer(1, 366)), per: optional(choice(...spans)), by: optional(ref('body')) }),
    { 'zh-CN': '检查', en: 'how often it is inspected, and by whom' },
  ),
  strength,
  ...sourced,
});

const state = object({
  id: required(id),
  names: required(names),
  title: optional(ref('title')),
  paid: optional(boolean, { 'zh-CN': '享受待遇', en: 'whether treatment is paid; it is unless it says no' }),
  held: optional(boolean, { 'zh-CN': '保有称号', en: 'whether the title is held; it is unless it says no' }),
  ends: optional(boolean, { 'zh-CN': '终止状态', en: 'nothing leads out of it' }),
});
export const lifeActions = [
  'keep',
  'grant',
  'renew',
  'cancel',
  'suspend',
  'resume',
  'lapse',
  'warn',
  'extend',
  'stop-pay',
  'raise-pay',
  'promote',
  'demote',
  'exempt',
  'may-apply',
  'bar',
  'recover-certificate',
  'report',
] as const;
export const lifeEvents = [
  'assessed-qualified',
  'assessed-unqualified',
  'qualified-run',
  'inactive',
  'left',
  'term-end',
] as const;
const transition = object({
  id: required(id),
  state: optional(oneOrMore(ref('state')), { 'zh-CN': '处于何种状态时', en: 'in which states it applies' }),
  when: required(
    either(
      choice(...lifeEvents),
      object({
        result: optional(oneOrMore(text), { 'zh-CN': '考核结果', en: 'result of an assessment' }),
        event: optional(oneOrMore(text), { 'zh-CN': '事件', en: 'something that happened' }),
        if: optional(condition, { 'zh-CN': '且符合', en: 'and the person meets this' }),
      }),
    ),
  ),
  run: optional(integer(1, 50), { 'zh-CN': '连续几次', en: 'so many results in a row' }),
  total: optional(integer(1, 50), { 'zh-CN': '累计几次', en: 'so many results altogether' }),
  does: required(oneOrMore(choice(...lifeActions))),
  to: optional(ref('state')),
  title: optional(ref('title')),
  steps: optional(integer(1, 20), { 'zh-CN': '几级', en: 'how many tiers up or down' }),
  percent: optional(decimal(1000, -100), { 'zh-CN': '待遇增减百分之几', en: 'change of pay in percent' }),
  for: optional(duration, { 'zh-CN': '为期', en: 'for how long' }),
  keepsEnd: optional(boolean, { 'zh-CN': '恢复后任期终点不变', en: 'the term ends when it would have' }),
  by: optional(ref('body')),
  approvals: optional(list(ref('body'), 1)),
  strength,
  ...sourced,
});
export const term = object({
  length: optional(duration),
  lifelong: optional(boolean),
  starts: optional(choice('grant', 'school-year', 'year'), { 'zh-CN': '起算', en: 'when it begins' }),
  most: optional(integer(1, 50), { 'zh-CN': '最多几届', en: 'most terms one may serve' }),
  portable: optional(choice('school', 'county', 'city', 'province', 'nation'), {
    'zh-CN': '在何范围内调动仍有效',
    en: 'within what it stays valid for those who move',
  }),
  upwardOnly: optional(boolean, { 'zh-CN': '只升不降', en: 'movement is only upward' }),
  states: optional(list(state, 1)),
  life: optional(list(transition, 1)),
  ...sourced,
});

export const treatment = object({
  id: required(id),
  names: optional(names),
  kind: required(
    choice(
      'priority',
      'allowance',
      'training',
      'recommendation',
      'funds',
      'time',
      'reward',
      'fee',
      'post',
      'link',
    ),
  ),
  amount: optional(
    object({
      yuan: optional(amount, { 'zh-CN': '金额（元）', en: 'money, in yuan unless `unit` says otherwise' }),
      hours: optional(amount, { 'zh-CN': '课时、天数等', en: 'time given' }),
      unit: optional(text),
      per: required(choice('week', 'month', 'semester', 'school-year', 'year', 'term', 'once')),
    }),
  ),
  when: optional(condition, { 'zh-CN': '享受条件', en: 'who has it, and when' }),
  shares: optional(list(object({ by: required(names), percent: required(decimal(100)) }), 1), {
    'zh-CN': '分担',
    en: 'who bears which share',
  }),
  least: optional(decimal(1e9), {
    'zh-CN': '不低于',
    en: 'the least it may be, where a level below sets it',
  }),
  strength,
  ...sourced,
});
export const stacking = list(
  object({
    of: required(list(ref('treatment'), 2)),
    keep: required(choice('highest', 'all', 'first'), {
      'zh-CN': '就高、并享或只享第一项',
      en: 'of those due: the highest, all, or the first',
    }),
    max: optional(amount),
    ...sourced,
  }),
  1,
);

const category = object({
  id: required(id),
  names: required(names),
  amount: required(amount),
  ...sourced,
});
/** Hours, credits or funds: what goes in, by category with its rates and caps, and what must be reached. */
export const ledger = object({
  names: required(names),
  unit: required(names),
  cycle: optional(duration, { 'zh-CN': '周期', en: 'length of one cycle' }),
  who: optional(condition),
  categories: required(list(category, 1)),
  total: optional(amount, {
    'zh-CN': '合计，默认各类相加',
    en: 'the whole; the categories together unless given',
  }),
  require: optional(condition, { 'zh-CN': '须达到', en: 'what must be reached' }),
  keeper: optional(ref('body'), { 'zh-CN': '登记单位', en: 'who keeps it' }),
  ...sourced,
});

export type Training = Read<typeof training>;
export type Assessment = Read<typeof assessment>;
export type Duty = Read<typeof duty>;
export type Term = Read<typeof term>;
export type Transition = Read<typeof transition>;
export type Treatment = Read<typeof treatment>;
export type Ledger = Read<typeof ledger>;
