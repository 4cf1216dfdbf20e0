import { usePage } from '../../../web/page-context.ts';
import { Section } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { formatDate } from '../../../web/words.ts';
import { Misfits } from './page.tsx';
import type { Local, NumberScope } from './rules.ts';
import { concerns, parameterOf } from './rules.ts';
import { type Speaking, sayMisfits, sayNumber, sayParameter } from './say.ts';

/** What a round keeps of numbers set locally, as far as it concerns whoever looks. */
export interface UsedNumbers {
  /** The first day of a draft, whose numbers it will keep; null when they are kept. */
  readonly firstDay: string | null;
  /** Where all that was ever set can be read. */
  readonly href: string;
  readonly lines: readonly {
    readonly unit: string;
    readonly parameter: string;
    readonly value: string;
    readonly own: string;
    readonly since: string;
    readonly document: string | null;
  }[];
  /** How many more there are. */
  readonly more: number;
  readonly misfits: readonly string[];
}

const MOST_LINES = 20;

/** Null where nothing that concerns them was set. */
export function usedNumbers(
  speaking: Speaking,
  { all }: Local,
  scope: NumberScope,
  { firstDay, versionId }: { readonly firstDay: string | null; readonly versionId: string },
): UsedNumbers | null {
  const own = all.filter((one) => concerns(scope, one));
  if (own.length === 0) return null;
  const used = own.filter(({ misfit }) => misfit === null);
  return {
    firstDay,
    href: `/programmes/${versionId}/numbers`,
    lines: used.slice(0, MOST_LINES).map(({ unitName: unit, parameter, value, since, document }) => ({
      unit,
      parameter: sayParameter(speaking, parameter),
      value: sayNumber(speaking, parameter, value),
      own: sayNumber(speaking, parameter, parameterOf(speaking.programme, parameter)?.value ?? ''),
      since,
      document,
    })),
    more: Math.max(0, used.length - MOST_LINES),
    misfits: sayMisfits(speaking, own),
  };
}

export function UsedNumbersSection({ numbers, path }: { numbers: UsedNumbers; path: string }) {
  const { t, locale } = usePage();
  const { firstDay, href, lines, more, misfits } = numbers;
  return (
    <Section
      title={t('numbers.of-round')}
      lead={
        firstDay === null
          ? t('numbers.of-round.kept')
          : t('numbers.of-round.draft', { day: formatDate(firstDay, locale) })
      }
      id="numbers"
    >
      <Misfits misfits={misfits} />
      {lines.length > 0 && (
        <DataTable
          caption={t('numbers.of-round')}
          captionHidden
          path={path}
          rows={lines}
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
      <p>
        {more > 0 && `${t('numbers.of-round.more', { n: more })} `}
        <a href={href}>{t('numbers.of-round.link')}</a>
      </p>
    </Section>
  );
}
