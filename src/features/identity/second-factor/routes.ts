import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { needed, readForm, readRawForm } from '../../../platform/forms.ts';
import { type ActorAsk, routeList, signedIn } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { accountPath, signInPath } from '../../../web/viewer.ts';
import { formatInstant } from '../../../web/words.ts';
import { appendAudit } from '../../audit/queries.ts';
import { askAgain } from '../again/proven.ts';
import { tokenOf } from '../ask.ts';
import { secondFactorPath, secondPath } from '../needs.ts';
import { finishSession } from '../open-session.ts';
import { hashRecoveryCodes, makeCode } from '../password.ts';
import { deleteSessionsOf, selectOptionalAccountOf } from '../queries.ts';
import { safeNext } from '../safe-next.ts';
import { selectSettings } from '../settings/queries.ts';
import { asksSecondFactor } from '../settings/rules.ts';
import { RecoveryCodesPage, SecondFactorPage, SecondStepPage } from './page.tsx';
import {
  confirmTotp,
  deleteTotp,
  insertTotp,
  replaceRecoveryCodes,
  selectFactors,
  selectOptionalTotp,
} from './queries.ts';
import { mayRemove, RECOVERY_CODES } from './rules.ts';
import { enrolmentOf, makeTotpSecret, readTotpSecret, spelled, stepOfCode } from './totp.ts';
import { trySecond } from './try-second.ts';

export const secondFactorRoutes = routeList('sign-in');
const { get, post } = secondFactorRoutes;

const codeForm = z.object({ code: needed('identity.second.code-needed', 40), next: z.string().optional() });

// --- The second step of signing in ------------------------------------------------------------------------

get(secondPath, signedIn, (ask) => showStep(ask, { values: { next: ask.c.req.query('next') ?? '' } }));

post(secondPath, signedIn, async (ask) => {
  const form = await readForm(ask, codeForm);
  const session = ask.session;
  if (session?.needs !== 'second-factor') return answerDone(ask, '/');
  if (!form.ok) return showStep(ask, { values: form.raw.values, errors: form.errors });
  const { code, next } = form.data;
  const { personId } = ask.actor;
  const tried = await trySecond(ask, personId, code);
  if (!tried.ok) {
    const until = tried.reason === 'closed' ? formatInstant(tried.until, ask.locale) : '';
    const said = ask.t(`identity.second.${tried.reason}`, { until });
    return showStep(ask, { values: { next: next ?? '' }, errors: { code: said } });
  }
  const to = await finishSession(ask, personId, session.how, safeNext(next));
  return answerDone(ask, to ?? signInPath);
});

async function showStep(ask: ActorAsk, state: FormState): Promise<Response> {
  if (ask.session?.needs !== 'second-factor') return answerDone(ask, safeNext(ask.c.req.query('next')));
  const factors = await selectFactors(ask.db, ask.actor.personId, ask.today);
  return answerPage(
    ask,
    SecondStepPage({
      page: pageProps(ask),
      t: ask.t,
      state,
      next: safeNext(String(state.values.next ?? '')),
      totp: factors.totp,
      passkeys: factors.passkeys > 0,
    }),
    state.errors ? 422 : 200,
  );
}

// --- One's own --------------------------------------------------------------------------------------------

get(secondFactorPath, signedIn, async (ask) => askAgain(ask, secondFactorPath) ?? show(ask, { values: {} }));

/** The first code of the app shows that it has the secret. Other sessions end: they were opened without it. */
post(secondFactorPath, signedIn, async (ask) => {
  const form = await readForm(ask, codeForm);
  const again = askAgain(ask, secondFactorPath);
  if (again !== null) return again;
  if (!form.ok) return show(ask, { values: {}, errors: form.errors });
  const { personId } = ask.actor;
  const totp = await selectOptionalTotp(ask.db, personId);
  if (totp === null || totp.confirmedAt !== null) return answerDone(ask, secondFactorPath);
  const secret = readTotpSecret(ask.services.config, personId, totp.secret);
  const step = secret === null ? null : stepOfCode(secret, form.data.code, ask.now);
  if (step === null) return show(ask, { values: {}, errors: { code: ask.t('identity.second.first-wrong') } });
  const codes = makeRecoveryCodes();
  const hashes = await hashRecoveryCodes(codes);
  const confirmed = await transaction(ask.db, async (tx) => {
    if (!(await confirmTotp(tx, personId, step, ask.now))) return false;
    await replaceRecoveryCodes(tx, personId, hashes);
    await deleteSessionsOf(tx, [personId], tokenOf(ask));
    await note(ask, tx, 'second-factor.set');
    return true;
  });
  if (!confirmed) throw new HttpError(409, 'identity.second.changed-meanwhile');
  return showCodes(ask, codes, safeNext(form.data.next));
});

/** New recovery codes; the old ones end. */
post(`${secondFactorPath}/codes`, signedIn, async (ask) => {
  await readRawForm(ask);
  const again = askAgain(ask, secondFactorPath);
  if (again !== null) return again;
  const { personId } = ask.actor;
  const factors = await selectFactors(ask.db, personId, ask.today);
  if (!factors.totp && factors.passkeys === 0) return answerDone(ask, secondFactorPath);
  const codes = makeRecoveryCodes();
  const hashes = await hashRecoveryCodes(codes);
  await transaction(ask.db, async (tx) => {
    await replaceRecoveryCodes(tx, personId, hashes);
    await note(ask, tx, 'second-factor.recovery-codes-made');
  });
  return showCodes(ask, codes, accountPath);
});

/** One-time codes are given up, or a set-up that was begun is begun anew. */
post(`${secondFactorPath}/end`, signedIn, async (ask) => {
  await readRawForm(ask);
  const again = askAgain(ask, secondFactorPath);
  if (again !== null) return again;
  const { personId } = ask.actor;
  const factors = await selectFactors(ask.db, personId, ask.today);
  if (factors.totp && !mayRemove(factors, await selectSettings(ask.db), 'totp')) {
    return show(ask, { values: {}, errors: { '': ask.t('identity.second.must-keep') } });
  }
  await transaction(ask.db, async (tx) => {
    if (!(await deleteTotp(tx, personId)) || !factors.totp) return;
    if (factors.passkeys === 0) await replaceRecoveryCodes(tx, personId, []);
    await note(ask, tx, 'second-factor.ended');
  });
  return factors.totp
    ? answerDone(ask, accountPath, 'identity.second.done.ended')
    : answerDone(ask, secondFactorPath);
});

const makeRecoveryCodes = (): string[] => Array.from({ length: RECOVERY_CODES }, makeCode);

const note = (
  ask: ActorAsk,
  tx: Parameters<typeof appendAudit>[0],
  action: 'second-factor.set' | 'second-factor.ended' | 'second-factor.recovery-codes-made',
) =>
  appendAudit(tx, ask.actor.personId, ask.now, {
    action,
    subjectType: 'person',
    subjectId: ask.actor.personId,
    personId: ask.actor.personId,
  });

async function show(ask: ActorAsk, state: FormState): Promise<Response> {
  const { personId } = ask.actor;
  const { config } = ask.services;
  const [factors, settings, begun, account] = await Promise.all([
    selectFactors(ask.db, personId, ask.today),
    selectSettings(ask.db),
    selectOptionalTotp(ask.db, personId),
    selectOptionalAccountOf(ask.db, personId),
  ]);
  if (begun === null) await insertTotp(ask.db, personId, makeTotpSecret(config, personId), ask.now);
  const totp = begun ?? (await selectOptionalTotp(ask.db, personId));
  const secret = totp === null ? null : readTotpSecret(config, personId, totp.secret);
  const enrolment =
    factors.totp || secret === null
      ? null
      : {
          secret: spelled(secret),
          ...enrolmentOf(secret, account?.signIn ?? ask.actor.name, ask.t('ui.brand')),
        };
  return answerPage(
    ask,
    SecondFactorPage({
      page: pageProps(ask),
      t: ask.t,
      state,
      factors,
      mustHave: asksSecondFactor(settings, factors.roles),
      mayEnd: mayRemove(factors, settings, 'totp'),
      isFirst: ask.session?.needs === 'enrolment',
      enrolment,
      next: safeNext(ask.c.req.query('next')),
    }),
    state.errors ? 422 : 200,
  );
}

/** The codes are shown in this answer and nowhere else. */
const showCodes = (ask: ActorAsk, codes: readonly string[], next: string): Response =>
  answerPage(
    ask,
    RecoveryCodesPage({
      page: { ...pageProps(ask), path: secondFactorPath },
      t: ask.t,
      codes,
      next: next === '/' ? accountPath : next,
    }),
  );
