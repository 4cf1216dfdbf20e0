import type { Locale } from '../../../web/words.ts';
import type { OwnKind } from './rules.ts';
import en from './words/en.json' with { type: 'json' };
import zh from './words/zh-CN.json' with { type: 'json' };

/* What the columns of one's own data are called for whoever reads them: over the tables of the copy. */

const WORDS: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { 'zh-CN': zh, en };

/** Columns that mean something else in one table than in the others. */
const OWN_MEANING: Readonly<Partial<Record<`${OwnKind}.${string}`, string>>> = {
  'title_holding.title': 'held_title',
  'sign_in_link.subject': 'account_there',
};

/** The word for a column of `listOwn`; its own name where there is none, which a test does not let be. */
export const columnWord = (kind: OwnKind, column: string, locale: Locale): string =>
  WORDS[locale][OWN_MEANING[`${kind}.${column}`] ?? column] ?? column;

export const COLUMN_WORDS: readonly string[] = Object.keys(en);
