import { withQuery } from '../../../web/address.ts';
import { Page } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { TickField } from '../../../web/ui/field.tsx';
import { Button, ButtonLink, Form, SubmitBar } from '../../../web/ui/form.tsx';
import type { Tone } from '../../../web/ui/kinds.ts';
import { Notice } from '../../../web/ui/notice.tsx';
import type { Paging } from '../../../web/ui/pager.tsx';
import { Section, Stat, Stats } from '../../../web/ui/section.tsx';
import { type Column, DataTable } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { formatDate } from '../../../web/words.ts';
import type { RecordWords } from '../show.ts';
import { crumbs, type Frame, ImportSteps } from './page.tsx';
import type { RecordsImport, StagedRow, Verdict } from './queries.ts';
import { problemText } from './show.ts';

const TONES = {
  new: 'success',
  unchanged: 'neutral',
  suspect: 'warning',
  faulty: 'danger',
} as const satisfies Record<Verdict, Tone>;
const SHOWN = ['new', 'unchanged', 'suspect', 'faulty'] as const;
export interface PreviewPageProps extends Frame {
  readonly words: RecordWords;
  readonly job: RecordsImport;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly verdict: Verdict | null;
  readonly rows: readonly StagedRow[];
  readonly paging: Paging;
  readonly mayConfirm: boolean;
}

export function PreviewPage(props: PreviewPageProps) {
  const { page, t, job, counts } = props;
  return (
    <Page
      {...page}
      title={job.fileName}
      breadcrumbs={crumbs(t)}
      lead={t('records.imports.preview.lead')}
      wide
    >
      <ImportSteps current="preview" />
      <Stats>
        {SHOWN.map((verdict) => (
          <Stat
            label={t(`records.imports.verdict.${verdict}`)}
            value={counts[verdict]}
            href={withQuery(page.path, { verdict, page: null })}
          />
        ))}
      </Stats>
      {counts.faulty > 0 && (
        <Notice kind="warning" title={t('records.imports.faulty', { count: counts.faulty })}>
          <p>
            <a href={`/records/imports/${job.id}/faults.xlsx`} download>
              {t('records.imports.faults.download')}
            </a>
          </p>
        </Notice>
      )}
      <ConfirmForms {...props} />
      <Section title={t('records.imports.rows')}>
        <DataTable
          caption={t('records.imports.rows')}
          captionHidden
          path={page.path}
          rows={props.rows}
          columns={rowColumns(props)}
          paging={props.paging}
        />
      </Section>
    </Page>
  );
}

function ConfirmForms({ job, counts, mayConfirm }: PreviewPageProps) {
  const { t } = usePage();
  return (
    <>
      {counts.new > 0 && (
        <Form action={`/records/imports/${job.id}/confirm`}>
          {mayConfirm && (
            <TickField
              name="confirmed"
              label={t('records.imports.confirmed')}
              hint={t('records.imports.confirmed.hint')}
              optional
            />
          )}
          <SubmitBar submit={t('records.imports.confirm', { count: counts.new })} />
        </Form>
      )}
      <div class="actions">
        <ButtonLink href={`/records/imports/${job.id}/columns`}>{t('records.imports.map-again')}</ButtonLink>
        <Form action={`/records/imports/${job.id}/abandon`}>
          <Button kind="plain">{t('records.imports.abandon')}</Button>
        </Form>
      </div>
    </>
  );
}

function rowColumns({ t, words, page }: PreviewPageProps): Column<StagedRow>[] {
  return [
    { key: 'number', label: t('records.imports.row'), numeric: true, cell: (row) => row.rowNumber },
    {
      key: 'verdict',
      label: t('records.imports.verdict'),
      cell: (row) => (
        <StatusTag tone={TONES[row.verdict]} text={t(`records.imports.verdict.${row.verdict}`)} />
      ),
    },
    { key: 'owner', label: t('records.owner'), cell: (row) => row.cells.ownerName ?? '' },
    {
      key: 'what',
      label: t('records.imports.what'),
      rowHeader: true,
      cell: ({ cells }) => {
        if (cells.record) {
          const { claim } = cells.record;
          const parts = [
            words.type(claim.type),
            claim.title,
            formatDate(claim.happenedOn, page.locale),
            words.level(claim.level),
          ];
          return [...parts, words.grade(claim.type, claim.grade)].filter((part) => part !== '').join(' · ');
        }
        if (cells.title) return `${t('records.titles')} · ${words.title(cells.title.holding.title)}`;
        return cells.text.filter((text) => text !== '').join(' · ');
      },
    },
    {
      key: 'problems',
      label: t('records.imports.problem'),
      cell: (row) => (
        <>
          {row.problems.map((problem) => (
            <p>{problemText(problem, words, t)}</p>
          ))}
          {row.cells.like && (
            <a href={`/records/${row.cells.like.id}`}>
              {t(row.verdict === 'new' ? 'records.similar' : 'records.imports.there')}
            </a>
          )}
        </>
      ),
    },
  ];
}
