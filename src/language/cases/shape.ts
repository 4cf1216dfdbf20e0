import {
  choice,
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
  text,
} from '../grammar/shape.ts';
import { outcomes } from '../outcome.ts';

/**
 * Cases beside a programme (`cases.yaml`): people as facts, and what the policy should say of them. They are
 * worked by hand from the printed policy, and run by the tests and by `qinglan programme evaluate`.
 */

const record = object({
  type: required(ref('record-type')),
  id: optional(text),
  title: optional(text),
  on: optional(fullDate),
  level: optional(ref('level')),
  grade: optional(text),
  event: optional(text),
  authorOrder: optional(integer(1, 1000)),
  status: optional(choice('submitted', 'confirmed', 'returned', 'withdrawn')),
  times: optional(integer(1, 10_000), { 'zh-CN': '同样的记录有几条', en: 'so many records alike' }),
  fields: optional(map(literal)),
});

const facts = {
  person: optional(map(literal, 'attribute'), {
    'zh-CN': '未写的即未登记',
    en: 'what is not given is not documented',
  }),
  lists: optional(map(list(number(-1e9, 1e9)), 'attribute')),
  titles: optional(
    list(
      object({
        title: required(ref('title')),
        level: optional(ref('level')),
        from: required(fullDate),
        until: optional(fullDate),
      }),
    ),
  ),
  records: optional(list(record)),
} as const;
const member = object({ ...facts, times: optional(integer(1, 100_000)) });
const subject = {
  ...facts,
  members: optional(map(list(member)), { 'zh-CN': '按角色列出', en: 'by role' }),
} as const;

const outcome = choice(...outcomes);
const decimalText = literal;

const expected = object({
  eligible: optional(outcome),
  clauses: optional(map(outcome), { 'zh-CN': '按条款编号', en: 'by id of the clause' }),
  counted: optional(map(integer(0, 1_000_000)), {
    'zh-CN': '条款计入的记录数',
    en: 'records a clause counted',
  }),
  measures: optional(map(decimalText), { 'zh-CN': '数或 missing', en: 'a number, or `missing`' }),
  composite: optional(
    object({
      total: optional(decimalText),
      outcome: optional(outcome),
      band: optional(text),
      parts: optional(map(decimalText)),
    }),
  ),
  duties: optional(map(either(outcome, list(outcome)))),
  ledgers: optional(
    map(
      object({
        total: optional(decimalText),
        outcome: optional(outcome),
        categories: optional(map(decimalText)),
      }),
    ),
  ),
  treatments: optional(map(decimalText), {
    'zh-CN': '金额或时间；none 为不享受',
    en: 'money or time; `none` where it is not due; `due` where it has no amount',
  }),
  life: optional(
    object({
      state: optional(text),
      title: optional(text),
      paid: optional(choice('yes', 'no')),
      percent: optional(decimalText),
      ends: optional(fullDate),
      steps: optional(list(text), { 'zh-CN': '依次发生的变动', en: 'ids of the transitions, in order' }),
    }),
  ),
  places: optional(decimalText),
  parts: optional(map(decimalText)),
  limits: optional(map(decimalText), {
    'zh-CN': '上限；none 为不限',
    en: 'the cap; `none` where there is none',
  }),
  list: optional(
    object({
      outcome: optional(outcome),
      broken: optional(list(text)),
      outside: optional(integer(0, 1_000_000)),
      used: optional(integer(0, 1_000_000)),
    }),
  ),
  ranking: optional(
    object({
      order: optional(list(text)),
      chosen: optional(list(text)),
      number: optional(integer(0, 1_000_000)),
      open: optional(list(text), { 'zh-CN': '并列未决者', en: 'whose tie is open' }),
    }),
  ),
  bands: optional(map(integer(0, 1_000_000)), { 'zh-CN': '各等次人数', en: 'how many are in each band' }),
  indicators: optional(
    map(either(outcome, object({ value: optional(decimalText), outcome: optional(outcome) }))),
  ),
  warnings: optional(list(text), { 'zh-CN': '加载时应有的提醒', en: 'codes of warnings the file must give' }),
});

const context = object({
  decisions: optional(map(choice('met', 'unmet'))),
  sizes: optional(map(integer(0, 100_000_000))),
  places: optional(
    object({ quota: optional(integer(0, 1_000_000)), nominees: optional(integer(0, 1_000_000)) }),
  ),
  served: optional(object({ days: required(integer(0, 100_000)), of: required(integer(0, 100_000)) })),
  period: optional(object({ from: required(fullDate), to: required(fullDate) })),
  parameters: optional(map(literal)),
});

const event = object({
  on: required(fullDate),
  result: optional(text),
  event: optional(text),
});

export const oneCase = object({
  id: required(id),
  checks: optional(oneOrMore(text), { 'zh-CN': '所证的算例', en: 'worked checks it proves' }),
  about: optional(names),
  note: optional(text),
  asOf: required(fullDate),
  ...subject,
  population: optional(
    list(object({ id: required(text), times: optional(integer(1, 1_000_000)), ...subject })),
    { 'zh-CN': '一群人：名单、排序', en: 'people: a list, a ranking' },
  ),
  context: optional(context),
  granted: optional(fullDate, { 'zh-CN': '称号授予日', en: 'the day the title was granted' }),
  state: optional(text),
  events: optional(list(event)),
  over: optional(object({ from: required(fullDate), to: required(fullDate) }), {
    'zh-CN': '职责逐期考查的时段',
    en: 'duties are asked of each period in this span',
  }),
  expect: required(expected),
});
export const casesFile = object({ cases: required(list(oneCase, 1)) });
export type Case = Read<typeof oneCase>;
export type CaseFacts = Read<ReturnType<typeof object<typeof subject>>>;
export type Expected = Case['expect'];
