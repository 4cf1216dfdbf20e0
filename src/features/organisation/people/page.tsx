import { Page, type PageProps } from '../../../web/layout.tsx';
import type { Sort } from '../../../web/table-query.ts';
import { ButtonLink } from '../../../web/ui/form.tsx';
import { type Column, DataTable, type Filter } from '../../../web/ui/table.tsx';
import type { Translate } from '../../../web/words.ts';
import type { OrganisationWords } from '../show.ts';
import type { Unit } from '../units/queries.ts';
import type { Person } from './queries.ts';
import { COUNTED_AT_MOST } from './rules.ts';

export type Frame = Omit<PageProps, 'title'>;
export interface Base {
  readonly frame: Frame;
  readonly t: Translate;
  readonly words: OrganisationWords;
}

/** What a list and an export show of people: text by column. A file says subjects as they are kept. */
export interface PersonColumn {
  readonly key: string;
  readonly label: string;
  readonly text: (person: Person) => string;
  readonly sortable?: boolean;
  readonly extra?: boolean;
}

export function personColumns(t: Translate, words: OrganisationWords): PersonColumn[] {
  const blank = (text: string | null) => text ?? '';
  return [
    { key: 'name', label: t('organisation.person.name'), text: (person) => person.name, sortable: true },
    {
      key: 'number',
      label: t('organisation.person.number'),
      text: (person) => blank(person.staffNumber),
      sortable: true,
    },
    {
      key: 'place',
      label: t('organisation.person.unit'),
      text: (person) => blank(person.unitName),
      sortable: true,
    },
    { key: 'group', label: t('organisation.person.group'), text: (person) => blank(person.groupName) },
    { key: 'subject', label: t('organisation.person.subject'), text: (person) => blank(person.subject) },
    { key: 'stage', label: t('organisation.person.stage'), text: (person) => words.stage(person.stage) },
    { key: 'rank', label: t('organisation.person.rank'), text: (person) => words.rank(person.rank) },
    {
      key: 'sex',
      label: t('organisation.person.sex'),
      text: (person) => (person.sex === null ? '' : t(`organisation.sex.${person.sex}`)),
      extra: true,
    },
    {
      key: 'birthDate',
      label: t('organisation.person.birthDate'),
      text: (person) => blank(person.birthDate),
      extra: true,
    },
    {
      key: 'teachingSince',
      label: t('organisation.person.teachingSince'),
      text: (person) => blank(person.teachingSince),
      extra: true,
    },
    {
      key: 'education',
      label: t('organisation.person.education'),
      text: (person) => words.education(person.education),
      extra: true,
    },
    { key: 'post', label: t('organisation.person.post'), text: (person) => blank(person.post), extra: true },
    {
      key: 'phone',
      label: t('organisation.person.phone'),
      text: (person) => blank(person.phone),
      extra: true,
    },
    {
      key: 'email',
      label: t('organisation.person.email'),
      text: (person) => blank(person.email),
      extra: true,
    },
    {
      key: 'frontLine',
      label: t('organisation.person.frontLine'),
      text: (person) => words.flag(person.frontLine),
      extra: true,
    },
    {
      key: 'state',
      label: t('organisation.person.state'),
      text: (person) => t(`organisation.state.${person.state}`),
      extra: true,
    },
  ];
}

/** Names, days, codes and numbers to call. */
const ON_ONE_LINE = ['name', 'number', 'birthDate', 'teachingSince', 'phone', 'state'];

export interface PeoplePageProps extends Base {
  readonly rows: readonly Person[];
  readonly total: number;
  readonly page: number;
  readonly size: number;
  readonly sort: Sort;
  readonly chosen: readonly string[] | null;
  readonly unit: Unit | null;
  readonly subjects: readonly string[];
  readonly mayMerge: boolean;
  readonly mayImport: boolean;
  readonly mayAdd: boolean;
}

export function PeoplePage(props: PeoplePageProps) {
  const { frame, t, words } = props;
  const columns: Column<Person>[] = personColumns(t, words).map((column) => ({
    key: column.key,
    label: column.label,
    sortable: column.sortable ?? false,
    extra: column.extra ?? false,
    rowHeader: column.key === 'name',
    ...(ON_ONE_LINE.includes(column.key) ? { wrap: 'never' as const } : {}),
    cell: (person) => {
      if (column.key === 'name') return <a href={`/people/${person.id}`}>{person.name}</a>;
      return column.key === 'subject' ? words.subject(person.subject) : column.text(person);
    },
  }));
  const filters: Filter[] = [
    { name: 'q', label: t('organisation.people.search') },
    {
      name: 'subject',
      label: t('organisation.person.subject'),
      choices: props.subjects.map((value) => ({ value, label: words.subject(value) })),
    },
    { name: 'stage', label: t('organisation.person.stage'), choices: words.choices('stage') },
    { name: 'rank', label: t('organisation.person.rank'), choices: words.choices('rank') },
    {
      name: 'state',
      label: t('organisation.person.state'),
      choices: (['serving', 'left', 'retired', 'any'] as const).map((value) => ({
        value,
        label: t(`organisation.state.${value}`),
      })),
    },
  ];
  return (
    <Page
      {...frame}
      title={t('organisation.people.title')}
      lead={
        props.unit === null
          ? t('organisation.people.lead')
          : t('organisation.people.of', { name: props.unit.name })
      }
      breadcrumbs={props.unit === null ? [] : [{ href: `/units/${props.unit.id}`, label: props.unit.name }]}
      actions={
        <>
          {props.mayAdd && <ButtonLink href="/corrections">{t('privacy.corrections.title')}</ButtonLink>}
          {props.mayAdd && (
            <ButtonLink href={`/people/new${props.unit === null ? '' : `?unit=${props.unit.id}`}`}>
              {t('organisation.person.new')}
            </ButtonLink>
          )}
          {props.mayImport && (
            <ButtonLink href="/imports/new?kind=roster">{t('organisation.imports.new')}</ButtonLink>
          )}
          {props.mayMerge && <ButtonLink href="/duplicates">{t('organisation.duplicates.title')}</ButtonLink>}
        </>
      }
      wide
    >
      {props.total > COUNTED_AT_MOST && (
        <p class="quiet">{t('organisation.people.many', { count: COUNTED_AT_MOST })}</p>
      )}
      <DataTable
        caption={t('organisation.people.title')}
        captionHidden
        path={frame.path}
        columns={columns}
        rows={props.rows}
        sort={props.sort}
        filters={filters}
        paging={{ page: props.page, size: props.size, total: props.total }}
        chosen={props.chosen}
        chooseColumns
        exports={['csv', 'xlsx']}
        empty={<p>{t('organisation.people.none')}</p>}
      />
    </Page>
  );
}
