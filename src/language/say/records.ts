import type { Bounds } from '../evaluate/bounds.ts';
import { type Latest, latestOf } from '../evaluate/latest.ts';
import type { RuleOf } from '../grammar/condition.ts';
import type { RunSelection } from '../grammar/selection.ts';
import { choiceWords } from '../grammar/words.ts';
import type { Locale, Names } from '../problem.ts';
import { recordValueType, type Vocabulary } from '../vocabulary.ts';
import type { Setting } from './setting.ts';
import { listed, periodWords, pick, sayDay, sayTest, sayWindow } from './values.ts';

/** Words for records: types, fields, what is asked of them and how many. */

/** Names of record types as a choice, with the measure word they share. */
export function recordWords(types: readonly string[], vocabulary: Vocabulary, locale: Locale) {
  const names = listed(
    locale,
    types.map((type) => vocabulary.records[type]?.names[locale] ?? type),
    'or',
  );
  const shared = new Set(types.map((type) => vocabulary.records[type]?.unit?.[locale]));
  const [unit] = shared.size === 1 ? shared : [pick(locale, '项', 'records')];
  return { names, unit: unit ?? pick(locale, '项', 'records') };
}

type Aggregate = RuleOf<'count'> | RuleOf<'sum'> | RuleOf<'max'>;
type Chosen = Pick<RuleOf<'count'>, 'record' | 'where' | 'within' | 'latest' | 'asOf' | 'distinctBy'>;

/** The record types a clause or an amount looks at, the qualities asked of them and the window, in words. */
export function readSelection(
  arg: Chosen,
  setting: Setting,
): { names: string; unit: string; qualities: string; window: string; once: string } {
  const { vocabulary, locale } = setting;
  const { names, unit } = recordWords(arg.record, vocabulary, locale);
  const first = arg.record[0] ?? '';
  const qualitiesOf = (where: Chosen['where']) =>
    Object.entries(where ?? {}).map(([key, test]) => {
      const type = recordValueType(vocabulary, first, key);
      const said = sayTest(test, type, vocabulary, locale);
      if (key === 'level' || key === 'grade' || type?.kind === 'choice') return said;
      if (test === true) return fieldName(first, key, vocabulary, locale);
      return `${fieldName(first, key, vocabulary, locale)}${pick(locale, '：', ': ')}${said}`;
    });
  const qualities = qualitiesOf(arg.where);
  const chosen = latestOf(arg.latest);
  const latest = chosen ? latestWords(chosen, unit, qualitiesOf(chosen.where), first, setting) : '';
  const period = `${sayAsOf(arg.asOf, locale, arg.within !== undefined)}${sayWindow(arg.within, vocabulary, locale)}`;
  return {
    names,
    unit,
    qualities:
      qualities.length === 0 ? '' : pick(locale, `${qualities.join('、')}的`, ` (${qualities.join('; ')})`),
    window: [period, latest].filter((one) => one !== '').join(pick(locale, '', ' ')),
    once: onceWords(arg.distinctBy, first, vocabulary, locale),
  };
}

/** 最近 3 次中 / among the latest 3; 最近 3 个年度（…）中 / among those of the latest 3 years (…). */
function latestWords(
  { take, per, at, empty }: Latest,
  unit: string,
  pool: readonly string[],
  first: string,
  { vocabulary, locale }: Setting,
): string {
  const [kind, kinds] = [pool.length > 0 ? `${pool.join('、')}的记录` : '', pool.join('; ')];
  if (per === undefined) {
    return pick(
      locale,
      `最近 ${take} ${unit}${kind}中`,
      `among the latest ${take}${kinds && ` that are ${kinds}`}`,
    );
  }
  const period = periodWords[per];
  const by = at === undefined ? '' : fieldName(first, at, vocabulary, locale);
  const years = take === 1 ? period.en.replace(/s$/, '') : `${take} ${period.en}`;
  if (empty === 'skipped') {
    return pick(
      locale,
      `最近 ${take} ${period['zh-CN']}（${by && `按${by}，`}没有${kind || '记录'}的不占期）中`,
      `among those of the latest ${years} with any${kinds && ` that is ${kinds}`}${by && ` (by ${by})`}`,
    );
  }
  return pick(
    locale,
    `最近 ${take} ${period['zh-CN']}（${by && `按${by}，`}没有${kind || '记录'}的也占一期）中`,
    `among those of the latest ${years}${kinds && ` that are ${kinds}`} (${by && `by ${by}; `}one without any is one of them)`,
  );
}

/** 截至4月25日 / as of 25 April, before a window or alone. */
export function sayAsOf(asOf: string | undefined, locale: Locale, more = false): string {
  if (asOf === undefined) return '';
  return pick(locale, `截至${sayDay(asOf, locale)}`, `as of ${sayDay(asOf, locale)}${more ? ' ' : ''}`);
}

function onceWords(
  distinctBy: string | undefined,
  type: string,
  vocabulary: Vocabulary,
  locale: Locale,
): string {
  if (distinctBy === undefined) return '';
  const name = fieldName(type, distinctBy, vocabulary, locale);
  return pick(locale, `（同一${name}只计一次）`, ` (the same ${name} counts once)`);
}

export function readRecords(op: 'count' | 'sum' | 'max', arg: Aggregate, setting: Setting): string {
  const { vocabulary, locale } = setting;
  const { names, unit, qualities, window, once } = readSelection(arg, setting);
  const spent =
    'consume' in arg && arg.consume
      ? pick(locale, '，计入后不再用于其他条款', '; a record counted here serves no other such clause')
      : '';
  const amount = boundWords(arg, locale, op === 'count' ? pick(locale, ` ${unit}`, '') : '');
  if (op === 'count') {
    return pick(
      locale,
      `${window}${qualities}${names}${amount}${once}${spent}`,
      `${names}${qualities}: ${amount}${window && ` ${window}`}${once}${spent}`,
    );
  }
  const field = 'of' in arg ? fieldName(arg.record[0] ?? '', arg.of, vocabulary, locale) : '';
  const how = op === 'sum' ? pick(locale, '合计', 'in total') : pick(locale, '最高', 'at best');
  return pick(
    locale,
    `${window}${qualities}${names}${field}${how}${amount}`,
    `${field} of ${names}${qualities} ${how} ${amount}${window && ` ${window}`}`,
  );
}

export function fieldName(type: string, key: string, vocabulary: Vocabulary, locale: Locale): string {
  const own: Readonly<Record<string, Names>> = {
    level: { 'zh-CN': '级别', en: 'level' },
    grade: { 'zh-CN': '等次', en: 'grade' },
    authorOrder: { 'zh-CN': '作者次序', en: 'author order' },
    event: { 'zh-CN': '活动', en: 'event' },
    on: { 'zh-CN': '日期', en: 'date' },
  };
  return vocabulary.records[type]?.fields?.[key]?.names[locale] ?? own[key]?.[locale] ?? key;
}

/** What a row of periods is made of, and what does not break it. */
export function readRow(
  arg: RunSelection,
  setting: Setting,
): { names: string; window: string; qualities: string; notes: string } {
  const { vocabulary, locale } = setting;
  const { names, unit, window, qualities } = readSelection(arg, setting);
  const field = (key: string) => fieldName(arg.record[0] ?? '', key, vocabulary, locale);
  const bridge = arg.bridge && readSelection(arg.bridge, setting);
  const notes = [
    ...(arg.at ? [pick(locale, `按${field(arg.at)}归期`, `placed by ${field(arg.at)}`)] : []),
    ...(arg.until
      ? [pick(locale, `自日期至${field(arg.until)}各期都算`, `every one up to ${field(arg.until)} counts`)]
      : []),
    ...(arg.times === undefined
      ? []
      : [pick(locale, `每期不少于 ${arg.times} ${unit}`, `at least ${arg.times} in each`)]),
    ...(arg.ending ? [choiceWords.ending[arg.ending][locale]] : []),
    ...(bridge
      ? [
          pick(
            locale,
            `${bridge.qualities}${bridge.names}不中断`,
            `not broken by ${bridge.names}${bridge.qualities}`,
          ),
        ]
      : []),
  ];
  return {
    names,
    window,
    qualities,
    notes: notes.length === 0 ? '' : pick(locale, `（${notes.join('，')}）`, ` (${notes.join(', ')})`),
  };
}

/** 不少于 3 节 / at least 3 classes */
export function boundWords({ min, max, moreThan, below }: Bounds, locale: Locale, unit: string): string {
  const parts: string[] = [];
  const bare = min === undefined && max === undefined && moreThan === undefined && below === undefined;
  const least = bare ? 1 : min;
  if (least !== undefined) parts.push(pick(locale, `不少于 ${least}${unit}`, `at least ${least}${unit}`));
  if (moreThan !== undefined)
    parts.push(pick(locale, `超过 ${moreThan}${unit}`, `more than ${moreThan}${unit}`));
  if (max !== undefined) parts.push(pick(locale, `不超过 ${max}${unit}`, `at most ${max}${unit}`));
  if (below !== undefined) parts.push(pick(locale, `少于 ${below}${unit}`, `fewer than ${below}${unit}`));
  return parts.join(pick(locale, '且', ' and '));
}
