import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../platform/answer.ts';
import { transaction } from '../../platform/database.ts';
import { HttpError } from '../../platform/errors.ts';
import { needed, readForm, readRawForm } from '../../platform/forms.ts';
import { type Ask, anyone, routeList, signedIn } from '../../platform/routing.ts';
import { signInPath, signOutPath } from '../../web/viewer.ts';
import { appendAudit } from '../audit/queries.ts';
import { SESSION_COOKIE } from './ask.ts';
import { SignInPage } from './page.tsx';
import { verifyPassword } from './password.ts';
import {
  deleteSession,
  insertSession,
  SESSION_HOURS,
  selectOptionalAccount,
  selectPersonas,
  updateFailures,
} from './queries.ts';
import { lockAfterFailure, type SignInRefusal } from './rules.ts';

export const identityRoutes = routeList();
const { get, post } = identityRoutes;

const signIn = z.object({
  name: needed('identity.sign-in.name-needed', 100),
  password: needed('identity.sign-in.password-needed', 200),
  next: z.string().optional(),
});

get(signInPath, anyone, async (ask) => {
  if (ask.actor !== null) return answerDone(ask, safeNext(ask.c.req.query('next')));
  return showSignIn(ask, { values: { next: ask.c.req.query('next') ?? '' } });
});

post(signInPath, anyone, async (ask) => {
  const form = await readForm(ask, signIn);
  if (!form.ok) return showSignIn(ask, { values: form.raw.values, errors: form.errors });
  const verdict = await checkPassword(ask, form.data.name, form.data.password);
  if (!verdict.ok) {
    return showSignIn(ask, {
      values: form.raw.values,
      errors: { name: ask.t(`identity.sign-in.refused.${verdict.reason}`) },
    });
  }
  await openSession(ask, verdict.personId, 'sign-in');
  return answerDone(ask, safeNext(form.data.next));
});

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

type Verdict = { ok: true; personId: string } | { ok: false; reason: SignInRefusal };

/** An unknown name takes as long as a wrong password, and says the same. */
async function checkPassword(ask: Ask, name: string, password: string): Promise<Verdict> {
  const account = await selectOptionalAccount(ask.db, name);
  if (account?.lockedUntil && account.lockedUntil > ask.now) return { ok: false, reason: 'locked' };
  const right = await verifyPassword(password, account?.passwordHash ?? null);
  if (account === null) return { ok: false, reason: 'unknown' };
  if (account.passwordHash === null) return { ok: false, reason: 'no-password' };
  if (right) {
    if (account.failures > 0) await updateFailures(ask.db, account.personId, 0, null);
    return { ok: true, personId: account.personId };
  }
  // A lock that has run out begins a new count.
  const failures = (account.lockedUntil === null ? account.failures : 0) + 1;
  const lockedUntil = lockAfterFailure(failures, ask.now);
  await updateFailures(ask.db, account.personId, failures, lockedUntil);
  return { ok: false, reason: lockedUntil === null ? 'unknown' : 'locked' };
}

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

/** Only a path of our own: never another host. */
const safeNext = (next: string | undefined): string =>
  next !== undefined && /^\/(?![/\\])[\x20-\x7e]*$/.test(next) ? next : '/';

async function showSignIn(ask: Ask, state: Parameters<typeof SignInPage>[0]['state']): Promise<Response> {
  const personas = ask.services.config.demo ? await selectPersonas(ask.db) : [];
  return answerPage(
    ask,
    SignInPage({ page: pageProps(ask), t: ask.t, state, personas }),
    state.errors ? 422 : 200,
  );
}
