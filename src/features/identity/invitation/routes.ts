import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { readForm, verbatim } from '../../../platform/forms.ts';
import { type Ask, anyone, routeList } from '../../../platform/routing.ts';
import { asShown } from '../../../shared/shown.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { formatInstant } from '../../../web/words.ts';
import { appendAudit } from '../../audit/queries.ts';
import { addressCounters } from '../limits/counters.ts';
import { forgiveAttempt, takeAttempt } from '../limits/queries.ts';
import { openSession } from '../open-session.ts';
import { hashCode, hashPassword } from '../password.ts';
import { deleteSessionsOf, replacePassword } from '../queries.ts';
import { judgePassword } from '../rules.ts';
import { selectSettings } from '../settings/queries.ts';
import { InvitationPage } from './page.tsx';
import { type Invited, selectOptionalInvited } from './queries.ts';

export const invitationRoutes = routeList('sign-in');
const { get, post } = invitationRoutes;

/** Where an invitation link leads. Looking uses nothing up: messengers fetch links before people do. */
get('/invitation/:code', anyone, async (ask) => show(ask, await invitedOf(ask), { values: {} }));

const form = z.object({
  password: verbatim('identity.password.needed', 200),
  again: verbatim('identity.password.again-needed', 200),
});

/** The first password of one's own; the link is over and its person signed in. */
post('/invitation/:code', anyone, async (ask) => {
  const invited = await invitedOf(ask);
  const read = await readForm(ask, form);
  if (!read.ok) return show(ask, invited, { values: {}, errors: read.errors });
  const { password, again } = read.data;
  const { personId, signIn, name, passwordHash } = invited;
  const verdict = judgePassword({ password, again, before: null, signIn, name });
  const reason = !verdict.ok
    ? verdict.reason
    : hashCode(ask.services.config, password) === passwordHash
      ? 'as-before'
      : null;
  if (reason !== null) {
    const field = reason === 'differs' ? 'again' : 'password';
    return show(ask, invited, {
      values: {},
      errors: { [field]: ask.t(`identity.password.refused.${reason}`) },
    });
  }
  const hash = await hashPassword(password);
  const saved = await transaction(ask.db, async (tx) => {
    if (!(await replacePassword(tx, personId, passwordHash, hash))) return false;
    await deleteSessionsOf(tx, [personId]);
    await appendAudit(tx, personId, ask.now, {
      action: 'account.password-set',
      subjectType: 'person',
      subjectId: personId,
      personId,
      unitPath: invited.unitPath,
    });
    return true;
  });
  if (!saved) throw new HttpError(410, 'identity.invitation.gone');
  return answerDone(
    ask,
    await openSession(ask, { personId, how: 'password' }, '/'),
    'identity.password.done',
  );
});

/** Whose link it is. Wrong ones are counted by address; used ones and those never made say the same. */
async function invitedOf(ask: Ask): Promise<Invited> {
  const settings = await selectSettings(ask.db);
  const counters = addressCounters(ask, settings);
  const taken = await takeAttempt(ask.db, counters, settings.closedMinutes, ask.now);
  if (!taken.ok) {
    const until = formatInstant(taken.until ?? ask.now, ask.locale);
    throw new HttpError(429, 'identity.invitation.closed', { until });
  }
  const invited = await selectOptionalInvited(
    ask.db,
    hashCode(ask.services.config, ask.c.req.param('code') ?? ''),
  );
  if (invited === null) throw new HttpError(410, 'identity.invitation.gone');
  await forgiveAttempt(ask.db, counters, ask.now);
  if (invited.codeExpiresAt <= ask.now) throw new HttpError(410, 'identity.invitation.expired');
  return invited;
}

function show(ask: Ask, invited: Invited, state: FormState): Response {
  ask.c.header('cache-control', 'no-store');
  return answerPage(
    ask,
    InvitationPage({
      page: pageProps(ask),
      t: ask.t,
      locale: ask.locale,
      state,
      invited: asShown('invitation', invited),
      action: ask.c.req.path,
      signedInAs: ask.actor !== null && ask.actor.personId !== invited.personId ? ask.actor.name : null,
    }),
    state.errors ? 422 : 200,
  );
}
