import { Page } from '../../../web/layout.tsx';
import { CheckboxField, SelectField, TextField } from '../../../web/ui/field.tsx';
import { ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import type { Base } from './page.tsx';
import type { Unit } from './queries.ts';
import { SETTINGS, STAGES, type UnitLevel } from './rules.ts';

export function UnitFormPage(
  props: Base & {
    action: string;
    title: string;
    above: readonly Unit[];
    levels: readonly UnitLevel[];
    state: FormState;
    submission: string;
  },
) {
  const { frame, t, words, state } = props;
  return (
    <Page
      {...frame}
      title={props.title}
      breadcrumbs={props.above.map((one) => ({ href: `/units/${one.id}`, label: one.name }))}
    >
      <ErrorSummary state={state} />
      <Form action={props.action} submission={props.submission} guard>
        {props.levels.length > 0 && (
          <SelectField
            name="level"
            label={t('organisation.unit.level')}
            choices={props.levels.map((level) => ({ value: level, label: t(`organisation.level.${level}`) }))}
            empty={null}
            state={state}
          />
        )}
        <TextField name="name" label={t('organisation.unit.name')} maxlength={100} state={state} />
        <TextField
          name="code"
          label={t('organisation.unit.code')}
          hint={t('organisation.unit.code.hint')}
          maxlength={40}
          optional
          state={state}
        />
        <CheckboxField
          name="stages"
          label={t('organisation.unit.stages')}
          choices={STAGES.map((stage) => ({ value: stage, label: words.stage(stage) }))}
          optional
          inline
          state={state}
        />
        <SelectField
          name="setting"
          label={t('organisation.unit.setting')}
          choices={SETTINGS.map((setting) => ({ value: setting, label: words.setting(setting) }))}
          optional
          state={state}
        />
        <TextField
          name="subject"
          label={t('organisation.unit.subject')}
          hint={t('organisation.unit.subject.hint')}
          maxlength={40}
          optional
          state={state}
        />
        <SubmitBar submit={t('organisation.save')} cancel={`/units/${props.above.at(-1)?.id ?? ''}`} />
      </Form>
    </Page>
  );
}
