import { SHOWN, SHOWN_VIEWS } from '../../../shared/shown.ts';
import { enumerate } from '../../../shared/text.ts';
import { Page, type PageProps } from '../../../web/layout.tsx';
import { Details, Section } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { formatInstant, type Translate } from '../../../web/words.ts';
import type { RetentionRule } from '../../audit/retention/queries.ts';
import type { PrivacyNotice } from '../consent/queries.ts';
import { periodColumns } from '../retention/page.tsx';

/** For anybody: what the public is shown of whom and why, and for how long what is kept. */
export function PrivacyPage(props: {
  page: Omit<PageProps, 'title'>;
  t: Translate;
  /** The one in force first. */
  notices: readonly PrivacyNotice[];
  periods: readonly RetentionRule[];
}) {
  const { page, t } = props;
  return (
    <Page {...page} wide title={t('privacy.title')} lead={t('privacy.lead')}>
      {props.notices.slice(0, 1).map((notice) => (
        <Section
          title={t('privacy.notice.title')}
          id="notice"
          lead={t('privacy.notice.published', {
            number: notice.number,
            on: formatInstant(notice.publishedAt, page.locale),
          })}
        >
          <NoticeText text={notice.texts[page.locale]} />
        </Section>
      ))}
      {props.notices.length > 1 && (
        <Details summary={t('privacy.notice.earlier')}>
          {props.notices.slice(1).map((notice) => (
            <>
              <h3>
                {t('privacy.notice.published', {
                  number: notice.number,
                  on: formatInstant(notice.publishedAt, page.locale),
                })}
              </h3>
              <NoticeText text={notice.texts[page.locale]} />
            </>
          ))}
        </Details>
      )}
      <Section title={t('privacy.shown.title')} id="shown" lead={t('privacy.shown.lead')}>
        <DataTable
          caption={t('privacy.shown.title')}
          captionHidden
          path={page.path}
          rows={SHOWN_VIEWS}
          columns={[
            {
              key: 'view',
              label: t('privacy.shown.where'),
              rowHeader: true,
              cell: (view) => t(`privacy.shown.view.${view}`),
            },
            {
              key: 'fields',
              label: t('privacy.shown.what'),
              cell: (view) =>
                enumerate(
                  page.locale,
                  SHOWN[view].fields.map((field) => t(`privacy.shown.field.${field}`)),
                ),
            },
            {
              key: 'to',
              label: t('privacy.shown.to'),
              cell: (view) => t(`privacy.shown.to.${SHOWN[view].to}`),
            },
            {
              key: 'basis',
              label: t('privacy.shown.basis'),
              cell: (view) => t(`privacy.shown.basis.${SHOWN[view].basis}`),
            },
          ]}
        />
      </Section>
      <Section title={t('privacy.retention.title')} id="periods" lead={t('privacy.retention.public.lead')}>
        <DataTable
          caption={t('privacy.retention.title')}
          captionHidden
          path={page.path}
          rows={props.periods}
          columns={periodColumns(t)}
        />
      </Section>
    </Page>
  );
}

const NoticeText = ({ text }: { text: string }) => (
  <>
    {text.split('\n').map((paragraph) => (
      <p>{paragraph}</p>
    ))}
  </>
);
