import { Page, type PageProps } from '../../web/layout.tsx';
import { ButtonLink } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import type { Paging } from '../../web/ui/pager.tsx';
import { DataTable } from '../../web/ui/table.tsx';
import { formatInstant } from '../../web/words.ts';
import type { CheckRow } from './chain/queries.ts';
import { CHAIN_FAULTS } from './chain/verify.ts';
import { AUDIT_ACTIONS } from './rules.ts';
import type { FoundEntry } from './search/queries.ts';
import { EntryMarks } from './timeline/item.tsx';
import { type Saying, sayChange, sayWho } from './timeline/say.ts';
import { actionWords } from './words.ts';

export interface AuditPageProps {
  readonly page: Omit<PageProps, 'title'>;
  readonly saying: Saying;
  readonly rows: readonly FoundEntry[];
  readonly head: { readonly seq: number; readonly hash: string };
  readonly check: CheckRow | null;
  /** What the search names that there is not. */
  readonly unknown: 'person' | 'unit' | null;
  /** What is wrong with a day asked for, by its filter. */
  readonly noDay: Readonly<Record<string, string>>;
  readonly paging: Paging;
  readonly maySeeReads: boolean;
}

export function AuditPage(props: AuditPageProps) {
  const { page, saying, rows, head, check, noDay, paging } = props;
  const { t, locale, timeZone } = saying;
  return (
    <Page
      {...page}
      wide
      title={t('audit.title')}
      lead={t('audit.lead')}
      actions={
        <>
          <ButtonLink href="/audit/heads">{t('audit.heads')}</ButtonLink>
          {props.maySeeReads && <ButtonLink href="/audit/reads">{t('audit.reads')}</ButtonLink>}
        </>
      }
    >
      <Checked check={check} saying={saying} />
      <p>
        {t('audit.head', { seq: head.seq })} <code>{head.hash}</code>
      </p>
      <DataTable
        caption={t('audit.title')}
        captionHidden
        path={page.path}
        rows={rows}
        paging={paging}
        exports={['csv']}
        filters={[
          { name: 'q', label: t('audit.filter.who') },
          {
            name: 'action',
            label: t('audit.filter.action'),
            choices: AUDIT_ACTIONS.map((action) => ({ value: action, label: actionWords(t, action) })),
          },
          { name: 'from', label: t('audit.filter.from'), date: true, error: noDay.from },
          { name: 'to', label: t('audit.filter.to'), date: true, error: noDay.to },
          { name: 'unit', label: t('audit.filter.unit') },
          { name: 'entry', label: t('audit.filter.entry') },
        ]}
        empty={<p>{emptyText(props)}</p>}
        columns={[
          { key: 'seq', label: t('audit.seq'), numeric: true, rowHeader: true, cell: (row) => row.seq },
          {
            key: 'at',
            label: t('audit.at'),
            wrap: 'never',
            cell: (row) => formatInstant(row.at, locale, timeZone),
          },
          { key: 'actor', label: t('audit.actor'), wrap: 'never', cell: (row) => sayWho(t, row) },
          {
            key: 'action',
            label: t('audit.action'),
            cell: (row) => (
              <>
                {actionWords(t, row.action)} <EntryMarks t={t} row={row} />
              </>
            ),
          },
          { key: 'person', label: t('audit.person'), wrap: 'never', cell: (row) => row.personName ?? '' },
          {
            key: 'change',
            label: t('audit.change'),
            wrap: 'anywhere',
            cell: (row) => sayChange(saying, row).map((line) => <div>{line}</div>),
          },
          { key: 'reason', label: t('audit.reason'), wrap: 'slim', cell: (row) => row.reason ?? '' },
          {
            key: 'from-where',
            label: t('audit.from-where'),
            cell: (row) => [row.address, row.device].filter((part) => part !== null).join(' · '),
          },
          {
            key: 'proof',
            label: t('audit.proof'),
            wrap: 'never',
            cell: (row) => (
              <a href={`/audit/entries/${row.seq}/proof.json`} download>
                {t('audit.proof.download')}
              </a>
            ),
          },
        ]}
      />
    </Page>
  );
}

const emptyText = ({ unknown, noDay, saying: { t } }: AuditPageProps): string =>
  Object.values(noDay)[0] ?? t(unknown === null ? 'audit.none' : `audit.unknown.${unknown}`);

function Checked({ check, saying: { t, locale, timeZone } }: { check: CheckRow | null; saying: Saying }) {
  if (check === null) return <p class="quiet">{t('audit.check.none')}</p>;
  const at = formatInstant(check.at, locale, timeZone);
  const fault = CHAIN_FAULTS.find((one) => one === check.fault);
  if (check.brokenAt === null || fault === undefined)
    return <p>{t('audit.check.whole', { at, entries: check.entries })}</p>;
  return (
    <Notice kind="error">
      <p>{t('audit.check.broken', { at, seq: check.brokenAt, fault: t(`audit.fault.${fault}`) })}</p>
    </Notice>
  );
}
