import { usePage } from '../../../web/page-context.ts';
import { BarChart } from '../../../web/ui/bar.tsx';
import { ButtonLink } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Progress } from '../../../web/ui/progress.tsx';
import { Details, Stat, Stats } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { formatDate, formatNumber, subjectName } from '../../../web/words.ts';
import { UsedNumbersSection } from '../../programmes/numbers/used.tsx';
import type { RunView } from './shown.ts';
import { type AmongView, type EffectView, type FiguresView, shown } from './view.ts';

/** What the policy tried does to people; grows while the trial runs. */
export function Figures({ run, draftId, path }: { run: RunView | null; draftId: string; path: string }) {
  const { t, locale } = usePage();
  if (run === null) return <p class="quiet">{t('lab.figures.none')}</p>;
  return (
    <>
      {run.state === 'failed' && (
        <Notice kind="warning">
          <p>{t('lab.figures.failed')}</p>
        </Notice>
      )}
      {run.state === 'running' && (
        <>
          <Progress
            label={t('lab.figures.running')}
            value={run.done}
            max={run.total}
            text={t('lab.figures.progress', { done: run.done, total: run.total })}
          />
          <p>
            <a href={path}>{t('review.screening.refresh')}</a>
          </p>
        </>
      )}
      {run.stale && run.state === 'done' && (
        <Notice kind="info">
          <p>{t('lab.figures.stale')}</p>
        </Notice>
      )}
      <p class="quiet">
        {t('lab.figures.asOf', { day: formatDate(run.asOf, locale) })}
        {run.state === 'done' &&
          ` ${t('lab.figures.took', { people: run.done, seconds: Math.round(run.seconds * 10) / 10 })}`}
      </p>
      {run.figures && (
        <All figures={run.figures} draftId={draftId} runId={run.id} path={path} done={run.state === 'done'} />
      )}
    </>
  );
}

function All({
  figures,
  draftId,
  runId,
  path,
  done,
}: {
  figures: FiguresView;
  draftId: string;
  runId: string;
  path: string;
  done: boolean;
}) {
  const { t, locale } = usePage();
  const number = (value: number) => formatNumber(value, locale);
  const { all, outcomes, compared } = figures;
  return (
    <>
      <Stats>
        <Stat label={t('lab.after')} value={number(all.after)} note={t('lab.of', { people: all.people })} />
        {compared && (
          <Stat
            label={t('lab.gain')}
            value={number(all.gain)}
            {...(done ? { href: `/lab/drafts/${draftId}/people?run=${runId}` } : {})}
          />
        )}
        {compared && (
          <Stat
            label={t('lab.lose')}
            value={number(all.lose)}
            {...(done ? { href: `/lab/drafts/${draftId}/people?who=lose&run=${runId}` } : {})}
          />
        )}
        <Stat label={t('lab.missing')} value={number(outcomes.missing)} />
      </Stats>
      <DataTable
        caption={t('lab.clauses')}
        path={path}
        rows={figures.clauses}
        columns={[
          { key: 'clause', label: t('lab.clause'), rowHeader: true, cell: (row) => row.text },
          { key: 'alone', label: t('lab.alone'), numeric: true, cell: (row) => number(row.alone) },
          { key: 'unmet', label: t('lab.unmet'), numeric: true, cell: (row) => number(row.unmet) },
          { key: 'missing', label: t('lab.missing'), numeric: true, cell: (row) => number(row.missing) },
          { key: 'decide', label: t('lab.decide'), numeric: true, cell: (row) => number(row.decide) },
        ]}
      />
      {figures.local !== null && <UsedNumbersSection numbers={figures.local} path={path} />}
      {figures.among.length > 0 && <Among rows={figures.among} path={path} />}
      {figures.places.length > 0 && (
        <DataTable
          caption={t('lab.places')}
          path={path}
          rows={figures.places}
          columns={[
            { key: 'unit', label: t('lab.by.unit'), rowHeader: true, cell: (row) => row.label },
            {
              key: 'places',
              label: t('lab.places.number'),
              numeric: true,
              cell: (row) => number(row.places),
            },
            {
              key: 'eligible',
              label: t('lab.after'),
              numeric: true,
              cell: (row) => shown(row.eligible, locale, t),
            },
            {
              key: 'binds',
              label: t('lab.places.binds'),
              cell: ({ binds }) =>
                binds === null ? t('lab.small') : t(binds ? 'lab.places.binding' : 'lab.places.free'),
            },
          ]}
        />
      )}
      {figures.groups.map(({ dimension, rows }) => (
        <Details summary={t(`lab.by.${dimension}`)} open={dimension === 'unit'}>
          <Group
            label={t(`lab.by.${dimension}`)}
            rows={
              dimension === 'subject'
                ? rows.map((row) => ({ ...row, label: subjectName(row.label, locale) }))
                : rows
            }
            compared={compared}
            path={path}
          />
        </Details>
      ))}
      <p class="quiet">{t('lab.small.note')}</p>
      {done && (
        <p class="actions">
          <ButtonLink href={`/lab/drafts/${draftId}/figures.xlsx?run=${runId}`} kind="secondary">
            {t('lab.figures.export')}
          </ButtonLink>
        </p>
      )}
    </>
  );
}

/** Those the conditions compare people with: how many, and when they were counted. */
function Among({ rows, path }: { rows: readonly AmongView[]; path: string }) {
  const { t } = usePage();
  return (
    <>
      <DataTable
        caption={t('lab.among')}
        path={path}
        rows={rows}
        columns={[
          { key: 'who', label: t('lab.among.who'), rowHeader: true, cell: (row) => row.who },
          { key: 'size', label: t('lab.among.size'), cell: (row) => row.size },
          { key: 'groups', label: t('lab.among.groups'), numeric: true, cell: (row) => row.groups },
          { key: 'unsure', label: t('lab.among.unsure'), cell: (row) => row.unsure },
          { key: 'on', label: t('lab.among.on'), cell: (row) => row.on },
        ]}
      />
      <p class="quiet">{t('lab.among.note')}</p>
    </>
  );
}

/** A drawing and the table beside it: share of each group that meets the conditions. */
function Group({
  label,
  rows,
  compared,
  path,
}: {
  label: string;
  rows: readonly EffectView[];
  compared: boolean;
  path: string;
}) {
  const { t, locale } = usePage();
  const cell = (key: 'people' | 'before' | 'after' | 'gain' | 'lose') => (row: EffectView) =>
    shown(row[key], locale, t);
  const share = ({ people, after }: EffectView) =>
    people === null || after === null || people === 0 ? 0 : Math.round((after / people) * 1000) / 10;
  return (
    <>
      <BarChart
        caption={t('lab.share', { group: label })}
        items={rows.slice(0, 20).map((row) => ({
          label: row.label,
          value: share(row),
          text: row.after === null || row.people === null ? t('lab.small') : `${share(row)}%`,
        }))}
      />
      <DataTable
        caption={label}
        captionHidden
        path={path}
        rows={rows}
        columns={[
          { key: 'label', label, rowHeader: true, cell: (row) => row.label },
          { key: 'people', label: t('lab.people'), numeric: true, cell: cell('people') },
          ...(compared
            ? [{ key: 'before', label: t('lab.before'), numeric: true, cell: cell('before') }]
            : []),
          { key: 'after', label: t('lab.after'), numeric: true, cell: cell('after') },
          ...(compared
            ? [
                { key: 'gain', label: t('lab.gain'), numeric: true, cell: cell('gain') },
                { key: 'lose', label: t('lab.lose'), numeric: true, cell: cell('lose') },
              ]
            : []),
        ]}
      />
    </>
  );
}
