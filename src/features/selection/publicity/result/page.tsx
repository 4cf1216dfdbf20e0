import { withQuery } from '../../../../web/address.ts';
import { usePage } from '../../../../web/page-context.ts';
import { Notice } from '../../../../web/ui/notice.tsx';
import type { Paging } from '../../../../web/ui/pager.tsx';
import { Section } from '../../../../web/ui/section.tsx';
import { type Column, DataTable, type Filter } from '../../../../web/ui/table.tsx';
import { StatusTag } from '../../../../web/ui/tag.tsx';
import { subjectName, words } from '../../../../web/words.ts';
import type { Frame, RoundFrame } from '../../frame.ts';
import { RoundPage } from '../../rounds/frame.tsx';
import type { NamedRow } from './queries.ts';

export function ResultPage(props: {
  frame: Frame;
  round: RoundFrame;
  decided: boolean;
  /** Those taken off the list are asked for, instead of the list. */
  off: boolean;
  rows: readonly NamedRow[];
  /** Who was taken off the list, for officials; as many as are shown at once. */
  removed: { readonly rows: readonly NamedRow[]; readonly total: number };
  paging: Paging;
  total: number;
  filters: readonly Filter[];
  stageNames: Readonly<Record<string, string>>;
  official: boolean;
}) {
  const { frame, round, stageNames, removed, off } = props;
  const t = words(frame.locale);
  const columns: Column<NamedRow>[] = [
    { key: 'name', label: t('publicity.selection.name'), rowHeader: true, cell: (row) => row.name },
    { key: 'county', label: t('publicity.selection.county'), cell: (row) => row.countyName ?? '' },
    { key: 'school', label: t('publicity.selection.school'), cell: (row) => row.schoolName },
    {
      key: 'subject',
      label: t('publicity.selection.subject'),
      cell: (row) => subjectName(row.subject, frame.locale),
    },
    {
      key: 'stage',
      label: t('publicity.selection.stage'),
      cell: (row) => (row.stage === null ? '' : (stageNames[row.stage] ?? row.stage)),
    },
    ...(props.official
      ? [
          {
            key: 'state',
            label: t('publicity.result.state'),
            cell: (row: NamedRow) => <ResultTag state={row.state} />,
          },
        ]
      : []),
  ];
  return (
    <RoundPage
      frame={frame}
      round={round}
      title={t(off ? 'publicity.result.removed' : 'publicity.result.title')}
      wide
    >
      {off && (
        <p>
          <a href={withQuery(frame.path, { list: null, page: null })}>{t('publicity.result.removed.back')}</a>
        </p>
      )}
      {!props.decided && !off && (
        <Notice kind="info">
          <p>{t(props.official ? 'publicity.result.pending' : 'publicity.result.none')}</p>
        </Notice>
      )}
      <DataTable
        caption={
          off
            ? t('publicity.result.removed.n', { n: props.total, shown: props.rows.length })
            : t('publicity.result.named', { n: props.total })
        }
        path={frame.path}
        rows={props.rows}
        columns={columns}
        filters={props.filters}
        paging={props.paging}
        exports={['xlsx', 'csv']}
      />
      {removed.total > 0 && (
        <Section title={t('publicity.result.removed')}>
          <DataTable
            caption={t('publicity.result.removed.n', { n: removed.total, shown: removed.rows.length })}
            path={frame.path}
            rows={removed.rows}
            columns={columns}
          />
          {removed.total > removed.rows.length && (
            <p>
              <a href={withQuery(frame.path, { list: 'removed', page: null })}>
                {t('publicity.result.removed.all', { n: removed.total })}
              </a>
            </p>
          )}
        </Section>
      )}
    </RoundPage>
  );
}
const RESULT_STATES = ['listed', 'granted', 'removed'] as const;
function ResultTag({ state }: { state: string }) {
  const { t } = usePage();
  const known = RESULT_STATES.find((one) => one === state);
  return known === undefined ? null : (
    <StatusTag
      tone={known === 'removed' ? 'danger' : 'success'}
      text={t(`publicity.result.state.${known}`)}
    />
  );
}
