import { Page } from '../../../web/layout.tsx';
import { FileField, SelectField } from '../../../web/ui/field.tsx';
import { ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import type { Assignment } from '../../identity/rules.ts';
import { type ImportPage, importCrumbs } from './page.tsx';

export function UploadPage(
  props: ImportPage & {
    kind: 'roster' | 'oneroster';
    units: readonly Assignment[];
    state: FormState;
    submission: string;
  },
) {
  const { frame, t, kind, units, state } = props;
  return (
    <Page
      {...frame}
      title={t(`organisation.imports.new.${kind}`)}
      breadcrumbs={importCrumbs(t)}
      lead={t(`organisation.imports.lead.${kind}`)}
    >
      <ErrorSummary state={state} />
      <Form action="/imports/new" submission={props.submission} files>
        <input type="hidden" name="kind" value={kind} />
        <SelectField
          name="unit"
          label={t('organisation.imports.into')}
          hint={t('organisation.imports.into.hint')}
          choices={units.map((unit) => ({ value: unit.unitId, label: unit.unitName }))}
          empty={units.length === 1 ? null : t('ui.form.choose')}
          state={state}
        />
        <FileField
          name="file"
          label={t('organisation.imports.file')}
          accept={kind === 'roster' ? '.xlsx,.csv,.txt' : '.zip'}
          size="32 MB"
          state={state}
        />
        <SubmitBar submit={t('organisation.imports.upload')} cancel="/imports" />
      </Form>
    </Page>
  );
}
