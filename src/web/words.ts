/**
 * The words a person reads, in both languages. zh-CN is written first; its keys are the type of `t`.
 *
 * Words live beside what they belong to: `src/features/<feature>/words/{zh-CN,en}.json`, flat keys, ICU
 * messages. The key `round.open` of the feature `selection` is `selection.round.open` here; the words of the
 * components in this folder are `ui.*`. To add a feature: two imports and one line in `catalogues`.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import administrationEn from '../features/administration/words/en.json' with { type: 'json' };
import administrationZh from '../features/administration/words/zh-CN.json' with { type: 'json' };
import auditEn from '../features/audit/words/en.json' with { type: 'json' };
import auditZh from '../features/audit/words/zh-CN.json' with { type: 'json' };
import homeEn from '../features/home/words/en.json' with { type: 'json' };
import homeZh from '../features/home/words/zh-CN.json' with { type: 'json' };
import identityEn from '../features/identity/words/en.json' with { type: 'json' };
import identityZh from '../features/identity/words/zh-CN.json' with { type: 'json' };
import labEn from '../features/lab/words/en.json' with { type: 'json' };
import labZh from '../features/lab/words/zh-CN.json' with { type: 'json' };
import noticesEn from '../features/notices/words/en.json' with { type: 'json' };
import noticesZh from '../features/notices/words/zh-CN.json' with { type: 'json' };
import dutiesEn from '../features/organisation/roles/words/en.json' with { type: 'json' };
import dutiesZh from '../features/organisation/roles/words/zh-CN.json' with { type: 'json' };
import organisationEn from '../features/organisation/words/en.json' with { type: 'json' };
import organisationZh from '../features/organisation/words/zh-CN.json' with { type: 'json' };
import privacyEn from '../features/privacy/words/en.json' with { type: 'json' };
import privacyZh from '../features/privacy/words/zh-CN.json' with { type: 'json' };
import numbersEn from '../features/programmes/numbers/words/en.json' with { type: 'json' };
import numbersZh from '../features/programmes/numbers/words/zh-CN.json' with { type: 'json' };
import programmesEn from '../features/programmes/words/en.json' with { type: 'json' };
import programmesZh from '../features/programmes/words/zh-CN.json' with { type: 'json' };
import recordsEn from '../features/records/words/en.json' with { type: 'json' };
import recordsZh from '../features/records/words/zh-CN.json' with { type: 'json' };
import apiEn from '../features/selection/api/words/en.json' with { type: 'json' };
import apiZh from '../features/selection/api/words/zh-CN.json' with { type: 'json' };
import applicationsEn from '../features/selection/applications/words/en.json' with { type: 'json' };
import applicationsZh from '../features/selection/applications/words/zh-CN.json' with { type: 'json' };
import panelsEn from '../features/selection/panels/words/en.json' with { type: 'json' };
import panelsZh from '../features/selection/panels/words/zh-CN.json' with { type: 'json' };
import papersEn from '../features/selection/papers/words/en.json' with { type: 'json' };
import papersZh from '../features/selection/papers/words/zh-CN.json' with { type: 'json' };
import publicityEn from '../features/selection/publicity/words/en.json' with { type: 'json' };
import publicityZh from '../features/selection/publicity/words/zh-CN.json' with { type: 'json' };
import reviewEn from '../features/selection/review/words/en.json' with { type: 'json' };
import reviewZh from '../features/selection/review/words/zh-CN.json' with { type: 'json' };
import roundsEn from '../features/selection/rounds/words/en.json' with { type: 'json' };
import roundsZh from '../features/selection/rounds/words/zh-CN.json' with { type: 'json' };
import titlesEn from '../features/titles/words/en.json' with { type: 'json' };
import titlesZh from '../features/titles/words/zh-CN.json' with { type: 'json' };
import errorEn from '../platform/words/en.json' with { type: 'json' };
import errorZh from '../platform/words/zh-CN.json' with { type: 'json' };
import { subjectIn } from '../shared/subjects.ts';
import { enumerate } from '../shared/text.ts';
import uiEn from './words/en.json' with { type: 'json' };
import uiZh from './words/zh-CN.json' with { type: 'json' };

export const locales = ['zh-CN', 'en'] as const;
export type Locale = (typeof locales)[number];

export const catalogues = {
  ui: { 'zh-CN': uiZh, en: uiEn },
  error: { 'zh-CN': errorZh, en: errorEn },
  administration: { 'zh-CN': administrationZh, en: administrationEn },
  identity: { 'zh-CN': identityZh, en: identityEn },
  audit: { 'zh-CN': auditZh, en: auditEn },
  home: { 'zh-CN': homeZh, en: homeEn },
  notices: { 'zh-CN': noticesZh, en: noticesEn },
  records: { 'zh-CN': recordsZh, en: recordsEn },
  duties: { 'zh-CN': dutiesZh, en: dutiesEn },
  organisation: { 'zh-CN': organisationZh, en: organisationEn },
  titles: { 'zh-CN': titlesZh, en: titlesEn },
  lab: { 'zh-CN': labZh, en: labEn },
  privacy: { 'zh-CN': privacyZh, en: privacyEn },
  programmes: { 'zh-CN': programmesZh, en: programmesEn },
  numbers: { 'zh-CN': numbersZh, en: numbersEn },
  rounds: { 'zh-CN': roundsZh, en: roundsEn },
  applications: { 'zh-CN': applicationsZh, en: applicationsEn },
  review: { 'zh-CN': reviewZh, en: reviewEn },
  publicity: { 'zh-CN': publicityZh, en: publicityEn },
  papers: { 'zh-CN': papersZh, en: papersEn },
  panels: { 'zh-CN': panelsZh, en: panelsEn },
  api: { 'zh-CN': apiZh, en: apiEn },
} as const;

type Catalogues = typeof catalogues;
export type WordKey = {
  [Feature in keyof Catalogues]: `${Feature}.${keyof Catalogues[Feature]['zh-CN'] & string}`;
}[keyof Catalogues];
export type WordValues = Readonly<Record<string, string | number | boolean | Date | readonly string[]>>;
export type Translate = (key: WordKey, values?: WordValues) => string;

/** A name written in both languages, as programmes, units and record types carry them. */
export type Names = Readonly<Record<Locale, string>>;

const isPlain = (message: string) => !/[{}']/.test(message);

function translator(locale: Locale): Translate {
  const messages = new Map<string, string>();
  for (const [feature, catalogue] of Object.entries(catalogues)) {
    for (const [key, message] of Object.entries(catalogue[locale]))
      messages.set(`${feature}.${key}`, message);
  }
  const compiled = new Map<string, Say>();
  return (key, values) => {
    const message = messages.get(key);
    if (message === undefined) throw new Error(`No words in ${locale} for ${key}`);
    if (isPlain(message)) return message;
    let say = compiled.get(key);
    if (!say) {
      say = compile(message, locale);
      compiled.set(key, say);
    }
    return say(values && enumerated(locale, values));
  };
}

/** Kinds of parts of a message, `TYPE` of its parser. */
const LITERAL = 0;
const NAME = 1;
type Say = (values: Readonly<Record<string, unknown>> | undefined) => string;
/** Most messages have nothing but names in them, in whose place texts and whole numbers stand as they are. */
function compile(message: string, locale: Locale): Say {
  const format = new IntlMessageFormat(message, locale, undefined, { ignoreTag: true });
  const say: Say = (values) => String(format.format(values as Parameters<IntlMessageFormat['format']>[0]));
  const parts: { readonly text: string; readonly isName: boolean }[] = [];
  for (const part of format.getAst()) {
    if (part.type !== LITERAL && part.type !== NAME) return say;
    parts.push({ text: part.value, isName: part.type === NAME });
  }
  return (values) => {
    let text = '';
    for (const part of parts) {
      const value = part.isName ? values?.[part.text] : part.text;
      if (typeof value !== 'string' && typeof value !== 'number') return say(values);
      text += value;
    }
    return text;
  };
}

/** Values as a message takes them: of several, all are named. */
const enumerated = (locale: Locale, values: WordValues) =>
  Object.values(values).some((value) => Array.isArray(value))
    ? Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          Array.isArray(value) ? enumerate(locale, value) : value,
        ]),
      )
    : (values as Record<string, string | number | boolean | Date>);

const translators = new Map<Locale, Translate>();

/** The translator of a language. A missing key or argument is a bug and throws. */
export function words(locale: Locale): Translate {
  let translate = translators.get(locale);
  if (!translate) {
    translate = translator(locale);
    translators.set(locale, translate);
  }
  return translate;
}

/** The words of a key that came from outside, such as an address; null when it is none, or needs values. */
export function findPlainWord(locale: Locale, key: string): string | null {
  const [feature = '', ...rest] = key.split('.');
  const catalogue = Object.entries(catalogues).find(([name]) => name === feature)?.[1];
  const message = Object.entries<string>(catalogue?.[locale] ?? {}).find(
    ([name]) => name === rest.join('.'),
  )?.[1];
  return message !== undefined && isPlain(message) ? message : null;
}

export const isLocale = (value: unknown): value is Locale => locales.some((locale) => locale === value);

/** The language chosen on this device, else the person's own, else the browser's first known one, else zh-CN. */
export function chooseLocale(from: {
  cookie?: string | null | undefined;
  person?: string | null | undefined;
  acceptLanguage?: string | null | undefined;
}): Locale {
  if (isLocale(from.cookie)) return from.cookie;
  if (isLocale(from.person)) return from.person;
  const preferred = (from.acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find((q) => q !== undefined);
      return { language: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .find(({ language }) => language === 'zh' || language === 'en');
  return preferred?.language === 'en' ? 'en' : 'zh-CN';
}

/** A subject as its reader calls it. What is handed on in files says it as it is kept. */
export const subjectName = (subject: string | null, locale: Locale): string =>
  subject === null ? '' : subjectIn(locale, subject);

export const inLocale = (names: Names, locale: Locale): string => names[locale];

const cached = <Format>(make: (locale: Locale, variant: string) => Format) => {
  const formats = new Map<string, Format>();
  return (locale: Locale, variant = ''): Format => {
    const key = `${locale} ${variant}`;
    let format = formats.get(key);
    if (!format) {
      format = make(locale, variant);
      formats.set(key, format);
    }
    return format;
  };
};

const civilFormat = cached(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }),
);
const instantFormat = cached(
  (locale, timeZone) =>
    new Intl.DateTimeFormat(locale, {
      year: 'numeric',
      month: locale === 'en' ? 'short' : 'long',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone,
    }),
);
const numberFormat = cached((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }));

/** Lists say the same days again and again, and saying one costs as much as a row of a list. */
const MOST_SAID = 5000;
const said = cached((_locale, _variant) => new Map<string | number, string>());
function sayOnce(texts: Map<string | number, string>, key: string | number, say: () => string): string {
  const known = texts.get(key);
  if (known !== undefined) return known;
  if (texts.size >= MOST_SAID) texts.clear();
  const text = say();
  texts.set(key, text);
  return text;
}

/** A civil date, `YYYY-MM-DD`, as people write it: 2026年3月1日, March 1, 2026. */
export const formatDate = (civil: string, locale: Locale): string =>
  sayOnce(said(locale), civil, () => civilFormat(locale).format(new Date(`${civil}T00:00:00Z`)));

const MINUTE_MS = 60_000;
/** An instant on the clock of a place: 2026年3月1日 09:05. */
export const formatInstant = (instant: Date, locale: Locale, timeZone = 'Asia/Shanghai'): string =>
  // The clocks of all places turn their minutes together (those of places before 1972 did not).
  sayOnce(said(locale, timeZone), Math.floor(instant.getTime() / MINUTE_MS), () =>
    instantFormat(locale, timeZone).format(instant),
  );

export const formatNumber = (value: number, locale: Locale): string => numberFormat(locale).format(value);
