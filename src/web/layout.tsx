/** The frame around every page: who I am, where I can go, in which language, and the page itself. */
import type { Child } from 'hono/jsx';
import { withQuery } from './address.ts';
import { assetUrl } from './assets.ts';
import { PageContext, usePage } from './page-context.ts';
import { Breadcrumbs, type Crumb } from './ui/breadcrumbs.tsx';
import { Icon, Mark } from './ui/icon.tsx';
import { type Flash, FlashNotice } from './ui/notice.tsx';
import {
  accountPath,
  csrfField,
  type NavItem,
  noticesPath,
  ownDataPath,
  privacyPath,
  signInPath,
  signOutPath,
  type Theme,
  type Viewer,
} from './viewer.ts';
import { type Locale, locales } from './words.ts';

export type PageProps = {
  viewer: Viewer | null;
  locale: Locale;
  title: string;
  /** Path and query of this page; links that change the language or a table start from it. */
  path: string;
  /** The look chosen on this device, for signed-out pages; a viewer has its own. */
  theme?: Theme;
  breadcrumbs?: readonly Crumb[];
  /** A line under the title: what this page is for or about. */
  lead?: Child;
  /** Buttons beside the title. */
  actions?: Child;
  flash?: Flash | null;
  /** Tables people compare use the width of the screen; text stays at a readable measure. */
  wide?: boolean;
  /** Names of further browser modules: `observe.js` for `src/web/islands/observe.ts`. */
  islands?: readonly string[];
  children?: Child;
};

const localeNames: Record<Locale, string> = { 'zh-CN': '中文', en: 'English' };
const themes: readonly Theme[] = ['system', 'light', 'dark'];

function Navigation({ items }: { items: readonly NavItem[] }) {
  const { t } = usePage();
  return (
    <>
      {/* On a phone the list below shows while this is open; no script is needed for it. */}
      <details class="menu">
        <summary>{t('ui.menu')}</summary>
      </details>
      <nav class="nav" aria-label={t('ui.nav.main')}>
        <ul>
          {items.map((item) => (
            <li>
              <a href={item.href} aria-current={item.current ? 'page' : undefined}>
                {item.label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}

function Preferences({ theme }: { theme: Theme }) {
  const { t, locale, path } = usePage();
  return (
    <>
      <p class="choice">
        <span>{t('ui.language')}</span>
        {locales.map((one) => (
          <a
            href={withQuery(path, { lang: one })}
            lang={one}
            hreflang={one}
            aria-current={one === locale ? 'true' : undefined}
          >
            {localeNames[one]}
          </a>
        ))}
      </p>
      <p class="choice">
        <span>{t('ui.theme')}</span>
        {themes.map((one) => (
          <a href={withQuery(path, { theme: one })} aria-current={one === theme ? 'true' : undefined}>
            {t(`ui.theme.${one}`)}
          </a>
        ))}
      </p>
    </>
  );
}

function Account({ viewer }: { viewer: Viewer }) {
  const { t } = usePage();
  return (
    <details class="account">
      <summary aria-label={t('ui.pair', { label: t('ui.nav.account'), value: viewer.name })}>
        <Icon name="person" />
        <span class="account-name">{viewer.name}</span>
      </summary>
      <div class="account-panel">
        <p>
          <strong>{viewer.name}</strong>
          <br />
          {viewer.unitName}
        </p>
        {viewer.roles.length > 0 && <p class="quiet">{viewer.roles.join(' · ')}</p>}
        <Preferences theme={viewer.theme} />
        <p>
          <a href={accountPath}>{t('ui.account.own')}</a>
        </p>
        <p>
          <a href={ownDataPath}>{t('ui.account.data')}</a>
        </p>
        <form method="post" action={signOutPath}>
          <input type="hidden" name={csrfField} value={viewer.csrf} />
          <button class="button button-plain" type="submit">
            {t('ui.account.signOut')}
          </button>
        </form>
      </div>
    </details>
  );
}

function Header({ viewer }: { viewer: Viewer | null }) {
  const { t } = usePage();
  return (
    <header class="header">
      {viewer?.demo && <p class="demo-banner">{t('ui.demo')}</p>}
      <div class="header-bar">
        <a class="brand" href="/">
          <Mark />
          <span class="brand-name">{t('ui.brand')}</span>
          <span class="brand-motto">{t('ui.brand.motto')}</span>
        </a>
        <div class="header-tools">
          {viewer ? (
            <>
              <a class="bell" href={noticesPath}>
                <Icon name="bell" />
                <span class="sr">{t('ui.account.notices', { count: viewer.unreadNotices })}</span>
                {viewer.unreadNotices > 0 && (
                  <span class="bell-count" aria-hidden="true">
                    {viewer.unreadNotices}
                  </span>
                )}
              </a>
              <Account viewer={viewer} />
            </>
          ) : (
            <a class="header-link" href={signInPath}>
              {t('ui.account.signIn')}
            </a>
          )}
        </div>
      </div>
      {viewer && viewer.nav.length > 0 && <Navigation items={viewer.nav} />}
    </header>
  );
}

function Footer({ signedIn, theme }: { signedIn: boolean; theme: Theme }) {
  const { t } = usePage();
  return (
    <footer class="footer">
      <div class="footer-inner">
        <p class="footer-motto">{t('ui.footer.motto')}</p>
        <p>
          <a href={privacyPath}>{t('ui.footer.privacy')}</a>
        </p>
        {!signedIn && <Preferences theme={theme} />}
      </div>
    </footer>
  );
}

export function Page(props: PageProps) {
  const { viewer, locale, path } = props;
  const theme = viewer?.theme ?? props.theme ?? 'system';
  const state = { locale, path, csrf: viewer?.csrf ?? '', personId: viewer?.personId ?? null };
  return (
    <PageContext.Provider value={state}>
      <html lang={locale} data-theme={theme === 'system' ? undefined : theme}>
        <Head title={props.title} islands={props.islands ?? []} />
        <body class={props.wide ? 'page-wide' : undefined}>
          <Skip />
          <Header viewer={viewer} />
          <div class="page">
            {props.breadcrumbs && props.breadcrumbs.length > 0 && <Breadcrumbs items={props.breadcrumbs} />}
            <main id="main" tabindex={-1}>
              {props.flash && <FlashNotice flash={props.flash} />}
              <div class="page-head">
                <div>
                  <h1>{props.title}</h1>
                  {props.lead && <p class="lead">{props.lead}</p>}
                </div>
                {props.actions && <div class="actions">{props.actions}</div>}
              </div>
              {props.children}
            </main>
          </div>
          <Footer signedIn={viewer !== null} theme={theme} />
        </body>
      </html>
    </PageContext.Provider>
  );
}

function Head({ title, islands }: { title: string; islands: readonly string[] }) {
  const { t } = usePage();
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · ${t('ui.brand')}`}</title>
      <link rel="stylesheet" href={assetUrl('styles.css')} />
      <link rel="icon" href={assetUrl('mark.svg')} type="image/svg+xml" />
      {['enhance.js', ...islands].map((name) => (
        <script type="module" src={assetUrl(name)} />
      ))}
    </head>
  );
}

function Skip() {
  const { t } = usePage();
  return (
    <a class="skip" href="#main">
      {t('ui.skip')}
    </a>
  );
}

/** The whole answer for a page element: its HTML after the doctype. */
export function renderPage(page: unknown): string {
  const html = String(page);
  if (!html.startsWith('<html')) throw new Error('A page is a <Page> element without asynchronous parts');
  return `<!doctype html>${html}`;
}
