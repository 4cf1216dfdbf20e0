import { withQuery } from '../../../web/address.ts';
import { Page, type PageProps } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { Button, ButtonLink, Form } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import type { Paging } from '../../../web/ui/pager.tsx';
import { Stat, Stats } from '../../../web/ui/section.tsx';
import { type Column, DataTable } from '../../../web/ui/table.tsx';
import { formatDate, type Translate } from '../../../web/words.ts';
import type { RecordWords } from '../show.ts';
import { RecordTags } from '../tags.tsx';
import type { QueueRow } from './queries.ts';
import { mayConfirmInBulk } from './rules.ts';

const BULK = 'confirm-chosen';
const DAY = 86_400_000;

export interface VerificationPageProps {
  readonly page: Omit<PageProps, 'title'>;
  readonly t: Translate;
  readonly words: RecordWords;
  readonly types: readonly string[];
  readonly rows: readonly QueueRow[];
  readonly counts: { readonly waiting: number; readonly late: number; readonly similar: number };
  readonly now: Date;
  readonly paging: Paging;
  /** How the last confirmation of several went. */
  readonly bulk: { readonly confirmed: number; readonly left: number } | null;
  /** Why nothing was confirmed. */
  readonly refused: string | null;
}

export function VerificationPage(props: VerificationPageProps) {
  const { page, t, words, rows, counts, bulk, refused } = props;
  return (
    <Page
      {...page}
      title={t('records.verification')}
      lead={t('records.verification.lead')}
      actions={<ButtonLink href="/records/imports">{t('records.imports')}</ButtonLink>}
      wide
    >
      {refused !== null && (
        <Notice kind="error" live>
          <p>{refused}</p>
        </Notice>
      )}
      {bulk !== null && (
        <Notice kind={bulk.left > 0 ? 'warning' : 'success'} live>
          <p>{t('records.bulk.result', bulk)}</p>
        </Notice>
      )}
      <Stats>
        <Stat label={t('records.waiting')} value={counts.waiting} href="/verification" />
        <Stat label={t('records.late')} value={counts.late} href="/verification?mark=late" />
        <Stat label={t('records.similar')} value={counts.similar} href="/verification?mark=similar" />
      </Stats>
      <DataTable
        caption={t('records.verification')}
        captionHidden
        path={page.path}
        columns={columnsOf(props)}
        rows={rows}
        filters={[
          {
            name: 'type',
            label: t('records.type'),
            choices: props.types.map((type) => ({ value: type, label: words.type(type) })),
          },
          {
            name: 'age',
            label: t('records.waiting-since'),
            choices: [7, 30, 90].map((days) => ({
              value: String(days),
              label: t('records.waiting-days', { days }),
            })),
          },
          {
            name: 'mark',
            label: t('records.marks'),
            choices: [
              { value: 'late', label: t('records.late') },
              { value: 'similar', label: t('records.similar') },
            ],
          },
        ]}
        paging={props.paging}
        empty={<p>{t('records.verification.empty')}</p>}
      />
      {rows.some(mayConfirmInBulk) && <BulkForm path={page.path} rows={rows.filter(mayConfirmInBulk)} />}
    </Page>
  );
}

/**
 * Two forms, so that without a script a whole page is confirmed in one step as well as a choice of it. Their address
 * keeps what the queue is narrowed by, so that a refusal shows the same rows.
 */
function BulkForm({ path, rows }: { path: string; rows: readonly QueueRow[] }) {
  const { t } = usePage();
  const action = withQuery(path, { confirmed: null, left: null });
  return (
    <div class="submit-bar">
      <Form action={action} id={BULK}>
        <Button>{t('records.bulk.chosen')}</Button>
      </Form>
      <Form action={action}>
        {rows.map((row) => (
          <input type="hidden" name="record" value={`${row.id} ${row.revision}`} />
        ))}
        <Button kind="secondary">{t('records.bulk.page', { count: rows.length })}</Button>
      </Form>
    </div>
  );
}

function columnsOf({ t, words, page, now }: VerificationPageProps): Column<QueueRow>[] {
  return [
    {
      key: 'choose',
      label: t('records.bulk.choose'),
      cell: (row) =>
        mayConfirmInBulk(row) && (
          <input
            type="checkbox"
            form={BULK}
            name="record"
            value={`${row.id} ${row.revision}`}
            aria-label={t('records.bulk.choose-one', { name: row.personName, title: words.called(row) })}
          />
        ),
    },
    {
      key: 'title',
      label: t('records.title'),
      rowHeader: true,
      cell: (row) => <a href={`/records/${row.id}`}>{words.called(row)}</a>,
    },
    {
      key: 'owner',
      label: t('records.owner'),
      wrap: 'never',
      cell: (row) => <a href={`/people/${row.personId}/records`}>{row.personName}</a>,
    },
    { key: 'type', label: t('records.type'), cell: (row) => words.type(row.type) },
    {
      key: 'happened',
      label: t('records.happenedOn'),
      wrap: 'never',
      cell: (row) =>
        row.happenedOn === null ? t('records.undated') : formatDate(row.happenedOn, page.locale),
    },
    {
      key: 'level',
      label: t('records.level-and-grade'),
      cell: (row) =>
        [words.level(row.level), words.grade(row.type, row.grade)].filter((text) => text !== '').join(' · '),
    },
    { key: 'evidence', label: t('records.evidence'), numeric: true, cell: (row) => row.evidenceCount },
    {
      key: 'age',
      label: t('records.waiting-since'),
      numeric: true,
      cell: (row) =>
        t('records.waiting-days-now', { days: Math.floor((now.getTime() - row.enteredAt.getTime()) / DAY) }),
    },
    { key: 'marks', label: t('records.marks'), cell: (row) => <RecordTags record={row} similar /> },
  ];
}
