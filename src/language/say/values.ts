import { subjectIn } from '../../shared/subjects.ts';
import { enumerate } from '../../shared/text.ts';
import type { Fact } from '../dossier.ts';
import { normalise } from '../evaluate/compare.ts';
import { type Given, valueAt } from '../given.ts';
import type { Amount } from '../grammar/amount.ts';
import type { Comparison, DayOfTitle, Test, Window } from '../grammar/selection.ts';
import type { Literal } from '../grammar/shape.ts';
import type { Locale, Names } from '../problem.ts';
import { attributeType, stepName, type ValueType, type Vocabulary } from '../vocabulary.ts';
import type { Setting } from './setting.ts';

/** Words for values, comparisons, windows and lists, in either language. */

export const pick = (locale: Locale, zh: string, en: string): string => (locale === 'zh-CN' ? zh : en);

/** 甲、乙或丙 / A, B or C */
export function listed(locale: Locale, words: readonly string[], last: 'or' | 'and'): string {
  if (words.length < 2) return words[0] ?? '';
  const head = enumerate(locale, words.slice(0, -1));
  const joint = last === 'or' ? pick(locale, '或', ' or ') : pick(locale, '和', ' and ');
  return `${head}${joint}${words.at(-1)}`;
}

export function sayValue(
  value: Fact,
  type: ValueType | undefined,
  vocabulary: Vocabulary,
  locale: Locale,
): string {
  if (value === null) return pick(locale, '未登记', 'not documented');
  if (typeof value === 'boolean') return value ? pick(locale, '是', 'yes') : pick(locale, '否', 'no');
  if (type?.kind === 'scale') {
    // Honours stand beside the scale of titles, not on it.
    const step = stepName(vocabulary, type.scale, String(value)) ?? vocabulary.titles[String(value)];
    return step?.[locale] ?? String(value);
  }
  if (type?.kind === 'text' && type.of === 'subject') return subjectIn(locale, String(value));
  if (type?.kind === 'choice') return type.choices[String(value)]?.[locale] ?? String(value);
  return String(value);
}

/**
 * Years as people say them: two decimals, more only where a whole number could be mistaken for them. Cut, never rounded up
 * to a bound they do not reach.
 */
export function sayYears(years: string): string {
  const [whole, rest = ''] = years.split('.');
  const kept = rest.slice(0, Math.max(2, rest.search(/[1-9]/) + 1));
  return kept === '' ? years : `${whole}.${kept}`;
}

/** The attribute that an amount is and no more than that. */
export function attributeOf({ term }: Amount): string | undefined {
  if (term.op !== 'value') return undefined;
  return typeof term.arg === 'string' ? term.arg : term.arg.of;
}

/** What somebody's attribute is, an amount with its unit: 1.32 年. */
export function sayAttribute(id: string, value: Fact, { vocabulary, locale }: Setting): string {
  const attribute = vocabulary.attributes[id];
  const said = sayValue(value, attributeType(vocabulary, id), vocabulary, locale);
  if (value === null) return said;
  const text = attribute?.type === 'years' ? sayYears(said) : said;
  return attribute?.unit ? `${text} ${attribute.unit[locale]}` : text;
}

/** A comparison as a predicate: 不少于 3、三等奖及以上、获奖或汇编 / at least 3, third prize or above … */
export function sayComparison(
  comparison: Comparison,
  type: ValueType | undefined,
  vocabulary: Vocabulary,
  locale: Locale,
  unit = '',
): string {
  const word = (value: Literal) =>
    `${sayValue(value, type, vocabulary, locale)}${typeof value === 'number' || type?.kind === 'number' ? unit : ''}`;
  const several = (value: Literal | readonly Literal[]) =>
    listed(
      locale,
      (Array.isArray(value) ? (value as readonly Literal[]) : [value as Literal]).map(word),
      'or',
    );
  const placed = type?.kind === 'scale';
  const { is, in: among, not, atLeast, moreThan, atMost, below, sameAs, notSameAs } = comparison;
  const parts: string[] = [];
  if (is !== undefined) parts.push(word(is));
  if (among !== undefined) parts.push(several(among));
  if (not !== undefined) parts.push(pick(locale, `非${several(not)}`, `other than ${several(not)}`));
  const order = (value: Literal | undefined, zh: string, en: string, zhPlace: string, enPlace: string) => {
    if (value === undefined) return;
    const said = word(value);
    if (placed) parts.push(pick(locale, `${said}${zhPlace}`, `${enPlace.replace('#', said)}`));
    else parts.push(pick(locale, `${zh} ${said}`, `${en} ${said}`));
  };
  const own = (attribute: string) => vocabulary.attributes[attribute]?.names[locale] ?? attribute;
  if (sameAs !== undefined) {
    const one = vocabulary.attributes[sameAs]?.type === 'numbers';
    parts.push(
      one
        ? pick(locale, `为${own(sameAs)}之一`, `one of ${own(sameAs)}`)
        : pick(locale, `与${own(sameAs)}相同`, `the same as ${own(sameAs)}`),
    );
  }
  if (notSameAs !== undefined) {
    parts.push(pick(locale, `与${own(notSameAs)}不同`, `other than ${own(notSameAs)}`));
  }
  order(atLeast, '不少于', 'at least', '及以上', '# or above');
  order(moreThan, '超过', 'more than', '以上（不含）', 'above #');
  order(atMost, '不超过', 'at most', '及以下', '# or below');
  order(below, '不满', 'under', '以下（不含）', 'below #');
  return parts.join(pick(locale, '且', ' and '));
}

export const sayTest = (
  test: Test,
  type: ValueType | undefined,
  vocabulary: Vocabulary,
  locale: Locale,
  unit?: string,
): string => sayComparison(normalise(test), type, vocabulary, locale, unit);

/** Those related to a subject, by the names the programme gives their roles, or those they usually have. */
const roles: Readonly<Record<string, Names>> = {
  apprentice: { 'zh-CN': '徒弟', en: 'apprentices' },
  apprentices: { 'zh-CN': '徒弟', en: 'apprentices' },
  mentor: { 'zh-CN': '导师', en: 'mentors' },
  mentors: { 'zh-CN': '导师', en: 'mentors' },
  member: { 'zh-CN': '成员', en: 'members' },
  members: { 'zh-CN': '成员', en: 'members' },
  staff: { 'zh-CN': '教职工', en: 'staff' },
  teacher: { 'zh-CN': '教师', en: 'teachers' },
  teachers: { 'zh-CN': '教师', en: 'teachers' },
  student: { 'zh-CN': '学生', en: 'students' },
  students: { 'zh-CN': '学生', en: 'students' },
  school: { 'zh-CN': '学校', en: 'schools' },
  schools: { 'zh-CN': '学校', en: 'schools' },
};
export function roleWord(role: string, { programme, locale }: Setting): string {
  const declared = programme.terms?.roles ?? {};
  if (Object.hasOwn(declared, role)) return declared[role]?.names[locale] ?? role;
  return (Object.hasOwn(roles, role) ? roles[role]?.[locale] : undefined) ?? role;
}

const units = {
  y: { 'zh-CN': '年', en: 'year' },
  m: { 'zh-CN': '个月', en: 'month' },
  d: { 'zh-CN': '天', en: 'day' },
} as const;

/** A parameter that gives a duration stands in the text by its name. */
export function sayDuration(duration: string, locale: Locale): string {
  if (!/^\d+[ymd]$/.test(duration)) return duration;
  const amount = Number(duration.slice(0, -1));
  const unit = units[duration.at(-1) as keyof typeof units]?.[locale] ?? '';
  return pick(locale, `${amount}${unit}`, `${amount} ${unit}${amount === 1 ? '' : 's'}`);
}

/** The parameter that gives a number, with its own value. */
export function sayGiven(
  given: Pick<Given, 'parameter' | 'place' | 'in'>,
  { programme, locale }: Pick<Setting, 'programme' | 'locale'>,
): string {
  const found = programme.parameters?.[given.parameter];
  const [name, own] = [found?.names[locale] ?? given.parameter, found?.value ?? ''];
  const value = given.in === undefined ? own : sayDuration(String(valueAt(given, own)), locale);
  return pick(locale, `“${name}”（${value}）`, `"${name}" (${value})`);
}

export const periodWords = {
  day: { 'zh-CN': '天', en: 'days' },
  week: { 'zh-CN': '周', en: 'weeks' },
  month: { 'zh-CN': '个月', en: 'months' },
  semester: { 'zh-CN': '个学期', en: 'semesters' },
  'school-year': { 'zh-CN': '个学年', en: 'school years' },
  year: { 'zh-CN': '个年度', en: 'years' },
} as const;

export function sayWindow(window: Window | undefined, vocabulary: Vocabulary, locale: Locale): string {
  if (window === undefined) return '';
  if (typeof window === 'string') {
    const length = sayDuration(window, locale);
    return pick(locale, `近${length}`, `in the past ${length}`);
  }
  if ('last' in window) {
    const whole = window.current === 'exclude';
    const unit = periodWords[window.of];
    return pick(
      locale,
      `近 ${window.last} ${unit['zh-CN']}${whole ? '（不含本期）' : ''}`,
      `in the last ${window.last} ${whole ? 'completed ' : ''}${unit.en}`,
    );
  }
  const day = (end: string | DayOfTitle) =>
    typeof end === 'string'
      ? (vocabulary.attributes[end]?.names[locale] ?? end)
      : sayTitleDay(end, vocabulary, locale);
  const { from, to } = window;
  return to === undefined
    ? pick(locale, `自${day(from)}起`, `since ${day(from)}`)
    : pick(locale, `${day(from)}至${day(to)}`, `from ${day(from)} to ${day(to)}`);
}

/** 最近一次获得市级骨干教师称号之日 / the day the title … was last granted */
export function sayTitleDay(arg: DayOfTitle, vocabulary: Vocabulary, locale: Locale): string {
  const what = sayTitle(arg, vocabulary, locale);
  return arg.take === 'latest'
    ? pick(locale, `最近一次获得${what}之日`, `the day ${what} was last granted`)
    : pick(locale, `首次获得${what}之日`, `the day ${what} was first granted`);
}

/** 市级骨干教师称号 / the title city backbone teacher */
export function sayTitle(
  { title, level }: Pick<DayOfTitle, 'title' | 'level'>,
  vocabulary: Vocabulary,
  locale: Locale,
): string {
  const { titleScale, titleOrder } = vocabulary;
  const name = sayTest(title, { kind: 'scale', scale: titleScale, order: titleOrder }, vocabulary, locale);
  const at =
    level === undefined
      ? ''
      : sayTest(level, { kind: 'scale', scale: 'level', order: new Map() }, vocabulary, locale);
  return pick(locale, `${at}${name}称号`, `the title ${name}${at && ` (${at})`}`);
}

/** `04-25` as 4月25日 / 25 April; a full date as it is. */
export function sayDay(day: string, locale: Locale): string {
  if (day.length !== 5) return day;
  const [month, date] = [Number(day.slice(0, 2)), Number(day.slice(3))];
  return pick(locale, `${month}月${date}日`, `${date} ${MONTHS[month - 1]}`);
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
