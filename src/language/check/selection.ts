import { isCivilDate } from '../../shared/civil-date.ts';
import { normalise } from '../evaluate/compare.ts';
import { type Latest, latestOf } from '../evaluate/latest.ts';
import type { Selection } from '../evaluate/select.ts';
import { calendarSpans, type DayOfTitle, type RunSelection, type Window } from '../grammar/selection.ts';
import { recordKeys, recordValueType, type ValueType, type Vocabulary } from '../vocabulary.ts';
import { checkTest, type Fail } from './values.ts';

/** Which records are meant, against the vocabulary: fields they have, kinds of values, windows of time. */

export function checkSelection(
  arg: Selection,
  at: string,
  vocabulary: Vocabulary,
  fail: Fail,
  numbers: Readonly<Record<string, string | undefined>> = {},
): void {
  const latest = latestOf(arg.latest);
  for (const record of arg.record) {
    checkWhere(record, arg.where, `${at}.where`, vocabulary, fail);
    if (latest) {
      checkWhere(record, latest.where, `${at}.latest.where`, vocabulary, fail);
      if (latest.at !== undefined) checkNumber(record, latest.at, `${at}.latest.at`, vocabulary, fail);
    }
    if (arg.distinctBy !== undefined) hasKey(record, arg.distinctBy, `${at}.distinctBy`, vocabulary, fail);
    for (const [name, field] of Object.entries(numbers)) {
      if (field !== undefined) checkNumber(record, field, `${at}.${name}`, vocabulary, fail);
    }
  }
  if (latest) checkLatest(latest, `${at}.latest`, fail);
  checkWindow(arg.within, `${at}.within`, vocabulary, fail);
}

function checkNumber(record: string, field: string, to: string, vocabulary: Vocabulary, fail: Fail): void {
  if (!hasKey(record, field, to, vocabulary, fail)) return;
  if (recordValueType(vocabulary, record, field)?.kind === 'number') return;
  fail('wrong-comparison', to, `"${field}"不是数，不能计算。`, `"${field}" is not a number.`);
}

/** Whether a year without a record is one of the latest years is what policies differ in: the file says it. */
function checkLatest({ per, at, empty }: Latest, to: string, fail: Fail): void {
  if (per === undefined) {
    for (const [key, value] of Object.entries({ at, empty })) {
      if (value === undefined) continue;
      const [zh, en] = [
        `${key} 只用于按期取，须同时写 per。`,
        `\`${key}\` is for periods: say \`per\` as well.`,
      ];
      fail('missing-key', `${to}.${key}`, zh, en, ['per: year']);
    }
    return;
  }
  if (empty === undefined) {
    const [zh, en] = [
      '须写明没有记录的一期是否占一期：counts 占，skipped 不占。',
      'Say what a period without a record is: one of them (`counts`) or none (`skipped`).',
    ];
    fail('missing-key', to, zh, en, ['empty: counts', 'empty: skipped']);
  }
  if (at === undefined || per === 'year' || per === 'school-year') return;
  const [zh, en] = [
    'at 注明的是年度，per 须为 year 或 school-year。',
    '`at` names a year: `per` is `year` or `school-year`.',
  ];
  fail('wrong-value', `${to}.per`, zh, en, ['year', 'school-year']);
}

function checkWhere(
  record: string,
  where: Selection['where'],
  at: string,
  vocabulary: Vocabulary,
  fail: Fail,
): void {
  for (const [key, test] of Object.entries(where ?? {})) {
    const to = `${at}.${key}`;
    const type = recordValueType(vocabulary, record, key);
    if (hasKey(record, key, to, vocabulary, fail) && type) checkTest(test, type, to, fail, false, vocabulary);
  }
}

/** Whether a record type has such a key; reported where it has not. */
export function hasKey(record: string, key: string, to: string, vocabulary: Vocabulary, fail: Fail): boolean {
  const keys = recordKeys(vocabulary, record);
  if (keys.includes(key)) return true;
  const [zh, en] = [`记录类型 ${record} 没有"${key}"。`, `The record type ${record} has no "${key}".`];
  fail('unknown-reference', to, zh, en, keys, key);
  return false;
}

/** Group keys are fields of the record, periods of the calendar, or `type`. */
export function checkGroups(
  records: readonly string[],
  per: readonly string[] | undefined,
  to: string,
  vocabulary: Vocabulary,
  fail: Fail,
): void {
  for (const key of per ?? []) {
    if (key === 'type' || calendarSpans.some((span) => span === key)) continue;
    for (const record of records) hasKey(record, key, to, vocabulary, fail);
  }
}

export function checkRun(arg: RunSelection, at: string, vocabulary: Vocabulary, fail: Fail): void {
  checkSelection(arg, at, vocabulary, fail, { at: arg.at });
  if (arg.bridge) checkSelection(arg.bridge, `${at}.bridge`, vocabulary, fail);
  if (arg.until !== undefined) checkDateField(arg.record, arg.until, `${at}.until`, vocabulary, fail);
}

/** A field of these records that holds a day. */
export function checkDateField(
  records: readonly string[],
  field: string,
  to: string,
  vocabulary: Vocabulary,
  fail: Fail,
): void {
  for (const record of records) {
    if (!hasKey(record, field, to, vocabulary, fail)) continue;
    if (recordValueType(vocabulary, record, field)?.kind === 'date') continue;
    const days = recordKeys(vocabulary, record).filter(
      (key) => recordValueType(vocabulary, record, key)?.kind === 'date',
    );
    fail('wrong-comparison', to, `"${field}"不是日期。`, `"${field}" is not a date.`, days);
  }
}

export function checkWindow(
  window: Window | undefined,
  at: string,
  vocabulary: Vocabulary,
  fail: Fail,
): void {
  if (typeof window !== 'object' || 'last' in window) return;
  const { from, to } = window;
  for (const [key, end] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (typeof end === 'object') checkTitle(end, `${at}.${key}`, vocabulary, fail);
    else if (end !== undefined) checkDay(end, `${at}.${key}`, vocabulary, fail);
  }
  if (typeof from !== 'string' || typeof to !== 'string') return;
  if (isCivilDate(from) && isCivilDate(to) && from > to) {
    fail('wrong-value', at, '起止日期颠倒。', 'The window ends before it begins.');
  }
}

/** A day written out, or an attribute that is one. */
export function checkDay(end: string, to: string, vocabulary: Vocabulary, fail: Fail): void {
  if (isCivilDate(end) || vocabulary.attributes[end]?.type === 'date') return;
  fail('wrong-comparison', to, `"${end}"不是日期。`, `"${end}" is not a date.`);
}

/** A title there is, compared on the order of titles and at a level of the scale. */
export function checkTitle(
  arg: Pick<DayOfTitle, 'title' | 'level'>,
  at: string,
  vocabulary: Vocabulary,
  fail: Fail,
): void {
  const { is, in: among, not, asOf: _, ...bounds } = normalise(arg.title);
  const titles = Object.keys(vocabulary.titles);
  const all = [...titles, ...vocabulary.titleOrder.keys()];
  for (const title of [is, ...(among ?? []), ...(Array.isArray(not) ? not : [not])]) {
    if (title === undefined || all.includes(String(title))) continue;
    fail(
      'unknown-reference',
      `${at}.title`,
      `没有称号"${title}"。`,
      `There is no title "${title}".`,
      titles,
      String(title),
    );
  }
  const ordered: ValueType = { kind: 'scale', scale: 'title', order: vocabulary.titleOrder };
  if (Object.keys(bounds).length > 0) checkTest(bounds, ordered, `${at}.title`, fail, false);
  const levels = vocabulary.scales.level?.order ?? new Map();
  if (arg.level !== undefined) {
    checkTest(arg.level, { kind: 'scale', scale: 'level', order: levels }, `${at}.level`, fail, false);
  }
}
