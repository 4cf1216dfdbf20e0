import type { Vocabulary } from '../../../../language/vocabulary.ts';
import { own } from '../../../../shared/own.ts';
import { inLocale, type Locale, subjectName } from '../../../../web/words.ts';

/** A part of a unit that has places of its own, as its reader calls it: a stage of schooling by its id, else a subject. */
export function partName(part: string, { attributes }: Vocabulary, locale: Locale): string {
  const stage = own(attributes.stage?.choices ?? {}, part);
  return stage === undefined ? subjectName(part, locale) : inLocale(stage, locale);
}
