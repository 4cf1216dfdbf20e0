import type { Child } from 'hono/jsx';
import { Page } from '../../../web/layout.tsx';
import { type Choice, DateField, SelectField, TextField } from '../../../web/ui/field.tsx';
import { Button, ErrorSummary, FieldRow, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { type Column, DataTable } from '../../../web/ui/table.tsx';
import type { Translate } from '../../../web/words.ts';
import type { Base } from '../units/page.tsx';
import type { Delegation, HeldRole } from './queries.ts';

/** By what right a role is held. */
export function whyText(t: Translate, { post, forName, act }: HeldRole): string {
  if (forName !== null)
    return act === null
      ? t('duties.why.stead', { of: forName })
      : t('duties.why.stead-act', { of: forName, act: t(`duties.act.${act}`) });
  return post === null ? t('duties.why.assigned') : t('duties.why.post', { post });
}

const whyAndWhen = ({ t, words }: Base): Column<HeldRole>[] => [
  {
    key: 'unit',
    label: t('duties.unit'),
    cell: (held) => <a href={`/units/${held.unitId}`}>{held.unitName}</a>,
  },
  { key: 'why', label: t('duties.why'), cell: (held) => whyText(t, held) },
  { key: 'period', label: t('duties.period'), cell: (held) => words.period(held) },
];

export interface PersonRolesProps extends Base {
  readonly person: { readonly id: string; readonly name: string };
  readonly own: boolean;
  readonly holdings: readonly HeldRole[];
  readonly handedOver: readonly (Delegation & { readonly mayRevoke: boolean })[];
  /** What can be handed over. */
  readonly choices: readonly Choice[];
  readonly today: string;
  readonly submission: string;
  readonly state: FormState;
}

export function PersonRolesPage(props: PersonRolesProps) {
  const { frame, t, person, today } = props;
  const runs = ({ from, until }: HeldRole) =>
    (from === null || from <= today) && (until === null || until > today);
  return (
    <Page
      {...frame}
      title={t('duties.person.title', { name: person.name })}
      lead={t('duties.person.lead')}
      breadcrumbs={[{ href: `/people/${person.id}`, label: person.name }]}
    >
      <ErrorSummary state={props.state} />
      <Section title={t('duties.holdings')}>
        <DataTable
          caption={t('duties.holdings')}
          captionHidden
          path={frame.path}
          columns={[
            {
              key: 'role',
              label: t('duties.acting.role'),
              rowHeader: true,
              cell: (held) => t(`identity.role.${held.role}`),
            },
            ...whyAndWhen(props),
          ]}
          rows={props.holdings}
          rowClass={(held) => (runs(held) ? null : 'row-muted')}
          empty={<p>{t('duties.holdings.none')}</p>}
        />
      </Section>
      <Section title={t('duties.handed-over')} lead={t('duties.handed-over.lead')}>
        <DataTable
          caption={t('duties.handed-over')}
          captionHidden
          path={frame.path}
          columns={handedOverColumns(props)}
          rows={props.handedOver}
          rowClass={(given) => (given.revokedOn === null && given.until > today ? null : 'row-muted')}
          empty={<p>{t('duties.handed-over.none')}</p>}
        />
      </Section>
      {props.choices.length > 0 && <HandOverForm {...props} />}
    </Page>
  );
}

function handedOverColumns({
  t,
  words,
  submission,
}: PersonRolesProps): Column<PersonRolesProps['handedOver'][number]>[] {
  return [
    { key: 'to', label: t('duties.handed-over.to'), rowHeader: true, cell: (given) => given.toName },
    {
      key: 'what',
      label: t('duties.handed-over.what'),
      cell: ({ role, unitName, act }) => {
        const whole = `${t(`identity.role.${role}`)} · ${unitName}`;
        return act === null
          ? t('duties.hand-over.whole', { role: whole })
          : t('duties.hand-over.only', { role: whole, act: t(`duties.act.${act}`) });
      },
    },
    {
      key: 'period',
      label: t('duties.period'),
      cell: (given) =>
        [
          words.period(given),
          ...(given.revokedOn === null
            ? []
            : [t('duties.handed-over.revoked', { on: words.date(given.revokedOn) })]),
        ].join(' · '),
    },
    { key: 'reason', label: t('duties.handed-over.reason'), cell: (given) => given.reason },
    {
      key: 'act',
      label: t('duties.handed-over.act'),
      cell: (given): Child =>
        given.mayRevoke && (
          <Form action={`/delegations/${given.id}/revoke`} submission={submission}>
            <Button kind="plain">{t('duties.handed-over.take-back')}</Button>
          </Form>
        ),
    },
  ];
}

function HandOverForm({ t, choices, state, today, submission }: PersonRolesProps) {
  return (
    <Section title={t('duties.hand-over.title')}>
      <Form action="/delegations" submission={submission}>
        <SelectField name="what" label={t('duties.hand-over.what')} choices={choices} state={state} />
        <FieldRow>
          <TextField
            name="number"
            label={t('organisation.roles.who')}
            hint={t('duties.hand-over.number.hint')}
            state={state}
          />
          <DateField
            name="from"
            label={t('organisation.roles.from')}
            min={today}
            value={state.values.from === undefined ? today : undefined}
            state={state}
          />
          <DateField name="last" label={t('organisation.roles.last')} min={today} state={state} />
        </FieldRow>
        <TextField
          name="reason"
          label={t('duties.hand-over.reason')}
          hint={t('duties.hand-over.reason.hint')}
          state={state}
        />
        <SubmitBar submit={t('duties.hand-over.submit')} />
      </Form>
    </Section>
  );
}

export function ActingPage(
  props: Base & {
    unit: { readonly id: string; readonly name: string };
    on: string;
    /** What is wrong with the day asked for. */
    error: string | undefined;
    acting: readonly HeldRole[];
  },
) {
  const { frame, t, unit, on } = props;
  return (
    <Page
      {...frame}
      title={t('duties.acting.title', { unit: unit.name })}
      lead={t('duties.acting.lead')}
      breadcrumbs={[{ href: `/units/${unit.id}`, label: unit.name }]}
    >
      <Form action={`/units/${unit.id}/acting`} method="get">
        <FieldRow>
          <DateField name="on" label={t('duties.acting.on')} value={on} error={props.error} />
        </FieldRow>
        <SubmitBar submit={t('duties.acting.show')} />
      </Form>
      <DataTable
        caption={t('duties.acting.title', { unit: unit.name })}
        captionHidden
        path={frame.path}
        columns={[
          {
            key: 'person',
            label: t('duties.acting.person'),
            rowHeader: true,
            cell: (held) => <a href={`/people/${held.personId}/roles`}>{held.personName}</a>,
          },
          { key: 'role', label: t('duties.acting.role'), cell: (held) => t(`identity.role.${held.role}`) },
          ...whyAndWhen(props),
        ]}
        rows={props.acting}
        empty={<p>{props.error ?? t('duties.acting.none')}</p>}
      />
    </Page>
  );
}
