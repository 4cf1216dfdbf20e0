import { Page, type PageProps } from '../../../web/layout.tsx';
import { TextareaField, TickField } from '../../../web/ui/field.tsx';
import { ButtonLink, ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Details, Section } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { privacyPath } from '../../../web/viewer.ts';
import { formatInstant, formatNumber, type Translate } from '../../../web/words.ts';
import type { RetentionRule } from '../../audit/retention/queries.ts';
import type { RetentionKind } from '../../audit/retention/rules.ts';
import type { PrivacyNotice } from '../consent/queries.ts';
import { idNumberSettingPath, noticesSettingPath, retentionPath } from '../paths.ts';
import { periodColumns } from '../retention/page.tsx';

/** What the authority lays down about personal data. */
export function PrivacySettingsPage(props: {
  page: Omit<PageProps, 'title'>;
  t: Translate;
  periods: readonly RetentionRule[];
  /** How many of each kind are too old now. */
  due: ReadonlyMap<RetentionKind, number>;
  idNumbers: { readonly kept: boolean; readonly count: number; readonly keyId: string | null };
  notices: readonly PrivacyNotice[];
  state: FormState;
  submission: string;
}) {
  const { page, t } = props;
  return (
    <Page
      {...page}
      wide
      title={t('privacy.settings.title')}
      lead={t('privacy.settings.lead')}
      actions={<ButtonLink href={privacyPath}>{t('privacy.settings.public')}</ButtonLink>}
    >
      <ErrorSummary state={props.state} />
      <IdNumbers {...props} />
      <NoticeForm {...props} />
      <Section title={t('privacy.retention.title')} id="periods" lead={t('privacy.retention.lead')}>
        <DataTable
          caption={t('privacy.retention.title')}
          captionHidden
          path={page.path}
          rows={props.periods}
          columns={[
            ...periodColumns(t),
            {
              key: 'due',
              label: t('privacy.retention.due'),
              numeric: true,
              cell: ({ kind }) => formatNumber(props.due.get(kind) ?? 0, page.locale),
            },
            {
              key: 'change',
              label: t('ui.change'),
              cell: ({ kind }) => (
                <a
                  href={retentionPath(kind)}
                  aria-label={t('ui.changeOf', { what: t(`privacy.retention.of.${kind}`) })}
                >
                  {t('ui.change')}
                </a>
              ),
            },
          ]}
        />
      </Section>
    </Page>
  );
}

function IdNumbers({ t, idNumbers, state, submission }: Parameters<typeof PrivacySettingsPage>[0]) {
  const { kept, count, keyId } = idNumbers;
  return (
    <Section title={t('privacy.id.title')} id="id-numbers" lead={t('privacy.id.lead')}>
      <p>
        {kept
          ? t('privacy.id.on', { count })
          : count > 0
            ? t('privacy.id.off.left', { count })
            : t('privacy.id.off')}{' '}
        {keyId !== null && <span class="quiet">{t('privacy.id.key', { key: keyId })}</span>}
      </p>
      {keyId === null && (kept || count > 0) && (
        <Notice kind="error">
          <p>{t('privacy.id.key.missing')}</p>
        </Notice>
      )}
      <Form action={idNumberSettingPath} submission={submission}>
        <input type="hidden" name="keep" value={kept ? 'no' : 'yes'} />
        {kept && count > 0 && <TickField name="erase" label={t('privacy.id.turn-off.tick')} state={state} />}
        <SubmitBar submit={t(kept ? 'privacy.id.turn-off' : 'privacy.id.turn-on')} danger={kept} />
      </Form>
    </Section>
  );
}

/** A notice is published as a new version; those before stay as they were read. */
function NoticeForm({ page, t, notices, state, submission }: Parameters<typeof PrivacySettingsPage>[0]) {
  const [latest] = notices;
  return (
    <Section
      title={t('privacy.notice.title')}
      id="notice"
      lead={
        latest === undefined
          ? undefined
          : t('privacy.notice.published', {
              number: latest.number,
              on: formatInstant(latest.publishedAt, page.locale),
            })
      }
    >
      <Details
        summary={t('privacy.notice.new')}
        open={state.errors?.zh !== undefined || state.errors?.en !== undefined}
      >
        <Form action={noticesSettingPath} submission={submission}>
          <input type="hidden" name="after" value={String(latest?.number ?? 0)} />
          <TextareaField
            name="zh"
            label={t('privacy.notice.zh')}
            rows={8}
            maxlength={20_000}
            value={state.values.zh === undefined ? latest?.texts['zh-CN'] : undefined}
            state={state}
          />
          <TextareaField
            name="en"
            label={t('privacy.notice.en')}
            rows={8}
            maxlength={20_000}
            value={state.values.en === undefined ? latest?.texts.en : undefined}
            state={state}
          />
          <SubmitBar submit={t('privacy.notice.publish')} />
        </Form>
      </Details>
    </Section>
  );
}
