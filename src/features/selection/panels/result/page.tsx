import { Section } from '../../../../web/ui/section.tsx';
import { DataTable } from '../../../../web/ui/table.tsx';
import { words } from '../../../../web/words.ts';
import type { Frame } from '../../frame.ts';

/** What a closed panel came to, and what each judge gave. */

export interface ResultLine {
  readonly applicationId: string;
  readonly name: string;
  readonly school: string;
  readonly code: string;
  readonly result: string | null;
  readonly place: number | null;
  readonly markedBy: number;
}
export interface GivenLine {
  readonly code: string;
  readonly judge: string;
  /** By criterion, in their order. */
  readonly marks: readonly string[];
  readonly total: string;
  readonly dropped: 'highest' | 'lowest' | null;
}
export function ResultSection(props: {
  frame: Frame;
  by: string;
  at: string;
  conclusion: string;
  lines: readonly ResultLine[];
  criteria: readonly string[];
  given: readonly GivenLine[];
}) {
  const { frame, lines, given, criteria } = props;
  const t = words(frame.locale);
  return (
    <>
      <Section title={t('panels.result')} lead={t('panels.result.lead', { by: props.by, at: props.at })}>
        <p class="pre-line">{props.conclusion}</p>
        <DataTable
          caption={t('panels.result')}
          captionHidden
          path={frame.path}
          rows={lines}
          columns={[
            {
              key: 'place',
              label: t('panels.result.place'),
              numeric: true,
              cell: (row) => row.place ?? '',
            },
            { key: 'code', label: t('panels.result.code'), cell: (row) => row.code },
            {
              key: 'name',
              label: t('panels.candidates.name'),
              rowHeader: true,
              cell: (row) => <a href={`/applications/${row.applicationId}/review`}>{row.name}</a>,
            },
            { key: 'school', label: t('panels.candidates.school'), cell: (row) => row.school },
            {
              key: 'result',
              label: t('panels.result.result'),
              numeric: true,
              cell: (row) => row.result ?? t('panels.result.too-few'),
            },
            {
              key: 'judges',
              label: t('panels.result.marked-by'),
              numeric: true,
              cell: (row) => row.markedBy,
            },
          ]}
        />
      </Section>
      <Section title={t('panels.result.sheets')}>
        <DataTable
          caption={t('panels.result.sheets')}
          captionHidden
          path={frame.path}
          rows={given}
          columns={[
            { key: 'code', label: t('panels.result.code'), rowHeader: true, cell: (row) => row.code },
            { key: 'judge', label: t('panels.result.judge'), cell: (row) => row.judge },
            ...criteria.map((label, index) => ({
              key: `c${index}`,
              label,
              cell: (row: GivenLine) => row.marks[index] ?? '',
            })),
            {
              key: 'total',
              label: t('panels.result.total'),
              cell: (row) =>
                row.dropped === null
                  ? row.total
                  : t('ui.pair', { label: row.total, value: t(`panels.result.dropped.${row.dropped}`) }),
            },
          ]}
        />
      </Section>
    </>
  );
}
