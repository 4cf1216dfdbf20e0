import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { readForm } from '../../../platform/forms.ts';
import { type ActorAsk, routeList, signedIn } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { formatInstant } from '../../../web/words.ts';
import { againPath } from '../needs.ts';
import { selectOptionalAccountOf } from '../queries.ts';
import { safeNext } from '../safe-next.ts';
import { selectFactors } from '../second-factor/queries.ts';
import { trySecond } from '../second-factor/try-second.ts';
import { provenAnew } from '../sessions/renew.ts';
import { tryOwnPassword } from '../try-password.ts';
import { AgainPage } from './page.tsx';

export const againRoutes = routeList('sign-in');
const { get, post } = againRoutes;

const form = z.object({
  password: z.string().max(200, 'error.too-long').default(''),
  code: z.string().max(40, 'error.too-long').default(''),
  next: z.string().optional(),
});

get(againPath, signedIn, (ask) => show(ask, { values: { next: ask.c.req.query('next') ?? '' } }));

/** Shows again who is at this browser: by password, or where there is none by a one-time code. */
post(againPath, signedIn, async (ask) => {
  const read = await readForm(ask, form);
  if (!read.ok) return show(ask, { values: read.raw.values, errors: read.errors });
  const { password, code, next } = read.data;
  const account = await selectOptionalAccountOf(ask.db, ask.actor.personId);
  const byPassword = account !== null && account.passwordHash !== null && account.codeExpiresAt === null;
  const tried = byPassword
    ? await tryOwnPassword(ask, account, password)
    : await trySecond(ask, ask.actor.personId, code);
  if (!tried.ok) {
    const closed = tried.reason === 'closed';
    const until = closed ? formatInstant(tried.until, ask.locale) : '';
    return show(ask, {
      values: { next: next ?? '' },
      errors: {
        [byPassword ? 'password' : 'code']: ask.t(`identity.again.${closed ? 'closed' : 'wrong'}`, { until }),
      },
    });
  }
  await provenAnew(ask);
  return answerDone(ask, safeNext(next));
});

async function show(ask: ActorAsk, state: FormState): Promise<Response> {
  const account = await selectOptionalAccountOf(ask.db, ask.actor.personId);
  const factors = await selectFactors(ask.db, ask.actor.personId, ask.today);
  const byPassword = account !== null && account.passwordHash !== null && account.codeExpiresAt === null;
  return answerPage(
    ask,
    AgainPage({
      page: pageProps(ask),
      t: ask.t,
      state,
      signIn: account?.signIn ?? '',
      by: byPassword ? 'password' : factors.totp ? 'code' : 'nothing',
      next: safeNext(String(state.values.next ?? '')),
      passkeys: factors.passkeys > 0,
    }),
    state.errors ? 422 : 200,
  );
}
