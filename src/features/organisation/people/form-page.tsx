import { Page } from '../../../web/layout.tsx';
import { DateField, SelectField, TextField } from '../../../web/ui/field.tsx';
import { ErrorSummary, FieldRow, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import type { Translate } from '../../../web/words.ts';
import type { Base } from './page.tsx';
import type { Person } from './queries.ts';

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
        <PersonFields t={t} state={state} />
        <SubmitBar submit={t('organisation.save')} cancel={`/people/${person.id}`} />
      </Form>
    </Page>
  );
}

/** Who somebody is, as far as it does not change in a career. */
export const PersonFields = ({ t, state }: { t: Translate; state: FormState }) => (
  <>
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
      <DateField name="teachingSince" label={t('organisation.person.teachingSince')} optional state={state} />
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
  </>
);
