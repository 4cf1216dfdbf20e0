import type { Stage } from '../grammar/round.ts';
import type { Programme } from '../programme.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Warn } from './warn.ts';

/** Numbers that are kept for each of these cannot be kept by whoever does not see the unit. */
const UNITS: readonly string[] = ['city', 'county', 'school', 'group', 'unit'];

/** Blind judging that cannot do what is asked of it, or is blind in name only. */
export function lintJudging(programme: Programme, vocabulary: Vocabulary, warn: Warn): void {
  programme.route?.forEach((stage, i) => {
    const { judging } = stage;
    if (!judging) return;
    const path = `route[${i}].judging`;
    if (judging.blind?.includes('unit') && stage.actor === 'panel' && keptPerUnit(stage, programme)) {
      warn(
        'blind-but-needed',
        `${path}.blind`,
        '评委看不到单位，但本环节由评委决定，且名额按单位计：须由能看到单位的一方决定。',
        'The judges do not see units, yet they decide here and the places are kept per unit: whoever decides must see them.',
      );
    }
    (judging.shows ?? []).forEach((attribute, j) => {
      if (!judging.blind || vocabulary.attributes[attribute]?.type !== 'date') return;
      warn(
        'blind-undone',
        `${path}.shows[${j}]`,
        '盲评却显示日期：凭具体日期即可认出本人。',
        'Judged blind, but a date is shown: a day picks somebody out.',
      );
    });
    const dropped = (judging.dropHighest ?? 0) + (judging.dropLowest ?? 0);
    if (dropped > 0 && judging.judges?.least === undefined) {
      warn(
        'dropped-of-unknown',
        path,
        `去掉 ${dropped} 个分数，但没有规定评委至少几名（judges.least）。`,
        `${dropped} totals are dropped, but nothing says how many there are at least (judges.least).`,
      );
    }
  });
}

function keptPerUnit({ quota }: Stage, programme: Programme): boolean {
  if (quota === 'split') return UNITS.includes(programme.quota?.split?.by ?? '');
  const limit = programme.quota?.limits?.find(({ id }) => id === quota);
  return limit !== undefined && UNITS.includes(limit.per);
}
