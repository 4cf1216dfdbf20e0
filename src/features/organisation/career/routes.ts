import { z } from 'zod';
import { answerDone } from '../../../platform/answer.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { civilDate, id, needed, optional, readForm } from '../../../platform/forms.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import { subjectTyped } from '../../../shared/subjects.ts';
import { appendAudit } from '../../audit/queries.ts';
import { deleteSessionsOf } from '../../identity/queries.ts';
import { readEducation, readFlag, readRank, readStage } from '../imports/rules.ts';
import { answerPerson } from '../people/person.ts';
import { selectPerson } from '../people/queries.ts';
import { FACTS, type FactName, judgeMove } from '../people/rules.ts';
import { otherPersonPlace, seenPerson, selectOptionalUnitNamed } from '../places.ts';
import { selectOptionalUnit } from '../units/queries.ts';
import {
  changeFact,
  type EndedRole,
  type FactRow,
  joinGroup,
  leaveGroup,
  leaveService,
  movePerson,
  selectOptionalEmployment,
  selectPersonHistory,
} from './queries.ts';

export const careerRoutes = routeList();
const { post } = careerRoutes;
const idOf = (ask: ActorAsk): string => ask.c.req.param('person') ?? '';

// --- Moving, groups, leaving ---------------------------------------------------------------------------

const moveForm = z.object({
  unit: needed('organisation.move.to.needed', 100),
  on: civilDate('organisation.date.needed'),
  post: optional(60),
});

/** The audit's own line for each role that ended with a move or a leaving. */
async function auditEndedRoles(
  tx: Db,
  ask: ActorAsk,
  ended: readonly EndedRole[],
  on: string,
): Promise<void> {
  for (const { id, role, unitName, unitPath } of ended) {
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'role.ended',
      subjectType: 'role',
      subjectId: id,
      personId: idOf(ask),
      unitPath,
      before: { role, unit: unitName },
      after: { until: on },
    });
  }
}

post('/people/:person/move', may('person.change', otherPersonPlace), async (ask) => {
  const form = await readForm(ask, moveForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    answerPerson(ask, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const to = await selectOptionalUnitNamed(ask, form.data.unit);
  if (to === null) return refuse({ unit: ask.t('organisation.move.to.unknown') });
  const { on, post: newPost } = form.data;
  const refusal = await transaction(ask.db, async (tx) => {
    const current = await selectOptionalEmployment(tx, idOf(ask));
    const person = await selectPerson(tx, idOf(ask));
    if (current?.id === form.raw.submission) return null;
    const verdict = judgeMove({
      state: person.state,
      current,
      to: { unitId: to.id, level: to.level, endsOn: to.endsOn },
      on,
      today: ask.today,
    });
    if (!verdict.ok) return verdict.reason;
    const ended = await movePerson(tx, {
      id: form.raw.submission,
      personId: person.id,
      unitId: to.id,
      on,
      post: newPost,
      how: verdict.how,
    });
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'person.moved',
      subjectType: 'person',
      subjectId: person.id,
      personId: person.id,
      unitPath: to.path,
      before: { unit: person.unitName },
      after: { unit: to.name, on, how: verdict.how },
    });
    await auditEndedRoles(tx, ask, ended, on);
    return null;
  });
  if (refusal !== null) return refuse({ unit: ask.t(`organisation.move.refused.${refusal}`) });
  return answerDone(ask, `/people/${idOf(ask)}`, 'organisation.done.moved');
});

const groupForm = z.object({
  group: id('organisation.group.needed'),
  on: civilDate('organisation.date.needed'),
  act: z.enum(['join', 'leave']).catch('join'),
});

post('/people/:person/group', may('person.change', otherPersonPlace), async (ask) => {
  const form = await readForm(ask, groupForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    answerPerson(ask, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const { on, act } = form.data;
  const [person, group] = await Promise.all([seenPerson(ask), selectOptionalUnit(ask.db, form.data.group)]);
  if (group === null || group.level !== 'group' || group.parentId !== person.unitId)
    return refuse({ group: ask.t('organisation.group.needed') });
  if (on > ask.today) return refuse({ on: ask.t('organisation.move.refused.in-future') });
  await transaction(ask.db, async (tx) => {
    if (act === 'join')
      await joinGroup(tx, { id: form.raw.submission, personId: person.id, groupId: group.id, on });
    else await leaveGroup(tx, { personId: person.id, groupId: group.id, on });
    await appendAudit(tx, ask.actor, ask.now, {
      action: act === 'join' ? 'person.joined-group' : 'person.left-group',
      subjectType: 'person',
      subjectId: person.id,
      personId: person.id,
      unitPath: group.path,
      after: { group: group.name, on },
    });
  });
  return answerDone(
    ask,
    `/people/${person.id}`,
    act === 'join' ? 'organisation.done.joined' : 'organisation.done.left-group',
  );
});

const leaveForm = z.object({ state: z.enum(['left', 'retired']), on: civilDate('organisation.date.needed') });

post('/people/:person/leave', may('person.change', otherPersonPlace), async (ask) => {
  const form = await readForm(ask, leaveForm);
  if (!form.ok) return answerPerson(ask, { values: form.raw.values, errors: form.errors });
  const { on, state } = form.data;
  const refusal = await transaction(ask.db, async (tx) => {
    const current = await selectOptionalEmployment(tx, idOf(ask));
    if (on > ask.today) return 'in-future' as const;
    if (current?.from != null && on <= current.from) return 'before-current' as const;
    const ended = await leaveService(tx, idOf(ask), on, state);
    // They may sign in again, to see what is kept of them; whatever is open somewhere ends.
    await deleteSessionsOf(tx, [idOf(ask)]);
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'person.left',
      subjectType: 'person',
      subjectId: idOf(ask),
      personId: idOf(ask),
      unitPath: ask.place?.unitPath ?? null,
      after: { state, on },
    });
    await auditEndedRoles(tx, ask, ended, on);
    return null;
  });
  if (refusal !== null)
    return answerPerson(ask, {
      values: form.raw.values,
      errors: { on: ask.t(`organisation.move.refused.${refusal}`) },
    });
  return answerDone(ask, `/people/${idOf(ask)}`, 'organisation.done.left');
});

// --- Attributes ----------------------------------------------------------------------------------------

const factForm = z.object({
  attribute: z.enum(FACTS, 'organisation.fact.attribute.needed'),
  value: optional(60),
  on: civilDate('organisation.date.needed'),
  reason: optional(300),
});

/** What people write for an attribute, as it is kept; undefined when it cannot be read. */
function readFact(name: FactName, text: string | null): string | null | undefined {
  if (text === null) return null;
  switch (name) {
    case 'rank':
      return readRank(text) ?? undefined;
    case 'stage':
      return readStage(text) ?? undefined;
    case 'education':
      return readEducation(text) ?? undefined;
    case 'frontLine':
    case 'qualified':
    case 'specialPost': {
      const flag = readFlag(text);
      return flag === null ? undefined : String(flag);
    }
    case 'subject':
      return subjectTyped(text);
    case 'post':
      return text;
    default:
      return name satisfies never;
  }
}

post('/people/:person/fact', may('person.change', otherPersonPlace), async (ask) => {
  const form = await readForm(ask, factForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    answerPerson(ask, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const { attribute, on, reason } = form.data;
  const value = readFact(attribute, form.data.value);
  if (value === undefined) return refuse({ value: ask.t('organisation.fact.value.unknown') });
  if (on > ask.today) return refuse({ on: ask.t('organisation.move.refused.in-future') });
  await transaction(ask.db, async (tx) => {
    const before = await selectPersonHistory(tx, idOf(ask));
    // Each value under the name of its attribute, by which it is said.
    const said = ({ value: one, from, until }: Omit<FactRow, 'attribute'>) => ({
      [attribute]: one,
      from,
      until,
    });
    const after = await changeFact(tx, { personId: idOf(ask), attribute, value, since: on });
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'person.fact-changed',
      subjectType: 'person',
      subjectId: idOf(ask),
      personId: idOf(ask),
      unitPath: ask.place?.unitPath ?? null,
      before: { [attribute]: before.facts.filter((fact) => fact.attribute === attribute).map(said) },
      after: { [attribute]: after.map(said) },
      reason,
    });
  });
  return answerDone(ask, `/people/${idOf(ask)}`, 'organisation.done.fact-changed');
});
