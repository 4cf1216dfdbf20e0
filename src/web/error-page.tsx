import { Page } from './layout.tsx';
import type { Viewer } from './viewer.ts';
import { type Locale, words } from './words.ts';

/** What went wrong in words, and ways on. Nothing of the inside is shown. */
export function ErrorPage(props: {
  viewer: Viewer | null;
  locale: Locale;
  status: number;
  message: string;
  path: string;
  /** The request's number, for the administrator to find it by; only where it is our fault. */
  request?: string;
}) {
  const t = words(props.locale);
  return (
    <Page
      viewer={props.viewer}
      locale={props.locale}
      title={t(props.status >= 500 ? 'error.ours-title' : 'error.title')}
      path={props.path}
    >
      <p>{props.message}</p>
      {props.request && <p class="quiet">{t('error.request', { request: props.request })}</p>}
      <p>
        <a class="button button-secondary" href="/">
          {t('error.home')}
        </a>
      </p>
    </Page>
  );
}
