import type { Locale } from '../problem.ts';
import type { Programme } from '../programme.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** What words are made for: a programme, in a language. */
export interface Setting {
  readonly programme: Programme;
  readonly vocabulary: Vocabulary;
  readonly locale: Locale;
  /** Numbers set locally, as decimal text by the parameter's id: they are told in place of the programme's own. */
  readonly local?: ReadonlyMap<string, string>;
}
