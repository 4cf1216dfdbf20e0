import type { Vocabulary } from '../../../language/vocabulary.ts';
import { stepName } from '../../../language/vocabulary.ts';
import { isCivilDate } from '../../../shared/civil-date.ts';
import { enumerate } from '../../../shared/text.ts';
import {
  formatDate,
  formatInstant,
  inLocale,
  type Locale,
  type Names,
  subjectName,
  type Translate,
} from '../../../web/words.ts';
import type { AuditRow } from '../queries.ts';
import { whoDid } from '../words.ts';
import { IN_VOCABULARY, wordOfCode } from './codes.ts';
import { changeLines, FIELDS } from './rules.ts';

/** What it takes to say an entry in somebody's language. */
export interface Saying {
  readonly t: Translate;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly vocabulary: Vocabulary;
  /** Names of people, units and applications that an entry names by id or path. */
  readonly names?: ReadonlyMap<string, string>;
}

/** Who did it, in whose stead: a person, the public where it objected, else the system itself. */
export function sayWho(t: Translate, row: AuditRow): string {
  const nobody = row.action.startsWith('objection.') ? t('audit.public-act') : t('audit.system');
  return whoDid(t, row.actorName, row.forName) ?? nobody;
}

/** What changed, a line for each field, in words. */
export function sayChange(saying: Saying, row: Pick<AuditRow, 'before' | 'after'>): string[] {
  const { t } = saying;
  const type = typeOf(row.after) ?? typeOf(row.before);
  return changeLines(row.before, row.after).flatMap((line) => {
    // An id that names nobody tells a reader nothing.
    if (isNameless(saying, line.before ?? null) && isNameless(saying, line.after)) return [];
    const field = sayField(saying, type, line.field);
    const after = sayValue(saying, type, line.field, line.after);
    if (line.before === undefined) return t('audit.timeline.is', { field, after });
    return t('audit.timeline.was', { field, before: sayValue(saying, type, line.field, line.before), after });
  });
}

/** What is no text a person would read: the id of something without a name, or nothing. */
const isNameless = (saying: Saying, value: unknown): boolean =>
  value === null ||
  (typeof value === 'string' && ID.test(value) && !saying.names?.has(value)) ||
  (Array.isArray(value) && value.length > 0 && value.every((one) => isNameless(saying, one)));
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Fields that hold a place of the route by its number, where it has no name. */
const PLACES_OF_ROUTE = ['position', 'next', 'step'];

/** A name that was noted in both languages. */
const isNames = (value: object): value is Names => 'zh-CN' in value && 'en' in value;

const typeOf = (value: unknown): string | null => {
  const type = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : undefined;
  return typeof type === 'string' ? type : null;
};

export function sayField({ t, locale, vocabulary }: Saying, type: string | null, field: string): string {
  const known = FIELDS.find((one) => one === field);
  if (known !== undefined) return t(`audit.field.${known}`);
  const names = type === null ? undefined : vocabulary.records[type]?.fields?.[field]?.names;
  const attribute = vocabulary.attributes[field]?.names;
  const found = names ?? attribute;
  return found === undefined ? field : inLocale(found, locale);
}

/** Whoever wrote a reason or a number may have written what only looks like an instant. */
const isInstant = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text));

/** What a field held, whatever it is. */
export function sayValue(saying: Saying, type: string | null, field: string, value: unknown): string {
  const { t, locale, timeZone } = saying;
  if (value === null || value === undefined || value === '') return t('audit.timeline.no-value');
  if (typeof value === 'boolean') return t(value ? 'audit.value.yes' : 'audit.value.no');
  if (typeof value === 'number')
    return PLACES_OF_ROUTE.includes(field) ? t('audit.value.step', { n: value }) : String(value);
  if (typeof value === 'string') {
    if (isCivilDate(value)) return formatDate(value, locale);
    if (isInstant(value)) return formatInstant(new Date(value), locale, timeZone);
    return sayText(saying, type, field, value);
  }
  if (Array.isArray(value)) {
    const sayable = (one: unknown): boolean =>
      typeof one === 'object' && one !== null
        ? Object.keys(one).every((name) => sayField(saying, type, name) !== name)
        : true;
    if (!value.every(sayable)) return t('audit.value.count', { n: value.length });
    return enumerate(
      locale,
      value.filter((one) => !isNameless(saying, one)).map((one) => sayValue(saying, type, field, one)),
    );
  }
  if (isNames(value)) return inLocale(value, locale);
  const parts = Object.entries(value)
    .filter(([, part]) => part !== null && part !== '')
    .map(([name, part]) => `${sayField(saying, type, name)} ${sayValue(saying, type, name, part)}`);
  // A list that was narrowed by nothing.
  return parts.length === 0 ? t('audit.value.everything') : enumerate(locale, parts);
}

/** A code of ours by its words, an id of the vocabulary by its name; anything else as it was written. */
export function sayText(
  { t, locale, vocabulary, names }: Saying,
  type: string | null,
  field: string,
  text: string,
): string {
  const { attributes, records, scales, titles } = vocabulary;
  const record = type === null ? undefined : records[type];
  const named = (both: Names | undefined) => both && inLocale(both, locale);
  const step = (scale: string) => named(stepName(vocabulary, scale, text));
  const ofRecord = () => {
    if (field === 'type') return named(records[text]?.names);
    if (field === 'level' && type !== null) return step('level');
    if (field === 'grade') return record?.grade && step(record.grade.scale);
    return named(record?.fields?.[field]?.choices?.[text]);
  };
  const ofVocabulary = () => {
    const attribute = IN_VOCABULARY.find((one) => one === field);
    if (attribute === undefined) return undefined;
    if (scales[attribute] !== undefined) return step(attribute);
    return named(attributes[attribute === 'stages' ? 'stage' : attribute]?.choices?.[text]);
  };
  const ours = () => {
    const word = wordOfCode(field, text);
    return word === null ? undefined : t(word);
  };
  if (text === 'true' || text === 'false') return t(text === 'true' ? 'audit.value.yes' : 'audit.value.no');
  const ofPlace = () =>
    (field === 'unitPath' || field === 'unitPaths') && /^(\d+\.)+$/.test(text)
      ? t('audit.value.former-unit')
      : undefined;
  const ofSubject = () => (field === 'subject' ? subjectName(text, locale) : undefined);
  const ofTitle = () => (field === 'title' && type === null ? titles[text]?.[locale] : undefined);
  return (
    ofRecord() ??
    ours() ??
    ofVocabulary() ??
    ofTitle() ??
    ofSubject() ??
    names?.get(text) ??
    ofPlace() ??
    text
  );
}
