import type { Vocabulary } from '../../../language/vocabulary.ts';
import { type Locale, words } from '../../../web/words.ts';
import type { ListedTitle } from './granting/rules.ts';

/** Names of the stages of schooling by their ids. */
export const stageNames = ({ attributes }: Vocabulary, locale: Locale): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes.stage?.choices ?? {}).map(([id, names]) => [id, names[locale]]),
  );

/** Which title somebody on a list would be granted, in words. */
export const titleText = (title: ListedTitle, locale: Locale): string =>
  typeof title === 'string' ? words(locale)(`publicity.selection.grant.${title}`) : title[locale];
