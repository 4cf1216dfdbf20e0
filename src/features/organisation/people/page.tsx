import { Page, type PageProps } from '../../../web/layout.tsx';
import type { Sort } from '../../../web/table-query.ts';
import { Dialog, DialogLink } from '../../../web/ui/dialog.tsx';
import { DateField, SelectField, TextareaField, TextField } from '../../../web/ui/field.tsx';
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
import { Section } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { type Column, DataTable, type Filter } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { Timeline } from '../../../web/ui/timeline.tsx';
import type { Translate } from '../../../web/words.ts';
import type { HistoryRow, PersonHistory } from '../career/queries.ts';
import type { OrganisationWords } from '../show.ts';
import type { RoleHolding, Unit } from '../units/queries.ts';
import type { Person } from './queries.ts';
import { COUNTED_AT_MOST, EDUCATIONS, FACTS, RANKS } from './rules.ts';

export type Frame = Omit<PageProps, 'title'>;
interface Base {
  readonly frame: Frame;
  readonly t: Translate;
  readonly words: OrganisationWords;
}

/** What a list and an export show of people: text by column. */
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
}

export function PeoplePage(props: PeoplePageProps) {
  const { frame, t, words } = props;
  const columns: Column<Person>[] = personColumns(t, words).map((column) => ({
    key: column.key,
    label: column.label,
    sortable: column.sortable ?? false,
    extra: column.extra ?? false,
    rowHeader: column.key === 'name',
    cell: (person) =>
      column.key === 'name' ? <a href={`/people/${person.id}`}>{person.name}</a> : column.text(person),
  }));
  const filters: Filter[] = [
    { name: 'q', label: t('organisation.people.search') },
    {
      name: 'subject',
      label: t('organisation.person.subject'),
      choices: props.subjects.map((value) => ({ value, label: value })),
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

export interface PersonPageProps extends Base {
  readonly person: Person;
  readonly history: PersonHistory;
  readonly roles: readonly RoleHolding[];
  /** Groups of the person's unit. */
  readonly groups: readonly Unit[];
  readonly mayChange: boolean;
  readonly maySeeRecords: boolean;
  readonly own: boolean;
  readonly today: string;
  readonly submission: string;
  readonly state: FormState;
}

export function PersonPage(props: PersonPageProps) {
  const { frame, t, words, person } = props;
  const row = (label: string, value: string | null) =>
    value === null || value === '' ? [] : [{ label, value }];
  return (
    <Page
      {...frame}
      title={person.name}
      lead={[person.unitName, person.groupName, person.staffNumber]
        .filter((part) => part !== null)
        .join(' · ')}
      breadcrumbs={props.own ? [] : [{ href: '/people', label: t('organisation.people.title') }]}
      actions={
        <>
          {props.maySeeRecords && (
            <ButtonLink href={`/people/${person.id}/records`}>{t('organisation.person.records')}</ButtonLink>
          )}
          {props.mayChange && person.state !== 'merged' && (
            <>
              <ButtonLink href={`/people/${person.id}/edit`}>{t('organisation.person.edit')}</ButtonLink>
              <DialogLink opens="move">{t('organisation.move.title')}</DialogLink>
              <DialogLink opens="fact">{t('organisation.fact.title')}</DialogLink>
              <DialogLink opens="group">{t('organisation.group.title')}</DialogLink>
              {person.state === 'serving' && (
                <DialogLink opens="leave" kind="plain">
                  {t('organisation.leave.title')}
                </DialogLink>
              )}
            </>
          )}
        </>
      }
    >
      <ErrorSummary state={props.state} />
      {person.state !== 'serving' && (
        <StatusTag tone="warning" text={t(`organisation.state.${person.state}`)} />
      )}
      {person.mergedInto !== null && (
        <Notice>
          <p>
            <a href={`/people/${person.mergedInto}`}>{t('organisation.person.merged-into')}</a>
          </p>
        </Notice>
      )}
      <SummaryList
        rows={[
          ...row(t('organisation.person.number'), person.staffNumber),
          ...row(t('organisation.person.unit'), person.unitName),
          ...row(t('organisation.person.group'), person.groupName),
          ...row(
            t('organisation.person.sex'),
            person.sex === null ? null : t(`organisation.sex.${person.sex}`),
          ),
          ...row(t('organisation.person.birthDate'), words.date(person.birthDate)),
          ...row(t('organisation.person.teachingSince'), words.date(person.teachingSince)),
          ...row(t('organisation.person.subject'), person.subject),
          ...row(t('organisation.person.stage'), words.stage(person.stage)),
          ...row(t('organisation.person.rank'), words.rank(person.rank)),
          ...row(t('organisation.person.education'), words.education(person.education)),
          ...row(t('organisation.person.post'), person.post),
          ...row(t('organisation.person.frontLine'), words.flag(person.frontLine)),
          ...row(t('organisation.person.qualified'), words.flag(person.qualified)),
          ...row(t('organisation.person.specialPost'), words.flag(person.specialPost)),
          ...row(t('organisation.person.phone'), person.phone),
          ...row(t('organisation.person.email'), person.email),
        ]}
      />
      <Section title={t('organisation.history.title')} lead={t('organisation.history.lead')}>
        <Timeline items={timeline(props)} />
      </Section>
      {props.roles.length > 0 && (
        <Section title={t('organisation.roles.of-person')}>
          <SummaryList
            rows={props.roles.map((role) => ({
              label: t(`identity.role.${role.role}`),
              value: `${role.unitName} · ${words.period(role)}`,
            }))}
          />
        </Section>
      )}
      {props.mayChange && person.state !== 'merged' && <Dialogs {...props} />}
    </Page>
  );
}

function timeline({ history, t, words }: PersonPageProps) {
  const standing = (row: HistoryRow) => ({
    from: row.from,
    when: words.period(row),
    title: t(`organisation.history.${row.kind}`, { unit: row.unitName }),
    ...(row.post === null ? {} : { detail: row.post }),
    tone: row.until === null ? ('success' as const) : ('neutral' as const),
  });
  const facts = history.facts.map((fact) => ({
    from: fact.from,
    when: words.period(fact),
    title: t('organisation.history.fact', {
      attribute: t(`organisation.person.${fact.attribute}`),
      value: words.fact(fact.attribute, fact.value) || t('organisation.unknown'),
    }),
    tone: fact.until === null ? ('info' as const) : ('neutral' as const),
  }));
  return [...history.standings.map(standing), ...facts]
    .toSorted((a, b) => (b.from ?? '').localeCompare(a.from ?? ''))
    .map(({ from, ...item }) => ({ ...item, ...(from === null ? {} : { datetime: from }) }));
}

function Dialogs(props: PersonPageProps) {
  const { t, words, person, state, today, submission } = props;
  const action = (what: string) => `/people/${person.id}/${what}`;
  const day = (
    <DateField
      name="on"
      label={t('organisation.date.on')}
      value={state.values.on === undefined ? today : undefined}
      max={today}
      state={state}
    />
  );
  return (
    <>
      <Dialog id="move" title={t('organisation.move.title')}>
        <p>{t('organisation.move.explain')}</p>
        <Form action={action('move')} submission={submission}>
          <TextField
            name="unit"
            label={t('organisation.move.to')}
            hint={t('organisation.move.to.hint')}
            state={state}
          />
          {day}
          <TextField name="post" label={t('organisation.person.post')} optional state={state} />
          <SubmitBar submit={t('organisation.move.submit')} cancel={`/people/${person.id}`} />
        </Form>
      </Dialog>
      <Dialog id="group" title={t('organisation.group.title')}>
        <Form action={action('group')} submission={submission}>
          <SelectField
            name="group"
            label={t('organisation.person.group')}
            choices={props.groups.map(({ id, name }) => ({ value: id, label: name }))}
            state={state}
          />
          {day}
          <div class="submit-bar">
            <Button kind="primary" name="act" value="join">
              {t('organisation.group.join')}
            </Button>
            <Button name="act" value="leave">
              {t('organisation.group.leave')}
            </Button>
          </div>
        </Form>
      </Dialog>
      <Dialog id="fact" title={t('organisation.fact.title')}>
        <p>{t('organisation.fact.explain')}</p>
        <Form action={action('fact')} submission={submission}>
          <SelectField
            name="attribute"
            label={t('organisation.fact.attribute')}
            choices={FACTS.map((name) => ({ value: name, label: t(`organisation.person.${name}`) }))}
            state={state}
          />
          <TextField
            name="value"
            label={t('organisation.fact.value')}
            hint={factHint(words)}
            optional
            state={state}
          />
          {day}
          <TextareaField
            name="reason"
            label={t('organisation.fact.reason')}
            maxlength={300}
            rows={2}
            optional
            state={state}
          />
          <SubmitBar submit={t('organisation.save')} cancel={`/people/${person.id}`} />
        </Form>
      </Dialog>
      <Dialog id="leave" title={t('organisation.leave.title')}>
        <p>{t('organisation.leave.explain')}</p>
        <Form action={action('leave')} submission={submission}>
          <FieldRow>
            <SelectField
              name="state"
              label={t('organisation.leave.how')}
              choices={(['left', 'retired'] as const).map((value) => ({
                value,
                label: t(`organisation.state.${value}`),
              }))}
              empty={null}
              state={state}
            />
            {day}
          </FieldRow>
          <SubmitBar submit={t('organisation.leave.submit')} danger cancel={`/people/${person.id}`} />
        </Form>
      </Dialog>
    </>
  );
}

const factHint = (words: OrganisationWords): string =>
  [...RANKS.map(words.rank), ...EDUCATIONS.map(words.education)].filter((text) => text !== '').join('、');

export function PersonFormPage(props: Base & { person: Person; state: FormState; submission: string }) {
  const { frame, t, person, state } = props;
  return (
    <Page
      {...frame}
      title={t('organisation.person.edit.title', { name: person.name })}
      lead={t('organisation.person.edit.lead')}
      breadcrumbs={[{ href: `/people/${person.id}`, label: person.name }]}
    >
      <ErrorSummary state={state} />
      <Form action={`/people/${person.id}/edit`} submission={props.submission} guard>
        <input type="hidden" name="revision" value={String(state.values.revision ?? person.revision)} />
        <TextField name="name" label={t('organisation.person.name')} maxlength={50} state={state} />
        <TextField
          name="staffNumber"
          label={t('organisation.person.number')}
          maxlength={40}
          optional
          state={state}
        />
        <SelectField
          name="sex"
          label={t('organisation.person.sex')}
          choices={(['female', 'male'] as const).map((value) => ({
            value,
            label: t(`organisation.sex.${value}`),
          }))}
          optional
          state={state}
        />
        <FieldRow>
          <DateField name="birthDate" label={t('organisation.person.birthDate')} optional state={state} />
          <DateField
            name="teachingSince"
            label={t('organisation.person.teachingSince')}
            optional
            state={state}
          />
        </FieldRow>
        <FieldRow>
          <TextField
            name="phone"
            label={t('organisation.person.phone')}
            type="tel"
            maxlength={20}
            optional
            state={state}
          />
          <TextField
            name="email"
            label={t('organisation.person.email')}
            type="email"
            maxlength={100}
            optional
            state={state}
          />
        </FieldRow>
        <SubmitBar submit={t('organisation.save')} cancel={`/people/${person.id}`} />
      </Form>
    </Page>
  );
}
