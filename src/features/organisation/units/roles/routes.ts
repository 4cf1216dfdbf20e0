import { z } from 'zod';
import { answerDone } from '../../../../platform/answer.ts';
import { transaction } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { civilDate, needed, readForm, readRawForm } from '../../../../platform/forms.ts';
import { isId } from '../../../../platform/ids.ts';
import { type ActorAsk, type FindPlace, may, routeList } from '../../../../platform/routing.ts';
import { appendAudit } from '../../../audit/queries.ts';
import { allowsSomewhere, ROLES } from '../../../identity/rules.ts';
import { selectOptionalPersonByNumber } from '../../people/queries.ts';
import { unitPlace } from '../../places.ts';
import { assignRole, endRole, selectOptionalRole, selectUnit } from '../queries.ts';
import { judgeAssignment, rolesToGive } from '../rules.ts';
import { answerUnit, placeOf } from '../unit.ts';

/** Who acts for a unit. */
export const roleRoutes = routeList();
const { post } = roleRoutes;
const idOf = (ask: ActorAsk): string => ask.c.req.param('unit') ?? '';

const roleForm = z.object({
  role: z.enum(ROLES, 'organisation.roles.role.needed'),
  number: needed('organisation.roles.who.needed', 40),
  from: civilDate('organisation.date.needed'),
});

post('/units/:unit/roles', may('role.assign', unitPlace), async (ask) => {
  const form = await readForm(ask, roleForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    answerUnit(ask, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const unit = await selectUnit(ask.db, idOf(ask));
  const person = await selectOptionalPersonByNumber(ask.db, form.data.number);
  if (person === null || person.state !== 'serving' || !allowsSomewhere(ask.actor, 'person.find')) {
    return refuse({ number: ask.t('organisation.roles.who.unknown') });
  }
  const verdict = judgeAssignment(ask.actor, {
    role: form.data.role,
    personId: person.id,
    unit: placeOf(unit),
  });
  if (!verdict.ok) return refuse({ role: ask.t(`organisation.roles.refused.${verdict.reason}`) });
  const given = await transaction(ask.db, async (tx) => {
    const role = {
      id: form.raw.submission,
      personId: person.id,
      role: form.data.role,
      unitId: unit.id,
      unitPath: unit.path,
      from: form.data.from,
    };
    if (!(await assignRole(tx, role))) return false;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'role.assigned',
      subjectType: 'role',
      subjectId: role.id,
      personId: person.id,
      unitPath: unit.path,
      after: { role: role.role, unit: unit.name, from: role.from },
    });
    return true;
  });
  if (!given && (await selectOptionalRole(ask.db, form.raw.submission)) === null) {
    return refuse({ number: ask.t('organisation.roles.held-already') });
  }
  return answerDone(ask, `/units/${unit.id}`, 'organisation.done.role-assigned');
});

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
  if (!rolesToGive(ask.actor, { ...placeOf(unit), ended: false }).includes(role.role))
    throw new HttpError(403, 'error.not-allowed');
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
