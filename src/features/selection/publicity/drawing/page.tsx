import { enumerateLong } from '../../../../shared/text.ts';
import { usePage } from '../../../../web/page-context.ts';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Details } from '../../../../web/ui/section.tsx';
import { type Column, DataTable } from '../../../../web/ui/table.tsx';
import { StatusTag } from '../../../../web/ui/tag.tsx';
import { subjectName } from '../../../../web/words.ts';
import type { SelectionView } from '../page.tsx';
import { keyName } from '../show.ts';
import type { Candidate, Drawn } from './rules.ts';

export function Summary({ view, drawn }: { view: SelectionView; drawn: Drawn }) {
  const { t } = usePage();
  const counts = { all: drawn.ranking.length, selected: drawn.selected.length };
  return (
    <>
      <p>
        {drawn.places === null
          ? t('publicity.selection.summary.free', counts)
          : t('publicity.selection.summary', { ...counts, places: drawn.places })}
      </p>
      <IdleKeys view={view} drawn={drawn} />
      {view.openReviews > 0 && (
        <Notice kind="warning">
          <p>{t('publicity.selection.open-reviews', { n: view.openReviews })}</p>
        </Notice>
      )}
    </>
  );
}

/** A key of which nobody has a value separates nobody: said plainly, with what is compared instead. */
function IdleKeys({ view, drawn }: { view: SelectionView; drawn: Drawn }) {
  const { t, locale } = usePage();
  if (drawn.idle.length === 0) return null;
  const list = (names: readonly string[]) =>
    enumerateLong(
      locale,
      names.map((name) => keyName(view.keyNames, name, t)),
    );
  const left = Object.keys(view.keyNames).filter((name) => !drawn.idle.includes(name));
  return (
    <Notice kind="warning">
      <p>{t('publicity.selection.idle', { keys: list(drawn.idle) })}</p>
      <p>
        {left.length > 0
          ? t('publicity.selection.idle.next', { keys: list(left) })
          : t('publicity.selection.idle.none')}
      </p>
    </Notice>
  );
}

export function CandidateTable({ view, drawn }: { view: SelectionView; drawn: Drawn }) {
  const { t, path, locale } = usePage();
  const out = new Map(drawn.notSelected.map((row) => [row.candidate.applicationId, row]));
  const tied = new Set(drawn.tie?.candidates.map(({ applicationId }) => applicationId));
  const outcome = ({ applicationId }: Candidate) => {
    if (tied.has(applicationId)) return <StatusTag tone="warning" text={t('publicity.selection.tied')} />;
    const because = out.get(applicationId);
    if (because === undefined) return <StatusTag tone="success" text={t('publicity.selection.in')} />;
    return because.because === 'limit'
      ? t('publicity.selection.out.limit', { limit: because.limit ?? '' })
      : t('publicity.selection.out.total');
  };
  type Row = Drawn['ranking'][number];
  const { titles } = view;
  const separated = ({ separatedBy }: Row) => {
    if (separatedBy === undefined) return '';
    return separatedBy === 'last-body' && view.byJudges
      ? t('publicity.selection.key.last-body.judges')
      : keyName(view.keyNames, separatedBy, t);
  };
  const columns: Column<Row>[] = [
    { key: 'rank', label: t('publicity.selection.rank'), numeric: true, cell: (row) => row.rank },
    {
      key: 'name',
      label: t('publicity.selection.name'),
      rowHeader: true,
      cell: ({ candidate }) => <a href={`/applications/${candidate.applicationId}`}>{candidate.name}</a>,
    },
    {
      key: 'county',
      label: t('publicity.selection.county'),
      cell: ({ candidate }) => candidate.countyName ?? '',
    },
    { key: 'school', label: t('publicity.selection.school'), cell: ({ candidate }) => candidate.schoolName },
    {
      key: 'subject',
      label: t('publicity.selection.subject'),
      cell: ({ candidate }) => subjectName(candidate.subject, locale),
    },
    {
      key: 'stage',
      label: t('publicity.selection.stage'),
      cell: ({ candidate }) =>
        candidate.stage === null ? '' : (view.stageNames[candidate.stage] ?? candidate.stage),
    },
    {
      key: 'place',
      label: t('publicity.selection.place'),
      numeric: true,
      cell: ({ candidate }) => candidate.place ?? candidate.recommended ?? '',
    },
    ...(titles === null
      ? []
      : [
          {
            key: 'grant',
            label: t('publicity.selection.grant'),
            cell: ({ candidate }: Row) => titles.get(candidate.personId) ?? '',
          },
        ]),
    { key: 'separated', label: t('publicity.selection.separated'), cell: separated },
    { key: 'outcome', label: t('publicity.selection.outcome'), cell: ({ candidate }) => outcome(candidate) },
  ];
  return (
    <DataTable
      caption={t('publicity.selection.candidates')}
      path={path}
      rows={drawn.ranking}
      columns={columns}
      empty={<p>{t('publicity.selection.empty')}</p>}
      rowClass={({ candidate }) => (out.has(candidate.applicationId) ? 'row-muted' : null)}
    />
  );
}

export function Decisions({ view }: { view: SelectionView }) {
  const { t } = usePage();
  if (view.decisions.length === 0) return null;
  return (
    <Details summary={t('publicity.tie.kept')}>
      <ul>
        {view.decisions.map(({ reason }) => (
          <li>{reason}</li>
        ))}
      </ul>
    </Details>
  );
}
