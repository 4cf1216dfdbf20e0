import { PlainList } from '../../../web/ui/section.tsx';
import type { Column } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import type { Translate } from '../../../web/words.ts';
import { columnLetters } from './page.tsx';
import type { PreviewPageProps } from './preview-page.tsx';
import type { ImportJob, StagedRow } from './queries.ts';
import type { Problem } from './rules.ts';

const TONES = {
  new: 'success',
  update: 'info',
  unchanged: 'neutral',
  suspect: 'warning',
  faulty: 'danger',
} as const;

/** What a row of the preview says: who, the verdict, and why. */
export function rowColumns(props: PreviewPageProps, headers: readonly string[]): Column<StagedRow>[] {
  const { t } = props;
  return [
    {
      key: 'row',
      label: t('organisation.imports.row'),
      rowHeader: true,
      numeric: true,
      cell: (row) => row.rowNumber,
    },
    {
      key: 'name',
      label: t('organisation.person.name'),
      cell: (row) =>
        row.personId !== null && props.names.has(row.personId) ? (
          <a href={`/people/${row.personId}`}>{row.cells.values.name}</a>
        ) : (
          row.cells.values.name
        ),
    },
    {
      key: 'number',
      label: t('organisation.person.number'),
      cell: (row) => row.cells.values.staffNumber ?? '',
    },
    { key: 'unit', label: t('organisation.person.unit'), cell: (row) => row.cells.unitName ?? '' },
    {
      key: 'verdict',
      label: t('organisation.imports.verdict'),
      cell: (row) => <StatusTag tone={TONES[row.verdict]} text={t(`organisation.verdict.${row.verdict}`)} />,
    },
    {
      key: 'what',
      label: t('organisation.imports.what'),
      cell: (row) => (
        <PlainList>
          {row.problems.map((problem) => (
            <li>{problemText(problem, props.job, headers, t)}</li>
          ))}
          {(row.cells.changes ?? []).length > 0 && (
            <li>
              {t('organisation.imports.changes', {
                what: (row.cells.changes ?? []).map((change) => t(`organisation.change.${change}`)),
              })}
            </li>
          )}
          {(row.cells.suspects ?? []).map(({ personId, reason }) => (
            <li>
              <a href={`/people/${personId}`}>{props.names.get(personId) ?? ''}</a>{' '}
              {t(`organisation.suspicion.${reason}`)}
            </li>
          ))}
        </PlainList>
      ),
    },
  ];
}

/** What is wrong with a cell: its column, its text, what was expected. */
export function problemText(
  problem: Problem,
  job: ImportJob,
  headers: readonly string[],
  t: Translate,
): string {
  const index = problem.field === null ? undefined : job.mapping?.columns[problem.field];
  const header =
    index === undefined
      ? problem.field === null
        ? ''
        : t(`organisation.field.${problem.field}`)
      : `${columnLetters(index)} ${headers[index] ?? ''}`;
  const what = t(`organisation.problem.${problem.code}`, { detail: problem.detail ?? '' });
  return t('organisation.problem.cell', { column: header, value: problem.value, what });
}
