import type { Child } from 'hono/jsx';
import { enumerate } from '../../../shared/text.ts';
import { Page, type PageProps } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { BarChart } from '../../../web/ui/bar.tsx';
import { Dialog, DialogLink } from '../../../web/ui/dialog.tsx';
import { DateField, SelectField, TextField } from '../../../web/ui/field.tsx';
import {
  Button,
  ButtonLink,
  ErrorSummary,
  FieldRow,
  Form,
  type FormState,
  SubmitBar,
} from '../../../web/ui/form.tsx';
import { Section, Stat, Stats } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { type Column, DataTable } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import type { Translate } from '../../../web/words.ts';
import type { Role } from '../../identity/rules.ts';
import { UnitAccounts } from '../accounts/page.tsx';
import type { AccountCounts } from '../accounts/queries.ts';
import type { OrganisationWords } from '../show.ts';
import type { ChildUnit, StaffShare, StaffStructure } from './counts/queries.ts';
import type { Unit } from './queries.ts';
import type { RoleHolding } from './roles/queries.ts';

export type Frame = Omit<PageProps, 'title'>;

export interface Base {
  readonly frame: Frame;
  readonly t: Translate;
  readonly words: OrganisationWords;
}

const unitColumns = (t: Translate, words: OrganisationWords): Column<ChildUnit>[] => [
  {
    key: 'name',
    label: t('organisation.unit.name'),
    rowHeader: true,
    cell: (unit) => <a href={`/units/${unit.id}`}>{unit.name}</a>,
  },
  {
    key: 'level',
    label: t('organisation.unit.level'),
    cell: (unit) => t(`organisation.level.${unit.level}`),
  },
  {
    key: 'stages',
    label: t('organisation.unit.stages'),
    cell: (unit) => unit.stages.map(words.stage).join(' '),
  },
  { key: 'setting', label: t('organisation.unit.setting'), cell: (unit) => words.setting(unit.setting) },
  { key: 'children', label: t('organisation.unit.children'), numeric: true, cell: (unit) => unit.children },
  {
    key: 'people',
    label: t('organisation.unit.people'),
    numeric: true,
    cell: (unit) => <a href={`/people?unit=${unit.id}`}>{unit.people}</a>,
  },
];

export function UnitsPage(
  props: Base & { roots: readonly ChildUnit[]; found: readonly ChildUnit[] | null; search: string },
) {
  const { frame, t, words } = props;
  return (
    <Page {...frame} title={t('organisation.units.title')} lead={t('organisation.units.lead')} wide>
      <DataTable
        caption={
          props.found === null
            ? t('organisation.units.mine')
            : t('organisation.units.found', { search: props.search })
        }
        path={frame.path}
        columns={unitColumns(t, words)}
        rows={props.found ?? props.roots}
        filters={[{ name: 'q', label: t('organisation.units.search') }]}
        empty={<p>{t('organisation.units.none')}</p>}
      />
    </Page>
  );
}

export interface UnitPageProps extends Base {
  readonly unit: Unit;
  readonly above: readonly Unit[];
  readonly counts: { readonly children: number; readonly people: number };
  readonly structure: StaffStructure;
  readonly children: readonly ChildUnit[];
  readonly childTotal: number;
  readonly page: number;
  readonly size: number;
  readonly roles: readonly RoleHolding[];
  readonly given: readonly Role[];
  readonly mayChange: boolean;
  readonly mayFind: boolean;
  readonly maySeeActing: boolean;
  /** How its people can sign in; null for those who may not change them. */
  readonly accounts: AccountCounts | null;
  readonly mayAdd: boolean;
  readonly today: string;
  readonly submission: string;
  readonly state: FormState;
}

export function UnitPage(props: UnitPageProps) {
  const { frame, t, words, unit } = props;
  const running = props.roles.filter(({ until }) => until === null || until > props.today);
  return (
    <Page
      {...frame}
      title={unit.name}
      breadcrumbs={[
        { href: '/units', label: t('organisation.units.title') },
        ...props.above.map((one) => ({ href: `/units/${one.id}`, label: one.name })),
      ]}
      actions={
        props.mayChange &&
        unit.endsOn === null && (
          <>
            <ButtonLink href={`/units/${unit.id}/edit`}>{t('organisation.unit.edit')}</ButtonLink>
            {unit.level !== 'group' && (
              <ButtonLink href={`/units/${unit.id}/new`}>{t('organisation.unit.add')}</ButtonLink>
            )}
            {props.mayAdd && unit.level !== 'group' && (
              <ButtonLink href={`/people/new?unit=${unit.id}`}>{t('organisation.person.new')}</ButtonLink>
            )}
            <DialogLink opens="end-unit" kind="plain">
              {t('organisation.unit.end')}
            </DialogLink>
          </>
        )
      }
      wide
    >
      <ErrorSummary state={props.state} />
      {unit.endsOn !== null && (
        <StatusTag tone="warning" text={t('organisation.unit.ended', { on: words.date(unit.endsOn) })} />
      )}
      <Stats>
        <Stat
          label={t('organisation.unit.people')}
          value={props.counts.people}
          {...(props.mayFind ? { href: `/people?unit=${unit.id}` } : {})}
        />
        <Stat label={t('organisation.unit.teachers')} value={props.structure.total} />
        {unit.level !== 'group' && (
          <Stat label={t('organisation.unit.children')} value={props.counts.children} />
        )}
      </Stats>
      <SummaryList
        rows={[
          { label: t('organisation.unit.level'), value: t(`organisation.level.${unit.level}`) },
          ...(unit.code === null ? [] : [{ label: t('organisation.unit.code'), value: unit.code }]),
          ...(unit.stages.length === 0
            ? []
            : [
                {
                  label: t('organisation.unit.stages'),
                  value: enumerate(frame.locale, unit.stages.map(words.stage)),
                },
              ]),
          ...(unit.setting === null
            ? []
            : [{ label: t('organisation.unit.setting'), value: words.setting(unit.setting) }]),
          ...(unit.subject === null
            ? []
            : [{ label: t('organisation.unit.subject'), value: words.subject(unit.subject) }]),
        ]}
      />
      {props.structure.total > 0 && <Structure structure={props.structure} t={t} words={words} />}
      {unit.level !== 'group' && (
        <Section title={t('organisation.unit.below')} id="below">
          <DataTable
            caption={t('organisation.unit.below')}
            captionHidden
            path={frame.path}
            columns={unitColumns(t, words)}
            rows={props.children}
            filters={[{ name: 'q', label: t('organisation.units.search') }]}
            paging={{ page: props.page, size: props.size, total: props.childTotal }}
            empty={<p>{t('organisation.unit.no-children')}</p>}
          />
        </Section>
      )}
      <Section
        title={t('organisation.roles.title')}
        id="roles"
        lead={t('organisation.roles.lead')}
        actions={
          props.maySeeActing && (
            <ButtonLink href={`/units/${unit.id}/acting`}>{t('organisation.roles.acting')}</ButtonLink>
          )
        }
      >
        <DataTable
          caption={t('organisation.roles.title')}
          captionHidden
          path={frame.path}
          columns={roleColumns(props)}
          rows={props.roles}
          rowClass={(role) => (running.includes(role) ? null : 'row-muted')}
          empty={<p>{t('organisation.roles.none')}</p>}
        />
        {props.given.length > 0 && unit.endsOn === null && <AssignForm {...props} />}
      </Section>
      {props.accounts !== null && unit.endsOn === null && (
        <UnitAccounts t={t} unitId={unit.id} counts={props.accounts} submission={props.submission} />
      )}
      {props.mayChange && unit.endsOn === null && (
        <Dialog id="end-unit" title={t('organisation.unit.end')}>
          <p>{t('organisation.unit.end.explain')}</p>
          <Form action={`/units/${unit.id}/end`} submission={props.submission}>
            <DateField
              name="on"
              label={t('organisation.unit.end.on')}
              value={props.today}
              max={props.today}
              state={props.state}
            />
            <SubmitBar submit={t('organisation.unit.end')} danger cancel={`/units/${unit.id}`} />
          </Form>
        </Dialog>
      )}
    </Page>
  );
}

function roleColumns(props: UnitPageProps): Column<RoleHolding>[] {
  const { t, words } = props;
  return [
    {
      key: 'name',
      label: t('organisation.person.name'),
      rowHeader: true,
      cell: (role) => <a href={`/people/${role.personId}`}>{role.personName}</a>,
    },
    { key: 'role', label: t('organisation.roles.role'), cell: (role) => t(`identity.role.${role.role}`) },
    { key: 'period', label: t('organisation.roles.period'), cell: (role) => words.period(role) },
    ...(props.given.length > 0
      ? [
          {
            key: 'end',
            label: t('organisation.roles.act'),
            cell: (role: RoleHolding): Child =>
              (role.until === null || role.until > props.today) && props.given.includes(role.role) ? (
                <Form action={`/roles/${role.id}/end`} submission={props.submission}>
                  <Button kind="plain">{t('organisation.roles.end')}</Button>
                </Form>
              ) : null,
          },
        ]
      : []),
  ];
}

function AssignForm({ t, unit, given, state, today, submission }: UnitPageProps) {
  return (
    <Form action={`/units/${unit.id}/roles`} submission={submission}>
      <FieldRow>
        <SelectField
          name="role"
          label={t('organisation.roles.role')}
          choices={given.map((role) => ({ value: role, label: t(`identity.role.${role}`) }))}
          state={state}
        />
        <TextField
          name="number"
          label={t('organisation.roles.who')}
          hint={t('organisation.roles.who.hint')}
          state={state}
        />
        <DateField
          name="from"
          label={t('organisation.roles.from')}
          value={state.values.from === undefined ? today : undefined}
          state={state}
        />
        <DateField name="last" label={t('organisation.roles.last')} optional state={state} />
      </FieldRow>
      <SubmitBar submit={t('organisation.roles.assign')} />
    </Form>
  );
}

/** The share of new teachers among those whose first year of teaching is known. */
function newcomers({ service }: StaffStructure, t: Translate): string[] {
  const known = service.filter(({ key }) => key !== null).reduce((sum, { count }) => sum + count, 0);
  if (known === 0) return [];
  const count = service.find(({ key }) => key === 'to-3')?.count ?? 0;
  return [t('organisation.structure.new', { known, count, share: percent(count, known) })];
}
const percent = (count: number, total: number): number => Math.round((1000 * count) / total) / 10;

function Structure({
  structure,
  t,
  words,
}: {
  structure: StaffStructure;
  t: Translate;
  words: OrganisationWords;
}) {
  const { locale } = usePage();
  const part = (caption: string, shares: readonly StaffShare[], name: (key: string) => string) => (
    <BarChart
      caption={caption}
      items={shares.map(({ key, count }) => ({
        label: key === null ? t('organisation.unknown') : name(key),
        value: count,
        text: `${count} · ${percent(count, structure.total)}%`,
      }))}
    />
  );
  return (
    <Section
      title={t('organisation.structure.title')}
      lead={[t('organisation.structure.lead', { total: structure.total }), ...newcomers(structure, t)].join(
        locale === 'en' ? ' ' : '',
      )}
    >
      <div class="cards">
        {part(t('organisation.structure.age'), structure.age, (key) =>
          t(`organisation.age.${key as 'under-30'}`),
        )}
        {part(t('organisation.structure.service'), structure.service, (key) =>
          t(`organisation.service.${key as 'to-3'}`),
        )}
        {part(t('organisation.structure.education'), structure.education, words.education)}
        {part(t('organisation.structure.rank'), structure.rank, words.rank)}
        {part(t('organisation.structure.sex'), structure.sex, (key) =>
          t(`organisation.sex.${key as 'female'}`),
        )}
        {part(t('organisation.structure.subject'), structure.subject, words.subject)}
      </div>
    </Section>
  );
}
