import { body, dates, form, quota, ranking, stage, ties } from './round.ts';
import { amount, condition } from './selection.ts';
import {
  boolean,
  choice,
  day,
  decimal,
  duration,
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
  type Read,
  ref,
  required,
  text,
} from './shape.ts';
import { sourced, statement, strength } from './statement.ts';
import { attribute, field, recordType, scale } from './vocabulary.ts';
import { assessment, duty, ledger, stacking, term, training, treatment } from './work.ts';

/** A programme file. Every list item may carry the words and sources of the printed policy. */

const document = object({
  number: optional(text),
  issuer: optional(names),
  date: optional(fullDate),
  source: optional(text),
  contact: optional(object({ name: optional(text), phone: optional(text), place: optional(names) })),
  cite: optional(oneOrMore(text)),
});

/** Words of this policy that the common vocabulary lacks; they hold for this file. */
const terms = object({
  scales: optional(map(scale)),
  attributes: optional(map(attribute)),
  titles: optional(
    object({
      scale: optional(ref('scale'), {
        'zh-CN': '本方案称号的高低次序',
        en: 'the titles of this policy that have an order',
      }),
      others: optional(map(object({ names: required(names) }))),
    }),
  ),
  records: optional(map(recordType)),
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
  names: required(names),
  value: required(decimal(1e9, -1e9)),
  min: optional(decimal(1e9, -1e9)),
  max: optional(decimal(1e9, -1e9)),
  unit: optional(names),
  setBy: optional(ref('level'), { 'zh-CN': '可由哪一级设定', en: 'the level that may set it' }),
  ...sourced,
});

const population = object({
  names: required(names),
  who: optional(condition, { 'zh-CN': '哪些人', en: 'who belongs; everyone of the unit unless given' }),
  of: optional(
    choice('unit', 'group', 'school', 'county', 'city', 'province', 'nominees', 'applicants', 'assessed'),
  ),
  ...sourced,
});

const value = decimal(1e9, -1e9);
const lookup = object({
  names: optional(names),
  rows: required(map(either(value, map(value)), undefined, 1), {
    'zh-CN': '一维或二维：键，或行键下的列键',
    en: 'one dimension, or rows of columns',
  }),
  else: optional(value, { 'zh-CN': '表中没有的', en: 'for what the table does not name' }),
  ...sourced,
});

const link = object({
  id: optional(id),
  to: required(text, {
    'zh-CN': '另一方案的编号，或文件名称',
    en: 'id of another programme, or name of a document',
  }),
  does: required(
    choice(
      'requires',
      'recognises',
      'follows',
      'counts-in',
      'gates',
      'replaces',
      'reports-to',
      'governed-by',
    ),
  ),
  when: optional(condition),
  effect: optional(names),
  strength,
  ...sourced,
});

const versions = object({
  from: optional(fullDate, { 'zh-CN': '施行日期', en: 'first day in force' }),
  until: optional(fullDate, { 'zh-CN': '废止日期', en: 'last day in force' }),
  running: optional(choice('keep', 'move', 'choose'), {
    'zh-CN': '已开始者：按旧、改按新、或自选',
    en: 'those who began under the earlier one: keep it, move, or choose',
  }),
  keepUntil: optional(fullDate, {
    'zh-CN': '旧规定最晚适用至',
    en: 'the earlier one holds for them at the latest to',
  }),
  applies: optional(condition, { 'zh-CN': '本版本适用于', en: 'to whom this version applies' }),
  maps: optional(list(object({ from: required(text), to: required(text), ...sourced }), 1), {
    'zh-CN': '新旧称号、等次对应',
    en: 'old titles or grades and what they are now',
  }),
  ...sourced,
});

const check = object({
  id: required(id),
  what: required(names),
  times: optional(integer(1, 1000)),
  per: optional(choice('week', 'month', 'semester', 'school-year', 'year', 'term', 'round')),
  by: optional(ref('body')),
  spot: optional(boolean, { 'zh-CN': '抽查', en: 'on a sample' }),
  strength,
  ...sourced,
});

const indicator = object({
  id: required(id),
  names: required(names),
  of: required(amount),
  atLeast: optional(amount),
  atMost: optional(amount),
  unit: optional(names),
  by: optional(either(day, duration), { 'zh-CN': '何时之前', en: 'by when, or within how long' }),
  strength,
  ...sourced,
});

export const programme = object({
  programme: required(id),
  version: required(like(/^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/, '2011-1')),
  names: required(names),
  scope: required(ref('level'), { 'zh-CN': '由哪一级组织', en: 'level of the body that runs it' }),
  subject: optional(choice('person', 'pair', 'group', 'studio', 'class', 'school', 'unit'), {
    'zh-CN': '考查的对象，默认为个人',
    en: 'what is judged: a person unless given',
  }),
  document: optional(document),
  versions: optional(versions, {
    'zh-CN': '施行与新旧衔接',
    en: 'when it is in force, and what becomes of earlier ones',
  }),
  terms: optional(terms, { 'zh-CN': '本方案自用的词汇', en: 'words of its own' }),
  calendar: optional(id),
  reckoning: optional(reckoning, { 'zh-CN': '年度与学期的起点', en: 'where years and semesters begin' }),
  parameters: optional(map(parameter), {
    'zh-CN': '可由地方设定的数',
    en: 'numbers that may be set locally',
  }),
  populations: optional(map(population), { 'zh-CN': '人群', en: 'populations that shares are taken of' }),
  lookups: optional(map(lookup), { 'zh-CN': '对照表', en: 'lookup tables' }),
  measures: optional(map(amount), { 'zh-CN': '已命名的计量', en: 'amounts with a name' }),
  grants: optional(object({ title: required(ref('title')), term: optional(duration), ...sourced })),
  principles: optional(list(statement, 1)),
  bodies: optional(map(body)),
  dates: optional(dates),
  definitions: optional(map(condition)),
  eligibility: optional(condition, {
    'zh-CN': '申报条件；不写则人人可报',
    en: 'who may apply; everyone unless given',
  }),
  quota: optional(quota),
  route: optional(list(stage, 1)),
  ranking: optional(ranking),
  ties: optional(ties),
  forms: optional(map(form)),
  training: optional(training),
  assessment: optional(assessment),
  duties: optional(list(duty, 1)),
  ledgers: optional(map(ledger), {
    'zh-CN': '学时、学分、经费台账',
    en: 'ledgers of hours, credits or funds',
  }),
  term: optional(term),
  treatments: optional(list(treatment, 1)),
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
export type Parameter = Read<typeof parameter>;
export type Lookup = Read<typeof lookup>;
export type Link = Read<typeof link>;
export type Indicator = Read<typeof indicator>;
