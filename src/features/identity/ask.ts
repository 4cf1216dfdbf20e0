import type { Context } from 'hono';
import { civilDateOf } from '../../platform/civil-now.ts';
import type { Config } from '../../platform/config.ts';
import { keepCookie, readCookie } from '../../platform/cookies.ts';
import { withPass } from '../../platform/doors.ts';
import { Doubt, inDoubt } from '../../platform/doubt.ts';
import type { Ask, Likely, Recognise } from '../../platform/routing.ts';
import type { Services } from '../../platform/services.ts';
import { NOBODY } from '../../platform/standing.ts';
import type { Theme, Viewer } from '../../web/viewer.ts';
import { chooseLocale, isLocale, type Locale, words } from '../../web/words.ts';
import { navigation } from './navigation.ts';
import { isOpenTo } from './needs.ts';
import { type Preferences, selectOptionalSession } from './queries.ts';
import { roleText } from './role-text.ts';
import { isSameSession, keepKnown, lastKnown } from './sessions/known.ts';
import { updateSeen } from './sessions/queries.ts';
import { SEEN_EVERY_MS, type SessionRow } from './sessions/rules.ts';
import { standingOf } from './standing.ts';

export const SESSION_COOKIE = 'qinglan_session';
const LOCALE_COOKIE = 'qinglan_lang';
const THEME_COOKIE = 'qinglan_theme';
const YEAR_SECONDS = 365 * 24 * 3600;

const isTheme = (text: string | undefined | null): text is Theme =>
  text === 'light' || text === 'dark' || text === 'system';

/** When it is asked, and with which session's token. */
interface Coming {
  readonly now: Date;
  readonly today: string;
  readonly token: string | undefined;
}
function coming(c: Context, { clock, config }: Services): Coming {
  const now = clock();
  const today = civilDateOf(now, config.timeZone);
  return { now, today, token: readCookie(c, config, SESSION_COOKIE) };
}

/** Who asks, in which language and look, and when: read once per request and kept on it. */
export async function askFor(c: Context, services: Services): Promise<Ask> {
  const kept: Ask | undefined = c.get('ask');
  if (kept) return kept;
  const comes = coming(c, services);
  const ask = askAs(c, services, comes, await sessionNow(services, comes), null);
  c.set('ask', ask);
  return ask;
}

/** How a server's requests know who asks. */
export const recogniser = (services: Services): Recognise => ({
  known: (c) => askFor(c, services),
  likely: (c) => likelyAsk(c, services),
});

/**
 * Who asked last with this token, on whose behalf a page is begun while their session is asked for. Only while a core is
 * idle: when all are at work, nothing is won by beginning what may be done in vain.
 */
async function likelyAsk(c: Context, services: Services): Promise<Likely | null> {
  const comes = coming(c, services);
  const before = lastKnown(services.doors, comes);
  if (before === undefined || !(await services.doors.haveTime())) return null;
  const doubt = new Doubt();
  const sure = sessionNow(services, comes).then((session) => {
    const same = session !== null && isSameSession(session, before);
    if (same) doubt.end();
    return same;
  });
  sure.catch(() => undefined); // Whoever waits for it is told; until then it has failed unheard.
  return { ask: askAs(c, inDoubt(services, doubt), comes, before, doubt), doubt, sure };
}

/** The session of a token as it is now; that it was seen is noted. */
async function sessionNow(services: Services, { token, now, today }: Coming): Promise<SessionRow | null> {
  if (token === undefined) return null;
  const nobody = services.doors.open(NOBODY);
  const session = await selectOptionalSession(nobody, token, now, today);
  keepKnown(services.doors, { token, today }, session);
  if (session !== null && now.getTime() - session.seenAt.getTime() >= SEEN_EVERY_MS) {
    await updateSeen(withPass(nobody, 'sign-in'), session.id, now);
  }
  return session;
}

function askAs(
  c: Context,
  services: Services,
  { now, today }: Coming,
  session: SessionRow | null,
  doubt: Doubt | null,
): Ask {
  const { config, doors } = services;
  // A session that still waits for something is nobody to every page but those that give it.
  const admitted = session !== null && (session.needs === null || isOpenTo(session.needs, c.req.path));
  const { locale, theme } = preferences(c, session, config);
  return {
    c,
    services,
    db: admitted ? doors.open(standingOf(session.actor), doubt ?? undefined) : doors.open(NOBODY),
    actor: admitted ? session.actor : null,
    session: admitted ? session : null,
    viewer: !admitted ? null : viewerOf(session, locale, theme, c.req.path, config.demo),
    locale,
    theme,
    t: words(locale),
    now,
    today,
    csrf: admitted ? session.csrf : null,
  };
}

/** From this answer on the browser comes with this token. */
export const keepToken = ({ c, services }: Pick<Ask, 'c' | 'services'>, token: string, hours: number): void =>
  keepCookie(c, services.config, SESSION_COOKIE, token, { path: '/', seconds: hours * 3600 });

/** The token it came with; empty for none. */
export const tokenOf = (ask: Pick<Ask, 'c' | 'services'>): string =>
  readCookie(ask.c, ask.services.config, SESSION_COOKIE) ?? '';

/** `?lang=` and `?theme=` on any page choose for this device; with one's account it is kept at signing in (`chosenHere`). */
function preferences(
  c: Context,
  session: SessionRow | null,
  config: Config,
): { locale: Locale; theme: Theme } {
  const chosenLocale = c.req.query('lang');
  const chosenTheme = c.req.query('theme');
  if (isLocale(chosenLocale)) keep(c, config, LOCALE_COOKIE, chosenLocale);
  if (isTheme(chosenTheme)) keep(c, config, THEME_COOKIE, chosenTheme);
  const cookieTheme = readCookie(c, config, THEME_COOKIE);
  return {
    locale: chooseLocale({
      cookie: isLocale(chosenLocale) ? chosenLocale : readCookie(c, config, LOCALE_COOKIE),
      person: session?.locale,
      acceptLanguage: c.req.header('accept-language'),
    }),
    theme: [chosenTheme, cookieTheme, session?.theme].find(isTheme) ?? 'system',
  };
}

/** What was chosen on this device: whoever signs in here finds it again elsewhere. Looking at a page writes nothing. */
export function chosenHere({ c, services }: Pick<Ask, 'c' | 'services'>): Preferences {
  const locale = readCookie(c, services.config, LOCALE_COOKIE);
  const theme = readCookie(c, services.config, THEME_COOKIE);
  return {
    ...(isLocale(locale) ? { locale } : {}),
    ...(isTheme(theme) ? { theme: theme === 'system' ? null : theme } : {}),
  };
}

const keep = (c: Context, config: Config, name: string, value: string): void =>
  keepCookie(c, config, name, value, { path: '/', seconds: YEAR_SECONDS });

function viewerOf(session: SessionRow, locale: Locale, theme: Theme, path: string, demo: boolean): Viewer {
  const t = words(locale);
  const { actor } = session;
  return {
    personId: actor.personId,
    name: actor.name,
    unitName: actor.unitName ?? '',
    locale,
    theme,
    csrf: session.csrf,
    nav: (session.needs === null ? navigation(actor) : []).map(({ href, key }) => ({
      href,
      label: t(key),
      current: href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`),
    })),
    roles: actor.assignments.map((held) => roleText(t, held)),
    unreadNotices: session.unread,
    demo,
  };
}
