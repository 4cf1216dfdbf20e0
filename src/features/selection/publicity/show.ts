import type { Programme } from '../../../language/programme.ts';
import type { Vocabulary } from '../../../language/vocabulary.ts';
import { conditionsOf } from '../../../language/walk.ts';
import { type Locale, type Translate, words } from '../../../web/words.ts';
import type { ListedTitle } from './granting/rules.ts';

/** Names of the stages of schooling by their ids. */
export const stageNames = ({ attributes }: Vocabulary, locale: Locale): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes.stage?.choices ?? {}).map(([id, names]) => [id, names[locale]]),
  );

/** Which title somebody on a list would be granted, in words. */
export const titleText = (title: ListedTitle, locale: Locale): string =>
  typeof title === 'string' ? words(locale)(`publicity.selection.grant.${title}`) : title[locale];

/** The file's tie keys by the names under which `draw` separates, in order. */
export function tieNames(programme: Programme, { attributes }: Vocabulary, locale: Locale) {
  const clauses = conditionsOf(programme);
  return Object.fromEntries(
    (programme.ties?.keys ?? []).map((key): [string, string] => {
      if (!('clause' in key)) return [key.by, attributes[key.by]?.names[locale] ?? key.by];
      const said = clauses.find(({ id }) => id === key.clause)?.say?.[locale];
      // A sentence of the file stands among other names here, within a sentence of ours.
      return [`clause:${key.clause}`, said?.replace(/[。.；;]+$/, '') ?? key.clause];
    }),
  );
}

const KEYS = ['last-body', 'recommendation-order', 'score', 'decision'] as const;

/** What an order is made by, in words; `names` are those of the file's own keys. */
export function keyName(names: Readonly<Record<string, string>>, name: string, t: Translate): string {
  const known = KEYS.find((key) => key === name);
  return known === undefined ? (names[name] ?? name) : t(`publicity.selection.key.${known}`);
}
