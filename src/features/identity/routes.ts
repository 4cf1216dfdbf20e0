import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../platform/answer.ts';
import { transaction } from '../../platform/database.ts';
import { HttpError } from '../../platform/errors.ts';
import { needed, readForm, readRawForm } from '../../platform/forms.ts';
import { type Ask, anyone, routeList, signedIn } from '../../platform/routing.ts';
import { passwordPath, signInPath, signOutPath } from '../../web/viewer.ts';
import { appendAudit } from '../audit/queries.ts';
import { SESSION_COOKIE } from './ask.ts';
import { ownPasswordRoutes } from './own-password/routes.ts';
import { SignInPage } from './page.tsx';
import {
  deleteSession,
  insertSession,
  SESSION_HOURS,
  selectOptionalAccount,
  selectOptionalAccountOf,
  selectPersonas,
} from './queries.ts';
import { safeNext } from './safe-next.ts';
import { tryPassword } from './try-password.ts';

export const identityRoutes = routeList('sign-in');
const { get, post } = identityRoutes;
identityRoutes.routes.push(...ownPasswordRoutes.routes);

const signIn = z.object({
  name: needed('identity.sign-in.name-needed', 100),
  password: needed('identity.sign-in.password-needed', 200),
  next: z.string().optional(),
});

get(signInPath, anyone, async (ask) => {
  const next = safeNext(ask.c.req.query('next'));
  if (ask.actor !== null) {
    const account = await selectOptionalAccountOf(ask.db, ask.actor.personId);
    return answerDone(ask, account?.codeExpiresAt ? ownPasswordFirst(next) : next);
  }
  return showSignIn(ask, { values: { next: ask.c.req.query('next') ?? '' } });
});

post(signInPath, anyone, async (ask) => {
  const form = await readForm(ask, signIn);
  if (!form.ok) return showSignIn(ask, { values: form.raw.values, errors: form.errors });
  const verdict = await tryPassword(
    ask,
    await selectOptionalAccount(ask.db, form.data.name),
    form.data.password,
  );
  if (!verdict.ok) {
    return showSignIn(ask, {
      values: form.raw.values,
      errors: { name: ask.t(`identity.sign-in.refused.${verdict.reason}`) },
    });
  }
  await openSession(ask, verdict.account.personId, 'sign-in');
  const next = safeNext(form.data.next);
  return answerDone(ask, verdict.account.codeExpiresAt === null ? next : ownPasswordFirst(next));
});

const ownPasswordFirst = (next: string): string => `${passwordPath}?next=${encodeURIComponent(next)}`;

/** One click in a demo; there is no such address anywhere else. */
post('/sign-in/demo', anyone, async (ask) => {
  if (!ask.services.config.demo) throw new HttpError(404, 'error.not-found');
  const { values } = await readRawForm(ask);
  const persona = (await selectPersonas(ask.db)).find(({ kind }) => kind === values.kind);
  if (persona === undefined) throw new HttpError(404, 'error.not-found');
  await openSession(ask, persona.personId, 'sign-in.demo');
  return answerDone(ask, '/');
});

post(signOutPath, signedIn, async (ask) => {
  await readRawForm(ask);
  const token = getCookie(ask.c, SESSION_COOKIE);
  if (token !== undefined) await deleteSession(ask.db, token);
  deleteCookie(ask.c, SESSION_COOKIE, { path: '/' });
  return answerDone(ask, signInPath, 'identity.signed-out');
});

async function openSession(ask: Ask, personId: string, action: 'sign-in' | 'sign-in.demo'): Promise<void> {
  const token = await transaction(ask.db, async (tx) => {
    const opened = await insertSession(tx, personId, ask.now, ask.c.req.header('user-agent') ?? null);
    await appendAudit(tx, personId, ask.now, { action, subjectType: 'person', subjectId: personId });
    return opened;
  });
  setCookie(ask.c, SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: ask.services.config.origin?.startsWith('https:') === true,
    maxAge: SESSION_HOURS * 3600,
  });
}

async function showSignIn(ask: Ask, state: Parameters<typeof SignInPage>[0]['state']): Promise<Response> {
  const personas = ask.services.config.demo ? await selectPersonas(ask.db) : [];
  return answerPage(
    ask,
    SignInPage({ page: pageProps(ask), t: ask.t, state, personas }),
    state.errors ? 422 : 200,
  );
}
