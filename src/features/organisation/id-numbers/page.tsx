import { Page } from '../../../web/layout.tsx';
import { SelectField, TextareaField, TextField } from '../../../web/ui/field.tsx';
import { ErrorSummary, FieldRow, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { formatInstant } from '../../../web/words.ts';
import type { Base } from '../people/page.tsx';
import { ID_KINDS } from './rules.ts';
import type { ShownId } from './show.ts';

export const idNumberPath = (personId: string): string => `/people/${personId}/id-number`;

export interface IdNumberPageProps extends Base {
  readonly person: { readonly id: string; readonly name: string };
  /** Null when none is kept of this person. */
  readonly shown: (ShownId & { readonly statedAt: Date }) | null;
  /** The number in full, when it was just asked for. */
  readonly full: string | null;
  readonly mayKeep: boolean;
  readonly own: boolean;
  readonly state: FormState;
  readonly submission: string;
}

/** A person's identity number: in part, and in full only when asked for with a reason. */
export function IdNumberPage(props: IdNumberPageProps) {
  const { frame, t, person, shown, full, state, own } = props;
  const path = idNumberPath(person.id);
  return (
    <Page
      {...frame}
      title={t('organisation.id-number.title', { name: person.name })}
      lead={t(own ? 'organisation.id-number.lead.own' : 'organisation.id-number.lead')}
      breadcrumbs={[{ href: `/people/${person.id}`, label: person.name }]}
    >
      <ErrorSummary state={state} />
      {shown !== null && shown.masked === null && (
        <Notice kind="error">
          <p>{t('organisation.id-number.unreadable')}</p>
        </Notice>
      )}
      {shown === null ? (
        <p>{t('organisation.id-number.none')}</p>
      ) : (
        <SummaryList
          rows={[
            {
              label: t('organisation.id-number.kind'),
              value: t(`organisation.id-number.kind.${shown.kind}`),
            },
            {
              label: t('organisation.id-number.number'),
              value: <span class="digest">{full ?? shown.masked ?? t('organisation.unknown')}</span>,
            },
            {
              label: t('organisation.id-number.stated'),
              value: formatInstant(shown.statedAt, frame.locale),
            },
          ]}
        />
      )}
      {shown !== null && shown.masked !== null && full === null && (
        <Section title={t('organisation.id-number.show.title')} id="show">
          <Form action={`${path}/show`} submission={props.submission}>
            {!own && (
              <TextareaField
                name="reason"
                label={t('organisation.id-number.show.reason')}
                hint={t('organisation.id-number.show.hint')}
                rows={2}
                maxlength={300}
                state={state}
              />
            )}
            <SubmitBar submit={t('organisation.id-number.show.submit')} />
          </Form>
        </Section>
      )}
      {props.mayKeep && (
        <Section
          title={t(shown === null ? 'organisation.id-number.add' : 'organisation.id-number.correct')}
          id="keep"
        >
          <Form action={path} submission={props.submission}>
            <FieldRow>
              <SelectField
                name="kind"
                label={t('organisation.id-number.kind')}
                choices={ID_KINDS.map((kind) => ({
                  value: kind,
                  label: t(`organisation.id-number.kind.${kind}`),
                }))}
                empty={null}
                state={state}
              />
              <TextField
                name="number"
                label={t('organisation.id-number.number')}
                maxlength={40}
                autocomplete="off"
                state={state}
              />
            </FieldRow>
            <SubmitBar submit={t('organisation.save')} cancel={`/people/${person.id}`} />
          </Form>
          {shown !== null && (
            <Form action={`${path}/remove`} submission={props.submission}>
              <TextField
                name="removeReason"
                label={t('organisation.id-number.remove.reason')}
                maxlength={300}
                state={state}
              />
              <SubmitBar submit={t('organisation.id-number.remove')} danger />
            </Form>
          )}
        </Section>
      )}
    </Page>
  );
}
