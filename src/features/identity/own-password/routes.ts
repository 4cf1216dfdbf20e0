import { getCookie } from 'hono/cookie';
import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { needed, readForm } from '../../../platform/forms.ts';
import { type ActorAsk, routeList, signedIn } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { passwordPath } from '../../../web/viewer.ts';
import { appendAudit } from '../../audit/queries.ts';
import { SESSION_COOKIE } from '../ask.ts';
import { hashPassword, verifyPassword } from '../password.ts';
import { type Account, deleteSessionsOf, replacePassword, selectOptionalAccountOf } from '../queries.ts';
import { judgePassword } from '../rules.ts';
import { safeNext } from '../safe-next.ts';
import { tryPassword } from '../try-password.ts';
import { OwnPasswordPage } from './page.tsx';

export const ownPasswordRoutes = routeList('sign-in');
const { get, post } = ownPasswordRoutes;

const form = z.object({
  before: z.string().max(200, 'error.too-long').default(''),
  password: needed('identity.password.needed', 200),
  again: needed('identity.password.again-needed', 200),
  next: z.string().optional(),
});

get(passwordPath, signedIn, async (ask) => show(ask, await accountOf(ask), { values: {} }));

/** One's own password: the first after a sign-in code, or another. Every other session of the person ends. */
post(passwordPath, signedIn, async (ask) => {
  const account = await accountOf(ask);
  const read = await readForm(ask, form);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    show(ask, account, { values: { next: read.raw.values.next ?? '' }, errors });
  if (!read.ok) return refuse(read.errors);
  const { before, password, again, next } = read.data;
  const isFirst = account.codeExpiresAt !== null;
  if (!isFirst) {
    const tried = await tryPassword(ask, account, before);
    if (!tried.ok)
      return refuse({
        before: ask.t(`identity.password.before.${tried.reason === 'locked' ? 'locked' : 'wrong'}`),
      });
  }
  const { name } = ask.actor;
  const verdict = judgePassword({
    password,
    again,
    before: isFirst ? null : before,
    signIn: account.signIn,
    name,
  });
  if (!verdict.ok) {
    const field = verdict.reason === 'differs' ? 'again' : 'password';
    return refuse({ [field]: ask.t(`identity.password.refused.${verdict.reason}`) });
  }
  if (isFirst && (await verifyPassword(password, account.passwordHash))) {
    return refuse({ password: ask.t('identity.password.refused.as-before') });
  }
  const hash = await hashPassword(password);
  const saved = await transaction(ask.db, async (tx) => {
    if (!(await replacePassword(tx, account.personId, account.passwordHash, hash))) return false;
    await deleteSessionsOf(tx, [account.personId], getCookie(ask.c, SESSION_COOKIE));
    await appendAudit(tx, account.personId, ask.now, {
      action: isFirst ? 'account.password-set' : 'account.password-changed',
      subjectType: 'person',
      subjectId: account.personId,
      personId: account.personId,
      unitPath: ask.actor.unitPath,
    });
    return true;
  });
  // An office made a new code meanwhile, or another window changed it.
  if (!saved) throw new HttpError(409, 'identity.password.changed-meanwhile');
  return answerDone(ask, safeNext(next), 'identity.password.done');
});

async function accountOf(ask: ActorAsk): Promise<Account> {
  const account = await selectOptionalAccountOf(ask.db, ask.actor.personId);
  if (account === null) throw new HttpError(404, 'error.not-found');
  return account;
}

const show = (ask: ActorAsk, account: Account, state: FormState): Response =>
  answerPage(
    ask,
    OwnPasswordPage({
      page: pageProps(ask),
      t: ask.t,
      state,
      signIn: account.signIn,
      isFirst: account.codeExpiresAt !== null,
      next: safeNext(String(state.values.next ?? ask.c.req.query('next') ?? '')),
    }),
    state.errors ? 422 : 200,
  );
