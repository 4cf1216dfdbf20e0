import { z } from 'zod';
import { answerDone } from '../../../../platform/answer.ts';
import { type Db, transaction } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { civilDate, needed, optionalCivilDate, readForm, readRawForm } from '../../../../platform/forms.ts';
import { isId } from '../../../../platform/ids.ts';
import { type ActorAsk, type FindPlace, may, routeList } from '../../../../platform/routing.ts';
import { appendAudit } from '../../../audit/queries.ts';
import { isKeeper, ROLES } from '../../../identity/rules.ts';
import { selectOptionalPersonByNumber } from '../../people/queries.ts';
import { unitPlace } from '../../places.ts';
import { insertRequest, listKeepers, lockDutyRule, selectDutyRule } from '../../roles/queries.ts';
import { type GrantRefusal, judgeGrant, mayEnd } from '../../roles/rules.ts';
import { selectUnit, type Unit } from '../queries.ts';
import { answerUnit, placeOf } from '../unit.ts';
import { assignRole, endRole, type NewRole, selectOptionalRole } from './queries.ts';

/** Who acts for a unit. */
export const roleRoutes = routeList();
const { post } = roleRoutes;
const idOf = (ask: ActorAsk): string => ask.c.req.param('unit') ?? '';

const roleForm = z.object({
  role: z.enum(ROLES, 'organisation.roles.role.needed'),
  number: needed('organisation.roles.who.needed', 40),
  from: civilDate('organisation.date.needed'),
  last: optionalCivilDate('organisation.date.needed'),
});

post('/units/:unit/roles', may('role.assign', unitPlace), async (ask) => {
  const form = await readForm(ask, roleForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    answerUnit(ask, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const unit = await selectUnit(ask.db, idOf(ask));
  const person = await selectOptionalPersonByNumber(ask.db, form.data.number);
  if (person === null || person.state !== 'serving') {
    return refuse({ number: ask.t('organisation.roles.who.unknown') });
  }
  const { from, last } = form.data;
  if (last !== null && last < from) return refuse({ last: ask.t('organisation.roles.ends-first') });
  const role = {
    id: form.raw.submission,
    personId: person.id,
    role: form.data.role,
    unitId: unit.id,
    unitPath: unit.path,
    from,
    last,
  };
  const outcome = await transaction(ask.db, (tx) => give(tx, ask, unit, role));
  if (typeof outcome !== 'string')
    return refuse({ role: ask.t(`organisation.roles.refused.${outcome.reason}`) });
  if (outcome === 'asked') return answerDone(ask, `/units/${unit.id}`, 'duties.done.asked');
  if (outcome === 'held' && (await selectOptionalRole(ask.db, role.id)) === null) {
    return refuse({ number: ask.t('organisation.roles.held-already') });
  }
  return answerDone(ask, `/units/${unit.id}`, 'organisation.done.role-assigned');
});

/** Gives the role, or asks a second person for it; `held` when it is held already. */
async function give(
  tx: Db,
  ask: ActorAsk,
  unit: Unit,
  role: NewRole,
): Promise<'given' | 'asked' | 'held' | { readonly reason: GrantRefusal }> {
  // One of the three waits for whoever is changing how duties are separated.
  const rule = isKeeper(role.role) ? await lockDutyRule(tx) : await selectDutyRule(tx);
  const keeps = isKeeper(role.role) ? await listKeepers(tx, ask.today, role.personId) : [];
  const verdict = judgeGrant(ask.actor, rule, {
    role: role.role,
    personId: role.personId,
    unit: placeOf(unit),
    keeps: keeps.map((held) => held.role),
  });
  if (!verdict.ok) return verdict;
  const about = { subjectType: 'role', subjectId: role.id, personId: role.personId, unitPath: unit.path };
  const after = { role: role.role, unit: unit.name, from: role.from, last: role.last };
  if (verdict.asks) {
    const asked = { ...role, startsOn: role.from, askedBy: ask.actor.personId, at: ask.now };
    if (await insertRequest(tx, asked))
      await appendAudit(tx, ask.actor, ask.now, { ...about, action: 'role.asked', after });
    return 'asked';
  }
  if (!(await assignRole(tx, role))) return 'held';
  await appendAudit(tx, ask.actor, ask.now, { ...about, action: 'role.assigned', after });
  return 'given';
}

const rolePlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('role') ?? '';
  const role = isId(id) ? await selectOptionalRole(ask.db, id) : null;
  return role === null ? null : { unitPath: (await selectUnit(ask.db, role.unitId)).path };
};

post('/roles/:role/end', may('role.assign', rolePlace), async (ask) => {
  await readRawForm(ask);
  const role = await selectOptionalRole(ask.db, ask.c.req.param('role') ?? '');
  if (role === null) throw new HttpError(404, 'error.not-found');
  const unit = await selectUnit(ask.db, role.unitId);
  if (!mayEnd(ask.actor, role.role, placeOf(unit))) throw new HttpError(403, 'error.not-allowed');
  await transaction(ask.db, async (tx) => {
    if (!(await endRole(tx, role.id, ask.today))) return;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'role.ended',
      subjectType: 'role',
      subjectId: role.id,
      personId: role.personId,
      unitPath: unit.path,
      before: { role: role.role, unit: unit.name, from: role.from },
      after: { until: ask.today },
    });
  });
  return answerDone(ask, `/units/${unit.id}`, 'organisation.done.role-ended');
});
