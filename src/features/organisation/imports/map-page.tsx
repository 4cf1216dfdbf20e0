import { Page } from '../../../web/layout.tsx';
import { DateField, SelectField, TickField } from '../../../web/ui/field.tsx';
import { Button, ErrorSummary, FieldRow, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { type Column, DataTable } from '../../../web/ui/table.tsx';
import type { Translate } from '../../../web/words.ts';
import { columnLetters, type ImportPage, importCrumbs } from './page.tsx';
import type { ImportJob, SheetOutline } from './queries.ts';
import { ROSTER_FIELDS, type RosterField, titleColumns } from './rules.ts';
import type { MappingDraft } from './sources.ts';

export interface MapPageProps extends ImportPage {
  readonly job: ImportJob;
  readonly sheet: SheetOutline | null;
  readonly draft: MappingDraft;
  readonly remembered: boolean;
  readonly state: FormState;
  readonly today: string;
  readonly submission: string;
}

export function MapPage(props: MapPageProps) {
  const { frame, t, job, sheet, draft, state } = props;
  const headers = sheet?.head.find(({ number }) => number === draft.headerRow)?.cells ?? [];
  const choices = headers.map((header, index) => ({
    value: String(index),
    label: `${columnLetters(index)} ${header}`,
  }));
  return (
    <Page
      {...frame}
      title={t('organisation.imports.map.title')}
      breadcrumbs={importCrumbs(t)}
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
            <TitleColumns t={t} headers={headers} />
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
      label: header || columnLetters(index),
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

/** Titles held already are records of the growth file: their columns are named here, with the way they come in. */
function TitleColumns({ t, headers }: { t: Translate; headers: readonly string[] }) {
  const columns = titleColumns(headers);
  if (columns.length === 0) return null;
  return (
    <Notice title={t('organisation.imports.map.titles')}>
      <p>
        {t('organisation.imports.map.titles.explain', {
          columns: columns.map((index) => `${columnLetters(index)} ${headers[index] ?? ''}`),
        })}{' '}
        <a href="/records/imports/new">{t('organisation.imports.new.records')}</a>
      </p>
    </Notice>
  );
}
