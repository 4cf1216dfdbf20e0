import type { Db } from '../../../platform/database.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { appendAudit } from '../../audit/queries.ts';
import type { Unit } from '../../organisation/units/queries.ts';
import { sayingFormer } from './former.ts';
import { endNumber, insertNumber, lockDecisions } from './queries.ts';
import { endOf, goesOnAfter, judgeSetting, type SetRefusal } from './rules.ts';
import { called, type Speaking } from './say.ts';
import type { SeenVersion } from './scope.ts';

/** What is done to a number a unit sets, with its entry in the audit, in the transaction it is given. */

export interface Seen extends SeenVersion {
  readonly speaking: Speaking;
}

/** Another was set at the same moment: what this one did is undone. */
export class AtOnce extends Error {}

export interface Wish {
  readonly id: string;
  readonly unit: Unit;
  readonly parameter: string;
  readonly text: string;
  readonly from: string;
  readonly document: string | null;
  readonly reason: string;
}
/** Null when it is set. */
export async function setNumber(tx: Db, ask: ActorAsk, one: Seen, wish: Wish): Promise<SetRefusal | null> {
  const { unit, parameter, text, from, document, reason } = wish;
  const { programmeId } = one.version;
  const before = await lockDecisions(tx, { programmeId, unitId: unit.id, parameter });
  const { authority } = one;
  const verdict = judgeSetting(one.ready, {
    authority,
    unit,
    parameter,
    text,
    from,
    today: ask.today,
    before,
  });
  if (!verdict.ok) return verdict;
  const kept = await insertNumber(tx, {
    id: wish.id,
    programmeId,
    unitId: unit.id,
    unitPath: unit.path,
    parameter,
    value: verdict.value,
    from,
    document,
    reason,
    by: ask.actor.personId,
    at: ask.now,
  });
  if (!kept) throw new AtOnce();
  const last = before.findLast(({ until }) => until === null);
  await appendAudit(tx, ask.actor, ask.now, {
    action: 'number.set',
    subjectType: 'local-number',
    subjectId: wish.id,
    unitPath: unit.path,
    before: noted(one, parameter, last?.value, last?.from),
    after: { ...noted(one, parameter, verdict.value, from), unit: unit.name, document },
    reason,
  });
  return null;
}

/** A number as the audit says it: by its name, what it is, and since when where a unit set it. */
const noted = ({ speaking }: Pick<Seen, 'speaking'>, parameter: string, value?: string, since?: string) => {
  const { names, value: own = '' } = called(speaking, parameter) ?? {};
  return {
    parameter: names ?? parameter,
    value: value ?? own,
    ...(since === undefined ? {} : { on: since }),
  };
};

/** False when there is no such decision of the unit, or it has ended already. */
export async function takeBack(
  tx: Db,
  ask: ActorAsk,
  one: Seen,
  { unit, decision, reason }: { readonly unit: Unit; readonly decision: string; readonly reason: string },
): Promise<boolean> {
  const { programmeId } = one.version;
  const all = await lockDecisions(tx, { programmeId, unitId: unit.id });
  const ending = all.find(({ id }) => id === decision);
  const until = ending === undefined ? null : endOf(ending, ask.today);
  if (ending === undefined || until === null) return false;
  // It may be of a number that the version whose page is open has no more.
  const speaking = await sayingFormer(tx, one.speaking, programmeId, [ending]);
  const goesOn = goesOnAfter(
    all.filter(({ parameter }) => parameter === ending.parameter),
    { from: ending.from, until },
  );
  await endNumber(tx, ending, { until, today: ask.today, goesOn });
  await appendAudit(tx, ask.actor, ask.now, {
    action: 'number.taken-back',
    subjectType: 'local-number',
    subjectId: ending.id,
    unitPath: unit.path,
    before: noted({ speaking }, ending.parameter, ending.value, ending.from),
    after: {
      ...noted({ speaking }, ending.parameter, goesOn?.value, goesOn?.from ?? until),
      unit: unit.name,
    },
    reason,
  });
  return true;
}
