import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../platform/answer.ts';
import { dropCookie } from '../../platform/cookies.ts';
import { HttpError } from '../../platform/errors.ts';
import { needed, readForm, readRawForm, verbatim } from '../../platform/forms.ts';
import { type Ask, anyone, routeList, signedIn } from '../../platform/routing.ts';
import { asShown } from '../../shared/shown.ts';
import { signInPath, signOutPath } from '../../web/viewer.ts';
import { formatInstant } from '../../web/words.ts';
import { accountRoutes } from './account/routes.ts';
import { againRoutes } from './again/routes.ts';
import { SESSION_COOKIE, tokenOf } from './ask.ts';
import { invitationRoutes } from './invitation/routes.ts';
import { pathOfNeed } from './needs.ts';
import { openSession } from './open-session.ts';
import { ownPasswordRoutes } from './own-password/routes.ts';
import { SignInPage } from './page.tsx';
import { passkeyRoutes } from './passkeys/routes.ts';
import { listProviders } from './providers/queries.ts';
import { providerRoutes } from './providers/routes.ts';
import { providerSettingsRoutes } from './providers/settings/routes.ts';
import { deleteSession, selectOptionalAccount, selectPersonas } from './queries.ts';
import { safeNext } from './safe-next.ts';
import { secondFactorRoutes } from './second-factor/routes.ts';
import { keepKnown } from './sessions/known.ts';
import { settingsRoutes } from './settings/routes.ts';
import { trySignIn } from './try-password.ts';

export const identityRoutes = routeList('sign-in');
const { get, post } = identityRoutes;
identityRoutes.routes.push(
  ...ownPasswordRoutes.routes,
  ...accountRoutes.routes,
  ...againRoutes.routes,
  ...invitationRoutes.routes,
  ...passkeyRoutes.routes,
  ...providerRoutes.routes,
  ...providerSettingsRoutes.routes,
  ...secondFactorRoutes.routes,
  ...settingsRoutes.routes,
);

const signIn = z.object({
  name: needed('identity.sign-in.name-needed', 100),
  password: verbatim('identity.sign-in.password-needed', 200),
  next: z.string().optional(),
});

get(signInPath, anyone, async (ask) => {
  const session = ask.session;
  const next = safeNext(ask.c.req.query('next'));
  if (session !== null) return answerDone(ask, pathOfNeed(session.needs, next));
  return showSignIn(ask, { values: { next: ask.c.req.query('next') ?? '' } });
});

post(signInPath, anyone, async (ask) => {
  const form = await readForm(ask, signIn);
  if (!form.ok) return showSignIn(ask, { values: form.raw.values, errors: form.errors });
  const { name, password, next } = form.data;
  const tried = await trySignIn(ask, name, await selectOptionalAccount(ask.db, name), password);
  if (!tried.ok) {
    const said = ask.t(`identity.sign-in.refused.${tried.reason}`, {
      until: tried.reason === 'closed' ? formatInstant(tried.until, ask.locale) : '',
    });
    const state = { values: { name, next: next ?? '' }, errors: { name: said } };
    if (tried.reason !== 'closed') return showSignIn(ask, state);
    ask.c.header('retry-after', String(Math.ceil((tried.until.getTime() - ask.now.getTime()) / 1000)));
    return showSignIn(ask, state, 429);
  }
  const how = tried.account.codeExpiresAt === null ? 'password' : 'code';
  return answerDone(ask, await openSession(ask, { personId: tried.account.personId, how }, safeNext(next)));
});

/** One click in a demo; there is no such address anywhere else. */
post('/sign-in/demo', anyone, async (ask) => {
  if (!ask.services.config.demo) throw new HttpError(404, 'error.not-found');
  const { values } = await readRawForm(ask);
  const persona = (await selectPersonas(ask.db)).find(({ kind }) => kind === values.kind);
  if (persona === undefined) throw new HttpError(404, 'error.not-found');
  return answerDone(ask, await openSession(ask, { personId: persona.personId, how: 'demo' }, '/'));
});

post(signOutPath, signedIn, async (ask) => {
  await readRawForm(ask);
  const token = tokenOf(ask);
  if (token !== '') {
    await deleteSession(ask.db, token);
    keepKnown(ask.services.doors, { token, today: ask.today }, null);
  }
  dropCookie(ask.c, ask.services.config, SESSION_COOKIE);
  // What was typed into a long form and not sent lies in this browser: whoever comes next is somebody else.
  ask.c.header('clear-site-data', '"storage"');
  return answerDone(ask, signInPath, 'identity.signed-out');
});

async function showSignIn(
  ask: Ask,
  state: Parameters<typeof SignInPage>[0]['state'],
  status: 422 | 429 = 422,
): Promise<Response> {
  const personas = ask.services.config.demo ? await selectPersonas(ask.db) : [];
  return answerPage(
    ask,
    SignInPage({
      page: pageProps(ask),
      t: ask.t,
      state,
      personas: personas.map((one) => asShown('demo', one)),
      providers: (await listProviders(ask.db)).filter(({ enabled }) => enabled),
    }),
    state.errors ? status : 200,
  );
}
