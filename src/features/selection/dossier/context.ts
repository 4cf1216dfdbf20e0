import type { Dossier } from '../../../language/dossier.ts';
import type { EvaluationContext } from '../../../language/finding.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';

/** As of a day, with what the person used up in earlier rounds. */
export const contextOf = ({ spent }: Dossier, asOf: CivilDate): EvaluationContext =>
  spent === undefined ? { asOf } : { asOf, consumed: spent };
