import {
  boolean,
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
import { choiceWords as words } from '../grammar/words.ts';

/**
 * Cases beside a programme (`cases.yaml`): people as facts, and what the policy should say of them. They are
 * worked by hand from the printed policy, and run by the tests and by `qinglan programme evaluate`.
 */

const record = object({
  type: required(ref('record-type'), { 'zh-CN': '记录类型', en: 'record type' }),
  id: optional(text, { 'zh-CN': '编号', en: 'name to refer to it by' }),
  title: optional(text, { 'zh-CN': '题名', en: 'its title' }),
  on: optional(fullDate, { 'zh-CN': '日期', en: 'day' }),
  level: optional(ref('level'), { 'zh-CN': '级别', en: 'level' }),
  grade: optional(text, { 'zh-CN': '等次', en: 'grade' }),
  event: optional(text, { 'zh-CN': '活动', en: 'event' }),
  authorOrder: optional(integer(1, 1000), { 'zh-CN': '作者次序', en: 'author order' }),
  status: optional(choice(words.statuses), {
    'zh-CN': '确认状态，默认已确认',
    en: 'state of confirmation; confirmed unless given',
  }),
  times: optional(integer(1, 10_000), { 'zh-CN': '同样的记录有几条', en: 'so many records alike' }),
  fields: optional(map(literal), { 'zh-CN': '其他字段', en: 'fields of its type' }),
});

const facts = {
  person: optional(map(literal, 'attribute'), {
    'zh-CN': '未写的即未登记',
    en: 'what is not given is not documented',
  }),
  lists: optional(map(list(number(-1e9, 1e9)), 'attribute'), { 'zh-CN': '成组的数', en: 'lists of numbers' }),
  titles: optional(
    list(
      object({
        title: required(ref('title'), { 'zh-CN': '题名', en: 'its title' }),
        level: optional(ref('level'), { 'zh-CN': '级别', en: 'level' }),
        from: required(fullDate, { 'zh-CN': '自', en: 'first day' }),
        until: optional(fullDate, { 'zh-CN': '至', en: 'last day' }),
      }),
    ),
    { 'zh-CN': '称号', en: 'titles held or granted' },
  ),
  records: optional(list(record), { 'zh-CN': '记录', en: 'records' }),
} as const;
const member = object({
  ...facts,
  times: optional(integer(1, 100_000), { 'zh-CN': '同样者的个数', en: 'so many alike' }),
});
const subject = {
  ...facts,
  members: optional(map(list(member)), { 'zh-CN': '按角色列出', en: 'by role' }),
} as const;

const outcome = choice(words.outcomes);
const decimalText = literal;

const expected = object({
  eligible: optional(outcome, { 'zh-CN': '是否符合条件', en: 'the verdict' }),
  clauses: optional(map(outcome), { 'zh-CN': '按条款编号', en: 'by id of the clause' }),
  counted: optional(map(integer(0, 1_000_000)), {
    'zh-CN': '条款计入的记录数',
    en: 'records a clause counted',
  }),
  granted: optional(text, {
    'zh-CN': '授予的称号；都不符合为 none，尚不能确定为 missing',
    en: 'the title granted; none where no condition is met, missing while it is open',
  }),
  measures: optional(map(decimalText), { 'zh-CN': '数或 missing', en: 'a number, or `missing`' }),
  composite: optional(
    object({
      total: optional(decimalText, { 'zh-CN': '合计', en: 'total' }),
      outcome: optional(outcome, { 'zh-CN': '结论', en: 'outcome' }),
      band: optional(text, { 'zh-CN': '等次', en: 'band' }),
      parts: optional(map(decimalText), { 'zh-CN': '各部分', en: 'parts' }),
    }),
    { 'zh-CN': '综合考核', en: 'the composite' },
  ),
  duties: optional(map(either(outcome, list(outcome))), {
    'zh-CN': '职责，可逐期',
    en: 'duties, one outcome or one for each period',
  }),
  ledgers: optional(
    map(
      object({
        total: optional(decimalText, { 'zh-CN': '合计', en: 'total' }),
        outcome: optional(outcome, { 'zh-CN': '结论', en: 'outcome' }),
        categories: optional(map(decimalText), { 'zh-CN': '各类', en: 'categories' }),
      }),
    ),
    { 'zh-CN': '台账', en: 'ledgers' },
  ),
  treatments: optional(map(decimalText), {
    'zh-CN': '金额或时间；none 为不享受',
    en: 'money or time; `none` where it is not due; `due` where it has no amount',
  }),
  life: optional(
    object({
      state: optional(text, { 'zh-CN': '状态', en: 'state' }),
      title: optional(text, { 'zh-CN': '题名', en: 'its title' }),
      paid: optional(choice(words.paid), { 'zh-CN': '是否发放待遇', en: 'whether treatment is paid' }),
      percent: optional(decimalText, { 'zh-CN': '待遇百分比', en: 'percent of pay' }),
      ends: optional(fullDate, { 'zh-CN': '任期届满日', en: 'day the term ends' }),
      steps: optional(list(text), { 'zh-CN': '依次发生的变动', en: 'ids of the transitions, in order' }),
    }),
    { 'zh-CN': '称号状态', en: 'the life of the title' },
  ),
  places: optional(decimalText, { 'zh-CN': '名额', en: 'places' }),
  parts: optional(map(decimalText), { 'zh-CN': '各部分', en: 'parts' }),
  limits: optional(map(decimalText), {
    'zh-CN': '上限；none 为不限',
    en: 'the cap; `none` where there is none',
  }),
  list: optional(
    object({
      outcome: optional(outcome, { 'zh-CN': '结论', en: 'outcome' }),
      broken: optional(list(text), { 'zh-CN': '违反的限制', en: 'ids of limits broken' }),
      outside: optional(integer(0, 1_000_000), { 'zh-CN': '不占名额人数', en: 'how many take no place' }),
      used: optional(integer(0, 1_000_000), { 'zh-CN': '占用名额数', en: 'places used' }),
    }),
    { 'zh-CN': '推荐名单', en: 'a list of nominees' },
  ),
  ranking: optional(
    object({
      order: optional(list(text), { 'zh-CN': '次序', en: 'ids in order' }),
      chosen: optional(list(text), { 'zh-CN': '入选', en: 'ids chosen' }),
      number: optional(integer(0, 1_000_000), { 'zh-CN': '入选人数', en: 'how many are chosen' }),
      open: optional(list(text), { 'zh-CN': '并列未决者', en: 'whose tie is open' }),
    }),
    { 'zh-CN': '排序', en: 'ranking' },
  ),
  bands: optional(map(integer(0, 1_000_000)), { 'zh-CN': '各等次人数', en: 'how many are in each band' }),
  indicators: optional(
    map(
      either(
        outcome,
        object({
          value: optional(decimalText, { 'zh-CN': '值', en: 'value' }),
          outcome: optional(outcome, { 'zh-CN': '结论', en: 'outcome' }),
        }),
      ),
    ),
    { 'zh-CN': '指标', en: 'indicators' },
  ),
  warnings: optional(list(text), { 'zh-CN': '加载时应有的提醒', en: 'codes of warnings the file must give' }),
});

const context = object({
  decisions: optional(map(choice(words.outcomes, 'met', 'unmet')), {
    'zh-CN': '已作决定，按条款',
    en: 'decisions on record, by clause',
  }),
  sizes: optional(map(integer(0, 100_000_000)), { 'zh-CN': '各人群人数', en: 'sizes of populations' }),
  places: optional(
    object({
      quota: optional(integer(0, 1_000_000), { 'zh-CN': '名额数', en: 'places of the unit' }),
      nominees: optional(integer(0, 1_000_000), { 'zh-CN': '推荐人数', en: 'how many it nominates' }),
    }),
    { 'zh-CN': '名额', en: 'places' },
  ),
  served: optional(
    object({
      days: required(integer(0, 100_000), { 'zh-CN': '天数', en: 'days' }),
      of: required(integer(0, 100_000), { 'zh-CN': '总天数', en: 'out of' }),
    }),
    { 'zh-CN': '在岗时间', en: 'time served' },
  ),
  period: optional(
    object({
      from: required(fullDate, { 'zh-CN': '自', en: 'first day' }),
      to: required(fullDate, { 'zh-CN': '至', en: 'last day' }),
    }),
    { 'zh-CN': '考查的周期', en: 'period looked at' },
  ),
  marks: optional(map(either(literal, map(literal))), {
    'zh-CN': '各部分得分；有分项的，按分项列出',
    en: 'marks given, by part; by item within a part that has items',
  }),
  code: optional(text, { 'zh-CN': '名额表中的行', en: "row of the quota table that is the unit's" }),
  stage: optional(text, { 'zh-CN': '名单所处环节', en: 'stage of the route the list is of' }),
  parameters: optional(map(literal), { 'zh-CN': '地方设定的参数', en: 'parameters set locally' }),
});

const event = object({
  on: required(fullDate, { 'zh-CN': '日期', en: 'day' }),
  result: optional(text, { 'zh-CN': '考核结果', en: 'result of an assessment' }),
  passed: optional(boolean, { 'zh-CN': '是否合格', en: 'whether it is a pass, where bands do not say' }),
  event: optional(text, { 'zh-CN': '发生的事', en: 'something that happened' }),
  until: optional(fullDate, { 'zh-CN': '至', en: 'its last day' }),
  crosses: optional(choice(words.areas), {
    'zh-CN': '调动跨越的最大范围',
    en: 'for a move: the widest border crossed',
  }),
});

export const oneCase = object({
  id: required(id, { 'zh-CN': '编号', en: 'name to refer to it by' }),
  checks: optional(oneOrMore(text), { 'zh-CN': '所证的算例', en: 'worked checks it proves' }),
  about: optional(names, { 'zh-CN': '说明', en: 'what it is about' }),
  note: optional(text, { 'zh-CN': '备注', en: 'note' }),
  asOf: required(fullDate, { 'zh-CN': '基准日', en: 'day reckoned from' }),
  ...subject,
  population: optional(
    list(
      object({
        id: required(text, { 'zh-CN': '编号', en: 'name to refer to it by' }),
        times: optional(integer(1, 1_000_000), { 'zh-CN': '同样者的个数', en: 'so many alike' }),
        belongs: optional(map(text), {
          'zh-CN': '所属学校、县、教研组、拟评称号等',
          en: 'school, county, group, mentor, title put forward for',
        }),
        recommended: optional(integer(1, 1_000_000), {
          'zh-CN': '推荐排位',
          en: 'place in the recommendation',
        }),
        total: optional(literal, { 'zh-CN': '考核得分', en: 'mark in the assessment' }),
        ...subject,
      }),
    ),
    { 'zh-CN': '一群人：名单、排序', en: 'people: a list, a ranking' },
  ),
  context: optional(context, { 'zh-CN': '情境', en: 'what is given besides the facts' }),
  granted: optional(fullDate, { 'zh-CN': '称号授予日', en: 'the day the title was granted' }),
  title: optional(text, { 'zh-CN': '授予的称号', en: 'the title granted' }),
  state: optional(text, { 'zh-CN': '状态', en: 'state' }),
  away: optional(
    list(
      object({
        from: required(fullDate, { 'zh-CN': '自', en: 'first day' }),
        to: required(fullDate, { 'zh-CN': '至', en: 'last day' }),
      }),
    ),
    {
      'zh-CN': '离岗时段',
      en: 'when the person was away',
    },
  ),
  done: optional(integer(0, 10_000), { 'zh-CN': '此前已完成期数', en: 'periods done before, elsewhere' }),
  events: optional(list(event), { 'zh-CN': '经历', en: 'what happened, in time' }),
  over: optional(
    object({
      from: required(fullDate, { 'zh-CN': '自', en: 'first day' }),
      to: required(fullDate, { 'zh-CN': '至', en: 'last day' }),
    }),
    {
      'zh-CN': '职责逐期考查的时段',
      en: 'duties are asked of each period in this span',
    },
  ),
  expect: required(expected, { 'zh-CN': '应得结果', en: 'what the policy should say' }),
});
export const casesFile = object({ cases: required(list(oneCase, 1), { 'zh-CN': '算例', en: 'cases' }) });
export type Case = Read<typeof oneCase>;
export type CaseFacts = Read<ReturnType<typeof object<typeof subject>>>;
export type Expected = Case['expect'];
