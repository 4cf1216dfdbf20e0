import { withQuery } from '../../../web/address.ts';
import { Page, type PageProps } from '../../../web/layout.tsx';
import { DateField, FileField, RadioField, SelectField, TickField } from '../../../web/ui/field.tsx';
import {
  Button,
  ButtonLink,
  ErrorSummary,
  FieldRow,
  Form,
  type FormState,
  SubmitBar,
} from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Progress } from '../../../web/ui/progress.tsx';
import { Section, Stat, Stats } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { type Column, DataTable } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { formatInstant, type Locale, type Translate } from '../../../web/words.ts';
import type { Assignment } from '../../identity/rules.ts';
import type { OrganisationWords } from '../show.ts';
import type { ImportJob, ImportKind, SheetOutline, StagedRow } from './queries.ts';
import { PROBLEMS, type Problem, ROSTER_FIELDS, type RosterField, VERDICTS, type Verdict } from './rules.ts';
import type { MappingDraft } from './sources.ts';

export type Frame = Omit<PageProps, 'title'>;
interface Base {
  readonly frame: Frame;
  readonly t: Translate;
  readonly locale: Locale;
  readonly words: OrganisationWords;
}

const TONES = {
  new: 'success',
  update: 'info',
  unchanged: 'neutral',
  suspect: 'warning',
  faulty: 'danger',
} as const;
const crumbs = (t: Translate) => [{ href: '/imports', label: t('organisation.imports.title') }];

export function ImportsPage(
  props: Base & { jobs: readonly ImportJob[]; page: number; more: boolean; kinds: readonly ImportKind[] },
) {
  const { frame, t, locale } = props;
  const columns: Column<ImportJob>[] = [
    {
      key: 'file',
      label: t('organisation.imports.file'),
      rowHeader: true,
      cell: (job) => <a href={`/imports/${job.id}`}>{job.fileName}</a>,
    },
    { key: 'unit', label: t('organisation.imports.unit'), cell: (job) => job.unitName },
    {
      key: 'state',
      label: t('organisation.imports.state'),
      cell: (job) => (
        <StatusTag
          text={t(`organisation.imports.state.${job.state}`)}
          tone={job.state === 'done' ? 'success' : job.state === 'failed' ? 'danger' : 'info'}
        />
      ),
    },
    { key: 'by', label: t('organisation.imports.by'), cell: (job) => job.createdByName },
    { key: 'at', label: t('organisation.imports.at'), cell: (job) => formatInstant(job.createdAt, locale) },
  ];
  return (
    <Page
      {...frame}
      title={t('organisation.imports.title')}
      lead={t('organisation.imports.lead')}
      actions={
        <>
          {props.kinds.map((kind) => (
            <ButtonLink href={`/imports/new?kind=${kind}`} kind={kind === 'roster' ? 'primary' : 'secondary'}>
              {t(`organisation.imports.new.${kind}`)}
            </ButtonLink>
          ))}
          <ButtonLink href="/imports/oneroster.zip">{t('organisation.imports.export')}</ButtonLink>
        </>
      }
      wide
    >
      <DataTable
        caption={t('organisation.imports.title')}
        captionHidden
        path={frame.path}
        columns={columns}
        rows={props.jobs}
        empty={<p>{t('organisation.imports.none')}</p>}
      />
      {props.more && <a href={withQuery(frame.path, { page: props.page + 1 })}>{t('ui.pager.next')}</a>}
    </Page>
  );
}

export function UploadPage(
  props: Base & {
    kind: 'roster' | 'oneroster';
    units: readonly Assignment[];
    state: FormState;
    submission: string;
  },
) {
  const { frame, t, kind, units, state } = props;
  return (
    <Page
      {...frame}
      title={t(`organisation.imports.new.${kind}`)}
      breadcrumbs={crumbs(t)}
      lead={t(`organisation.imports.lead.${kind}`)}
    >
      <ErrorSummary state={state} />
      <Form action="/imports/new" submission={props.submission} files>
        <input type="hidden" name="kind" value={kind} />
        <SelectField
          name="unit"
          label={t('organisation.imports.into')}
          hint={t('organisation.imports.into.hint')}
          choices={units.map((unit) => ({ value: unit.unitId, label: unit.unitName }))}
          empty={units.length === 1 ? null : t('ui.form.choose')}
          state={state}
        />
        <FileField
          name="file"
          label={t('organisation.imports.file')}
          accept={kind === 'roster' ? '.xlsx,.csv,.txt' : '.zip'}
          size="32 MB"
          state={state}
        />
        <SubmitBar submit={t('organisation.imports.upload')} cancel="/imports" />
      </Form>
    </Page>
  );
}

export interface MapPageProps extends Base {
  readonly job: ImportJob;
  readonly sheet: SheetOutline | null;
  readonly draft: MappingDraft;
  readonly remembered: boolean;
  readonly state: FormState;
  readonly today: string;
  readonly submission: string;
}

/** Columns A, B, C … as the spreadsheet program names them. */
const letters = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : letters(Math.floor(index / 26) - 1) + letters(index % 26);

export function MapPage(props: MapPageProps) {
  const { frame, t, job, sheet, draft, state } = props;
  const headers = sheet?.head.find(({ number }) => number === draft.headerRow)?.cells ?? [];
  const choices = headers.map((header, index) => ({
    value: String(index),
    label: `${letters(index)} ${header}`,
  }));
  return (
    <Page
      {...frame}
      title={t('organisation.imports.map.title')}
      breadcrumbs={crumbs(t)}
      lead={job.fileName}
      wide
    >
      <ErrorSummary state={state} />
      {sheet !== null && (job.summary.outline.length > 1 || sheet.head.length > 1) && (
        <Form action={`/imports/${job.id}`} method="get">
          <FieldRow>
            <SelectField
              name="sheet"
              label={t('organisation.imports.map.sheet')}
              empty={null}
              value={sheet.name}
              choices={job.summary.outline.map(({ name, rows }) => ({
                value: name,
                label: t('organisation.imports.map.sheet.rows', { name, rows }),
              }))}
            />
            <SelectField
              name="header"
              label={t('organisation.imports.map.header')}
              empty={null}
              value={String(draft.headerRow)}
              choices={sheet.head.slice(0, 10).map(({ number, cells }) => ({
                value: String(number),
                label: t('organisation.imports.map.row', {
                  number,
                  text: cells
                    .filter((text) => text !== '')
                    .slice(0, 4)
                    .join(' | '),
                }),
              }))}
            />
          </FieldRow>
          <Button>{t('organisation.imports.map.reload')}</Button>
        </Form>
      )}
      {props.remembered && (
        <Notice>
          <p>{t('organisation.imports.map.remembered')}</p>
        </Notice>
      )}
      <Form action={`/imports/${job.id}/map`} submission={props.submission}>
        <input type="hidden" name="sheet" value={draft.sheet} />
        <input type="hidden" name="headerRow" value={String(draft.headerRow)} />
        <DateField
          name="asOf"
          label={t('organisation.imports.map.as-of')}
          hint={t('organisation.imports.map.as-of.hint')}
          max={props.today}
          value={state.values.asOf === undefined ? props.today : undefined}
          state={state}
        />
        <TickField
          name="createUnits"
          label={t('organisation.imports.map.create-units')}
          hint={t('organisation.imports.map.create-units.hint')}
          optional
          state={state}
        />
        {sheet !== null && (
          <Section
            title={t('organisation.imports.map.columns')}
            lead={t('organisation.imports.map.columns.lead')}
          >
            {ROSTER_FIELDS.map((field) => (
              <SelectField
                name={`column-${field}`}
                label={t(`organisation.field.${field}`)}
                {...(field === 'idNumber' ? { hint: t('organisation.field.idNumber.hint') } : {})}
                choices={choices}
                empty={t('organisation.imports.map.not-there')}
                optional={field !== 'name'}
                value={columnValue(state, field, draft.columns[field])}
                state={state}
              />
            ))}
          </Section>
        )}
        <SubmitBar submit={t('organisation.imports.map.submit')} cancel="/imports" />
      </Form>
      {sheet !== null && (
        <SheetHead sheet={sheet} t={t} path={frame.path} headers={headers} headerRow={draft.headerRow} />
      )}
    </Page>
  );
}

const columnValue = (state: FormState, field: RosterField, index: number | undefined): string => {
  const sent = state.values[`column-${field}`];
  return typeof sent === 'string' ? sent : index === undefined ? '' : String(index);
};

function SheetHead(props: {
  sheet: SheetOutline;
  t: Translate;
  path: string;
  headers: readonly string[];
  headerRow: number;
}) {
  const { sheet, t, headerRow } = props;
  const columns: Column<SheetOutline['head'][number]>[] = [
    {
      key: 'row',
      label: t('organisation.imports.row'),
      rowHeader: true,
      numeric: true,
      cell: (row) => row.number,
    },
    ...props.headers.map((header, index) => ({
      key: `c${index}`,
      label: header || letters(index),
      cell: (row: SheetOutline['head'][number]) => row.cells[index] ?? '',
    })),
  ];
  return (
    <Section title={t('organisation.imports.map.sample')}>
      <DataTable
        caption={t('organisation.imports.map.sample')}
        captionHidden
        path={props.path}
        columns={columns}
        rows={sheet.head.filter(({ number }) => number > headerRow).slice(0, 6)}
      />
    </Section>
  );
}

export function WorkingPage(props: Base & { job: ImportJob }) {
  const { frame, t, job } = props;
  const percent = Math.round(job.progress * 100);
  return (
    <Page
      {...frame}
      title={t(`organisation.imports.state.${job.state}`)}
      breadcrumbs={crumbs(t)}
      lead={job.fileName}
    >
      <Progress label={t(`organisation.imports.state.${job.state}`)} value={percent} max={100} />
      <p class="quiet">{t('organisation.imports.working')}</p>
      <p>
        <a href={`/imports/${job.id}`}>{t('organisation.imports.refresh')}</a>
      </p>
    </Page>
  );
}

export interface PreviewPageProps extends Base {
  readonly job: ImportJob;
  readonly rows: readonly StagedRow[];
  readonly matching: number;
  readonly page: number;
  readonly size: number;
  readonly verdict: Verdict | null;
  readonly names: ReadonlyMap<string, string>;
  readonly state: FormState;
  readonly submission: string;
}

/** Preview before the confirmation and result after it: the same rows, the same filters. */
export function PreviewPage(props: PreviewPageProps) {
  const { frame, t, job, locale } = props;
  const preview = job.summary.preview;
  if (preview === undefined) return <WorkingPage {...props} />;
  const { counts } = preview;
  const applied = job.summary.applied;
  const good = counts.new + counts.update;
  return (
    <Page
      {...frame}
      title={applied ? t('organisation.imports.result.title') : t('organisation.imports.preview.title')}
      breadcrumbs={crumbs(t)}
      lead={t('organisation.imports.of', { file: job.fileName, unit: job.unitName })}
      actions={
        job.state === 'previewed' &&
        counts.faulty > 0 && (
          <ButtonLink href={`/imports/${job.id}/marked.xlsx`}>{t('organisation.imports.marked')}</ButtonLink>
        )
      }
      wide
    >
      <ErrorSummary state={props.state} />
      {applied && (
        <>
          <Notice kind="success">
            <p>{t('organisation.imports.result.done', { added: applied.added, updated: applied.updated })}</p>
          </Notice>
          <SummaryList
            rows={[
              { label: t('organisation.imports.result.added'), value: String(applied.added) },
              { label: t('organisation.imports.result.updated'), value: String(applied.updated) },
              { label: t('organisation.imports.result.moved'), value: String(applied.moved) },
              { label: t('organisation.imports.result.units'), value: String(applied.units) },
              { label: t('organisation.imports.result.skipped'), value: String(counts.faulty) },
              {
                label: t('organisation.imports.result.suspects'),
                value: applied.suspects > 0 ? <a href="/duplicates">{applied.suspects}</a> : '0',
              },
              {
                label: t('organisation.imports.result.at'),
                value: job.finishedAt === null ? '' : formatInstant(job.finishedAt, locale),
              },
              {
                label: t('organisation.imports.result.digest'),
                value: <code>{applied.digest.slice(0, 16)}</code>,
              },
            ]}
          />
        </>
      )}
      <Stats>
        <Stat
          label={t('organisation.imports.rows')}
          value={preview.total}
          href={withQuery(frame.path, { verdict: null, problem: null, page: null })}
        />
        {VERDICTS.map((verdict) => (
          <Stat
            label={t(`organisation.verdict.${verdict}`)}
            value={counts[verdict]}
            href={withQuery(frame.path, { verdict, problem: null, page: null })}
          />
        ))}
      </Stats>
      {preview.units.length > 0 && !applied && (
        <Section
          title={t('organisation.imports.units', { count: preview.units.length })}
          lead={t('organisation.imports.units.lead')}
        >
          <ul>
            {preview.units.slice(0, 50).map((unit) => (
              <li>
                {t('organisation.imports.units.one', {
                  name: unit.name,
                  parent: unit.parentName,
                  rows: unit.rows,
                })}
              </li>
            ))}
          </ul>
          {preview.units.length > 50 && (
            <p class="quiet">{t('organisation.imports.units.more', { count: preview.units.length - 50 })}</p>
          )}
        </Section>
      )}
      <Section title={t('organisation.imports.preview.rows')} id="rows">
        <DataTable
          caption={t('organisation.imports.preview.rows')}
          captionHidden
          path={frame.path}
          columns={rowColumns(props, preview.headers)}
          rows={props.rows}
          filters={[
            {
              name: 'verdict',
              label: t('organisation.imports.verdict'),
              choices: VERDICTS.map((value) => ({ value, label: t(`organisation.verdict.${value}`) })),
            },
            {
              name: 'problem',
              label: t('organisation.imports.problem'),
              choices: PROBLEMS.filter((code) => preview.problems[code] !== undefined).map((code) => ({
                value: code,
                label: `${t(`organisation.problem.${code}.short`)} (${preview.problems[code]})`,
              })),
            },
          ]}
          paging={{ page: props.page, size: props.size, total: props.matching }}
        />
      </Section>
      {job.state === 'previewed' && (
        <Section title={t('organisation.imports.confirm.title')}>
          {good + counts.suspect === 0 ? (
            <p>{t('organisation.imports.confirm.nothing')}</p>
          ) : (
            <Form action={`/imports/${job.id}/confirm`} submission={props.submission}>
              <p>{t('organisation.imports.confirm.explain', { good, total: preview.total })}</p>
              {counts.suspect > 0 ? (
                <RadioField
                  name="suspects"
                  label={t('organisation.imports.confirm.suspects', { count: counts.suspect })}
                  value="add"
                  choices={(['add', 'skip'] as const).map((value) => ({
                    value,
                    label: t(`organisation.imports.confirm.suspects.${value}`),
                  }))}
                />
              ) : (
                <input type="hidden" name="suspects" value="skip" />
              )}
              {counts.faulty > 0 && (
                <TickField
                  name="skipFaulty"
                  label={t('organisation.imports.confirm.skip', { count: counts.faulty })}
                  state={props.state}
                />
              )}
              <SubmitBar submit={t('organisation.imports.confirm.submit')} />
            </Form>
          )}
          <Again {...props} />
        </Section>
      )}
    </Page>
  );
}

/** Another mapping, or none at all. */
function Again({ job, t, submission }: { job: ImportJob; t: Translate; submission: string }) {
  return (
    <div class="submit-bar">
      <ButtonLink href={`/imports/${job.id}?map=1`}>{t('organisation.imports.remap')}</ButtonLink>
      <Form action={`/imports/${job.id}/abandon`} submission={submission}>
        <Button kind="plain">{t('organisation.imports.abandon')}</Button>
      </Form>
    </div>
  );
}

function rowColumns(props: PreviewPageProps, headers: readonly string[]): Column<StagedRow>[] {
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
        <ul class="plain">
          {row.problems.map((problem) => (
            <li>{problemText(problem, props.job, headers, t)}</li>
          ))}
          {(row.cells.changes ?? []).length > 0 && (
            <li>
              {t('organisation.imports.changes', {
                what: (row.cells.changes ?? [])
                  .map((change) => t(`organisation.change.${change}`))
                  .join('、'),
              })}
            </li>
          )}
          {(row.cells.suspects ?? []).map(({ personId, reason }) => (
            <li>
              <a href={`/people/${personId}`}>{props.names.get(personId) ?? ''}</a>{' '}
              {t(`organisation.suspicion.${reason}`)}
            </li>
          ))}
        </ul>
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
      : `${letters(index)} ${headers[index] ?? ''}`;
  const what = t(`organisation.problem.${problem.code}`, { detail: problem.detail ?? '' });
  return t('organisation.problem.cell', { column: header, value: problem.value, what });
}

export function StoppedPage(props: Base & { job: ImportJob; submission: string }) {
  const { frame, t, job } = props;
  const failure = job.failure ?? 'error';
  return (
    <Page
      {...frame}
      title={t(`organisation.imports.state.${job.state}`)}
      breadcrumbs={crumbs(t)}
      lead={job.fileName}
    >
      {job.state === 'failed' && (
        <Notice kind="error">
          <p>{t(`organisation.imports.failure.${failure as 'error'}`)}</p>
        </Notice>
      )}
      {job.state === 'failed' ? (
        <Again job={job} t={t} submission={props.submission} />
      ) : (
        <ButtonLink href="/imports">{t('organisation.imports.title')}</ButtonLink>
      )}
    </Page>
  );
}
