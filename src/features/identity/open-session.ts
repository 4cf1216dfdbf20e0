import { clientAddress } from '../../platform/client.ts';
import { transaction } from '../../platform/database.ts';
import type { Ask } from '../../platform/routing.ts';
import { appendAudit } from '../audit/queries.ts';
import { chosenHere, keepToken, tokenOf } from './ask.ts';
import { rememberDevice } from './limits/device.ts';
import { placeOf } from './limits/rules.ts';
import { pathOfNeed } from './needs.ts';
import {
  completeSession,
  deleteSession,
  insertSession,
  selectOptionalSession,
  updatePreferences,
} from './queries.ts';
import { selectFactors } from './second-factor/queries.ts';
import { asksSecond } from './second-factor/rules.ts';
import type { SessionHow } from './sessions/rules.ts';
import { selectSettings } from './settings/queries.ts';
import { tellWrongTries } from './wrong-tries/queries.ts';

export interface SignedIn {
  readonly personId: string;
  readonly how: SessionHow;
  /** Both factors were shown already: a passkey that knew its owner, or a provider that an administrator trusts with it. */
  readonly provesBoth?: boolean;
  /** What the audit keeps beside it: which provider. */
  readonly detail?: Readonly<Record<string, string>>;
}

/** Begins a session for somebody who has shown who they are; the answer is where they go: to `next`, or what is still to be done first. */
export async function openSession(ask: Ask, signedIn: SignedIn, next: string): Promise<string> {
  const { personId, how, provesBoth = false, detail } = signedIn;
  const { db, now, c } = ask;
  const settings = await selectSettings(db);
  const factors = await selectFactors(db, personId, ask.today);
  const awaitsSecond = !provesBoth && how !== 'demo' && asksSecond(factors, settings);
  const before = tokenOf(ask);
  const token = await transaction(db, async (tx) => {
    // Whoever signs in anew, or somebody else at the same browser, leaves no session behind that nobody sees any more.
    if (before !== '') await deleteSession(tx, before);
    const opened = await insertSession(tx, personId, now, c.req.header('user-agent') ?? null, {
      how,
      place: placeOf(clientAddress(c, ask.services.config.proxies) ?? 'unknown'),
      awaitsSecond,
    });
    if (awaitsSecond) return opened;
    await tellWrongTries(tx, personId, opened);
    await updatePreferences(tx, personId, chosenHere(ask));
    await noteSignIn(ask, tx, personId, how, detail);
    return opened;
  });
  keepToken(ask, token, settings.sessionHours);
  if (!awaitsSecond) rememberDevice(ask, personId);
  return pathOfNeed(await needOf(ask, token), next);
}

/** The second factor was right: the session is whole, under a new token. Null when it ended meanwhile. */
export async function finishSession(
  ask: Ask,
  personId: string,
  how: SessionHow,
  next: string,
): Promise<string | null> {
  const { sessionHours } = await selectSettings(ask.db);
  const before = tokenOf(ask);
  const token = await transaction(ask.db, async (tx) => {
    const fresh = await completeSession(tx, before, ask.now);
    if (fresh === null) return null;
    await tellWrongTries(tx, personId, fresh);
    await updatePreferences(tx, personId, chosenHere(ask));
    await noteSignIn(ask, tx, personId, how, { second: 'yes' });
    return fresh;
  });
  if (token === null) return null;
  keepToken(ask, token, sessionHours);
  rememberDevice(ask, personId);
  return pathOfNeed(await needOf(ask, token), next);
}

const needOf = async (ask: Ask, token: string) =>
  (await selectOptionalSession(ask.db, token, ask.now, ask.today))?.needs ?? null;

const noteSignIn = (
  ask: Ask,
  tx: Parameters<typeof appendAudit>[0],
  personId: string,
  how: SessionHow,
  detail: Readonly<Record<string, string>> | undefined,
) =>
  appendAudit(tx, personId, ask.now, {
    action: how === 'demo' ? 'sign-in.demo' : 'sign-in',
    subjectType: 'person',
    subjectId: personId,
    ...(how === 'demo' ? {} : { after: { how, ...detail } }),
  });
