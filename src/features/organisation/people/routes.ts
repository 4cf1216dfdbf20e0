import { Readable } from 'node:stream';
import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { civilDate, id, needed, optional, optionalCivilDate, readForm } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import { writeCsv, writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import { readTableQuery, type TableQuery } from '../../../web/table-query.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { allows, allowsSomewhere, rootsFor } from '../../identity/rules.ts';
import {
  changeFact,
  joinGroup,
  leaveGroup,
  leaveService,
  movePerson,
  selectOptionalEmployment,
  selectPersonHistory,
} from '../career/queries.ts';
import { isName, readEducation, readFlag, readRank, readStage } from '../imports/rules.ts';
import { personPlace } from '../places.ts';
import { organisationWords } from '../show.ts';
import {
  findUnits,
  listRolesOf,
  selectGroups,
  selectOptionalUnit,
  selectUnit,
  type Unit,
} from '../units/queries.ts';
import { PeoplePage, PersonFormPage, PersonPage, personColumns } from './page.tsx';
import {
  countPeople,
  findPeople,
  isStaffNumberTaken,
  listSubjects,
  PERSON_SORTS,
  type Person,
  type PersonFilter,
  type PersonSort,
  selectPerson,
  updatePerson,
  walkPeople,
} from './queries.ts';
import { FACTS, type FactName, judgeMove } from './rules.ts';

export const peopleRoutes = routeList();
const { get, post } = peopleRoutes;

const PAGE = 50;
/** A workbook is made in memory; longer lists go out as CSV, which streams. */
const WORKBOOK_AT_MOST = 20_000;
const base = (ask: ActorAsk) => ({
  frame: pageProps(ask),
  t: ask.t,
  words: organisationWords(vocabulary(), ask.locale, ask.t),
});
const idOf = (ask: ActorAsk): string => ask.c.req.param('person') ?? '';

get('/people', may('person.find'), async (ask) => {
  const query = readTableQuery(ask.c.req.url, {
    sortable: PERSON_SORTS,
    usual: { by: 'place', descending: false },
  });
  const roots = rootsFor(ask.actor, 'person.find').map(({ unitPath }) => unitPath);
  const asked = (name: string) => (ask.c.req.query(name) ?? '').trim().slice(0, 100) || null;
  const unitId = asked('unit');
  const unit = unitId !== null && isId(unitId) ? await selectOptionalUnit(ask.db, unitId) : null;
  const filter: PersonFilter = {
    search: asked('q'),
    unitPath: unit?.path ?? null,
    subject: asked('subject'),
    stage: asked('stage'),
    rank: asked('rank'),
    state: z
      .enum(['serving', 'left', 'retired', 'any'])
      .catch('serving')
      .parse(asked('state') ?? 'serving'),
  };
  if (query.format !== 'html') return exportPeople(ask, roots, filter, query);
  const sort: PersonSort = PERSON_SORTS.find((one) => one === query.sort.by) ?? 'place';
  const [rows, total, subjects] = await Promise.all([
    findPeople(ask.db, roots, filter, {
      sort,
      descending: query.sort.descending,
      limit: PAGE,
      offset: (Math.min(query.page, 201) - 1) * PAGE,
    }),
    countPeople(ask.db, roots, filter),
    listSubjects(ask.db, roots),
  ]);
  return answerPage(
    ask,
    PeoplePage({
      ...base(ask),
      rows,
      total,
      page: query.page,
      size: PAGE,
      sort: query.sort,
      chosen: query.columns,
      unit,
      subjects,
      mayMerge: allowsSomewhere(ask.actor, 'person.merge'),
      mayImport: allowsSomewhere(ask.actor, 'roster.import'),
    }),
  );
});

/** What the list shows, as a file: CSV goes out page by page, a workbook only up to a size. The audit says who took it. */
async function exportPeople(
  ask: ActorAsk,
  roots: readonly string[],
  filter: PersonFilter,
  query: TableQuery,
): Promise<Response> {
  const { t, words } = base(ask);
  const columns = personColumns(t, words).filter(
    ({ key, extra }) => key === 'name' || (query.columns === null ? !extra : query.columns.includes(key)),
  );
  const headers = columns.map(({ label }) => label);
  const rowOf = (person: Person) => columns.map(({ text }) => text(person));
  await transaction(ask.db, (tx) =>
    appendAudit(tx, ask.actor.personId, ask.now, {
      action: 'people.exported',
      subjectType: 'people',
      subjectId: null,
      unitPath: roots[0] ?? null,
      after: { format: query.format, columns: columns.map(({ key }) => key), filter: { ...filter } },
    }),
  );
  const name = `attachment; filename="people-${ask.today}.${query.format}"`;
  if (query.format === 'csv') {
    const db = ask.db;
    async function* lines() {
      yield writeCsv(headers, []);
      for await (const page of walkPeople(db, roots, filter)) {
        // The byte order mark stands once, at the head of the file.
        yield writeCsv(rowOf(page[0] as Person), page.slice(1).map(rowOf)).subarray(3);
      }
    }
    const stream = Readable.toWeb(Readable.from(lines())) as ReadableStream<Uint8Array>;
    return ask.c.body(stream, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': name,
    });
  }
  const rows: string[][] = [];
  for await (const page of walkPeople(ask.db, roots, filter)) rows.push(...page.map(rowOf));
  if (rows.length > WORKBOOK_AT_MOST) throw new HttpError(422, 'organisation.people.too-many');
  const bytes = await writeWorkbook([
    { name: t('organisation.people.title'), columns: headers.map((header) => ({ header })), rows },
  ]);
  return ask.c.body(new Uint8Array(bytes), 200, {
    'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'content-disposition': name,
  });
}

async function personPage(ask: ActorAsk, state: FormState = { values: {} }): Promise<Response> {
  const person = await selectPerson(ask.db, idOf(ask));
  const place = { unitPath: person.unitPath ?? '', personId: person.id };
  const unit = person.unitId === null ? null : await selectUnit(ask.db, person.unitId);
  const [history, roles, groups] = await Promise.all([
    selectPersonHistory(ask.db, person.id),
    listRolesOf(ask.db, person.id),
    unit === null ? [] : selectGroups(ask.db, unit.id, ask.today),
  ]);
  return answerPage(
    ask,
    PersonPage({
      ...base(ask),
      person,
      history,
      roles,
      groups,
      mayChange: allows(ask.actor, 'person.change', place),
      maySeeRecords: allows(ask.actor, 'record.see', place),
      own: person.id === ask.actor.personId,
      today: ask.today,
      submission: newId(),
      state,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

get('/people/:person', may('person.see', personPlace), (ask) => personPage(ask));

// --- Moving, groups, leaving ---------------------------------------------------------------------------

const moveForm = z.object({
  unit: needed('organisation.move.to.needed', 100),
  on: civilDate('organisation.date.needed'),
  post: optional(60),
});

/** The one unit of that name or code that the person acting may move people to; they need only see it. */
async function unitNamed(ask: ActorAsk, text: string): Promise<Unit | null> {
  const roots = rootsFor(ask.actor, 'person.change').map(({ unitPath }) => unitPath);
  const found = await findUnits(ask.db, roots, text, { levels: ['city', 'county', 'school'], limit: 20 });
  const exact = found.filter(({ name, code }) => name === text || code === text);
  return (exact.length > 0 ? exact : found).length === 1 ? (exact[0] ?? found[0] ?? null) : null;
}

post('/people/:person/move', may('person.change', personPlace), async (ask) => {
  const form = await readForm(ask, moveForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    personPage(ask, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const to = await unitNamed(ask, form.data.unit);
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
    await movePerson(tx, {
      id: form.raw.submission,
      personId: person.id,
      unitId: to.id,
      on,
      post: newPost,
      how: verdict.how,
    });
    await appendAudit(tx, ask.actor.personId, ask.now, {
      action: 'person.moved',
      subjectType: 'person',
      subjectId: person.id,
      personId: person.id,
      unitPath: to.path,
      before: { unit: person.unitName },
      after: { unit: to.name, on, how: verdict.how },
    });
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

post('/people/:person/group', may('person.change', personPlace), async (ask) => {
  const form = await readForm(ask, groupForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    personPage(ask, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const { on, act } = form.data;
  const [person, group] = await Promise.all([
    selectPerson(ask.db, idOf(ask)),
    selectOptionalUnit(ask.db, form.data.group),
  ]);
  if (group === null || group.level !== 'group' || group.parentId !== person.unitId)
    return refuse({ group: ask.t('organisation.group.needed') });
  if (on > ask.today) return refuse({ on: ask.t('organisation.move.refused.in-future') });
  await transaction(ask.db, async (tx) => {
    if (act === 'join')
      await joinGroup(tx, { id: form.raw.submission, personId: person.id, groupId: group.id, on });
    else await leaveGroup(tx, { personId: person.id, groupId: group.id, on });
    await appendAudit(tx, ask.actor.personId, ask.now, {
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

post('/people/:person/leave', may('person.change', personPlace), async (ask) => {
  const form = await readForm(ask, leaveForm);
  if (!form.ok) return personPage(ask, { values: form.raw.values, errors: form.errors });
  const { on, state } = form.data;
  const refusal = await transaction(ask.db, async (tx) => {
    const current = await selectOptionalEmployment(tx, idOf(ask));
    if (on > ask.today) return 'in-future' as const;
    if (current?.from != null && on <= current.from) return 'before-current' as const;
    await leaveService(tx, idOf(ask), on, state);
    await appendAudit(tx, ask.actor.personId, ask.now, {
      action: 'person.left',
      subjectType: 'person',
      subjectId: idOf(ask),
      personId: idOf(ask),
      unitPath: ask.place?.unitPath ?? null,
      after: { state, on },
    });
    return null;
  });
  if (refusal !== null)
    return personPage(ask, {
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
    case 'post':
      return text;
    default:
      return name satisfies never;
  }
}

post('/people/:person/fact', may('person.change', personPlace), async (ask) => {
  const form = await readForm(ask, factForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    personPage(ask, { values: form.raw.values, errors });
  if (!form.ok) return refuse(form.errors);
  const { attribute, on, reason } = form.data;
  const value = readFact(attribute, form.data.value);
  if (value === undefined) return refuse({ value: ask.t('organisation.fact.value.unknown') });
  if (on > ask.today) return refuse({ on: ask.t('organisation.move.refused.in-future') });
  await transaction(ask.db, async (tx) => {
    const before = await selectPersonHistory(tx, idOf(ask));
    const after = await changeFact(tx, { personId: idOf(ask), attribute, value, since: on });
    await appendAudit(tx, ask.actor.personId, ask.now, {
      action: 'person.fact-changed',
      subjectType: 'person',
      subjectId: idOf(ask),
      personId: idOf(ask),
      unitPath: ask.place?.unitPath ?? null,
      before: { [attribute]: before.facts.filter((fact) => fact.attribute === attribute) },
      after: { [attribute]: after },
      reason,
    });
  });
  return answerDone(ask, `/people/${idOf(ask)}`, 'organisation.done.fact-changed');
});

// --- Who somebody is -----------------------------------------------------------------------------------

const personForm = z.object({
  name: needed('organisation.person.name.needed', 50).refine(isName, 'organisation.person.name.odd'),
  staffNumber: optional(40),
  sex: z.union([z.enum(['female', 'male']), z.literal('')]).optional(),
  birthDate: optionalCivilDate('organisation.date.needed'),
  teachingSince: optionalCivilDate('organisation.date.needed'),
  phone: optional(20),
  email: optional(100),
  revision: z.coerce.number().int(),
});

const formPage = (ask: ActorAsk, person: Person, state: FormState, submission: string) =>
  answerPage(
    ask,
    PersonFormPage({ ...base(ask), person, state, submission }),
    state.errors === undefined ? 200 : 422,
  );

get('/people/:person/edit', may('person.change', personPlace), async (ask) => {
  const person = await selectPerson(ask.db, idOf(ask));
  const { name, staffNumber, sex, birthDate, teachingSince, phone, email } = person;
  return formPage(
    ask,
    person,
    { values: { name, staffNumber, sex, birthDate, teachingSince, phone, email } },
    newId(),
  );
});

post('/people/:person/edit', may('person.change', personPlace), async (ask) => {
  const form = await readForm(ask, personForm);
  const person = await selectPerson(ask.db, idOf(ask));
  const refuse = (errors: Readonly<Record<string, string>>) =>
    formPage(ask, person, { values: form.raw.values, errors }, form.raw.submission);
  if (!form.ok) return refuse(form.errors);
  const { revision, sex, ...given } = form.data;
  const after = { ...given, sex: sex || null };
  if (after.birthDate !== null && after.birthDate > ask.today)
    return refuse({ birthDate: ask.t('organisation.date.future') });
  if (after.staffNumber !== null && (await isStaffNumberTaken(ask.db, after.staffNumber, person.id))) {
    return refuse({ staffNumber: ask.t('organisation.person.number.taken') });
  }
  const saved = await transaction(ask.db, async (tx) => {
    if (!(await updatePerson(tx, person.id, revision, after))) return false;
    const { name, staffNumber, birthDate, teachingSince, phone, email } = person;
    await appendAudit(tx, ask.actor.personId, ask.now, {
      action: 'person.changed',
      subjectType: 'person',
      subjectId: person.id,
      personId: person.id,
      unitPath: person.unitPath,
      before: { name, staffNumber, sex: person.sex, birthDate, teachingSince, phone, email },
      after,
    });
    return true;
  });
  if (!saved) return refuse({ '': ask.t('organisation.person.changed-meanwhile') });
  return answerDone(ask, `/people/${person.id}`, 'organisation.done.person-changed');
});
