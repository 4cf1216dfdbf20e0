import { Page, type PageProps } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { FileField, SelectField } from '../../../web/ui/field.tsx';
import {
  ButtonLink,
  ErrorSummary,
  FieldRow,
  Form,
  type FormState,
  SubmitBar,
} from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Steps } from '../../../web/ui/progress.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { formatInstant, type Translate } from '../../../web/words.ts';
import type { RecordWords } from '../show.ts';
import type { RecordsImport } from './queries.ts';
import { TARGETS, TITLE_TYPE } from './rules.ts';
import { labelOf } from './show.ts';

export type Frame = { readonly page: Omit<PageProps, 'title'>; readonly t: Translate };

const IMPORT_STEPS = ['upload', 'map', 'preview', 'result'] as const;

export const crumbs = (t: Translate) => [{ href: '/records/imports', label: t('records.imports') }];

export const ImportSteps = ({ current }: { current: (typeof IMPORT_STEPS)[number] }) => {
  const { t } = usePage();
  const at = IMPORT_STEPS.indexOf(current);
  return (
    <Steps
      steps={IMPORT_STEPS.map((step, index) => ({
        label: t(`records.imports.step.${step}`),
        state: index < at ? 'done' : index === at ? 'current' : 'todo',
      }))}
    />
  );
};

export function ImportsPage({ page, t, imports }: Frame & { imports: readonly RecordsImport[] }) {
  return (
    <Page
      {...page}
      title={t('records.imports')}
      lead={t('records.imports.lead')}
      actions={
        <ButtonLink href="/records/imports/new" kind="primary">
          {t('records.imports.new')}
        </ButtonLink>
      }
    >
      <DataTable
        caption={t('records.imports')}
        captionHidden
        path={page.path}
        rows={imports}
        empty={<p>{t('records.imports.none')}</p>}
        columns={[
          {
            key: 'file',
            label: t('records.imports.file'),
            rowHeader: true,
            cell: (one) => <a href={`/records/imports/${one.id}`}>{one.fileName}</a>,
          },
          { key: 'unit', label: t('records.unit'), cell: (one) => one.unitName },
          { key: 'by', label: t('records.imports.by'), cell: (one) => one.createdByName },
          {
            key: 'at',
            label: t('records.imports.at'),
            cell: (one) => formatInstant(one.createdAt, page.locale),
          },
          {
            key: 'state',
            label: t('records.state'),
            cell: (one) => (
              <StatusTag
                tone={one.state === 'done' ? 'success' : 'neutral'}
                text={t(`records.imports.state.${one.state}`)}
              />
            ),
          },
        ]}
      />
    </Page>
  );
}

export interface UploadPageProps extends Frame {
  readonly state: FormState;
  readonly units: readonly { readonly unitId: string; readonly unitName: string }[];
  readonly submission: string;
  readonly rowsMost: number;
  readonly words: RecordWords;
  /** Facts that programmes ask for, each with a template. */
  readonly facts: readonly string[];
}

export function UploadPage({ page, t, state, units, submission, rowsMost, words, facts }: UploadPageProps) {
  return (
    <Page
      {...page}
      title={t('records.imports.new')}
      breadcrumbs={crumbs(t)}
      lead={t('records.imports.explain')}
    >
      <ImportSteps current="upload" />
      <ErrorSummary state={state} />
      <Form action="/records/imports/new" submission={submission} files>
        {units.length > 1 && (
          <SelectField
            name="unit"
            label={t('records.unit')}
            state={state}
            choices={units.map(({ unitId, unitName }) => ({ value: unitId, label: unitName }))}
          />
        )}
        <FileField
          name="file"
          label={t('records.imports.file')}
          hint={t('records.imports.file.hint', { rows: rowsMost })}
          state={state}
          accept=".xlsx,.csv"
        />
        <SubmitBar submit={t('records.continue')} cancel="/records/imports" />
      </Form>
      {facts.length > 0 && (
        <Section title={t('records.facts')} lead={t('records.facts.template')}>
          <ul>
            {facts.map((type) => (
              <li>
                <a href={`/records/imports/template?type=${encodeURIComponent(type)}`} download>
                  {words.type(type)}
                </a>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}

export interface MapPageProps extends Frame {
  readonly words: RecordWords;
  readonly types: readonly string[];
  readonly job: RecordsImport;
  readonly headers: readonly string[];
  readonly sample: readonly (readonly string[])[];
  readonly rows: number;
  readonly state: FormState;
}

export function MapPage({ page, t, words, types, job, headers, sample, rows, state }: MapPageProps) {
  const choices = headers.map((header, at) => ({
    value: String(at),
    label: header === '' ? `(${at + 1})` : header,
  }));
  return (
    <Page
      {...page}
      title={job.fileName}
      breadcrumbs={crumbs(t)}
      lead={t('records.imports.map.lead', { rows })}
    >
      <ImportSteps current="map" />
      <ErrorSummary state={state} />
      <Form action={`/records/imports/${job.id}/columns`}>
        <FieldRow>
          {TARGETS.map((target) => (
            <SelectField
              name={target}
              label={labelOf(target, t)}
              state={state}
              choices={choices}
              empty={t('records.imports.no-column')}
              optional
            />
          ))}
        </FieldRow>
        <SelectField
          name="oneType"
          label={t('records.imports.one-type')}
          hint={t('records.imports.one-type.hint')}
          state={state}
          optional
          choices={[
            ...types.map((type) => ({ value: type, label: words.type(type) })),
            { value: TITLE_TYPE, label: t('records.titles') },
          ]}
        />
        <p class="quiet">{t('records.imports.own-fields')}</p>
        <SubmitBar submit={t('records.imports.preview')} cancel={`/records/imports`} />
      </Form>
      <DataTable
        caption={t('records.imports.sample')}
        path={page.path}
        rows={sample}
        columns={headers.map((header, at) => ({
          key: String(at),
          label: header,
          cell: (row: readonly string[]) => row[at] ?? '',
        }))}
      />
    </Page>
  );
}

export function ResultPage({ page, t, job }: Frame & { job: RecordsImport }) {
  const { added, counts } = job.summary ?? {};
  return (
    <Page {...page} title={job.fileName} breadcrumbs={crumbs(t)}>
      <ImportSteps current="result" />
      {added === undefined ? (
        <Notice>
          <p>{t('records.imports.state.abandoned')}</p>
        </Notice>
      ) : (
        <>
          <Notice kind="success">
            <p>{t('records.imports.result', { records: added.records, titles: added.titles })}</p>
            <p>
              {t(added.confirmed ? 'records.imports.result.confirmed' : 'records.imports.result.waiting')}
            </p>
          </Notice>
          {counts !== undefined && counts.faulty + counts.suspect > 0 && (
            <p>
              {t('records.imports.result.left', { faulty: counts.faulty, suspect: counts.suspect })}{' '}
              <a href={`/records/imports/${job.id}/faults.xlsx`} download>
                {t('records.imports.faults.download')}
              </a>
            </p>
          )}
        </>
      )}
      <ButtonLink href="/records/imports">{t('records.imports')}</ButtonLink>
    </Page>
  );
}
