import { Page, type PageProps } from '../../../web/layout.tsx';
import { NumberField, TextareaField } from '../../../web/ui/field.tsx';
import { Button, ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import type { Column } from '../../../web/ui/table.tsx';
import type { Translate } from '../../../web/words.ts';
import type { RetentionRule } from '../../audit/retention/queries.ts';
import { RETENTION } from '../../audit/retention/rules.ts';
import { privacySettingsPath, retentionPath } from '../paths.ts';

/** What is kept, for how long and why: the same on the public page and on the administrator's. */
export const periodColumns = (t: Translate): Column<RetentionRule>[] => [
  {
    key: 'kind',
    label: t('privacy.retention.kind'),
    rowHeader: true,
    cell: ({ kind }) => t(`privacy.retention.of.${kind}`),
  },
  {
    key: 'days',
    label: t('privacy.retention.period'),
    cell: ({ kind, days }) =>
      t('privacy.retention.days', { days, from: t(`privacy.retention.from.${kind}`) }),
  },
  {
    key: 'reason',
    label: t('privacy.retention.reason'),
    cell: ({ kind, reason }) => reason ?? t(`privacy.retention.why.${kind}`),
  },
];

export function RetentionPage(props: {
  page: Omit<PageProps, 'title'>;
  t: Translate;
  rule: RetentionRule;
  state: FormState;
  /** By the days in the form: how many would be erased tonight. */
  preview: { readonly days: number; readonly count: number } | null;
  submission: string;
}) {
  const { t, rule, state, preview } = props;
  const { kind } = rule;
  const bounds = RETENTION[kind];
  return (
    <Page
      {...props.page}
      title={t(`privacy.retention.of.${kind}`)}
      breadcrumbs={[{ href: privacySettingsPath, label: t('privacy.settings.title') }]}
    >
      <ErrorSummary state={state} />
      {preview !== null && (
        <Notice kind={preview.count > 0 ? 'warning' : 'info'} live>
          <p>{t('privacy.retention.preview', preview)}</p>
        </Notice>
      )}
      <SummaryList
        rows={[
          {
            label: t('privacy.retention.period'),
            value: t('privacy.retention.days', {
              days: rule.days,
              from: t(`privacy.retention.from.${kind}`),
            }),
          },
          { label: t('privacy.retention.erased'), value: t(`privacy.retention.erases.${kind}`) },
          { label: t('privacy.retention.reason.usual'), value: t(`privacy.retention.why.${kind}`) },
        ]}
      />
      <Form action={retentionPath(kind)} submission={props.submission}>
        <input type="hidden" name="revision" value={String(state.values.revision ?? rule.revision)} />
        <NumberField
          name="days"
          label={t('privacy.retention.set.days')}
          hint={t('privacy.retention.set.bounds', bounds)}
          min={bounds.min}
          max={bounds.max}
          state={state}
        />
        <TextareaField
          name="reason"
          label={t('privacy.retention.set.reason')}
          hint={t('privacy.retention.set.reason.hint')}
          maxlength={500}
          rows={2}
          optional
          state={state}
        />
        <SubmitBar submit={t('privacy.retention.set.save')} cancel={privacySettingsPath}>
          <Button kind="secondary" name="act" value="preview">
            {t('privacy.retention.set.preview')}
          </Button>
        </SubmitBar>
      </Form>
    </Page>
  );
}
