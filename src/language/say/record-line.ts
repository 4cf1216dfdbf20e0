import { enumerate } from '../../shared/text.ts';
import type { Dossier, RecordFact } from '../dossier.ts';
import { type Latest, latestOf } from '../evaluate/latest.ts';
import type { EmptyPeriod, NotCounted, NotCountedReason } from '../finding.ts';
import type { Locale, Names } from '../problem.ts';
import { recordValueType, type Vocabulary } from '../vocabulary.ts';
import { pick, sayValue } from './values.ts';

/** One record in a line, and why it was not counted. */

export const reasonWords: Readonly<Record<NotCountedReason, Names>> = {
  'not-latest': { 'zh-CN': '不在最近几条（几期）之内', en: 'not among the latest' },
  'outside-window': { 'zh-CN': '不在规定时间内', en: 'outside the period' },
  'level-below': { 'zh-CN': '级别不够', en: 'level too low' },
  'grade-below': { 'zh-CN': '等次不够或未登记', en: 'grade too low or not documented' },
  'level-unknown': { 'zh-CN': '级别未登记', en: 'level not documented' },
  'wrong-field': { 'zh-CN': '不属于规定的类别', en: 'not of the kind asked for' },
  'not-confirmed': { 'zh-CN': '尚未确认', en: 'not confirmed yet' },
  'same-event': { 'zh-CN': '同一活动已计一次', en: 'the same event is counted already' },
  'author-order': { 'zh-CN': '作者次序不符', en: 'author order does not qualify' },
  consumed: { 'zh-CN': '已用于其他条款或以往评选', en: 'used for another clause or round' },
  'worth-unknown': { 'zh-CN': '缺少计算数额所需的信息', en: 'what it would be worth is not documented' },
  future: { 'zh-CN': '晚于基准日', en: 'after the day reckoned from' },
  undated: { 'zh-CN': '没有日期', en: 'has no date' },
};

/** 2023 年度 / 2023; other periods by the day they begin on. */
function sayPeriod({ per, from, year }: EmptyPeriod, locale: Locale): string {
  switch (per) {
    case 'year':
      return pick(locale, `${year} 年度`, String(year));
    case 'school-year':
      return pick(locale, `${year}—${year + 1} 学年`, `the school year ${year}–${year + 1}`);
    case 'month':
      return pick(locale, `${from.slice(0, 4)} 年 ${Number(from.slice(5, 7))} 月`, from.slice(0, 7));
    case 'semester':
      return pick(locale, `自 ${from} 起的学期`, `the semester from ${from}`);
    case 'week':
      return pick(locale, `自 ${from} 起的一周`, `the week from ${from}`);
    case 'day':
      return from;
  }
}

/** Which of the latest periods have no record, and what comes of it; empty where every one has. */
export function emptyWords(
  empty: readonly EmptyPeriod[] = [],
  latest: number | Latest | undefined,
  locale: Locale,
): string {
  if (empty.length === 0) return '';
  const all = enumerate(
    locale,
    empty.map((one) => sayPeriod(one, locale)),
  );
  return latestOf(latest)?.empty === 'skipped'
    ? pick(locale, `${all}没有记录，不占一期`, `no record of ${all}, passed over`)
    : pick(
        locale,
        `${all}没有记录，也占一期`,
        `no record of ${all}, which counts as one of them all the same`,
      );
}

export interface RecordLine {
  readonly record: string;
  readonly text: string;
}

/** Late entry 补录 and correction 更正: said wherever a record is named. */
export const recordMarks = ({ late, corrected }: RecordFact, locale: Locale): string[] => [
  ...(late === true ? [pick(locale, '补录', 'late entry')] : []),
  ...(corrected === true ? [pick(locale, '更正', 'corrected')] : []),
];

/** 《分数的意义》公开课，2024-05-12，校级 */
export function recordLine(
  id: string,
  records: ReadonlyMap<string, RecordFact>,
  vocabulary: Vocabulary,
  locale: Locale,
): RecordLine {
  const record = records.get(id);
  if (!record) return { record: id, text: id };
  const name = vocabulary.records[record.type]?.names[locale] ?? record.type;
  const say = (key: 'level' | 'grade') =>
    record[key] === null
      ? []
      : [sayValue(record[key], recordValueType(vocabulary, record.type, key), vocabulary, locale)];
  const details = [
    name,
    ...(record.on === null ? [] : [record.on]),
    ...say('level'),
    ...say('grade'),
    ...recordMarks(record, locale),
  ];
  return {
    record: id,
    text: pick(locale, `${record.title}（${details.join('，')}）`, `${record.title} (${details.join(', ')})`),
  };
}

export function notCountedLine(
  { record, reason, detail }: NotCounted,
  records: ReadonlyMap<string, RecordFact>,
  vocabulary: Vocabulary,
  locale: Locale,
): RecordLine & { readonly reason: NotCountedReason } {
  const line = recordLine(record, records, vocabulary, locale);
  const type = records.get(record)?.type ?? '';
  const shown =
    detail.value === null || reason === 'not-confirmed' || reason === 'same-event' || reason === 'consumed'
      ? ''
      : sayValue(detail.value, recordValueType(vocabulary, type, detail.key), vocabulary, locale);
  const why = `${reasonWords[reason][locale]}${shown && pick(locale, `：${shown}`, `: ${shown}`)}`;
  return { record, reason, text: pick(locale, `${line.text}——${why}`, `${line.text} — ${why}`) };
}

export const recordsById = (dossier: Dossier | undefined): ReadonlyMap<string, RecordFact> =>
  new Map((dossier?.records ?? []).map((record) => [record.id, record]));
