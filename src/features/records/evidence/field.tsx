import { usePage } from '../../../web/page-context.ts';
import { FileField } from '../../../web/ui/field.tsx';
import type { FormState } from '../../../web/ui/form.tsx';
import { EVIDENCE_ACCEPT } from './rules.ts';

/** Papers that prove a record, put in with it or later. */
export const EvidenceField = ({ state }: { state: FormState }) => {
  const { t } = usePage();
  return (
    <FileField
      name="evidence"
      label={t('records.evidence.add')}
      hint={t('records.evidence.hint')}
      state={state}
      accept={EVIDENCE_ACCEPT}
      multiple
      optional
    />
  );
};
