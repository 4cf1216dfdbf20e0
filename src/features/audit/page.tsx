import { Page, type PageProps } from '../../web/layout.tsx';
import type { Paging } from '../../web/ui/pager.tsx';
import { Details } from '../../web/ui/section.tsx';
import { DataTable } from '../../web/ui/table.tsx';
import { formatInstant, type Translate } from '../../web/words.ts';
import type { AuditRow } from './queries.ts';
import { actionWords, whoDid } from './words.ts';

export function AuditPage(props: {
  page: Omit<PageProps, 'title'>;
  t: Translate;
  rows: readonly (AuditRow & { readonly personName: string | null })[];
  head: { seq: number; hash: string };
  paging: Paging;
}) {
  const { page, t, rows, head } = props;
  return (
    <Page {...page} wide title={t('audit.title')} lead={t('audit.lead')}>
      <p>
        {t('audit.head', { seq: head.seq })} <code>{head.hash}</code>
      </p>
      <DataTable
        caption={t('audit.title')}
        captionHidden
        path={page.path}
        rows={rows}
        paging={props.paging}
        columns={[
          { key: 'seq', label: t('audit.seq'), numeric: true, rowHeader: true, cell: (row) => row.seq },
          { key: 'at', label: t('audit.at'), cell: (row) => formatInstant(row.at, page.locale) },
          {
            key: 'actor',
            label: t('audit.actor'),
            cell: (row) => whoDid(t, row.actorName, row.forName) ?? t('audit.public'),
          },
          { key: 'action', label: t('audit.action'), cell: (row) => actionWords(t, row.action) },
          { key: 'person', label: t('audit.person'), cell: (row) => row.personName ?? '' },
          { key: 'reason', label: t('audit.reason'), cell: (row) => row.reason ?? '' },
          {
            key: 'change',
            label: t('audit.change'),
            cell: (row) =>
              row.before === null && row.after === null ? (
                ''
              ) : (
                <Details summary={t('audit.show-change')}>
                  {row.before !== null && <pre>{JSON.stringify(row.before, null, 1)}</pre>}
                  {row.after !== null && <pre>{JSON.stringify(row.after, null, 1)}</pre>}
                </Details>
              ),
          },
        ]}
      />
    </Page>
  );
}
