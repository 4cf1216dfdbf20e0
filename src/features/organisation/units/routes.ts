import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import {
  civilDate,
  needed,
  optional,
  parseForm,
  queryNumber,
  type RawForm,
  readForm,
  readRawForm,
} from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, type FindPlace, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { allows, allowsSomewhere, ROLES, rootsFor } from '../../identity/rules.ts';
import { countAccounts } from '../accounts/queries.ts';
import { selectOptionalPersonByNumber } from '../people/queries.ts';
import { unitPlace } from '../places.ts';
import { organisationWords } from '../show.ts';
import { UnitFormPage, UnitPage, UnitsPage } from './page.tsx';
import {
  assignRole,
  endRole,
  endUnit,
  findUnits,
  insertUnit,
  isCodeTaken,
  listChildren,
  listRoles,
  selectAncestors,
  selectOptionalRole,
  selectStaffStructure,
  selectUnit,
  selectUnits,
  type Unit,
  updateUnit,
  withCounts,
} from './queries.ts';
import {
  childLevels,
  judgeAssignment,
  judgeEndUnit,
  mayContain,
  rolesToGive,
  SETTINGS,
  STAGES,
  UNIT_LEVELS,
} from './rules.ts';

export const unitRoutes = routeList();
const { get, post } = unitRoutes;

const PAGE = 50;
const base = (ask: ActorAsk) => ({
  frame: pageProps(ask),
  t: ask.t,
  words: organisationWords(vocabulary(), ask.locale, ask.t),
});
const idOf = (ask: ActorAsk): string => ask.c.req.param('unit') ?? '';

get('/units', may('unit.see'), async (ask) => {
  const roots = rootsFor(ask.actor, 'unit.see');
  const own =
    roots.length > 0 ? roots.map(({ unitId }) => unitId) : [ask.actor.unitId].filter((id) => id !== null);
  const search = (ask.c.req.query('q') ?? '').trim().slice(0, 100);
  const units = (await selectUnits(ask.db, own)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const paths = units.map(({ path }) => path);
  const found = search === '' ? null : await findUnits(ask.db, paths, search, { limit: PAGE });
  return answerPage(
    ask,
    UnitsPage({
      ...base(ask),
      roots: found === null ? await withCounts(ask.db, units) : [],
      found: found === null ? null : await withCounts(ask.db, found),
      search,
    }),
  );
});

async function unitPage(ask: ActorAsk, state: FormState = { values: {} }): Promise<Response> {
  const unit = await selectUnit(ask.db, idOf(ask));
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 10_000);
  const search = (ask.c.req.query('q') ?? '').trim().slice(0, 100);
  const place = { unitPath: unit.path };
  const mayChangePeople = allows(ask.actor, 'person.change', place);
  const [above, [counted], structure, below, roles, accounts] = await Promise.all([
    selectAncestors(ask.db, unit.path),
    withCounts(ask.db, [unit]),
    selectStaffStructure(ask.db, unit.path, ask.today),
    listChildren(ask.db, unit.id, { search, limit: PAGE, offset: (page - 1) * PAGE }),
    listRoles(ask.db, unit.id),
    mayChangePeople ? countAccounts(ask.db, unit.path, ask.now) : null,
  ]);
  return answerPage(
    ask,
    UnitPage({
      ...base(ask),
      unit,
      above: visible(ask, above).slice(0, -1),
      counts: { children: counted?.children ?? 0, people: counted?.people ?? 0 },
      structure,
      children: below.rows,
      childTotal: below.total,
      page,
      size: PAGE,
      roles,
      given: allows(ask.actor, 'role.assign', place) ? rolesToGive(ask.actor, placeOf(unit)) : [],
      mayChange: allows(ask.actor, 'unit.change', place),
      accounts,
      mayFind: allows(ask.actor, 'person.find', place),
      today: ask.today,
      submission: newId(),
      state,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

const placeOf = (unit: Unit) => ({ level: unit.level, path: unit.path, ended: unit.endsOn !== null });
/** The way down as far as the person may look. */
const visible = (ask: ActorAsk, units: readonly Unit[]): Unit[] =>
  units.filter((unit) => allows(ask.actor, 'unit.see', { unitPath: unit.path }));

get('/units/:unit', may('unit.see', unitPlace), (ask) => unitPage(ask));

// --- Adding and changing -------------------------------------------------------------------------------

const unitForm = z.object({
  level: z.enum(UNIT_LEVELS).optional(),
  name: needed('organisation.unit.name.needed', 100),
  code: optional(40),
  setting: z.union([z.enum(SETTINGS), z.literal('')]).optional(),
  subject: optional(40),
});

async function formPage(
  ask: ActorAsk,
  how: 'new' | 'edit',
  state: FormState,
  submission: string,
): Promise<Response> {
  const unit = await selectUnit(ask.db, idOf(ask));
  const above = visible(ask, await selectAncestors(ask.db, unit.path));
  return answerPage(
    ask,
    UnitFormPage({
      ...base(ask),
      title:
        how === 'new'
          ? ask.t('organisation.unit.add.title', { name: unit.name })
          : ask.t('organisation.unit.edit.title', { name: unit.name }),
      action: `/units/${unit.id}/${how}`,
      above,
      levels: how === 'new' ? childLevels(unit.level) : [],
      state,
      submission,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

const kept = (raw: RawForm): FormState['values'] => ({ ...raw.values, stages: raw.all.stages ?? [] });
const chosenStages = (raw: RawForm) => STAGES.filter((stage) => raw.all.stages?.includes(stage));

get('/units/:unit/new', may('unit.change', unitPlace), (ask) =>
  formPage(ask, 'new', { values: {} }, newId()),
);

post('/units/:unit/new', may('unit.change', unitPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const form = parseForm(ask, raw, unitForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    formPage(ask, 'new', { values: kept(raw), errors }, raw.submission);
  if (!form.ok) return refuse(form.errors);
  const parent = await selectUnit(ask.db, idOf(ask));
  const { level, name, code, setting, subject } = form.data;
  if (level === undefined || !mayContain(parent.level, level) || parent.endsOn !== null) {
    return refuse({ level: ask.t('organisation.unit.level.wrong') });
  }
  if (code !== null && (await isCodeTaken(ask.db, code, raw.submission)))
    return refuse({ code: ask.t('organisation.unit.code.taken') });
  const unit = {
    id: raw.submission,
    parentId: parent.id,
    level,
    name,
    code,
    stages: chosenStages(raw),
    setting: setting || null,
    subject,
  };
  await transaction(ask.db, async (tx) => {
    const added = await insertUnit(tx, unit);
    await appendAudit(tx, ask.actor.personId, ask.now, {
      action: 'unit.added',
      subjectType: 'unit',
      subjectId: added.id,
      unitPath: added.path,
      after: unit,
    });
  });
  return answerDone(ask, `/units/${raw.submission}`, 'organisation.done.unit-added');
});

get('/units/:unit/edit', may('unit.change', unitPlace), async (ask) => {
  const { name, code, stages, setting, subject } = await selectUnit(ask.db, idOf(ask));
  return formPage(ask, 'edit', { values: { name, code, stages, setting, subject } }, newId());
});

post('/units/:unit/edit', may('unit.change', unitPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const form = parseForm(ask, raw, unitForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    formPage(ask, 'edit', { values: kept(raw), errors }, raw.submission);
  if (!form.ok) return refuse(form.errors);
  const before = await selectUnit(ask.db, idOf(ask));
  const { name, code, setting, subject } = form.data;
  if (code !== null && (await isCodeTaken(ask.db, code, before.id)))
    return refuse({ code: ask.t('organisation.unit.code.taken') });
  const after = { name, code, stages: chosenStages(raw), setting: setting || null, subject };
  await transaction(ask.db, async (tx) => {
    await updateUnit(tx, before.id, after);
    await appendAudit(tx, ask.actor.personId, ask.now, {
      action: 'unit.changed',
      subjectType: 'unit',
      subjectId: before.id,
      unitPath: before.path,
      before: {
        name: before.name,
        code: before.code,
        stages: before.stages,
        setting: before.setting,
        subject: before.subject,
      },
      after,
    });
  });
  return answerDone(ask, `/units/${before.id}`, 'organisation.done.unit-changed');
});

const endForm = z.object({ on: civilDate('organisation.date.needed') });

post('/units/:unit/end', may('unit.change', unitPlace), async (ask) => {
  const form = await readForm(ask, endForm);
  if (!form.ok) return unitPage(ask, { values: form.raw.values, errors: form.errors });
  const refusal = await transaction(ask.db, async (tx) => {
    const unit = await selectUnit(tx, idOf(ask));
    const [counted] = await withCounts(tx, [unit]);
    const verdict = judgeEndUnit(
      { ...unit, children: counted?.children ?? 0, people: counted?.people ?? 0 },
      form.data.on,
      ask.today,
    );
    if (!verdict.ok) return verdict.reason;
    await endUnit(tx, unit.id, form.data.on);
    await appendAudit(tx, ask.actor.personId, ask.now, {
      action: 'unit.ended',
      subjectType: 'unit',
      subjectId: unit.id,
      unitPath: unit.path,
      after: { endsOn: form.data.on },
    });
    return null;
  });
  if (refusal !== null)
    return unitPage(ask, {
      values: form.raw.values,
      errors: { on: ask.t(`organisation.unit.end.refused.${refusal}`) },
    });
  return answerDone(ask, `/units/${idOf(ask)}`, 'organisation.done.unit-ended');
});

// --- Who acts for the unit -----------------------------------------------------------------------------

const roleForm = z.object({
  role: z.enum(ROLES, 'organisation.roles.role.needed'),
  number: needed('organisation.roles.who.needed', 40),
  from: civilDate('organisation.date.needed'),
});

post('/units/:unit/roles', may('role.assign', unitPlace), async (ask) => {
  const form = await readForm(ask, roleForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    unitPage(ask, { values: form.raw.values, errors });
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
    await appendAudit(tx, ask.actor.personId, ask.now, {
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
    await appendAudit(tx, ask.actor.personId, ask.now, {
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
