import type { Child } from 'hono/jsx';
import { enumerate } from '../../../shared/text.ts';
import { Page, type PageProps } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { Dialog, DialogLink } from '../../../web/ui/dialog.tsx';
import { TextareaField } from '../../../web/ui/field.tsx';
import { Button, ButtonLink, ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Card, Cards, Section } from '../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../web/ui/summary-list.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { Timeline, type TimelineItem } from '../../../web/ui/timeline.tsx';
import { formatDate, formatInstant, type Translate } from '../../../web/words.ts';
import { whoDid } from '../../audit/words.ts';
import type { EvidenceRow } from '../evidence/queries.ts';
import { isShownInline } from '../evidence/rules.ts';
import type { RecordRow } from '../growth-file/queries.ts';
import { fileSize, type RecordWords } from '../show.ts';
import { RecordTags } from '../tags.tsx';

/** One step of a record's life, from the audit. */
export interface HistoryItem {
  readonly at: Date;
  readonly by: string | null;
  readonly action: string;
  readonly reason: string | null;
}

export interface SimilarRecord {
  readonly record: RecordRow;
  readonly evidence: readonly EvidenceRow[];
  /** The evidence of the record itself. */
  readonly own: readonly EvidenceRow[];
}

export interface DetailPageProps {
  readonly page: Omit<PageProps, 'title'>;
  readonly t: Translate;
  readonly words: RecordWords;
  readonly record: RecordRow;
  readonly evidence: readonly EvidenceRow[];
  /** The record it looks like: whole when the reader may see it, else only that there is one. */
  readonly similar: SimilarRecord | 'elsewhere' | null;
  readonly history: readonly HistoryItem[];
  readonly evidenceRequired: boolean;
  readonly own: boolean;
  /** The unit keeps it: it is not its owner's to correct. */
  readonly kept: boolean;
  /** The office's form, when it is the reader's to decide. */
  readonly decision: FormState | null;
  readonly submission: string;
}

export function DetailPage(props: DetailPageProps) {
  const { page, t, words, record, own, decision } = props;
  const file = own ? '/records' : `/people/${record.personId}/records`;
  return (
    <Page
      {...page}
      title={words.called(record)}
      lead={<RecordTags record={record} similar={props.similar !== null} />}
      breadcrumbs={[
        {
          href: file,
          label: own ? t('records.growth-file') : t('records.growth-file-of', { name: record.personName }),
        },
        ...(decision === null ? [] : [{ href: '/verification', label: t('records.verification') }]),
      ]}
      actions={own && !props.kept && record.state !== 'withdrawn' && <OwnerActions record={record} />}
    >
      {decision !== null && <ErrorSummary state={decision} />}
      {record.state === 'returned' && <Returned record={record} own={own} />}
      {props.similar !== null && <Similar {...props} similar={props.similar} />}
      <SummaryList rows={factsOf(props.record, words, t, page.locale)} />
      <Section title={t('records.evidence')}>
        <Evidence evidence={props.evidence} required={props.evidenceRequired} />
      </Section>
      {decision !== null && <Decision record={record} state={decision} submission={props.submission} />}
      <Section title={t('records.history')}>
        <Timeline items={props.history.map((item) => historyItem(item, t, page.locale))} />
        <p>
          <a href={`/records/${record.id}/timeline`}>{t('audit.timeline.all')}</a>
        </p>
      </Section>
      {own && !props.kept && record.state !== 'withdrawn' && <WithdrawDialog record={record} />}
    </Page>
  );
}

function OwnerActions({ record }: { record: RecordRow }) {
  const { t } = usePage();
  return (
    <>
      <ButtonLink
        href={`/records/${record.id}/change`}
        kind={record.state === 'returned' ? 'primary' : 'secondary'}
      >
        {t(record.state === 'returned' ? 'records.resubmit' : 'records.correct')}
      </ButtonLink>
      <DialogLink opens="withdraw" kind="plain">
        {t('records.withdraw')}
      </DialogLink>
    </>
  );
}

function WithdrawDialog({ record }: { record: RecordRow }) {
  const { t } = usePage();
  return (
    <Dialog id="withdraw" title={t('records.withdraw')}>
      <p>{t('records.withdraw.explain')}</p>
      <Form action={`/records/${record.id}/withdraw`}>
        <input type="hidden" name="revision" value={String(record.revision)} />
        <SubmitBar submit={t('records.withdraw')} danger cancel={`/records/${record.id}`} />
      </Form>
    </Dialog>
  );
}

function Returned({ record, own }: { record: RecordRow; own: boolean }) {
  const { t } = usePage();
  return (
    <Notice
      kind="warning"
      title={t('records.returned-by', {
        name: whoDid(t, record.decidedByName, record.decidedForName) ?? '',
      })}
    >
      <p>{record.reason}</p>
      {own && <p>{t('records.returned.what-now')}</p>}
    </Notice>
  );
}

/** The two side by side, so that the office compares without leafing. */
function Similar({
  words,
  record,
  similar,
  page,
}: DetailPageProps & { similar: NonNullable<DetailPageProps['similar']> }) {
  const { t, locale } = usePage();
  const because = record.similarBecause;
  if (because === null) return null;
  if (similar === 'elsewhere') {
    return (
      <Notice kind="warning" title={t(`records.similar.${because}`)}>
        <p>{t('records.similar.elsewhere')}</p>
      </Notice>
    );
  }
  const told = (one: RecordRow, evidence: readonly EvidenceRow[]) =>
    new Map<string, SummaryRow['value']>([
      [t('records.owner'), one.personName],
      [t('records.title'), words.called(one)],
      ...factsOf(one, words, t, locale).map(({ label, value }) => [label, value] as const),
      [
        t('records.evidence'),
        enumerate(
          locale,
          evidence.map(({ fileName }) => fileName),
        ),
      ],
      [t('records.state'), <RecordTags record={one} similar={false} />],
    ]);
  const [mine, other] = [told(record, similar.own), told(similar.record, similar.evidence)];
  return (
    <Section title={t('records.similar')} lead={t(`records.similar.${because}`)}>
      <DataTable
        caption={t('records.similar')}
        captionHidden
        path={page.path}
        rows={[...new Set([...mine.keys(), ...other.keys()])]}
        columns={[
          { key: 'what', label: t('records.compare.what'), rowHeader: true, cell: (label) => label },
          { key: 'this', label: t('records.compare.this'), cell: (label) => mine.get(label) ?? '' },
          { key: 'other', label: t('records.compare.other'), cell: (label) => other.get(label) ?? '' },
        ]}
      />
      <p>
        <a href={`/records/${similar.record.id}`}>{t('records.compare.open')}</a>
      </p>
    </Section>
  );
}

function factsOf(
  record: RecordRow,
  words: RecordWords,
  t: Translate,
  locale: PageProps['locale'],
): SummaryRow[] {
  const rows: (SummaryRow | null)[] = [
    { label: t('records.type'), value: words.type(record.type) },
    {
      label: t('records.happenedOn'),
      value: record.happenedOn === null ? t('records.undated') : formatDate(record.happenedOn, locale),
    },
    record.level === null ? null : { label: t('records.level'), value: words.level(record.level) },
    record.grade === null
      ? null
      : { label: t('records.grade'), value: words.grade(record.type, record.grade) },
    record.authorOrder === null
      ? null
      : {
          label: t('records.authorOrder'),
          value: t('records.authorOrder.value', { place: record.authorOrder }),
        },
    ...Object.entries(record.fields).map(([field, value]) => ({
      label: words.field(record.type, field),
      value: words.value(record.type, field, value),
    })),
    record.correctedAt === null
      ? null
      : { label: t('records.corrected-at'), value: formatInstant(record.correctedAt, locale) },
    record.event === null ? null : { label: t('records.event'), value: record.event },
    record.certificate === null || record.fields.number === record.certificate
      ? null
      : { label: t('records.certificate'), value: record.certificate },
  ];
  return rows.filter((row) => row !== null);
}

function Evidence({ evidence, required }: { evidence: readonly EvidenceRow[]; required: boolean }): Child {
  const { t } = usePage();
  if (evidence.length === 0)
    return <p class="quiet">{t(required ? 'records.evidence.lacking' : 'records.evidence.none')}</p>;
  return (
    <Cards>
      {evidence.map((file) => (
        <Card title={file.fileName} href={`/evidence/${file.id}?save=1`} meta={fileSize(file.size)}>
          {isShownInline(file.mediaType) && (
            <img src={`/evidence/${file.id}`} alt={file.fileName} loading="lazy" width="160" />
          )}
        </Card>
      ))}
    </Cards>
  );
}

function Decision({
  record,
  state,
  submission,
}: {
  record: RecordRow;
  state: FormState;
  submission: string;
}) {
  const { t } = usePage();
  return (
    <Section title={t('records.decide')} id="decide">
      <Form action={`/records/${record.id}/decision`} submission={submission}>
        <input type="hidden" name="revision" value={String(record.revision)} />
        <TextareaField
          name="reason"
          label={t('records.reason')}
          hint={t('records.reason.hint')}
          state={state}
          rows={2}
          maxlength={500}
          optional
        />
        <div class="submit-bar">
          <Button name="decision" value="confirm">
            {t('records.confirm')}
          </Button>
          <Button name="decision" value="return" kind="secondary">
            {t('records.return')}
          </Button>
        </div>
      </Form>
    </Section>
  );
}

const ACTIONS = [
  'record.claim',
  'record.import',
  'record.change',
  'record.withdraw',
  'record.confirm',
  'record.return',
] as const;

function historyItem(item: HistoryItem, t: Translate, locale: PageProps['locale']): TimelineItem {
  const known = ACTIONS.find((action) => action === item.action);
  return {
    when: formatInstant(item.at, locale),
    datetime: item.at.toISOString(),
    title: known === undefined ? item.action : t(`records.did.${known}`),
    tone: known === 'record.confirm' ? 'success' : known === 'record.return' ? 'warning' : 'neutral',
    ...(item.by === null ? {} : { by: item.by }),
    ...(item.reason === null ? {} : { detail: item.reason }),
  };
}
