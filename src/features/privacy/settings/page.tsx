import { Page, type PageProps } from '../../../web/layout.tsx';
import { ButtonLink } from '../../../web/ui/form.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { privacyPath } from '../../../web/viewer.ts';
import { formatNumber, type Translate } from '../../../web/words.ts';
import type { RetentionRule } from '../../audit/retention/queries.ts';
import type { RetentionKind } from '../../audit/retention/rules.ts';
import { retentionPath } from '../paths.ts';
import { periodColumns } from '../retention/page.tsx';

/** What the authority lays down about personal data. */
export function PrivacySettingsPage(props: {
  page: Omit<PageProps, 'title'>;
  t: Translate;
  periods: readonly RetentionRule[];
  /** How many of each kind are too old now. */
  due: ReadonlyMap<RetentionKind, number>;
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
