import { withQuery } from '../../../web/address.ts';
import { Page, type PageProps } from '../../../web/layout.tsx';
import { ButtonLink } from '../../../web/ui/form.tsx';
import { type Column, DataTable } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { formatInstant, type Locale, type Translate } from '../../../web/words.ts';
import type { OrganisationWords } from '../show.ts';
import type { ImportJob, ImportKind } from './queries.ts';

/** What every page of an import is given. Each step has its own: upload, map, progress, preview. */
export interface ImportPage {
  readonly frame: Omit<PageProps, 'title'>;
  readonly t: Translate;
  readonly locale: Locale;
  readonly words: OrganisationWords;
}
export const importCrumbs = (t: Translate) => [{ href: '/imports', label: t('organisation.imports.title') }];

/** Columns A, B, C … as the spreadsheet program names them. */
export const columnLetters = (index: number): string =>
  index < 26
    ? String.fromCharCode(65 + index)
    : columnLetters(Math.floor(index / 26) - 1) + columnLetters(index % 26);

export function ImportsPage(
  props: ImportPage & {
    jobs: readonly ImportJob[];
    page: number;
    more: boolean;
    kinds: readonly ImportKind[];
  },
) {
  const { frame, t, locale } = props;
  const columns: Column<ImportJob>[] = [
    {
      key: 'file',
      label: t('organisation.imports.file'),
      rowHeader: true,
      cell: (job) => <a href={`/imports/${job.id}`}>{job.fileName}</a>,
    },
    { key: 'unit', label: t('organisation.imports.unit'), cell: (job) => job.unitName },
    {
      key: 'state',
      label: t('organisation.imports.state'),
      cell: (job) => (
        <StatusTag
          text={t(`organisation.imports.state.${job.state}`)}
          tone={job.state === 'done' ? 'success' : job.state === 'failed' ? 'danger' : 'info'}
        />
      ),
    },
    { key: 'by', label: t('organisation.imports.by'), cell: (job) => job.createdByName },
    { key: 'at', label: t('organisation.imports.at'), cell: (job) => formatInstant(job.createdAt, locale) },
  ];
  return (
    <Page
      {...frame}
      title={t('organisation.imports.title')}
      lead={t('organisation.imports.lead')}
      actions={
        <>
          {props.kinds.map((kind) => (
            <ButtonLink href={`/imports/new?kind=${kind}`} kind={kind === 'roster' ? 'primary' : 'secondary'}>
              {t(`organisation.imports.new.${kind}`)}
            </ButtonLink>
          ))}
          <ButtonLink href="/imports/oneroster.zip">{t('organisation.imports.export')}</ButtonLink>
        </>
      }
      wide
    >
      <DataTable
        caption={t('organisation.imports.title')}
        captionHidden
        path={frame.path}
        columns={columns}
        rows={props.jobs}
        empty={<p>{t('organisation.imports.none')}</p>}
      />
      {props.more && <a href={withQuery(frame.path, { page: props.page + 1 })}>{t('ui.pager.next')}</a>}
    </Page>
  );
}
