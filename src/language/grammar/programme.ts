import { body, dates, form, quota, ranking, stage, ties } from './round.ts';
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
  fullDate,
  id,
  integer,
  like,
  list,
  map,
  monthDay,
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
import { field, ownAttribute, recordType, scale } from './vocabulary.ts';
import { choiceWords as words } from './words.ts';
import { assessment, duty, ledger, stacking, term, training, treatment } from './work.ts';

/** A programme file. Every list item may carry the words and sources of the printed policy. */

const document = object({
  number: optional(text, { 'zh-CN': '文号', en: 'number of the document' }),
  issuer: optional(names, { 'zh-CN': '发文单位', en: 'who issued it' }),
  date: optional(fullDate, { 'zh-CN': '发文日期', en: 'the day it was issued' }),
  source: optional(text, { 'zh-CN': '原文出处', en: 'where the original lies' }),
  contact: optional(
    object({
      name: optional(text, { 'zh-CN': '联系人', en: 'name' }),
      phone: optional(text, { 'zh-CN': '电话', en: 'telephone' }),
      place: optional(names, { 'zh-CN': '地址', en: 'place' }),
    }),
    { 'zh-CN': '联系方式', en: 'whom to ask' },
  ),
  cite: optional(oneOrMore(text), { 'zh-CN': '依据', en: 'sources' }),
});

/** Words of this policy that the common vocabulary lacks; they hold for this file. */
const terms = object({
  scales: optional(map(scale), { 'zh-CN': '量表', en: 'ordered scales' }),
  attributes: optional(map(ownAttribute), { 'zh-CN': '个人信息项', en: 'what is known of the subject' }),
  titles: optional(
    object({
      scale: optional(ref('scale'), {
        'zh-CN': '本方案称号的高低次序',
        en: 'the titles of this policy that have an order',
      }),
      others: optional(
        map(object({ names: required(names, { 'zh-CN': '名称', en: 'what it is called' }) })),
        { 'zh-CN': '其他称号', en: 'titles that have no order' },
      ),
    }),
    { 'zh-CN': '称号', en: 'titles' },
  ),
  records: optional(map(recordType), { 'zh-CN': '记录类型', en: 'types of record' }),
  events: optional(map(object({ names: required(names, { 'zh-CN': '名称', en: 'what it is called' }) })), {
    'zh-CN': '事件与考核结果的名称',
    en: 'what events and results of assessments are called that the life of a title names',
  }),
  roles: optional(map(object({ names: required(names, { 'zh-CN': '名称', en: 'what it is called' }) })), {
    'zh-CN': '成员角色的名称',
    en: 'what the roles of those related to the subject are called',
  }),
  fields: optional(map(map(field)), {
    'zh-CN': '为已有记录类型补充的字段',
    en: 'further fields of record types there are',
  }),
});

const reckoning = object({
  year: optional(monthDay, { 'zh-CN': '考核年度自何日起', en: 'first day of the (assessment) year; 01-01' }),
  schoolYear: optional(monthDay, { 'zh-CN': '学年自何日起', en: 'first day of the school year; 09-01' }),
  semesters: optional(list(monthDay, 1), {
    'zh-CN': '各学期自何日起',
    en: 'first days of the semesters, in their order in the year; 02-01 and 09-01',
  }),
  ...sourced,
});

const parameter = object({
  names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
  value: required(decimal(1e9, -1e9), { 'zh-CN': '数值', en: 'its value here' }),
  min: optional(decimal(1e9, -1e9), { 'zh-CN': '最小可设为', en: 'the least it may be set to' }),
  max: optional(decimal(1e9, -1e9), { 'zh-CN': '最大可设为', en: 'the most it may be set to' }),
  unit: optional(names, { 'zh-CN': '单位', en: 'its unit' }),
  setBy: optional(ref('level'), {
    'zh-CN': '可由哪一级设定，默认为制定方案的单位的下一级',
    en: 'the level that may set it; the one below the unit that keeps the programme unless given',
  }),
  ...sourced,
});

const population = object({
  names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
  who: optional(condition, { 'zh-CN': '哪些人', en: 'who belongs; everyone of the unit unless given' }),
  of: optional(choice(words.populations), {
    'zh-CN':
      '在何范围内，默认为本单位（问个人条件时为本次评选的单位）；按县的，同一市的市直单位合在一起视同一个县',
    en: 'where they are counted; the unit at hand unless given, which for a condition on one person is the unit that holds the round; for counties, those directly under one city stand together as one county',
  }),
  distinct: optional(oneOrMore(ref('attribute')), {
    'zh-CN': '不数人，而数这些信息项有多少种取值，如学科数',
    en: 'counts not people but the different values of these attributes, such as subjects taught',
  }),
  ...sourced,
});

const value = decimal(1e9, -1e9);
const grant = object({
  title: required(ref('title'), { 'zh-CN': '称号', en: 'the title' }),
  when: optional(condition, {
    'zh-CN': '授予哪些人；不写则人人',
    en: 'to whom; to everyone chosen unless given',
  }),
  term: optional(durationOrParameter, { 'zh-CN': '有效期', en: 'for how long' }),
  ...sourced,
});
export type Grant = Settled<Read<typeof grant>>;
const band = object({
  atLeast: optional(value, { 'zh-CN': '以上（含）', en: 'inclusive' }),
  moreThan: optional(value, { 'zh-CN': '超过（不含）', en: 'strict' }),
  atMost: optional(value, { 'zh-CN': '以下（含）', en: 'inclusive' }),
  below: optional(value, { 'zh-CN': '不满（不含）', en: 'strict' }),
  is: required(either(value, map(value, undefined, 1)), {
    'zh-CN': '取此值；二维时按列键',
    en: 'the value of the band; by columns in two dimensions',
  }),
});
export type Band = Read<typeof band>;
const lookup = object({
  names: optional(names, { 'zh-CN': '名称', en: 'what it is called' }),
  rows: optional(map(either(value, map(value)), undefined, 1), {
    'zh-CN': '按名目：一维或二维，键，或行键下的列键',
    en: 'by names: one dimension, or rows of columns',
  }),
  bands: optional(list(band, 1), {
    'zh-CN': '按数额分段，代替 rows；取第一段符合的',
    en: 'by an amount, instead of rows; the first band that fits',
  }),
  else: optional(value, { 'zh-CN': '表中没有的', en: 'for what the table does not name' }),
  ...sourced,
});

const link = object({
  id: optional(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  to: required(text, {
    'zh-CN': '另一方案的编号，或文件名称',
    en: 'id of another programme, or name of a document',
  }),
  does: required(choice(words.links), { 'zh-CN': '何种关系', en: 'how they are linked' }),
  when: optional(condition, { 'zh-CN': '何时', en: 'when the link holds' }),
  effect: optional(names, { 'zh-CN': '效果', en: 'what follows from it' }),
  strength,
  ...sourced,
});

const versions = object({
  from: optional(fullDate, { 'zh-CN': '施行日期', en: 'first day in force' }),
  until: optional(fullDate, { 'zh-CN': '废止日期', en: 'last day in force' }),
  running: optional(choice(words.running), {
    'zh-CN': '此前已开始的如何处理',
    en: 'what holds for those who began under the earlier one',
  }),
  keepUntil: optional(fullDate, {
    'zh-CN': '旧规定最晚适用至',
    en: 'the earlier one holds for them at the latest to',
  }),
  applies: optional(condition, { 'zh-CN': '本版本适用于', en: 'to whom this version applies' }),
  maps: optional(
    list(
      object({
        from: required(text, { 'zh-CN': '旧称', en: 'the old title or grade' }),
        to: required(text, { 'zh-CN': '现称', en: 'what it is now' }),
        ...sourced,
      }),
      1,
    ),
    {
      'zh-CN': '新旧称号、等次对应',
      en: 'old titles or grades and what they are now',
    },
  ),
  ...sourced,
});

const check = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  what: required(names, { 'zh-CN': '检查什么', en: 'what is inspected' }),
  times: optional(orParameter(integer(1, 1000)), {
    'zh-CN': '几次，默认一次',
    en: 'how many times; once unless given',
  }),
  per: optional(choice(words.spans, 'week', 'month', 'semester', 'school-year', 'year', 'term', 'round'), {
    'zh-CN': '每一何种周期',
    en: 'in each of these periods',
  }),
  by: optional(ref('body'), { 'zh-CN': '由谁检查', en: 'who inspects' }),
  spot: optional(boolean, { 'zh-CN': '抽查', en: 'on a sample' }),
  strength,
  ...sourced,
});

const indicator = object({
  id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
  of: required(amount, { 'zh-CN': '如何计算', en: 'how it is reckoned' }),
  is: optional(amount, { 'zh-CN': '目标：等于', en: 'the target: exactly' }),
  atLeast: optional(amount, { 'zh-CN': '目标：不低于', en: 'the target: at least' }),
  moreThan: optional(amount, { 'zh-CN': '目标：超过', en: 'the target: more than' }),
  atMost: optional(amount, { 'zh-CN': '目标：不高于', en: 'the target: at most' }),
  below: optional(amount, { 'zh-CN': '目标：低于', en: 'the target: below' }),
  unit: optional(names, { 'zh-CN': '单位', en: 'its unit' }),
  by: optional(either(day, duration), { 'zh-CN': '何时之前', en: 'by when, or within how long' }),
  strength,
  ...sourced,
});

export const programme = object({
  programme: required(id, {
    'zh-CN': '方案编号，各版本相同',
    en: 'id of the programme, the same in all its versions',
  }),
  version: required(like(/^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/, '2011-1'), {
    'zh-CN': '版本',
    en: 'the version',
  }),
  names: required(names, { 'zh-CN': '方案名称', en: 'what the programme is called' }),
  scope: required(ref('level'), { 'zh-CN': '由哪一级组织', en: 'level of the body that runs it' }),
  subject: optional(choice(words.subjects), {
    'zh-CN': '考查的对象，默认为个人',
    en: 'what is judged: a person unless given',
  }),
  document: optional(document, { 'zh-CN': '印发的文件', en: 'the printed document' }),
  versions: optional(versions, {
    'zh-CN': '施行与新旧衔接',
    en: 'when it is in force, and what becomes of earlier ones',
  }),
  terms: optional(terms, { 'zh-CN': '本方案自用的词汇', en: 'words of its own' }),
  calendar: optional(id, { 'zh-CN': '工作日历', en: 'calendar of working days' }),
  reckoning: optional(reckoning, { 'zh-CN': '年度与学期的起点', en: 'where years and semesters begin' }),
  parameters: optional(map(parameter), {
    'zh-CN': '可由地方设定的数',
    en: 'numbers that may be set locally',
  }),
  populations: optional(map(population), { 'zh-CN': '人群', en: 'populations that shares are taken of' }),
  lookups: optional(map(lookup), { 'zh-CN': '对照表', en: 'lookup tables' }),
  measures: optional(map(amount), { 'zh-CN': '已命名的计量', en: 'amounts with a name' }),
  grants: optional(oneOrMore(grant), {
    'zh-CN': '授予的称号；有多种的，自上而下授予第一个符合的',
    en: 'the title it grants; of several, the first that somebody qualifies for',
  }),
  principles: optional(list(statement, 1), { 'zh-CN': '目标与原则', en: 'aims and principles' }),
  bodies: optional(map(body), { 'zh-CN': '机构', en: 'bodies that act' }),
  dates: optional(dates, { 'zh-CN': '时间安排', en: 'dates' }),
  definitions: optional(map(condition), { 'zh-CN': '已命名的条件', en: 'conditions with a name' }),
  eligibility: optional(condition, {
    'zh-CN': '申报条件；不写则人人可报',
    en: 'who may apply; everyone unless given',
  }),
  quota: optional(quota, { 'zh-CN': '名额', en: 'places' }),
  route: optional(list(stage, 1), { 'zh-CN': '推荐办法与程序', en: 'the stages of the procedure' }),
  ranking: optional(ranking, { 'zh-CN': '排序', en: 'how those who qualify are ranked' }),
  ties: optional(ties, { 'zh-CN': '同分如何取舍', en: 'how ties are settled' }),
  forms: optional(map(form), { 'zh-CN': '表格与材料', en: 'forms' }),
  training: optional(training, { 'zh-CN': '培训', en: 'training' }),
  assessment: optional(assessment, { 'zh-CN': '考核', en: 'assessment' }),
  duties: optional(list(duty, 1), { 'zh-CN': '职责', en: 'duties' }),
  ledgers: optional(map(ledger), {
    'zh-CN': '学时、学分、经费台账',
    en: 'ledgers of hours, credits or funds',
  }),
  term: optional(term, { 'zh-CN': '任期与称号的存续', en: 'term of the title, and what becomes of it' }),
  treatments: optional(list(treatment, 1), { 'zh-CN': '待遇', en: 'what holders are given' }),
  stacking: optional(stacking, { 'zh-CN': '待遇并享规则', en: 'how treatments stack' }),
  checks: optional(list(check, 1), { 'zh-CN': '检查与抽查', en: 'inspections and spot checks' }),
  indicators: optional(list(indicator, 1), { 'zh-CN': '指标与目标', en: 'indicators and targets' }),
  links: optional(list(link, 1), { 'zh-CN': '与其他方案的关系', en: 'links to other programmes' }),
  registers: optional(list(statement, 1), {
    'zh-CN': '档案与信息库',
    en: 'files and registers that must exist',
  }),
});
export type ProgrammeFile = Read<typeof programme>;
export type Terms = Read<typeof terms>;
export type OwnAttribute = Read<typeof ownAttribute>;
export type Parameter = Read<typeof parameter>;
export type Lookup = Read<typeof lookup>;
export type Link = Read<typeof link>;
export type Indicator = Read<typeof indicator>;
