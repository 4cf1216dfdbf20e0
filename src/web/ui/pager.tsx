import { withQuery } from '../address.ts';
import { usePage } from '../page-context.ts';

/** Counted pages know the total; others look one row ahead, and keyset pages only know what comes after. */
export type Paging =
  | { readonly page: number; readonly size: number; readonly total: number }
  | { readonly page: number; readonly size: number; readonly more: boolean }
  | { readonly after: string | null; readonly next: string | null };

/** `path` is the page's path and query; its other parameters are kept. */
export function Pager({ path, paging }: { path: string; paging: Paging }) {
  const { t } = usePage();
  const links = pagerLinks(path, paging);
  if (!links.first && !links.previous && !links.next) return null;
  return (
    <nav class="pager" aria-label={t('ui.pager')}>
      {links.first && <a href={links.first}>{t('ui.pager.first')}</a>}
      {links.previous && (
        <a href={links.previous} rel="prev">
          {t('ui.pager.previous')}
        </a>
      )}
      {'page' in paging && <span aria-current="page">{t('ui.pager.page', { page: paging.page })}</span>}
      {links.next && (
        <a href={links.next} rel="next">
          {t('ui.pager.next')}
        </a>
      )}
    </nav>
  );
}

function pagerLinks(path: string, paging: Paging) {
  if (!('page' in paging)) {
    return {
      first: paging.after === null ? null : withQuery(path, { after: null }),
      previous: null,
      next: paging.next === null ? null : withQuery(path, { after: paging.next }),
    };
  }
  const { page, size } = paging;
  const more = 'more' in paging ? paging.more : page * size < paging.total;
  const to = (number: number) => withQuery(path, { page: number === 1 ? null : number });
  return {
    first: null,
    previous: page > 1 ? to(page - 1) : null,
    next: more ? to(page + 1) : null,
  };
}
