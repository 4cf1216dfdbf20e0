import { amount, condition } from './selection.ts';
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
import { sourced, strength } from './statement.ts';

/** The sections of a programme about a round: dates, bodies, places, the route, ranking, forms. */

export const dates = object({
  open: optional(day),
  deadline: optional(day),
  asOf: optional(day, {
    'zh-CN': '年龄、年限、时间窗口的计算基准日，默认为申报截止日',
    en: 'the day ages, years and windows are reckoned from; the deadline unless given',
  }),
  every: optional(duration, { 'zh-CN': '评选周期', en: 'how often a round is held' }),
  session: optional(integer(1, 1000), { 'zh-CN': '届次或批次', en: 'number of the session or batch' }),
  ...sourced,
});

const vote = object({
  percent: required(decimal(100), { 'zh-CN': '通过比例', en: 'share of votes that carries' }),
  of: optional(choice('present', 'all', 'cast')),
  than: optional(choice('at-least', 'more-than'), {
    'zh-CN': '含或不含',
    en: 'inclusive (default) or strict',
  }),
});

export const body = object({
  names: required(names),
  level: required(ref('level')),
  members: optional(
    list(
      object({
        id: optional(id),
        names: required(names),
        least: optional(integer(0, 10_000)),
        most: optional(integer(0, 10_000)),
        who: optional(condition, { 'zh-CN': '成员条件', en: 'what is asked of such a member' }),
        ...sourced,
      }),
      1,
    ),
    { 'zh-CN': '组成', en: 'whom it is made up of' },
  ),
  recuse: optional(
    list(choice('applicant', 'relative', 'same-school', 'own-class', 'mentor', 'assessed'), 1),
    {
      'zh-CN': '须回避者',
      en: 'who among its members stands aside',
    },
  ),
  vote: optional(vote),
  meets: optional(
    object({ times: required(integer(1, 366)), per: required(choice('month', 'semester', 'year')) }),
  ),
  ...sourced,
});

const limitKinds = [
  'county',
  'school',
  'group',
  'subject',
  'stage',
  'setting',
  'sex',
  'title',
  'unit',
  'mentor',
  'subject-and-stage',
  'round',
] as const;
export type LimitKind = (typeof limitKinds)[number];
const limit = object({
  id: required(id),
  per: required(choice(...limitKinds)),
  exactly: optional(integer(0, 1_000_000)),
  min: optional(integer(0, 1_000_000)),
  max: optional(integer(0, 1_000_000)),
  least: optional(amount, { 'zh-CN': '下限，按名额或人数计算', en: 'a floor reckoned from places or sizes' }),
  most: optional(amount, { 'zh-CN': '上限，按名额或人数计算', en: 'a cap reckoned from places or sizes' }),
  who: optional(condition, { 'zh-CN': '只限此类人', en: 'only these nominees are limited' }),
  strength,
  ...sourced,
});
const share = object({
  id: required(id),
  who: required(condition),
  per: optional(choice('county', 'school', 'unit', 'round')),
  minPercent: optional(decimal(100)),
  maxPercent: optional(decimal(100)),
  rounding: optional(choice('half-up', 'half-even', 'down', 'up')),
  strength,
  ...sourced,
});
export const quota = object({
  total: optional(integer(0, 10_000_000)),
  places: optional(amount, {
    'zh-CN': '按公式计算的名额，如教师数的百分之几',
    en: 'places by a formula, such as a share of a population',
  }),
  unlimited: optional(boolean, { 'zh-CN': '不限名额，达标即可', en: 'whoever meets the standard' }),
  parts: optional(
    list(
      object({
        id: required(id),
        names: optional(names),
        who: optional(condition),
        title: optional(ref('title')),
        places: required(amount),
        least: optional(amount),
        per: optional(choice('county', 'school', 'group', 'subject', 'stage', 'round')),
        strength,
        ...sourced,
      }),
      1,
    ),
    { 'zh-CN': '分项名额（学段、称号等）', en: 'places set apart, by stage, title and the like' },
  ),
  split: optional(
    object({
      by: required(choice('county', 'school', 'stage', 'subject')),
      table: required(ref('table')),
      ...sourced,
    }),
  ),
  limits: optional(list(limit, 1)),
  shares: optional(list(share, 1)),
  outside: optional(condition, { 'zh-CN': '不占名额者', en: 'who takes no place' }),
  vacancies: optional(boolean, { 'zh-CN': '宁缺毋滥', en: 'places may stay empty' }),
  ...sourced,
});

const length = either(
  integer(1, 3650),
  object({ working: optional(integer(1, 365)), calendar: optional(integer(1, 3650)) }),
);
const publicity = object({ days: required(length), channel: optional(names) });

export const stage = object({
  id: required(id),
  names: required(names),
  actor: required(
    choice(
      'applicant',
      'group',
      'school-office',
      'school-leading-group',
      'staff-meeting',
      'county',
      'city',
      'province',
      'nation',
      'panel',
      'provider',
      'mentor',
      'public',
    ),
  ),
  does: required(
    choice(
      'declare',
      'nominate',
      'recommend',
      'review',
      'examine',
      'test',
      'interview',
      'teach',
      'defend',
      'inspect',
      'vote',
      'draw',
      'train',
      'assess',
      'sign',
      'approve',
      'publicise',
      'recognise',
      'hear-appeals',
      'register',
    ),
  ),
  body: optional(ref('body')),
  input: optional(ref('route-stage'), {
    'zh-CN': '来自哪一环节，默认为上一环节',
    en: 'the stage it follows; the one before unless given',
  }),
  only: optional(condition, {
    'zh-CN': '只有符合者进入',
    en: 'who comes to this stage; everyone unless given',
  }),
  quota: optional(either(choice('total', 'split'), ref('limit')), {
    'zh-CN': '受哪一名额约束',
    en: 'which number binds here: total, split, or the id of a limit',
  }),
  take: optional(amount, { 'zh-CN': '选出多少', en: 'how many go on' }),
  takeLeast: optional(amount, { 'zh-CN': '至少选出多少', en: 'the least that go on' }),
  ranking: optional(choice('none', 'ordered', 'scored')),
  approvals: optional(list(ref('body'), 1), {
    'zh-CN': '须经签章者',
    en: 'whose signature or seal it needs',
  }),
  vote: optional(vote),
  attempts: optional(
    object({
      most: optional(integer(1, 100)),
      within: optional(duration),
      keep: optional(boolean, { 'zh-CN': '已通过的成绩保留', en: 'what was passed stays passed' }),
    }),
    { 'zh-CN': '补考、重交', en: 'retakes' },
  ),
  mayReturn: optional(boolean),
  opens: optional(day),
  deadline: optional(day),
  after: optional(
    object({
      stage: optional(ref('route-stage')),
      event: optional(text),
      within: required(either(duration, length)),
    }),
    { 'zh-CN': '在某环节或事件后多久之内', en: 'due so long after a stage or an event' },
  ),
  late: optional(choice('refused', 'waived', 'decision'), {
    'zh-CN': '逾期：不受理、视为放弃、或由组织决定',
    en: 'what being late means',
  }),
  publicity: optional(publicity),
  objections: optional(
    object({ days: optional(length), to: optional(ref('body')), grounds: optional(names) }),
    { 'zh-CN': '异议、申诉', en: 'objections and appeals' },
  ),
  strength,
  ...sourced,
});

const formField = object({
  id: required(id),
  names: required(names),
  from: optional(ref('attribute'), { 'zh-CN': '由个人信息自动填写', en: 'filled in from the person' }),
  clause: optional(ref('clause'), {
    'zh-CN': '列出该条款计入的记录',
    en: 'lists the records the clause counted',
  }),
  required: optional(boolean),
  max: optional(integer(1, 20_000)),
});
export const form = object({
  names: required(names),
  kind: required(choice('declaration', 'summary', 'certificate', 'notice')),
  fields: optional(list(formField)),
  attachments: optional(
    list(
      object({
        id: required(id),
        names: required(names),
        required: optional(boolean),
        clause: optional(ref('clause')),
      }),
    ),
  ),
  seals: optional(list(ref('body'))),
  deadline: optional(day),
  ...sourced,
});

const tie = object({
  by: required(either(choice('score', 'recommendation-order'), ref('attribute'))),
  prefer: required(choice('higher', 'lower')),
  ...sourced,
});
export const ties = object({
  keys: optional(list(tie, 1)),
  otherwise: required(choice('decision', 'enlarge', 'vacant')),
  ...sourced,
});

/** Whom the places go to: order by an amount, among whom, how many. */
export const ranking = object({
  by: required(amount),
  order: optional(choice('higher', 'lower')),
  within: optional(oneOrMore(ref('attribute')), {
    'zh-CN': '分组排序',
    en: 'ranked apart in groups for whom these attributes are the same',
  }),
  who: optional(condition, {
    'zh-CN': '参加排序者',
    en: 'who is ranked; whoever meets the conditions unless given',
  }),
  take: optional(amount),
  ...sourced,
});

export type Stage = Read<typeof stage>;
export type Quota = Read<typeof quota>;
export type FormDefinition = Read<typeof form>;
export type Body = Read<typeof body>;
export type Ranking = Read<typeof ranking>;
