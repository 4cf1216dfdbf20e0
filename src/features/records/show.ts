import type { Vocabulary } from '../../language/vocabulary.ts';
import { stepName } from '../../language/vocabulary.ts';
import type { Tone } from '../../web/ui/kinds.ts';
import { inLocale, type Locale, type Translate, words } from '../../web/words.ts';
import { type FieldValue, NO, type RecordState, YES } from './rules.ts';

/** The vocabulary's names for what records say, in one person's language; an unknown id is shown as it is. */
export interface RecordWords {
  type(type: string): string;
  level(level: string | null): string;
  grade(type: string, grade: string | null): string;
  field(type: string, field: string): string;
  /** A field's name where its type is not known: that of the first type that has it. */
  anyField(field: string): string;
  value(type: string, field: string, value: FieldValue): string;
  option(type: string, field: string, option: string): string;
  title(title: string): string;
  /**
   * What a record is called. One that only says yes or no has this for its title: it is called by its type as well.
   * One that says a choice has the Chinese name of it for its title.
   */
  called(record: { readonly type: string; readonly title: string }): string;
}

export function recordWords(vocabulary: Vocabulary, locale: Locale, t: Translate): RecordWords {
  const step = (scale: string | undefined, id: string | null): string => {
    if (id === null) return '';
    const names = scale === undefined ? undefined : stepName(vocabulary, scale, id);
    return names ? inLocale(names, locale) : id;
  };
  const fieldOf = (type: string, field: string) => vocabulary.records[type]?.fields?.[field];
  const option = (type: string, field: string, value: string): string => {
    const names = fieldOf(type, field)?.choices?.[value];
    return names ? inLocale(names, locale) : value;
  };
  const typeName = (type: string): string => {
    const found = vocabulary.records[type];
    return found ? inLocale(found.names, locale) : type;
  };
  return {
    type: typeName,
    level: (level) => step('level', level),
    grade: (type, grade) => step(vocabulary.records[type]?.grade?.scale, grade),
    field(type, field) {
      const found = fieldOf(type, field);
      return found ? inLocale(found.names, locale) : field;
    },
    anyField(field) {
      const names = Object.values(vocabulary.records).flatMap(
        ({ fields }) => fields?.[field]?.names ?? [],
      )[0];
      return names ? inLocale(names, locale) : field;
    },
    value(type, field, value) {
      if (typeof value === 'boolean') return t(value ? 'records.yes' : 'records.no');
      return typeof value === 'string' ? option(type, field, value) : String(value);
    },
    option,
    title(title) {
      const names = vocabulary.titles[title];
      return names ? inLocale(names, locale) : title;
    },
    called({ type, title }) {
      const found = vocabulary.records[type];
      if (found?.attribute === undefined) return title;
      if (title !== YES && title !== NO) {
        const chosen = Object.values(found.fields ?? {})
          .flatMap(({ choices }) => Object.values(choices ?? {}))
          .find((names) => names['zh-CN'] === title);
        return chosen ? inLocale(chosen, locale) : title;
      }
      return t('ui.pair', { label: typeName(type), value: t(title === YES ? 'records.yes' : 'records.no') });
    },
  };
}

/** What a record is called in either language, where its reader is not known yet. */
export const calledIn = (
  vocabulary: Vocabulary,
  record: { readonly type: string; readonly title: string },
): Record<Locale, string> => ({
  'zh-CN': recordWords(vocabulary, 'zh-CN', words('zh-CN')).called(record),
  en: recordWords(vocabulary, 'en', words('en')).called(record),
});

/** What the fields of a record say, one after another. */
export const saidFields = (
  { type, fields }: { readonly type: string; readonly fields: Readonly<Record<string, FieldValue>> },
  said: RecordWords,
): string =>
  Object.entries(fields)
    .map(([field, value]) => said.value(type, field, value))
    .join(' ');

/** A fact and what is so of it, in either language, where its reader is not known yet. */
export function factIn(
  vocabulary: Vocabulary,
  fact: Parameters<typeof saidFields>[0],
): { readonly name: Record<Locale, string>; readonly value: Record<Locale, string> } {
  const zh = recordWords(vocabulary, 'zh-CN', words('zh-CN'));
  const en = recordWords(vocabulary, 'en', words('en'));
  return {
    name: { 'zh-CN': zh.type(fact.type), en: en.type(fact.type) },
    value: { 'zh-CN': saidFields(fact, zh), en: saidFields(fact, en) },
  };
}

export const STATE_TONES = {
  submitted: 'info',
  confirmed: 'success',
  returned: 'warning',
  withdrawn: 'neutral',
} as const satisfies Record<RecordState, Tone>;

/** A size people can read: 820 KB, 1.4 MB. */
export function fileSize(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
