import { isCivilDate } from '../../shared/civil-date.ts';
import { Page, type PageProps } from '../../web/layout.tsx';
import { Button, Form } from '../../web/ui/form.tsx';
import { Pager, type Paging } from '../../web/ui/pager.tsx';
import { EmptyState, PlainList } from '../../web/ui/section.tsx';
import { StatusTag } from '../../web/ui/tag.tsx';
import { formatDate, formatInstant, type Locale, type Translate } from '../../web/words.ts';
import { ROLES, SINGLE_ACTS } from '../identity/rules.ts';
import type { NoticeRow } from './queries.ts';

/** Instants, dates, roles and acts are kept as such and read in the reader's own language. */
const readable = (detail: NoticeRow['detail'], t: Translate, locale: Locale): NoticeRow['detail'] =>
  Object.fromEntries(
    Object.entries(detail).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      if (name === 'deadline') return [name, formatInstant(new Date(value), locale)];
      const role = name === 'role' ? ROLES.find((one) => one === value) : undefined;
      if (role !== undefined) return [name, t(`identity.role.${role}`)];
      const act = name === 'act' ? SINGLE_ACTS.find((one) => one === value) : undefined;
      if (act !== undefined) return [name, t(`duties.act.${act}`)];
      return [name, isCivilDate(value) ? formatDate(value, locale) : value];
    }),
  );

/** A notice as the reader reads it. */
export const sayNotice = (
  t: Translate,
  locale: Locale,
  { kind, detail }: Pick<NoticeRow, 'kind' | 'detail'>,
): string => t(`notices.kind.${kind}`, readable(detail, t, locale));

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
