import { judging } from './judging.ts';
import { amount, condition } from './selection.ts';
import type { Settled } from './settled.ts';
import {
  boolean,
  choice,
  day,
  decimal,
  duration,
  durationOrParameter,
  either,
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
import { sourced, strength } from './statement.ts';
import { choiceWords as words } from './words.ts';

/** The sections of a programme about a round: dates, bodies, places, the route, ranking, forms. */

export const dates = object({
  open: optional(day, { 'zh-CN': '申报开始日期', en: 'first day applications are taken' }),
  deadline: optional(day, { 'zh-CN': '申报截止日期', en: 'last day applications are taken' }),
  asOf: optional(day, {
    'zh-CN': '年龄、年限、时间窗口的计算基准日，默认为申报截止日',
    en: 'the day ages, years and windows are reckoned from; the deadline unless given',
  }),
  every: optional(duration, { 'zh-CN': '评选周期', en: 'how often a round is held' }),
  session: optional(integer(1, 1000), { 'zh-CN': '届次或批次', en: 'number of the session or batch' }),
  ...sourced,
});

const vote = object({
  percent: required(orParameter(decimal(100)), { 'zh-CN': '通过比例', en: 'share of votes that carries' }),
  of: optional(choice(words.voteOf), {
    'zh-CN': '以何为基数，默认为到会人数',
    en: 'of whom it is a share; of those present unless given',
  }),
  than: optional(choice(words.votesThan), {
    'zh-CN': '恰为该比例时是否通过，默认通过',
    en: 'whether just that share carries; it does unless given',
  }),
});

export const body = object({
  names: required(names, { 'zh-CN': '名称', en: 'its name' }),
  level: required(ref('level'), { 'zh-CN': '级别', en: 'its level' }),
  members: optional(
    list(
      object({
        id: optional(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
        names: required(names, { 'zh-CN': '名称', en: 'what such members are called' }),
        least: optional(orParameter(integer(0, 10_000)), { 'zh-CN': '至少几人', en: 'how many at least' }),
        most: optional(orParameter(integer(0, 10_000)), { 'zh-CN': '至多几人', en: 'how many at most' }),
        who: optional(condition, { 'zh-CN': '成员条件', en: 'what is asked of such a member' }),
        ...sourced,
      }),
      1,
    ),
    { 'zh-CN': '组成', en: 'whom it is made up of' },
  ),
  recuse: optional(list(choice(words.recuse), 1), {
    'zh-CN': '须回避者',
    en: 'who among its members stands aside',
  }),
  vote: optional(vote, { 'zh-CN': '表决', en: 'how it votes' }),
  meets: optional(
    object({
      times: required(orParameter(integer(1, 366)), { 'zh-CN': '几次', en: 'how many times' }),
      per: required(choice(words.spans, 'month', 'semester', 'year'), {
        'zh-CN': '每一何种周期',
        en: 'in each of these periods',
      }),
    }),
    { 'zh-CN': '会议次数', en: 'how often it meets' },
  ),
  ...sourced,
});

export type LimitKind = keyof typeof words.per;
const limit = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  per: required(choice(words.per), {
    'zh-CN': '以何为单位限制；按县的，同一市的市直单位合在一起视同一个县',
    en: 'what it is limited for; for counties, those directly under one city stand together as one county',
  }),
  exactly: optional(orParameter(integer(0, 1_000_000)), { 'zh-CN': '恰为', en: 'exactly so many' }),
  min: optional(orParameter(integer(0, 1_000_000)), { 'zh-CN': '不少于', en: 'at least so many' }),
  max: optional(orParameter(integer(0, 1_000_000)), { 'zh-CN': '不超过', en: 'at most so many' }),
  least: optional(amount, { 'zh-CN': '下限，按名额或人数计算', en: 'a floor reckoned from places or sizes' }),
  most: optional(amount, { 'zh-CN': '上限，按名额或人数计算', en: 'a cap reckoned from places or sizes' }),
  who: optional(condition, { 'zh-CN': '只限此类人', en: 'only these nominees are limited' }),
  strength,
  ...sourced,
});
const share = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  who: required(condition, { 'zh-CN': '哪类人', en: 'the people meant' }),
  per: optional(choice(words.per), {
    'zh-CN': '以何为单位，默认为本次评选',
    en: 'where the share is taken; over the whole round unless given',
  }),
  of: optional(choice(words.shareOf), {
    'zh-CN': '以何为基数，默认为推荐人数',
    en: 'of what it is a share; of the nominees unless given',
  }),
  minPercent: optional(orParameter(decimal(100)), {
    'zh-CN': '占比不低于百分之几',
    en: 'at least so many in a hundred',
  }),
  maxPercent: optional(orParameter(decimal(100)), {
    'zh-CN': '占比不超过百分之几',
    en: 'at most so many in a hundred',
  }),
  rounding: optional(choice(words.rounding), {
    'zh-CN': '折算人数时如何取整；不写则按比例精确比较',
    en: 'how the number of people is rounded; without it shares are compared exactly',
  }),
  strength,
  ...sourced,
});
const split = object({
  by: required(choice(words.per, 'city', 'county', 'school', 'stage', 'subject'), {
    'zh-CN': '按什么分配',
    en: 'among what they are divided',
  }),
  table: optional(ref('table'), {
    'zh-CN': '分配表；不写则每一轮另行下达',
    en: 'the table of places; without it they are allotted anew in each round',
  }),
  ...sourced,
});
export const quota = object({
  total: optional(orParameter(integer(0, 10_000_000)), { 'zh-CN': '总名额', en: 'places in all' }),
  places: optional(amount, {
    'zh-CN': '按公式计算的名额，如教师数的百分之几',
    en: 'places by a formula, such as a share of a population',
  }),
  unlimited: optional(boolean, { 'zh-CN': '不限名额，达标即可', en: 'whoever meets the standard' }),
  parts: optional(
    list(
      object({
        id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
        names: optional(names, { 'zh-CN': '名称', en: 'what they are called' }),
        who: optional(condition, { 'zh-CN': '给哪类人', en: 'for whom' }),
        title: optional(ref('title'), { 'zh-CN': '哪一称号', en: 'for which title' }),
        places: required(amount, { 'zh-CN': '名额', en: 'how many' }),
        split: optional(split, {
          'zh-CN': '这些名额如何再分配，如各市各多少',
          en: 'how these places are divided further, so many for each city',
        }),
        least: optional(amount, { 'zh-CN': '至少须用多少', en: 'the least of them that must be taken' }),
        per: optional(choice(words.per), {
          'zh-CN': '以何为单位，每一组各有这些名额',
          en: 'each of these has so many',
        }),
        strength,
        ...sourced,
      }),
      1,
    ),
    { 'zh-CN': '分项名额（学段、称号等）', en: 'places set apart, by stage, title and the like' },
  ),
  split: optional(split, { 'zh-CN': '分配', en: 'how the total is divided' }),
  limits: optional(list(limit, 1), { 'zh-CN': '各项限制', en: 'limits' }),
  shares: optional(list(share, 1), { 'zh-CN': '各类人的比例', en: 'shares of kinds of people' }),
  outside: optional(condition, { 'zh-CN': '不占名额者', en: 'who takes no place' }),
  vacancies: optional(boolean, { 'zh-CN': '宁缺毋滥', en: 'places may stay empty' }),
  ...sourced,
});

const length = either(
  orParameter(integer(1, 3650)),
  object({
    working: optional(orParameter(integer(1, 365)), { 'zh-CN': '工作日', en: 'working days' }),
    calendar: optional(orParameter(integer(1, 3650)), { 'zh-CN': '自然日', en: 'calendar days' }),
  }),
);
const publicity = object({
  days: optional(length, {
    'zh-CN': '公示期；不写则文件未规定天数',
    en: 'how long it is published; without it the policy sets no number of days',
  }),
  channel: optional(names, { 'zh-CN': '公示渠道', en: 'where it is published' }),
});

export const stage = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  names: required(names, { 'zh-CN': '名称', en: 'what the stage is called' }),
  actor: required(choice(words.actors), { 'zh-CN': '由谁办理', en: 'who acts' }),
  does: required(choice(words.does), { 'zh-CN': '办理什么', en: 'what is done' }),
  body: optional(ref('body'), { 'zh-CN': '承办机构', en: 'the body that acts' }),
  input: optional(ref('route-stage'), {
    'zh-CN': '来自哪一环节，默认为上一环节',
    en: 'the stage it follows; the one before unless given',
  }),
  only: optional(condition, {
    'zh-CN': '只有符合者进入',
    en: 'who comes to this stage; everyone unless given',
  }),
  quota: optional(either(choice(words.quota), ref('limit')), {
    'zh-CN': '受哪一名额约束',
    en: 'which number binds here',
  }),
  take: optional(amount, { 'zh-CN': '选出多少', en: 'how many go on' }),
  takeLeast: optional(amount, { 'zh-CN': '至少选出多少', en: 'the least that go on' }),
  ranking: optional(choice(words.ranking), {
    'zh-CN': '是否排序，默认不排序',
    en: 'how they are ranked; not at all unless given',
  }),
  approvals: optional(list(ref('body'), 1), {
    'zh-CN': '须经签章者',
    en: 'whose signature or seal it needs',
  }),
  vote: optional(vote, { 'zh-CN': '表决', en: 'how it votes' }),
  judging: optional(judging, {
    'zh-CN': '评委评分',
    en: 'judges mark what comes to this stage',
  }),
  attempts: optional(
    object({
      most: optional(orParameter(integer(1, 100)), { 'zh-CN': '最多几次', en: 'how many times at most' }),
      within: optional(durationOrParameter, { 'zh-CN': '在多久之内', en: 'within how long' }),
      keep: optional(boolean, { 'zh-CN': '已通过的成绩保留', en: 'what was passed stays passed' }),
    }),
    { 'zh-CN': '补考、重交', en: 'retakes' },
  ),
  mayReturn: optional(boolean, {
    'zh-CN': '可退回补正',
    en: 'whether it may send things back for correction',
  }),
  opens: optional(day, { 'zh-CN': '开始日期', en: 'first day' }),
  deadline: optional(day, { 'zh-CN': '截止日期', en: 'last day' }),
  after: optional(
    object({
      stage: optional(ref('route-stage'), { 'zh-CN': '哪一环节之后', en: 'after which stage' }),
      event: optional(text, { 'zh-CN': '何事之后', en: 'after what event' }),
      within: required(either(durationOrParameter, length), { 'zh-CN': '多久之内', en: 'within how long' }),
    }),
    { 'zh-CN': '在某环节或事件后多久之内', en: 'due so long after a stage or an event' },
  ),
  late: optional(choice(words.late), {
    'zh-CN': '逾期如何处理',
    en: 'what being late means',
  }),
  publicity: optional(publicity, { 'zh-CN': '公示', en: 'publication' }),
  objections: optional(
    object({
      days: optional(length, { 'zh-CN': '多少天内提出', en: 'how long they may be raised' }),
      to: optional(ref('body'), { 'zh-CN': '向谁提出', en: 'to which body' }),
      grounds: optional(names, { 'zh-CN': '可提出的理由', en: 'on what grounds' }),
    }),
    { 'zh-CN': '异议、申诉', en: 'objections and appeals' },
  ),
  strength,
  ...sourced,
});

const formField = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  names: required(names, { 'zh-CN': '名称', en: 'what stands beside it' }),
  from: optional(ref('attribute'), { 'zh-CN': '由个人信息自动填写', en: 'filled in from the person' }),
  clause: optional(ref('clause'), {
    'zh-CN': '列出该条款计入的记录',
    en: 'lists the records the clause counted',
  }),
  required: optional(boolean, {
    'zh-CN': '是否必填，默认否',
    en: 'whether it must be filled in; it need not unless given',
  }),
  max: optional(integer(1, 20_000), { 'zh-CN': '最多字数', en: 'most characters' }),
});
export const form = object({
  names: required(names, { 'zh-CN': '名称', en: 'what the form is called' }),
  kind: required(choice(words.formKinds), {
    'zh-CN': '种类',
    en: 'its kind',
  }),
  fields: optional(list(formField), { 'zh-CN': '栏目', en: 'its fields' }),
  attachments: optional(
    list(
      object({
        id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
        names: required(names, { 'zh-CN': '名称', en: 'what it is' }),
        required: optional(boolean, {
          'zh-CN': '是否必交，默认否',
          en: 'whether it must be attached; it need not unless given',
        }),
        clause: optional(ref('clause'), { 'zh-CN': '为哪一条款作证', en: 'the clause it is evidence for' }),
      }),
    ),
    { 'zh-CN': '附件', en: 'what is attached' },
  ),
  seals: optional(list(ref('body')), { 'zh-CN': '须盖章的机构', en: 'whose seals it needs' }),
  deadline: optional(day, { 'zh-CN': '交表截止日期', en: 'last day it is taken' }),
  ...sourced,
});

const preferredClause = object({
  clause: required(ref('clause'), {
    'zh-CN': '符合这一条款者优先',
    en: 'whoever meets this clause goes first',
  }),
  ...sourced,
});
const tie = object({
  by: required(either(choice(words.tieKeys), ref('attribute')), {
    'zh-CN': '按什么比较',
    en: 'what is compared',
  }),
  prefer: required(choice(words.order), {
    'zh-CN': '何者优先',
    en: 'which goes first',
  }),
  ...sourced,
});
export const ties = object({
  keys: optional(list(either(tie, preferredClause), 1), {
    'zh-CN': '依次比较的各项',
    en: 'what is compared, in this order',
  }),
  otherwise: required(choice(words.ties), {
    'zh-CN': '仍相同时如何处理',
    en: 'what is done about what remains equal',
  }),
  ...sourced,
});

/** Whom the places go to: order by an amount, among whom, how many. */
export const ranking = object({
  by: required(amount, { 'zh-CN': '按何数排序', en: 'what they are ranked by' }),
  order: optional(choice(words.order), {
    'zh-CN': '何者在前，默认高者',
    en: 'what is better; higher unless given',
  }),
  within: optional(oneOrMore(ref('attribute')), {
    'zh-CN': '分组排序',
    en: 'ranked apart in groups for whom these attributes are the same',
  }),
  who: optional(condition, {
    'zh-CN': '参加排序者',
    en: 'who is ranked; whoever meets the conditions unless given',
  }),
  take: optional(amount, { 'zh-CN': '取前几名', en: 'how many are taken' }),
  ...sourced,
});

export type Stage = Settled<Read<typeof stage>>;
export type Quota = Settled<Read<typeof quota>>;
export type FormDefinition = Read<typeof form>;
export type Body = Settled<Read<typeof body>>;
export type Ranking = Read<typeof ranking>;
