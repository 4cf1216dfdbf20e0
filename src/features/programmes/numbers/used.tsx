import { usePage } from '../../../web/page-context.ts';
import { Section } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { formatDate } from '../../../web/words.ts';
import { Misfits } from './page.tsx';
import type { Local, NumberScope } from './rules.ts';
import { concerns, parameterOf } from './rules.ts';
import { type Speaking, sayMisfits, sayNumber, sayParameter } from './say.ts';

/** Numbers set locally that people were, or are, judged by, as far as they concern whoever looks. */
export interface UsedNumbers {
  /** Of what: a round, a screening, a trial. */
  readonly title: string;
  /** Of which day they are, and what becomes of later ones. */
  readonly lead: string;
  /** Where all that was ever set can be read; null where there is no such page. */
  readonly href: string | null;
  readonly lines: readonly UsedNumber[];
  readonly misfits: readonly string[];
}
export interface UsedNumber {
  readonly unit: string;
  readonly parameter: string;
  readonly value: string;
  readonly own: string;
  readonly since: string;
  readonly document: string | null;
}

/** A page lists no more; workbooks list all. */
const MOST_LINES = 20;

/** Null where nothing that concerns them was set. */
export function usedNumbers(
  speaking: Speaking,
  { all }: Local,
  scope: NumberScope,
  told: Pick<UsedNumbers, 'title' | 'lead' | 'href'>,
): UsedNumbers | null {
  const own = all.filter((one) => concerns(scope, one));
  if (own.length === 0) return null;
  const used = own.filter(({ misfit }) => misfit === null);
  return {
    ...told,
    lines: used.map(({ unitName: unit, parameter, value, since, document }) => ({
      unit,
      parameter: sayParameter(speaking, parameter),
      value: sayNumber(speaking, parameter, value),
      own: sayNumber(speaking, parameter, parameterOf(speaking.programme, parameter)?.value ?? ''),
      since,
      document,
    })),
    misfits: sayMisfits(speaking, own),
  };
}

export const usedHeads = [
  'numbers.unit',
  'numbers.parameter',
  'numbers.value',
  'numbers.own',
  'numbers.from',
  'numbers.document',
] as const;
/** One line in the order of the heads, for workbooks and papers. */
export const usedCells = (
  { unit, parameter, value, own, since, document }: UsedNumber,
  { t, locale }: Pick<Speaking, 't' | 'locale'>,
): string[] => [
  unit,
  parameter,
  value,
  own,
  formatDate(since, locale),
  document ?? t('numbers.document.none'),
];

export function UsedNumbersSection({ numbers, path }: { numbers: UsedNumbers; path: string }) {
  const { t, locale } = usePage();
  const { title, lead, href, lines, misfits } = numbers;
  const more = Math.max(0, lines.length - MOST_LINES);
  return (
    <Section title={title} lead={lead} id="numbers">
      <Misfits misfits={misfits} />
      {lines.length > 0 && (
        <DataTable
          caption={title}
          captionHidden
          path={path}
          rows={lines.slice(0, MOST_LINES)}
          columns={[
            { key: 'unit', label: t('numbers.unit'), rowHeader: true, cell: ({ unit }) => unit },
            { key: 'parameter', label: t('numbers.parameter'), cell: ({ parameter }) => parameter },
            { key: 'value', label: t('numbers.value'), cell: ({ value }) => <strong>{value}</strong> },
            { key: 'own', label: t('numbers.own'), cell: ({ own }) => own },
            { key: 'from', label: t('numbers.from'), cell: ({ since }) => formatDate(since, locale) },
            {
              key: 'document',
              label: t('numbers.document'),
              cell: ({ document }) => document ?? t('numbers.document.none'),
            },
          ]}
        />
      )}
      {(more > 0 || href !== null) && (
        <p>
          {more > 0 && `${t('numbers.of-round.more', { n: more })} `}
          {href !== null && <a href={href}>{t('numbers.of-round.link')}</a>}
        </p>
      )}
    </Section>
  );
}
