import { Page } from '../../../../web/layout.tsx';
import { DateField, SelectField, TextField, TickField } from '../../../../web/ui/field.tsx';
import { ErrorSummary, FieldRow, Form, type FormState, SubmitBar } from '../../../../web/ui/form.tsx';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Section } from '../../../../web/ui/section.tsx';
import { STAGES } from '../../units/rules.ts';
import { PersonFields } from '../form-page.tsx';
import type { Base } from '../page.tsx';
import type { Person } from '../queries.ts';
import { EDUCATIONS, RANKS, type Suspicion } from '../rules.ts';

export interface Lookalike {
  readonly id: string;
  readonly reason: Suspicion;
  readonly unitName: string | null;
  /** Null when whoever adds may not see that person. */
  readonly person: Person | null;
}

export function NewPersonPage(
  props: Base & {
    today: string;
    state: FormState;
    submission: string;
    lookalikes: readonly Lookalike[];
  },
) {
  const { frame, t, words, state, today } = props;
  return (
    <Page
      {...frame}
      title={t('organisation.person.new')}
      lead={t('organisation.person.new.lead')}
      breadcrumbs={[{ href: '/people', label: t('organisation.people.title') }]}
    >
      <ErrorSummary state={state} />
      <Form action="/people/new" submission={props.submission} guard>
        {props.lookalikes.length > 0 && <Alike {...props} />}
        <TextField
          name="unit"
          label={t('organisation.person.unit')}
          hint={t('organisation.move.to.hint')}
          maxlength={100}
          state={state}
        />
        <PersonFields t={t} state={state} />
        <Section title={t('organisation.person.new.now')} lead={t('organisation.person.new.now.lead')}>
          <DateField
            name="joinedOn"
            label={t('organisation.field.joinedOn')}
            hint={t('organisation.person.new.joined.hint')}
            max={today}
            optional
            state={state}
          />
          <FieldRow>
            <TextField
              name="subject"
              label={t('organisation.person.subject')}
              maxlength={40}
              optional
              state={state}
            />
            <SelectField
              name="stage"
              label={t('organisation.person.stage')}
              choices={STAGES.map((value) => ({ value, label: words.stage(value) }))}
              optional
              state={state}
            />
          </FieldRow>
          <FieldRow>
            <SelectField
              name="rank"
              label={t('organisation.person.rank')}
              choices={RANKS.map((value) => ({ value, label: words.rank(value) }))}
              optional
              state={state}
            />
            <DateField
              name="rankSince"
              label={t('organisation.field.rankSince')}
              max={today}
              optional
              state={state}
            />
          </FieldRow>
          <FieldRow>
            <SelectField
              name="education"
              label={t('organisation.person.education')}
              choices={EDUCATIONS.map((value) => ({ value, label: words.education(value) }))}
              optional
              state={state}
            />
            <TextField
              name="post"
              label={t('organisation.person.post')}
              maxlength={60}
              optional
              state={state}
            />
          </FieldRow>
        </Section>
        <SubmitBar submit={t('organisation.person.new.submit')} cancel="/people" />
      </Form>
    </Page>
  );
}

/** Those who may be the same person, before a second entry of them comes to be. */
function Alike({ t, state, lookalikes }: Parameters<typeof NewPersonPage>[0]) {
  return (
    <Notice kind="warning" title={t('organisation.person.new.alike')}>
      <ul>
        {lookalikes.map(({ person, reason, unitName }) => (
          <li>
            {person === null ? (
              t('organisation.person.new.alike.elsewhere', { unit: unitName ?? '' })
            ) : (
              <>
                <a href={`/people/${person.id}`}>{person.name}</a>{' '}
                {[person.staffNumber, unitName].filter((part) => part !== null).join(' · ')}
              </>
            )}
            {' · '}
            {t(`organisation.suspicion.${reason}`)}
          </li>
        ))}
      </ul>
      <TickField name="another" label={t('organisation.person.new.alike.another')} state={state} />
    </Notice>
  );
}
