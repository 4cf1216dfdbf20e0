import { Page, type PageProps } from '../../../web/layout.tsx';
import { ButtonLink } from '../../../web/ui/form.tsx';
import type { Paging } from '../../../web/ui/pager.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { formatInstant, type Translate } from '../../../web/words.ts';
import type { Saying } from '../timeline/say.ts';
import { headPicture, shortOf } from './paper.ts';
import type { CheckpointRow, KnownKey } from './queries.ts';

interface Shown {
  readonly page: Omit<PageProps, 'title'>;
  readonly saying: Saying;
  readonly keys: readonly KnownKey[];
}

const back = (t: Translate) => ({ href: '/audit', label: t('audit.title') });

export function HeadsPage(
  props: Shown & { readonly rows: readonly CheckpointRow[]; readonly paging: Paging },
) {
  const { page, saying, rows, keys, paging } = props;
  const { t, locale, timeZone } = saying;
  return (
    <Page {...page} wide title={t('audit.heads')} lead={t('audit.heads.lead')} breadcrumbs={[back(t)]}>
      <Keys keys={keys} saying={saying} />
      <DataTable
        caption={t('audit.heads')}
        captionHidden
        path={page.path}
        rows={rows}
        paging={paging}
        empty={<p>{t('audit.heads.none')}</p>}
        columns={[
          {
            key: 'size',
            label: t('audit.heads.size'),
            numeric: true,
            rowHeader: true,
            cell: ({ size }) => <a href={`/audit/heads/${size}`}>{size}</a>,
          },
          {
            key: 'at',
            label: t('audit.heads.signed-at'),
            cell: ({ signedAt }) => formatInstant(signedAt, locale, timeZone),
          },
          { key: 'root', label: t('audit.heads.root'), cell: ({ root }) => <code>{root}</code> },
          {
            key: 'download',
            label: t('audit.heads.download'),
            cell: ({ size }) => (
              <a href={`/audit/heads/${size}?format=txt`} download>
                {t('audit.heads.download')}
              </a>
            ),
          },
        ]}
      />
    </Page>
  );
}

/** One head on a sheet of paper: what was signed, the key, and how to check it. */
export function HeadPage({ page, saying, head, keys }: Shown & { readonly head: CheckpointRow }) {
  const { t, locale, timeZone } = saying;
  return (
    <Page
      {...page}
      title={t('audit.heads.one', { size: head.size })}
      lead={t('audit.heads.how')}
      breadcrumbs={[back(t), { href: '/audit/heads', label: t('audit.heads') }]}
      actions={
        <>
          <ButtonLink href={`/audit/heads/${head.size}?format=pdf`}>{t('audit.heads.print')}</ButtonLink>
          <ButtonLink href={`/audit/heads/${head.size}?format=txt`}>{t('audit.heads.download')}</ButtonLink>
        </>
      }
    >
      <pre class="signed">{head.note}</pre>
      <img
        src={`data:image/svg+xml;base64,${Buffer.from(headPicture(head)).toString('base64')}`}
        alt={t('audit.heads.picture')}
        width="240"
        height="240"
      />
      <SummaryList
        rows={[
          { label: t('audit.heads.short'), value: <code>{shortOf(head)}</code> },
          { label: t('audit.heads.signed-at'), value: formatInstant(head.signedAt, locale, timeZone) },
          { label: t('audit.heads.size'), value: String(head.size) },
          { label: t('audit.heads.root'), value: <code>{head.root}</code> },
          { label: t('audit.heads.chain-hash'), value: <code>{head.chainHash}</code> },
        ]}
      />
      <Keys keys={keys} saying={saying} />
    </Page>
  );
}

function Keys({ keys, saying: { t, locale, timeZone } }: Pick<Shown, 'keys' | 'saying'>) {
  if (keys.length === 0) return null;
  return (
    <Section title={t('audit.heads.key')}>
      <SummaryList
        rows={keys.map(({ verifier, at }) => ({
          label: formatInstant(at, locale, timeZone),
          value: <code>{verifier}</code>,
        }))}
      />
    </Section>
  );
}
