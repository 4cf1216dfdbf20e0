import { Page, type PageProps } from '../../web/layout.tsx';
import type { Sort } from '../../web/table-query.ts';
import type { Tone } from '../../web/ui/kinds.ts';
import { type Column, DataTable, type Filter } from '../../web/ui/table.tsx';
import { StatusTag } from '../../web/ui/tag.tsx';
import { formatDate, type Locale, subjectName, type Translate, words } from '../../web/words.ts';
import type { HolderRow } from './queries.ts';
import { COUNTED_AT_MOST, HOLDING_STATES, type HoldingState } from './rules.ts';

/** A title of the list as it is read: its name in the reader's language, how it stands today. */
export interface HolderView extends HolderRow {
  readonly titleName: string;
  readonly state: HoldingState;
  /** The reader may open the person's growth file. */
  readonly growthFile: boolean;
}

/** What the list and an export show: text by column. A file says subjects as they are kept. */
export interface HolderColumn {
  readonly key: string;
  readonly label: string;
  readonly text: (row: HolderView) => string;
  readonly sortable?: boolean;
  readonly extra?: boolean;
  readonly wrap?: Column<HolderView>['wrap'];
}

export function holderColumns(t: Translate, locale: Locale): HolderColumn[] {
  return [
    { key: 'name', label: t('titles.name'), text: ({ name }) => name, sortable: true, wrap: 'never' },
    {
      key: 'number',
      label: t('titles.staff-number'),
      text: ({ staffNumber }) => staffNumber ?? '',
      wrap: 'never',
      extra: true,
    },
    { key: 'place', label: t('titles.school'), text: ({ unitName }) => unitName ?? '', sortable: true },
    { key: 'subject', label: t('titles.subject'), text: ({ subject }) => subject ?? '', sortable: true },
    { key: 'title', label: t('titles.of'), text: ({ titleName }) => titleName, sortable: true },
    {
      key: 'from',
      label: t('titles.from'),
      text: ({ from }) => formatDate(from, locale),
      sortable: true,
      wrap: 'never',
    },
    {
      key: 'until',
      label: t('titles.until'),
      text: ({ until }) => (until === null ? t('titles.until.open') : formatDate(until, locale)),
      wrap: 'never',
      sortable: true,
    },
    { key: 'document', label: t('titles.document'), text: ({ document }) => document ?? '', wrap: 'slim' },
    { key: 'certificate', label: t('titles.number'), text: ({ number }) => number ?? '', wrap: 'slim' },
    {
      key: 'state',
      label: t('titles.state'),
      text: ({ state }) => t(`titles.state.${state}`),
      wrap: 'never',
    },
  ];
}

const tones: Record<HoldingState, Tone> = { held: 'success', ended: 'neutral', coming: 'info' };

export interface HoldersPageProps {
  readonly frame: Omit<PageProps, 'title'>;
  readonly rows: readonly HolderView[];
  readonly total: number;
  readonly page: number;
  readonly size: number;
  readonly sort: Sort;
  readonly chosen: readonly string[] | null;
  readonly titles: readonly { readonly value: string; readonly label: string }[];
  readonly subjects: readonly string[];
  /** Text in which no unit was found. */
  readonly unknownUnit: string | null;
}

export function HoldersPage(props: HoldersPageProps) {
  const { frame } = props;
  const t = words(frame.locale);
  const columns: Column<HolderView>[] = holderColumns(t, frame.locale).map((column) => ({
    key: column.key,
    label: column.label,
    sortable: column.sortable ?? false,
    extra: column.extra ?? false,
    rowHeader: column.key === 'name',
    ...(column.wrap === undefined ? {} : { wrap: column.wrap }),
    cell: (row) => {
      if (column.key === 'name') return <a href={`/people/${row.personId}`}>{row.name}</a>;
      if (column.key === 'state') return <StatusTag tone={tones[row.state]} text={column.text(row)} />;
      return column.key === 'subject' ? subjectName(row.subject, frame.locale) : column.text(row);
    },
  }));
  const growthFile: Column<HolderView> = {
    key: 'records',
    label: t('titles.growth-file'),
    wrap: 'never',
    cell: ({ growthFile, personId, name }) =>
      growthFile && (
        <a href={`/people/${personId}/records`}>
          {t('titles.growth-file.open')}
          <span class="sr"> {name}</span>
        </a>
      ),
  };
  const filters: Filter[] = [
    { name: 'title', label: t('titles.of'), choices: props.titles },
    { name: 'unit', label: t('titles.unit') },
    {
      name: 'subject',
      label: t('titles.subject'),
      choices: props.subjects.map((value) => ({ value, label: subjectName(value, frame.locale) })),
    },
    {
      name: 'state',
      label: t('titles.state'),
      choices: HOLDING_STATES.map((value) => ({ value, label: t(`titles.state.${value}`) })),
    },
  ];
  return (
    <Page {...frame} title={t('titles.title')} lead={t('titles.lead')} wide>
      {props.total > COUNTED_AT_MOST && <p class="quiet">{t('titles.many', { count: COUNTED_AT_MOST })}</p>}
      <DataTable
        caption={t('titles.title')}
        captionHidden
        path={frame.path}
        columns={[...columns, growthFile]}
        rows={props.rows}
        sort={props.sort}
        filters={filters}
        paging={{ page: props.page, size: props.size, total: props.total }}
        chosen={props.chosen}
        chooseColumns
        exports={['csv', 'xlsx']}
        rowClass={({ state }) => (state === 'ended' ? 'row-muted' : null)}
        empty={
          <p>
            {props.unknownUnit === null
              ? t('titles.none')
              : t('titles.unit.unknown', { text: props.unknownUnit })}
          </p>
        }
      />
    </Page>
  );
}
