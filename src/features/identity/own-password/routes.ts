import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { readForm, verbatim } from '../../../platform/forms.ts';
import { type ActorAsk, routeList, signedIn } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { passwordPath } from '../../../web/viewer.ts';
import { formatInstant } from '../../../web/words.ts';
import { appendAudit } from '../../audit/queries.ts';
import { isProvenNow, pathToProve } from '../again/proven.ts';
import { tokenOf } from '../ask.ts';
import { pathOfNeed } from '../needs.ts';
import { hashPassword, verifyPassword } from '../password.ts';
import {
  type Account,
  deleteSessionsOf,
  replacePassword,
  selectOptionalAccountOf,
  selectOptionalSession,
} from '../queries.ts';
import { judgePassword } from '../rules.ts';
import { safeNext } from '../safe-next.ts';
import { updateHow } from '../sessions/queries.ts';
import { knownAnew } from '../sessions/renew.ts';
import { tryOwnPassword } from '../try-password.ts';
import { OwnPasswordPage } from './page.tsx';

export const ownPasswordRoutes = routeList('sign-in');
const { get, post } = ownPasswordRoutes;

const form = z.object({
  before: z.string().max(200, 'error.too-long').default(''),
  password: verbatim('identity.password.needed', 200),
  again: verbatim('identity.password.again-needed', 200),
  next: z.string().optional(),
});

get(passwordPath, signedIn, async (ask) => show(ask, await accountOf(ask), { values: {} }));

/** One's own password: the first after a sign-in code, or another. Every other session of the person ends, and this one goes on anew. */
post(passwordPath, signedIn, async (ask) => {
  const account = await accountOf(ask);
  const read = await readForm(ask, form);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    show(ask, account, { values: { next: read.raw.values.next ?? '' }, errors });
  if (!read.ok) return refuse(read.errors);
  const { before, password, again, next } = read.data;
  const isFirst = isFirstOf(account);
  let kept = account.passwordHash;
  if (!isFirst) {
    const tried = await tryOwnPassword(ask, account, before);
    if (!tried.ok) {
      const closed = tried.reason === 'closed';
      const until = closed ? formatInstant(tried.until, ask.locale) : '';
      return refuse({ before: ask.t(`identity.password.before.${closed ? 'closed' : 'wrong'}`, { until }) });
    }
    kept = tried.account.passwordHash;
  } else if (account.codeExpiresAt === null && !isProvenNow(ask)) {
    // Nobody sets a first password at a browser that somebody else left open.
    return answerDone(ask, pathToProve(passwordPath));
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
  if (isFirst && (await verifyPassword(ask.services.config, password, account.passwordHash))) {
    return refuse({ password: ask.t('identity.password.refused.as-before') });
  }
  const hash = await hashPassword(password);
  const saved = await transaction(ask.db, async (tx) => {
    if (!(await replacePassword(tx, account.personId, kept, hash))) return false;
    const token = tokenOf(ask);
    await deleteSessionsOf(tx, [account.personId], token);
    if (ask.session?.how === 'code') await updateHow(tx, token, 'password');
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
  await knownAnew(ask);
  const token = tokenOf(ask);
  const session = await selectOptionalSession(ask.db, token, ask.now, ask.today);
  return answerDone(ask, pathOfNeed(session?.needs ?? null, safeNext(next)), 'identity.password.done');
});

/** No password of one's own yet: a sign-in code, or an account that only a provider or a passkey opened so far. */
const isFirstOf = (account: Account): boolean =>
  account.codeExpiresAt !== null || account.passwordHash === null;

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
      isFirst: isFirstOf(account),
      next: safeNext(String(state.values.next ?? ask.c.req.query('next') ?? '')),
    }),
    state.errors ? 422 : 200,
  );
