import { Page, type PageProps } from '../../../web/layout.tsx';
import { Pager, type Paging } from '../../../web/ui/pager.tsx';
import { EmptyState } from '../../../web/ui/section.tsx';
import { Timeline, type TimelineItem } from '../../../web/ui/timeline.tsx';
import type { Translate } from '../../../web/words.ts';

export interface TimelinePageProps {
  readonly page: Omit<PageProps, 'title'>;
  readonly t: Translate;
  readonly title: string;
  readonly back: { readonly href: string; readonly label: string };
  readonly items: readonly TimelineItem[];
  readonly paging: Paging;
}

/** What happened to one thing or one person, newest first, in words. */
export function TimelinePage({ page, t, title, back, items, paging }: TimelinePageProps) {
  return (
    <Page {...page} title={title} lead={t('audit.timeline.lead')} breadcrumbs={[back]}>
      {items.length === 0 ? <EmptyState title={t('audit.timeline.none')} /> : <Timeline items={items} />}
      <Pager path={page.path} paging={paging} />
    </Page>
  );
}
