import type { Dossier } from '../../../language/dossier.ts';
import type { EvaluationContext } from '../../../language/finding.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import type { Local } from '../../programmes/numbers/rules.ts';

/**
 * As of a day, with what the person used up in earlier rounds and the numbers that the units over their place have set:
 * everybody who is judged, alone or in a crowd, is judged in such a context.
 */
export function contextOf(
  { spent }: Dossier,
  unitPath: string | null,
  asOf: CivilDate,
  { local }: { readonly local: Local },
): EvaluationContext {
  const own = local.at(unitPath);
  const context = spent === undefined ? { asOf } : { asOf, consumed: spent };
  return own === undefined ? context : { ...context, local: own };
}
