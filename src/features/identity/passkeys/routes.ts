import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { needed, readForm, readRawForm } from '../../../platform/forms.ts';
import { isId } from '../../../platform/ids.ts';
import { type ActorAsk, anyone, routeList, signedIn } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { signInPath } from '../../../web/viewer.ts';
import { appendAudit } from '../../audit/queries.ts';
import { askAgain, isProvenNow } from '../again/proven.ts';
import { tokenOf } from '../ask.ts';
import { againPath, passkeysPath, pathOfNeed, secondPath } from '../needs.ts';
import { finishSession, openSession } from '../open-session.ts';
import { selectOptionalAccountOf, selectOptionalSession } from '../queries.ts';
import { safeNext } from '../safe-next.ts';
import { selectFactors } from '../second-factor/queries.ts';
import { mayRemove } from '../second-factor/rules.ts';
import { provenAnew } from '../sessions/renew.ts';
import { selectSettings } from '../settings/queries.ts';
import { PasskeysPage } from './page.tsx';
import { deletePasskey, insertPasskey, listPasskeys, updatePasskeyName } from './queries.ts';
import { askForNewPasskey, askForPasskey, verifyNewPasskey, verifyPasskey } from './webauthn.ts';

export const passkeyRoutes = routeList('sign-in');
const { get, post } = passkeyRoutes;

const MOST_PASSKEYS = 20;
const answer = z.object({ credential: z.string().max(100_000).default(''), next: z.string().optional() });

// --- Signing in with one --------------------------------------------------------------------------------

post(`${signInPath}/passkey/challenge`, anyone, async (ask) => {
  await readRawForm(ask);
  ask.c.header('cache-control', 'no-store');
  return ask.c.json(await askForPasskey(ask));
});

post(`${signInPath}/passkey`, anyone, async (ask) => {
  const form = await readForm(ask, answer);
  const passkey = form.ok ? await verifyPasskey(ask, form.data.credential) : null;
  if (!form.ok || passkey === null) throw new HttpError(422, 'identity.passkeys.refused');
  const { personId } = passkey;
  const next = safeNext(form.data.next);
  return answerDone(ask, await openSession(ask, { personId, how: 'passkey', provesBoth: true }, next));
});

/** As the second factor after a password. */
post(`${secondPath}/passkey`, signedIn, async (ask) => {
  const form = await readForm(ask, answer);
  const passkey = form.ok ? await verifyPasskey(ask, form.data.credential) : null;
  const session = ask.session;
  if (!form.ok || session === null || passkey?.personId !== ask.actor.personId)
    throw new HttpError(422, 'identity.passkeys.refused');
  const to = await finishSession(ask, ask.actor.personId, session.how, safeNext(form.data.next));
  if (to === null) throw new HttpError(409, 'error.sign-in');
  return answerDone(ask, to);
});

post(`${againPath}/passkey`, signedIn, async (ask) => {
  const form = await readForm(ask, answer);
  const passkey = form.ok ? await verifyPasskey(ask, form.data.credential) : null;
  if (!form.ok || passkey?.personId !== ask.actor.personId)
    throw new HttpError(422, 'identity.passkeys.refused');
  await provenAnew(ask);
  return answerDone(ask, safeNext(form.data.next));
});

// --- One's own --------------------------------------------------------------------------------------------

get(passkeysPath, signedIn, (ask) => askAgain(ask, passkeysPath) ?? show(ask, { values: {} }));

post(`${passkeysPath}/challenge`, signedIn, async (ask) => {
  await readRawForm(ask);
  if (!isProvenNow(ask)) throw new HttpError(403, 'identity.again.lead');
  const account = await selectOptionalAccountOf(ask.db, ask.actor.personId);
  ask.c.header('cache-control', 'no-store');
  return ask.c.json(await askForNewPasskey(ask, account?.signIn ?? ask.actor.name));
});

const newPasskey = z.object({
  name: needed('identity.passkeys.name-needed', 60),
  credential: z.string().max(100_000).default(''),
});

post(passkeysPath, signedIn, async (ask) => {
  const form = await readForm(ask, newPasskey);
  const again = askAgain(ask, passkeysPath);
  if (again !== null) return again;
  if (!form.ok) return show(ask, { values: form.raw.values, errors: form.errors });
  const { personId } = ask.actor;
  const refuse = (key: 'identity.passkeys.refused' | 'identity.passkeys.too-many') =>
    show(ask, { values: { name: form.data.name }, errors: { '': ask.t(key) } });
  if ((await listPasskeys(ask.db, personId)).length >= MOST_PASSKEYS)
    return refuse('identity.passkeys.too-many');
  const passkey = await verifyNewPasskey(ask, form.data.credential, form.data.name);
  if (passkey === null) return refuse('identity.passkeys.refused');
  const kept = await transaction(ask.db, async (tx) => {
    if (!(await insertPasskey(tx, passkey, ask.now))) return false;
    await note(ask, tx, 'passkey.added', passkey.name);
    return true;
  });
  if (!kept) return refuse('identity.passkeys.refused');
  const token = tokenOf(ask);
  const session = await selectOptionalSession(ask.db, token, ask.now, ask.today);
  return answerDone(ask, pathOfNeed(session?.needs ?? null, passkeysPath), 'identity.passkeys.done.added');
});

post(`${passkeysPath}/:passkey/name`, signedIn, async (ask) => {
  const form = await readForm(ask, z.object({ name: needed('identity.passkeys.name-needed', 60) }));
  const again = askAgain(ask, passkeysPath);
  if (again !== null) return again;
  if (!form.ok) return show(ask, { values: {}, errors: { '': form.errors.name ?? '' } });
  await transaction(ask.db, async (tx) => {
    const { personId } = ask.actor;
    if (!(await updatePasskeyName(tx, personId, passkeyOf(ask), form.data.name)))
      throw new HttpError(404, 'error.not-found');
    await note(ask, tx, 'passkey.renamed', form.data.name);
  });
  return answerDone(ask, passkeysPath, 'identity.passkeys.done.renamed');
});

post(`${passkeysPath}/:passkey/remove`, signedIn, async (ask) => {
  await readRawForm(ask);
  const again = askAgain(ask, passkeysPath);
  if (again !== null) return again;
  const factors = await selectFactors(ask.db, ask.actor.personId, ask.today);
  if (!mayRemove(factors, await selectSettings(ask.db), 'passkey')) {
    return show(ask, { values: {}, errors: { '': ask.t('identity.second.must-keep') } });
  }
  await transaction(ask.db, async (tx) => {
    const name = await deletePasskey(tx, ask.actor.personId, passkeyOf(ask));
    if (name === null) throw new HttpError(404, 'error.not-found');
    await note(ask, tx, 'passkey.removed', name);
  });
  return answerDone(ask, passkeysPath, 'identity.passkeys.done.removed');
});

function passkeyOf(ask: ActorAsk): string {
  const id = ask.c.req.param('passkey') ?? '';
  if (!isId(id)) throw new HttpError(404, 'error.not-found');
  return id;
}

const note = (
  ask: ActorAsk,
  tx: Parameters<typeof appendAudit>[0],
  action: 'passkey.added' | 'passkey.renamed' | 'passkey.removed',
  name: string,
) =>
  appendAudit(tx, ask.actor.personId, ask.now, {
    action,
    subjectType: 'person',
    subjectId: ask.actor.personId,
    personId: ask.actor.personId,
    after: { name },
  });

async function show(ask: ActorAsk, state: FormState): Promise<Response> {
  return answerPage(
    ask,
    PasskeysPage({
      page: pageProps(ask),
      t: ask.t,
      locale: ask.locale,
      state,
      passkeys: await listPasskeys(ask.db, ask.actor.personId),
      mustEnrol: ask.session?.needs === 'enrolment',
    }),
    state.errors ? 422 : 200,
  );
}
