import { Page, type PageProps } from '../../../web/layout.tsx';
import type { Paging } from '../../../web/ui/pager.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { formatInstant } from '../../../web/words.ts';
import type { Saying } from '../timeline/say.ts';
import { whoDid } from '../words.ts';
import type { ReadRow } from './queries.ts';

export interface ReadsPageProps {
  readonly page: Omit<PageProps, 'title'>;
  readonly saying: Saying;
  readonly title: string;
  readonly back: { readonly href: string; readonly label: string };
  readonly rows: readonly ReadRow[];
  readonly paging: Paging;
  /** For how many days reads are kept. */
  readonly days: number;
  /** The auditor's list is of everybody and can be searched; a person's is of their own file. */
  readonly everybody: boolean;
}

/** Who looked at whose file, and when: for the person themselves, and for the auditor. */
export function ReadsPage({ page, saying, title, back, rows, paging, days, everybody }: ReadsPageProps) {
  const { t, locale, timeZone } = saying;
  return (
    <Page {...page} wide title={title} lead={t('audit.reads.lead')} breadcrumbs={[back]}>
      <p class="quiet">{t('audit.reads.kept', { days })}</p>
      <DataTable
        caption={title}
        captionHidden
        path={page.path}
        rows={rows}
        paging={paging}
        filters={everybody ? [{ name: 'q', label: t('audit.filter.who') }] : []}
        empty={<p>{t('audit.reads.none')}</p>}
        columns={[
          {
            key: 'at',
            label: t('audit.at'),
            wrap: 'never',
            rowHeader: true,
            cell: (row) => formatInstant(row.at, locale, timeZone),
          },
          {
            key: 'who',
            label: t('audit.reads.who'),
            wrap: 'never',
            cell: (row) => whoDid(t, row.readerName, row.forName) ?? '',
          },
          { key: 'unit', label: t('audit.reads.unit'), cell: (row) => row.readerUnit ?? '' },
          { key: 'kind', label: t('audit.reads.what'), cell: (row) => t(`audit.reads.kind.${row.kind}`) },
          ...(everybody
            ? [
                {
                  key: 'whose',
                  label: t('audit.person'),
                  wrap: 'never' as const,
                  cell: (row: ReadRow) => row.personName ?? '',
                },
              ]
            : []),
        ]}
      />
    </Page>
  );
}
