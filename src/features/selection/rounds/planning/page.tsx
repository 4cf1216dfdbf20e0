import { Page } from '../../../../web/layout.tsx';
import { DateField, NumberField, SelectField, TextField } from '../../../../web/ui/field.tsx';
import {
  ButtonLink,
  ErrorSummary,
  FieldRow,
  Fieldset,
  Form,
  type FormState,
  SubmitBar,
} from '../../../../web/ui/form.tsx';
import { EmptyState } from '../../../../web/ui/section.tsx';
import { words } from '../../../../web/words.ts';
import { FindVersion } from '../../../programmes/find.tsx';
import type { Frame } from '../../frame.ts';

export function ChooseVersionPage(props: {
  frame: Frame;
  versions: readonly { value: string; label: string }[];
  /** They are looked for by this; null for all. */
  search: string | null;
  more: boolean;
  state: FormState;
}) {
  const { frame, versions, search } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      title={t('rounds.new.title')}
      lead={t('rounds.new.choose.lead')}
      breadcrumbs={[{ href: '/rounds', label: t('rounds.title') }]}
    >
      <FindVersion path="/rounds/new" search={search} listed={versions.length} more={props.more} />
      {versions.length === 0 && search !== null ? null : versions.length === 0 ? (
        <EmptyState
          title={t('rounds.new.choose.none')}
          action={<ButtonLink href="/programmes">{t('programmes.title')}</ButtonLink>}
        />
      ) : (
        <Form action="/rounds/new" method="get">
          <SelectField name="version" label={t('rounds.new.choose')} choices={versions} state={props.state} />
          <SubmitBar submit={t('rounds.new.continue')} cancel="/rounds" />
        </Form>
      )}
    </Page>
  );
}

export interface StageField {
  readonly id: string;
  readonly name: string;
}
export function RoundFormPage(props: {
  frame: Frame;
  /** Null for a new round. */
  round: { readonly id: string; readonly name: string } | null;
  version: { readonly id: string; readonly label: string };
  units: readonly { value: string; label: string }[];
  stages: readonly StageField[];
  /** The total the file gives. */
  total: number | null;
  state: FormState;
  submission: string;
}) {
  const { frame, round, state, version } = props;
  const t = words(frame.locale);
  const back = round === null ? '/rounds' : `/rounds/${round.id}`;
  return (
    <Page
      {...frame}
      title={t(round === null ? 'rounds.new.title' : 'rounds.change')}
      lead={t('rounds.new.lead')}
      breadcrumbs={[
        { href: '/rounds', label: t('rounds.title') },
        ...(round === null ? [] : [{ href: back, label: round.name }]),
      ]}
    >
      <ErrorSummary state={state} />
      <p>
        {t('rounds.programme')} <a href={`/programmes/${version.id}`}>{version.label}</a>
      </p>
      <Form
        action={round === null ? '/rounds/new' : `/rounds/${round.id}/change`}
        submission={props.submission}
        guard
      >
        <input type="hidden" name="version" value={version.id} />
        {round === null && (
          <SelectField
            name="unit"
            label={t('rounds.new.unit')}
            state={state}
            choices={props.units}
            empty={null}
          />
        )}
        <TextField name="name" label={t('rounds.new.name')} state={state} maxlength={120} width="full" />
        <TextField name="document" label={t('rounds.new.document')} state={state} maxlength={120} optional />
        <TextField
          name="contact"
          label={t('rounds.new.contact')}
          hint={t('rounds.new.contact.hint')}
          state={state}
          maxlength={200}
          optional
          width="full"
        />
        <FieldRow>
          <DateField name="opens" label={t('rounds.new.opens')} state={state} />
          <DateField
            name="deadline"
            label={t('rounds.new.deadline')}
            hint={t('rounds.new.deadline.hint')}
            state={state}
          />
        </FieldRow>
        <DateField
          name="as-of"
          label={t('rounds.new.as-of')}
          hint={t('rounds.new.as-of.hint')}
          state={state}
          optional
        />
        <NumberField
          name="places"
          label={t('rounds.new.places')}
          hint={props.total === null ? null : t('rounds.new.places.hint', { total: props.total })}
          state={state}
          min={0}
          optional
        />
        {props.stages.length > 0 && (
          <Fieldset legend={t('rounds.new.stages')} hint={t('rounds.new.stages.hint')}>
            {props.stages.map((stage) => (
              <DateField name={`stage-${stage.id}`} label={stage.name} state={state} optional />
            ))}
          </Fieldset>
        )}
        <SubmitBar submit={t('rounds.new.submit')} cancel={back} />
      </Form>
    </Page>
  );
}
