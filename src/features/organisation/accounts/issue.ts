import { type Db, transaction } from '../../../platform/database.ts';
import type { Acting, ActorAsk } from '../../../platform/routing.ts';
import { appendAudit } from '../../audit/queries.ts';
import { insertCodes } from '../../identity/codes/queries.ts';
import { hashCode, makeCode } from '../../identity/password.ts';
import { deleteSessionsOf } from '../../identity/queries.ts';
import { deleteFactors } from '../../identity/second-factor/queries.ts';
import { selectSettings } from '../../identity/settings/queries.ts';
import { codeExpiresAt } from '../../identity/settings/rules.ts';
import { listCodeCandidates, selectCodeCandidate } from './queries.ts';
import { CODES_AT_ONCE, type CodeCandidate, judgeCode, type NoCodeReason } from './rules.ts';

/** Whoever makes codes, with the secret they are kept by. */
type Issuing = Acting & Pick<ActorAsk, 'services'>;

/** A code as it is shown, once, to whoever made it. */
export interface IssuedCode {
  readonly name: string;
  readonly unitName: string | null;
  readonly signIn: string;
  readonly code: string;
}
export interface LeftOut {
  readonly personId: string;
  readonly name: string;
  readonly unitName: string | null;
  readonly reason: NoCodeReason;
}
export interface Issued {
  readonly codes: readonly IssuedCode[];
  readonly leftOut: readonly LeftOut[];
  readonly expiresAt: Date;
}

/** Sign-in codes for the people of a unit who have none yet; `renew` replaces those not used. Null: too many at once. */
export async function issueCodes(
  acting: Issuing,
  unit: { readonly id: string; readonly path: string },
  renew: boolean,
): Promise<Issued | null> {
  const { db, actor, now, today } = acting;
  return transaction(db, async (tx) => {
    const people = await listCodeCandidates(tx, unit.path, { renew, now, today, limit: CODES_AT_ONCE + 1 });
    if (people.length > CODES_AT_ONCE) return null;
    const issued = await keepCodes(tx, acting, people, renew ? 'unused' : 'nobody');
    if (issued.codes.length > 0) {
      await appendAudit(tx, actor, now, {
        action: 'account.codes-made',
        subjectType: 'unit',
        subjectId: unit.id,
        unitPath: unit.path,
        after: {
          codes: issued.codes.length,
          leftOut: issued.leftOut.length,
          renew,
          until: issued.expiresAt.toISOString(),
        },
      });
    }
    return issued;
  });
}

/** A new code for one person: password, code and sessions they had end. */
export async function resetAccount(
  acting: Issuing,
  personId: string,
): Promise<
  { readonly ok: true; readonly issued: Issued } | { readonly ok: false; readonly reason: NoCodeReason }
> {
  const { db, actor, now, today } = acting;
  return transaction(db, async (tx) => {
    const person = await selectCodeCandidate(tx, personId, today);
    if (person === null) return { ok: false as const, reason: 'not-serving' as const };
    const issued = await keepCodes(tx, acting, [person], 'anybody');
    const [refused] = issued.leftOut;
    if (refused !== undefined) return { ok: false as const, reason: refused.reason };
    await appendAudit(tx, actor, now, {
      action: 'account.reset',
      subjectType: 'person',
      subjectId: personId,
      personId,
      after: { until: issued.expiresAt.toISOString() },
    });
    return { ok: true as const, issued };
  });
}

async function keepCodes(
  tx: Db,
  { actor, now, services }: Issuing,
  people: readonly CodeCandidate[],
  over: 'nobody' | 'unused' | 'anybody',
): Promise<Issued> {
  const expiresAt = codeExpiresAt(await selectSettings(tx), now);
  const leftOut: LeftOut[] = [];
  const wanted: { person: CodeCandidate; signIn: string; code: string }[] = [];
  const names = new Set<string>();
  for (const person of people) {
    const verdict = judgeCode(actor, person);
    // Two staff numbers that differ only in capitals are one sign-in name.
    const refusal = !verdict.ok ? verdict.reason : names.has(verdict.signIn) ? 'name-taken' : null;
    if (verdict.ok && refusal === null) {
      names.add(verdict.signIn);
      wanted.push({ person, signIn: verdict.signIn, code: makeCode() });
    } else if (refusal !== null) leftOut.push({ ...person, reason: refusal });
  }
  const kept = await insertCodes(
    tx,
    wanted.map(({ person, signIn, code }) => ({
      personId: person.personId,
      signIn,
      hash: hashCode(services.config, code),
    })),
    over,
    now,
    expiresAt,
  );
  await deleteSessionsOf(tx, [...kept.keys()]);
  const codes = wanted.flatMap(({ person, code }): IssuedCode[] => {
    // Somebody may have set a password, or been made a code by another office, a moment ago.
    const signIn = kept.get(person.personId);
    return signIn === undefined ? [] : [{ name: person.name, unitName: person.unitName, signIn, code }];
  });
  return { codes, leftOut, expiresAt };
}

type Refusable = { readonly ok: true } | { readonly ok: false; readonly reason: NoCodeReason };

/** Ends what a person is signed in at; whoever may make them a code may. */
export async function endSessions(acting: Acting, personId: string): Promise<Refusable> {
  const { db, actor, now, today } = acting;
  return transaction(db, async (tx): Promise<Refusable> => {
    const refusal = await refusalOf(tx, acting, personId, today);
    if (refusal !== null) return { ok: false, reason: refusal };
    const sessions = await deleteSessionsOf(tx, [personId]);
    await appendAudit(tx, actor, now, {
      action: 'account.sessions-ended',
      subjectType: 'person',
      subjectId: personId,
      personId,
      after: { sessions },
    });
    return { ok: true };
  });
}

/** Takes away one-time codes, recovery codes, passkeys and links to providers; sessions end. The password stays. */
export async function resetFactors(acting: Acting, personId: string, reason: string): Promise<Refusable> {
  const { db, actor, now, today } = acting;
  return transaction(db, async (tx): Promise<Refusable> => {
    const refusal = await refusalOf(tx, acting, personId, today);
    if (refusal !== null) return { ok: false, reason: refusal };
    const taken = await deleteFactors(tx, personId);
    await deleteSessionsOf(tx, [personId]);
    await appendAudit(tx, actor, now, {
      action: 'account.second-factor-reset',
      subjectType: 'person',
      subjectId: personId,
      personId,
      before: taken,
      reason,
    });
    return { ok: true };
  });
}

/** Whose account this is to touch: somebody who has left may need to be signed out too, and a name is not asked. */
async function refusalOf(
  tx: Db,
  { actor }: Acting,
  personId: string,
  today: string,
): Promise<NoCodeReason | null> {
  const person = await selectCodeCandidate(tx, personId, today);
  if (person === null) return 'not-serving';
  const verdict = judgeCode(actor, { ...person, state: 'serving', signIn: person.signIn ?? personId });
  return verdict.ok ? null : verdict.reason;
}
