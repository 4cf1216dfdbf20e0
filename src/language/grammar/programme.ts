import { condition, strengths } from './condition.ts';
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
  names,
  object,
  oneOrMore,
  optional,
  type Read,
  ref,
  required,
  text,
} from './shape.ts';

/** The sections of a programme file. Every list item may carry the words and sources of the printed policy. */

const sourced = { say: optional(names), cite: optional(oneOrMore(text)) } as const;
const strength = optional(choice(...strengths));

/** A sentence that binds people but not the machine: an aim, a principle, an organisational rule. */
export const statement = object({
  id: optional(id),
  say: required(names),
  cite: optional(oneOrMore(text)),
  strength,
});
export type Statement = Read<typeof statement>;

const document = object({
  number: optional(text),
  issuer: optional(names),
  date: optional(fullDate),
  source: optional(text),
  contact: optional(object({ name: optional(text), phone: optional(text), place: optional(names) })),
  cite: optional(oneOrMore(text)),
});

const dates = object({
  open: optional(day),
  deadline: optional(day),
  every: optional(duration, { 'zh-CN': '评选周期', en: 'how often a round is held' }),
  ...sourced,
});

const body = object({ names: required(names), level: required(ref('level')), ...sourced });

const limit = object({
  id: required(id),
  per: required(choice('county', 'school', 'group', 'subject', 'stage')),
  exactly: optional(integer(0, 1_000_000)),
  min: optional(integer(0, 1_000_000)),
  max: optional(integer(0, 1_000_000)),
  strength,
  ...sourced,
});
const share = object({
  id: required(id),
  who: required(condition),
  minPercent: optional(decimal(100)),
  maxPercent: optional(decimal(100)),
  rounding: optional(choice('half-up', 'half-even', 'down', 'up')),
  strength,
  ...sourced,
});
const quota = object({
  total: optional(integer(0, 10_000_000)),
  split: optional(
    object({
      by: required(choice('county', 'school', 'stage', 'subject')),
      table: required(ref('table')),
      ...sourced,
    }),
  ),
  limits: optional(list(limit, 1)),
  shares: optional(list(share, 1)),
  vacancies: optional(boolean, { 'zh-CN': '宁缺毋滥', en: 'places may stay empty' }),
  ...sourced,
});

const publicity = object({
  days: required(
    either(
      integer(1, 365),
      object({ working: optional(integer(1, 365)), calendar: optional(integer(1, 365)) }),
    ),
  ),
  channel: optional(names),
});
const stage = object({
  id: required(id),
  names: required(names),
  actor: required(
    choice(
      'applicant',
      'group',
      'school-office',
      'school-leading-group',
      'county',
      'city',
      'province',
      'public',
    ),
  ),
  does: required(choice('declare', 'recommend', 'review', 'examine', 'approve', 'publicise', 'recognise')),
  body: optional(ref('body')),
  input: optional(ref('route-stage'), {
    'zh-CN': '来自哪一环节，默认为上一环节',
    en: 'the stage it follows; the one before unless given',
  }),
  quota: optional(either(choice('total', 'split'), ref('limit')), {
    'zh-CN': '受哪一名额约束',
    en: 'which number binds here: total, split, or the id of a limit',
  }),
  ranking: optional(choice('none', 'ordered', 'scored')),
  mayReturn: optional(boolean),
  deadline: optional(day),
  publicity: optional(publicity),
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
const form = object({
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
  ...sourced,
});

const tie = object({
  by: required(either(choice('score', 'recommendation-order'), ref('attribute'))),
  prefer: required(choice('higher', 'lower')),
  ...sourced,
});
const ties = object({
  keys: optional(list(tie, 1)),
  otherwise: required(choice('decision', 'enlarge', 'vacant')),
  ...sourced,
});

const item = object({
  id: required(id),
  names: required(names),
  length: optional(duration),
  about: optional(boolean, { 'zh-CN': '约', en: 'the length is approximate' }),
  items: optional(
    list(object({ id: required(id), names: required(names), cite: optional(oneOrMore(text)) })),
  ),
  ...sourced,
});
const training = object({
  period: optional(object({ from: required(day), to: required(day), ...sourced })),
  phases: optional(list(item, 1)),
  methods: optional(list(item, 1)),
  content: optional(list(item, 1)),
  organisation: optional(list(statement, 1)),
});

const part = object({
  id: required(id),
  names: required(names),
  weight: required(decimal(1000)),
  basis: optional(choice('on-site', 'written', 'process', 'portfolio', 'paper')),
  items: optional(
    list(object({ id: required(id), names: required(names), cite: optional(oneOrMore(text)) }), 1),
  ),
  ...sourced,
});
const band = object({
  id: required(id),
  names: required(names),
  from: required(decimal(100_000)),
  to: optional(decimal(100_000)),
  below: optional(decimal(100_000)),
  ...sourced,
});
const assessment = object({
  per: optional(choice('semester', 'school-year', 'year', 'term', 'round')),
  by: optional(ref('body')),
  composite: optional(
    object({
      of: optional(decimal(1000), { 'zh-CN': '权重之和，默认 100', en: 'what the weights sum to; 100' }),
      parts: required(list(part, 1)),
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
  bands: optional(list(band, 1)),
  pass: optional(list(statement, 1), { 'zh-CN': '合格须同时具备', en: 'all of these make a pass' }),
  rules: optional(list(statement, 1)),
  ...sourced,
});

export const spans = ['week', 'month', 'semester', 'school-year', 'year', 'term'] as const;
const duty = object({
  id: required(id),
  per: optional(choice(...spans)),
  require: optional(condition, {
    'zh-CN': '在每一周期内考查',
    en: 'asked of the records of each period; without it the duty is a statement',
  }),
  strength,
  ...sourced,
});

const transition = object({
  id: required(id),
  when: required(
    choice('assessed-qualified', 'assessed-unqualified', 'qualified-run', 'inactive', 'left', 'term-end'),
  ),
  run: optional(integer(1, 50)),
  does: required(choice('keep', 'grant', 'renew', 'cancel', 'suspend', 'may-apply')),
  title: optional(ref('title')),
  ...sourced,
});
const term = object({
  length: optional(duration),
  lifelong: optional(boolean),
  life: optional(list(transition, 1)),
  ...sourced,
});

const treatment = object({
  id: required(id),
  kind: required(choice('priority', 'allowance', 'training', 'recommendation', 'funds', 'time', 'reward')),
  amount: optional(
    object({ yuan: required(decimal(10_000_000)), per: required(choice('month', 'year', 'once')) }),
  ),
  ...sourced,
});

export const programme = object({
  programme: required(id),
  version: required(like(/^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/, '2011-1')),
  names: required(names),
  scope: required(ref('level'), { 'zh-CN': '由哪一级组织', en: 'level of the body that runs it' }),
  document: optional(document),
  calendar: optional(id),
  grants: optional(object({ title: required(ref('title')), term: optional(duration), ...sourced })),
  principles: optional(list(statement, 1)),
  bodies: optional(map(body)),
  dates: optional(dates),
  definitions: optional(map(condition)),
  eligibility: required(condition),
  quota: optional(quota),
  route: optional(list(stage, 1)),
  ties: optional(ties),
  forms: optional(map(form)),
  training: optional(training),
  assessment: optional(assessment),
  duties: optional(list(duty, 1)),
  term: optional(term),
  treatments: optional(list(treatment, 1)),
  registers: optional(list(statement, 1), {
    'zh-CN': '档案与信息库',
    en: 'files and registers that must exist',
  }),
});
export type ProgrammeFile = Read<typeof programme>;
export type Stage = Read<typeof stage>;
export type Duty = Read<typeof duty>;
export type Quota = Read<typeof quota>;
export type FormDefinition = Read<typeof form>;
export type Body = Read<typeof body>;
export type Span = (typeof spans)[number];
