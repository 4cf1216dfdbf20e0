import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { civilDate, needed, optional, queryDay, readForm } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, type FindPlace, may, type RouteList, routeList } from '../../../platform/routing.ts';
import { addDays } from '../../../shared/civil-date.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { allows, SINGLE_ACTS, singleActsOf } from '../../identity/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import type { NoticeKind } from '../../notices/rules.ts';
import { selectOptionalPersonByNumber, selectPerson } from '../people/queries.ts';
import { personPlace, seenUnit, unitPlace } from '../places.ts';
import { organisationWords } from '../show.ts';

import { dutyRoutes } from './duties/routes.ts';
import { ActingPage, PersonRolesPage } from './page.tsx';
import {
  type Delegation,
  type HeldRole,
  insertDelegation,
  listActingAt,
  listHandedOver,
  listHoldings,
  revokeDelegation,
  selectOptionalDelegation,
} from './queries.ts';
import { isHandedOver, judgeHandOver } from './rules.ts';

const ownRoutes = routeList();
const { get, post } = ownRoutes;
const base = (ask: ActorAsk) => ({
  frame: pageProps(ask),
  t: ask.t,
  words: organisationWords(vocabulary(), ask.locale, ask.t),
});

// --- What somebody may act as, and why ------------------------------------------------------------------

get('/people/:person/roles', may('role.see', personPlace), (ask) =>
  personRoles(ask, ask.c.req.param('person') ?? ''),
);

async function personRoles(
  ask: ActorAsk,
  personId: string,
  state: FormState = { values: {} },
): Promise<Response> {
  const [person, holdings, handedOver] = await Promise.all([
    selectPerson(ask.db, personId),
    listHoldings(ask.db, personId),
    listHandedOver(ask.db, personId),
  ]);
  const own = personId === ask.actor.personId;
  return answerPage(
    ask,
    PersonRolesPage({
      ...base(ask),
      frame: { ...pageProps(ask), path: `/people/${personId}/roles` },
      person: { id: person.id, name: person.name },
      own,
      holdings,
      handedOver: handedOver.map((given) => ({
        ...given,
        mayRevoke: runs(given, ask.today) && mayRevoke(ask, given),
      })),
      choices: own ? choicesOf(ask, holdings) : [],
      today: ask.today,
      submission: newId(),
      state,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

const runs = ({ revokedOn, until }: Delegation, today: string): boolean =>
  revokedOn === null && until > today;
const mayRevoke = (ask: ActorAsk, { fromId, unitPath }: Delegation): boolean =>
  allows(ask.actor, 'role.take-back', { unitPath, personId: fromId });

/** What the person can hand over: each of their own roles whole, or one act of it. */
function choicesOf(ask: ActorAsk, holdings: readonly HeldRole[]) {
  const own = holdings.filter(
    ({ role, forId, until }) => isHandedOver(role) && forId === null && (until === null || until > ask.today),
  );
  const places = new Map(own.map((held) => [`${held.role} ${held.unitId}`, held]));
  return [...places].flatMap(([key, held]) => {
    const whole = `${ask.t(`identity.role.${held.role}`)} · ${held.unitName}`;
    return [
      { value: key, label: ask.t('duties.hand-over.whole', { role: whole }) },
      ...singleActsOf(held.role).map((act) => ({
        value: `${key} ${act}`,
        label: ask.t('duties.hand-over.only', { role: whole, act: ask.t(`duties.act.${act}`) }),
      })),
    ];
  });
}

const handOverForm = z.object({
  what: needed('duties.hand-over.what.needed', 100),
  number: needed('organisation.roles.who.needed', 40),
  from: civilDate('organisation.date.needed'),
  // The last day on which it holds, as people say it.
  last: civilDate('organisation.date.needed'),
  reason: needed('duties.hand-over.reason.needed', 200),
});

post('/delegations', may('role.hand-over'), async (ask) => {
  const form = await readForm(ask, handOverForm);
  const { personId } = ask.actor;
  const refuse = (errors: Readonly<Record<string, string>>) =>
    personRoles(ask, personId, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const [roleText = '', unitId = '', actText] = form.data.what.split(' ');
  const deputy = await selectOptionalPersonByNumber(ask.db, form.data.number);
  if (deputy === null) return refuse({ number: ask.t('organisation.roles.who.unknown') });
  const [own, theirs] = await Promise.all([listHoldings(ask.db, personId), listHoldings(ask.db, deputy.id)]);
  const held = own.find((one) => one.role === roleText && one.unitId === unitId);
  if (held === undefined || !isHandedOver(held.role))
    return refuse({ what: ask.t('duties.hand-over.refused.not-yours') });
  const { role } = held;
  const wish = {
    role,
    unitId,
    act: SINGLE_ACTS.find((one) => one === actText) ?? null,
    from: form.data.from,
    until: addDays(form.data.last, 1),
    to: {
      personId: deputy.id,
      state: deputy.state,
      unitPath: deputy.unitPath,
      roles: theirs.filter(({ until }) => until === null || until > ask.today).map((one) => one.role),
    },
  };
  const verdict = judgeHandOver(ask.actor, own, wish, ask.today);
  if (!verdict.ok)
    return refuse({
      [fieldOf[verdict.reason] ?? 'what']: ask.t(`duties.hand-over.refused.${verdict.reason}`),
    });
  const given = await transaction(ask.db, async (tx) => {
    const { act, from, until } = wish;
    const { submission: id } = form.raw;
    const { reason } = form.data;
    const { unitPath, unitName } = held;
    const kept = {
      id,
      fromId: personId,
      toId: deputy.id,
      role,
      unitId,
      unitPath,
      act,
      from,
      until,
      reason,
      at: ask.now,
    };
    if (!(await insertDelegation(tx, kept))) return false;
    const { name: by } = ask.actor;
    const { last } = form.data;
    await tell(tx, ask, deputy.id, 'role-handed-over', {
      by,
      role,
      unit: unitName,
      act: act ?? 'none',
      from,
      last,
    });
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'role.handed-over',
      subjectType: 'delegation',
      subjectId: id,
      personId: deputy.id,
      unitPath,
      after: { role, unit: unitName, act, from, until },
      reason,
    });
    return true;
  });
  if (!given && (await selectOptionalDelegation(ask.db, form.raw.submission)) === null)
    return refuse({ number: ask.t('duties.hand-over.refused.overlaps') });
  return answerDone(ask, `/people/${personId}/roles`, 'duties.done.handed-over');
});

/** Whoever is to act for somebody, or no longer, hears of it; their own page of roles says why they may. */
const tell = (
  tx: Db,
  ask: ActorAsk,
  personId: string,
  kind: NoticeKind,
  detail: Readonly<Record<string, string>>,
) => insertNotices(tx, ask.now, [{ personId, kind, detail, href: `/people/${personId}/roles` }]);

const fieldOf: Readonly<Record<string, string>> = {
  'to-oneself': 'number',
  'not-serving': 'number',
  elsewhere: 'number',
  keeper: 'number',
  'in-the-past': 'from',
  'ends-first': 'last',
  'longer-than-own': 'last',
};

const delegationPlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('delegation') ?? '';
  const given = isId(id) ? await selectOptionalDelegation(ask.db, id) : null;
  return given === null ? null : { unitPath: given.unitPath, personId: given.fromId };
};

const revokeForm = z.object({ reason: optional(200) });
post('/delegations/:delegation/revoke', may('role.take-back', delegationPlace), async (ask) => {
  const form = await readForm(ask, revokeForm);
  const given = await selectOptionalDelegation(ask.db, ask.c.req.param('delegation') ?? '');
  if (given === null) throw new HttpError(404, 'error.not-found');
  await transaction(ask.db, async (tx) => {
    if (!(await revokeDelegation(tx, given.id, ask.actor.personId, ask.today))) return;
    await tell(tx, ask, given.toId, 'role-taken-back', { role: given.role, unit: given.unitName });
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'role.taken-back',
      subjectType: 'delegation',
      subjectId: given.id,
      personId: given.toId,
      unitPath: given.unitPath,
      before: {
        role: given.role,
        unit: given.unitName,
        act: given.act,
        from: given.from,
        until: given.until,
      },
      after: { until: ask.today },
      reason: form.ok ? form.data.reason : null,
    });
  });
  return answerDone(ask, `/people/${given.fromId}/roles`, 'duties.done.taken-back');
});

// --- Who may act for a unit on a day ------------------------------------------------------------------

get('/units/:unit/acting', may('role.see', unitPlace), async (ask) => {
  const unit = await seenUnit(ask);
  const { day, error } = queryDay(ask, 'on');
  const on = day ?? ask.today;
  return answerPage(
    ask,
    ActingPage({
      ...base(ask),
      unit: { id: unit.id, name: unit.name },
      on,
      error,
      acting: error === undefined ? await listActingAt(ask.db, unit.path, on) : [],
    }),
    error === undefined ? 200 : 422,
  );
});

/** Why somebody may act, who may act for a unit, what is handed over, and how duties are separated. */
export const heldRoutes: RouteList = {
  ...routeList(),
  routes: [ownRoutes, dutyRoutes].flatMap(({ routes }) => routes),
};
