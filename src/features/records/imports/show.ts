import type { Translate } from '../../../web/words.ts';
import { COMMON_LABELS } from '../claim/read.ts';
import type { RecordWords } from '../show.ts';
import { type CellProblem, TARGETS, type Target } from './rules.ts';

/** What a column of the sheet holds, in words. */
export const labelOf = (target: Target, t: Translate): string => {
  const common = COMMON_LABELS[target];
  if (common !== undefined) return t(common);
  switch (target) {
    case 'staffNumber':
      return t('records.staff-number');
    case 'name':
      return t('records.owner');
    case 'unit':
      return t('records.unit');
    case 'type':
      return t('records.type');
    case 'until':
      return t('records.imports.until');
    default:
      return t('records.imports.document');
  }
};

/** What is wrong with a cell, naming its column. */
export function problemText(
  { field, problem, value }: CellProblem,
  words: RecordWords,
  t: Translate,
): string {
  const target = TARGETS.find((one) => one === field);
  const label = target === undefined ? words.anyField(field.replace(/^fields\./, '')) : labelOf(target, t);
  return t(`records.problem.${problem}`, { field: label, value });
}
