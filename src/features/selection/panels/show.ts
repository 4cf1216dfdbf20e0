import { add, formatExact, parseExact, whole } from '../../../shared/decimal.ts';
import { enumerate } from '../../../shared/text.ts';
import type { SummaryRow } from '../../../web/ui/summary-list.tsx';
import type { Locale, Translate } from '../../../web/words.ts';
import { formatDate, inLocale } from '../../../web/words.ts';
import type { PanelRow } from './queries.ts';
import type { JudgedStage, WrittenMarks } from './rules.ts';

/** A panel in words, for its office and for its judges. */

export const periodText = (
  t: Translate,
  locale: Locale,
  { opensOn, closesOn }: Pick<PanelRow, 'opensOn' | 'closesOn'>,
): string =>
  opensOn === null || closesOn === null
    ? t('panels.period.none')
    : t('panels.period', { from: formatDate(opensOn, locale), until: formatDate(closesOn, locale) });

/** How the totals of the judges become one result. */
export function howText(t: Translate, locale: Locale, { judging }: Pick<JudgedStage, 'judging'>): string {
  const { take = 'mean', dropHighest = 0, dropLowest = 0 } = judging;
  return enumerate(locale, [
    ...(dropHighest + dropLowest === 0
      ? []
      : [t('panels.how.dropped', { highest: dropHighest, lowest: dropLowest })]),
    t(`panels.how.${take}`),
  ]);
}

export function factsOf(
  t: Translate,
  locale: Locale,
  { judging }: JudgedStage,
  panel: Pick<PanelRow, 'opensOn' | 'closesOn'>,
): SummaryRow[] {
  const { blind, judges, criteria } = judging;
  const numbers = [
    ...(judges?.least === undefined ? [] : [t('panels.facts.judges.least', { least: judges.least })]),
    ...(judges?.most === undefined ? [] : [t('panels.facts.judges.most', { most: judges.most })]),
  ];
  return [
    {
      label: t('panels.facts.blind'),
      value:
        blind === undefined
          ? t('panels.facts.blind.none')
          : enumerate(
              locale,
              blind.map((one) => t(`panels.facts.blind.${one}`)),
            ),
    },
    ...(numbers.length === 0 ? [] : [{ label: t('panels.facts.judges'), value: enumerate(locale, numbers) }]),
    {
      label: t('panels.facts.criteria'),
      value: enumerate(
        locale,
        criteria.map(({ names, max }) => t('panels.facts.criterion', { name: inLocale(names, locale), max })),
      ),
    },
    { label: t('panels.facts.how'), value: howText(t, locale, { judging }) },
    { label: t('panels.facts.period'), value: periodText(t, locale, panel) },
  ];
}

/** The sum of what is written so far; null while nothing is a number. */
export function totalText(marks: WrittenMarks): string | null {
  const values = Object.values(marks).flatMap(({ mark }) => parseExact(mark) ?? []);
  return values.length === 0 ? null : formatExact(values.reduce(add, whole(0)));
}
