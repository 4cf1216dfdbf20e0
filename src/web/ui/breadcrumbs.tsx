import { usePage } from '../page-context.ts';

export type Crumb = { readonly label: string; readonly href: string };

/** The way from the top to this page; the page itself is the heading below. */
export function Breadcrumbs({ items }: { items: readonly Crumb[] }) {
  const { t } = usePage();
  return (
    <nav class="breadcrumbs" aria-label={t('ui.nav.breadcrumbs')}>
      <ol>
        {items.map((item) => (
          <li>
            <a href={item.href}>{item.label}</a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
