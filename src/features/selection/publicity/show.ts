import type { Vocabulary } from '../../../language/vocabulary.ts';
import type { Locale } from '../../../web/words.ts';

/** Names of the stages of schooling by their ids. */
export const stageNames = ({ attributes }: Vocabulary, locale: Locale): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes.stage?.choices ?? {}).map(([id, names]) => [id, names[locale]]),
  );
