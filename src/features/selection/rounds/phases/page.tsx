import { usePage } from '../../../../web/page-context.ts';
import { DateField, TextField } from '../../../../web/ui/field.tsx';
import { ButtonLink, Fieldset, Form, type FormState, SubmitBar } from '../../../../web/ui/form.tsx';
import { Details, Section } from '../../../../web/ui/section.tsx';
import { formatDate } from '../../../../web/words.ts';
import type { Overview } from '../page.tsx';
import type { StageField } from '../planning/page.tsx';
import type { Early, QuotaSum } from '../rules.ts';

export interface Deadlines {
  /** Civil dates. */
  readonly deadline: string;
  readonly stages: readonly (StageField & { readonly on: string })[];
}
export interface OverviewActs {
  readonly change: boolean;
  readonly open: boolean;
  /** The deadlines as they stand, to be moved later; null when they no longer move. */
  readonly extend: Deadlines | null;
  readonly cancel: boolean;
  readonly quotas: QuotaSum;
  readonly early: Early | null;
}

export function Acts(props: {
  acts: OverviewActs;
  overview: Overview;
  state: FormState;
  submission: string;
}) {
  const { t, locale } = usePage();
  const { acts, overview, state, submission } = props;
  const { round } = overview;
  const { sum, total, unallocated } = acts.quotas;
  const failed = (name: string) => state.values.act === name && state.errors !== undefined;
  if (!acts.change && !acts.open && acts.extend === null && !acts.cancel) return null;
  return (
    <Section title={t('rounds.acts')} id="acts">
      {acts.change && (
        <p>
          <ButtonLink href={`/rounds/${round.id}/change`}>{t('rounds.change')}</ButtonLink>
        </p>
      )}
      {acts.open && (
        <Details summary={t('rounds.open')} open>
          <p>{t('rounds.open.lead')}</p>
          <Form action={`/rounds/${round.id}/open`} submission={submission}>
            {total !== null && sum > 0 && unallocated > 0 && (
              <TextField
                name="quota-reason"
                label={t('rounds.open.reason')}
                hint={t('rounds.open.reason.hint', { sum, total, unallocated })}
                state={state}
                maxlength={500}
                width="full"
                optional
              />
            )}
            {acts.early !== null && (
              <TextField
                name="early-reason"
                label={t('rounds.open.early')}
                hint={t('rounds.open.early.hint', {
                  last: formatDate(acts.early.last, locale),
                  due: formatDate(acts.early.due, locale),
                })}
                state={state}
                maxlength={500}
                width="full"
                optional
              />
            )}
            <SubmitBar submit={t('rounds.open.submit')} />
          </Form>
        </Details>
      )}
      {acts.extend !== null && (
        <Details summary={t('rounds.extend')} open={failed('extend')}>
          <p>{t('rounds.extend.lead')}</p>
          <ExtendForm
            deadlines={acts.extend}
            action={`/rounds/${round.id}/extend`}
            state={failed('extend') ? state : { values: standing(acts.extend) }}
            submission={submission}
          />
        </Details>
      )}
      {acts.cancel && (
        <Details summary={t('rounds.cancel')} open={failed('cancel')}>
          <p>{t('rounds.cancel.lead')}</p>
          <Form action={`/rounds/${round.id}/cancel`} submission={submission}>
            <TextField
              name="cancel-reason"
              label={t('rounds.reason')}
              state={state}
              maxlength={500}
              width="full"
            />
            <SubmitBar submit={t('rounds.cancel.submit')} danger />
          </Form>
        </Details>
      )}
    </Section>
  );
}

const standing = ({ deadline, stages }: Deadlines): FormState['values'] => ({
  deadline,
  ...Object.fromEntries(stages.map(({ id, on }) => [`stage-${id}`, on])),
});

function ExtendForm(props: { deadlines: Deadlines; action: string; state: FormState; submission: string }) {
  const { t } = usePage();
  const { deadlines, state } = props;
  return (
    <Form action={props.action} submission={props.submission}>
      <DateField name="deadline" label={t('rounds.extend.deadline')} min={deadlines.deadline} state={state} />
      {deadlines.stages.length > 0 && (
        <Fieldset legend={t('rounds.extend.stages')} hint={t('rounds.extend.stages.hint')}>
          {deadlines.stages.map(({ id, name, on }) => (
            <DateField name={`stage-${id}`} label={name} min={on} state={state} />
          ))}
        </Fieldset>
      )}
      <TextField name="reason" label={t('rounds.reason')} state={state} maxlength={500} width="full" />
      <SubmitBar submit={t('rounds.extend.submit')} />
    </Form>
  );
}
