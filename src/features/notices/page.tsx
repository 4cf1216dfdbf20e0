import { Page, type PageProps } from '../../web/layout.tsx';
import { Button, Form } from '../../web/ui/form.tsx';
import { Pager, type Paging } from '../../web/ui/pager.tsx';
import { EmptyState, PlainList } from '../../web/ui/section.tsx';
import { StatusTag } from '../../web/ui/tag.tsx';
import { formatInstant, type Translate } from '../../web/words.ts';
import type { NoticeRow } from './queries.ts';
import { sayNotice } from './say.ts';

export function NoticesPage(props: {
  page: Omit<PageProps, 'title'>;
  t: Translate;
  notices: readonly NoticeRow[];
  paging: Paging;
}) {
  const { t, notices, page } = props;
  return (
    <Page {...page} title={t('notices.title')}>
      {notices.length === 0 && <EmptyState title={t('notices.empty')} />}
      <PlainList>
        {notices.map((notice) => (
          <li class="card">
            <p>
              {notice.readAt === null && <StatusTag tone="info" text={t('notices.unread')} />}{' '}
              <span class="quiet">{formatInstant(notice.createdAt, page.locale)}</span>
            </p>
            <p>{sayNotice(t, page.locale, notice)}</p>
            <div class="actions">
              {notice.href !== null && <a href={notice.href}>{t('notices.open')}</a>}
              {notice.acknowledgedAt === null ? (
                <Form action={`/notices/${notice.id}/seen`}>
                  <Button kind="plain">{t('notices.acknowledge')}</Button>
                </Form>
              ) : (
                <span class="quiet">
                  {t('notices.seen-at', { at: formatInstant(notice.acknowledgedAt, page.locale) })}
                </span>
              )}
            </div>
          </li>
        ))}
      </PlainList>
      <Pager path={page.path} paging={props.paging} />
    </Page>
  );
}
