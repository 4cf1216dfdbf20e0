import { Readable } from 'node:stream';
import { z } from 'zod';
import { answerDone, answerPage, pageProps, pastEnd } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { readForm, shownRevision } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import { WORKBOOK, writeCsv, writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import { readTableQuery, type TableQuery } from '../../../web/table-query.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { answerReads } from '../../audit/reads/answer.ts';
import { answerTimeline } from '../../audit/timeline/answer.ts';
import { actionsAbout } from '../../audit/timeline/rules.ts';
import { followStaffNumber } from '../../identity/queries.ts';
import { allowsSomewhere, rootsFor } from '../../identity/rules.ts';
import { otherPersonPlace, personPlace, seenPerson } from '../places.ts';
import { organisationWords } from '../show.ts';
import { selectOptionalUnit } from '../units/queries.ts';
import { isStaffNumberTaken, updatePerson } from './changes/queries.ts';
import { personFields } from './form.ts';
import { PersonFormPage } from './form-page.tsx';
import { PeoplePage, personColumns } from './page.tsx';
import { answerPerson } from './person.ts';
import {
  countPeople,
  findPeople,
  listSubjects,
  PERSON_SORTS,
  type Person,
  type PersonFilter,
  type PersonSort,
  walkPeople,
} from './queries.ts';
import { beganTooYoung } from './rules.ts';

export const peopleRoutes = routeList();
const { get, post } = peopleRoutes;

const PAGE = 50;
/** No further is paged through; counting stops there too. */
const LAST_PAGE = 201;
/** A workbook is made in memory; longer lists go out as CSV, which streams. */
const WORKBOOK_AT_MOST = 20_000;
const shownStates = z.enum(['serving', 'left', 'retired', 'any']).catch('serving');
const base = (ask: ActorAsk) => ({
  frame: pageProps(ask),
  t: ask.t,
  words: organisationWords(vocabulary(), ask.locale, ask.t),
});
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
    state: shownStates.parse(asked('state') ?? 'serving'),
  };
  if (query.format !== 'html') return exportPeople(ask, roots, filter, query);
  const sort: PersonSort = PERSON_SORTS.find((one) => one === query.sort.by) ?? 'place';
  const page = Math.min(query.page, LAST_PAGE);
  const [rows, total, subjects] = await Promise.all([
    findPeople(ask.db, roots, filter, {
      sort,
      descending: query.sort.descending,
      limit: PAGE,
      offset: (page - 1) * PAGE,
    }),
    countPeople(ask.db, roots, filter),
    listSubjects(ask.db, roots),
  ]);
  const past = pastEnd(ask, { page, size: PAGE, shown: rows.length, total });
  if (past !== null) return past;
  return answerPage(
    ask,
    PeoplePage({
      ...base(ask),
      rows,
      total,
      page,
      size: PAGE,
      sort: query.sort,
      chosen: query.columns,
      unit,
      subjects,
      mayMerge: allowsSomewhere(ask.actor, 'person.merge'),
      mayImport: allowsSomewhere(ask.actor, 'roster.import'),
      mayAdd: allowsSomewhere(ask.actor, 'person.change'),
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
    appendAudit(tx, ask.actor, ask.now, {
      action: 'people.exported',
      subjectType: 'people',
      subjectId: null,
      unitPath: roots[0] ?? null,
      after: {
        format: query.format === 'csv' ? 'csv' : 'xlsx',
        columns: columns.map(({ key }) => key),
        filter: { ...filter },
      },
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
    'content-type': WORKBOOK,
    'content-disposition': name,
  });
}

get('/people/:person', may('person.see', personPlace), (ask) => answerPerson(ask));

get('/people/:person/timeline', may('person.see', personPlace), async (ask) => {
  const { id, name, unitPath } = await seenPerson(ask);
  const actions = actionsAbout(ask.actor, { unitPath: unitPath ?? '', personId: id });
  return answerTimeline(
    ask,
    { personId: id, actions },
    {
      title: ask.t('audit.timeline.of-person', { name }),
      back: { href: `/people/${id}`, label: name },
    },
  );
});

/** Who has looked at one's file: for the person themselves, and for the auditor. */
get('/people/:person/readers', may('reads.see', personPlace), async (ask) => {
  const { id, name } = await seenPerson(ask);
  return answerReads(
    ask,
    { personId: id },
    {
      title: ask.t(id === ask.actor.personId ? 'audit.reads.mine' : 'audit.reads.of-person', { name }),
      back: { href: `/people/${id}`, label: name },
    },
  );
});

// --- Who somebody is -----------------------------------------------------------------------------------

const personForm = z.object({ ...personFields, revision: shownRevision });

const formPage = (ask: ActorAsk, person: Person, state: FormState, submission: string) =>
  answerPage(
    ask,
    PersonFormPage({ ...base(ask), person, state, submission }),
    state.errors === undefined ? 200 : 422,
  );

get('/people/:person/edit', may('person.change', otherPersonPlace), async (ask) => {
  const person = await seenPerson(ask);
  const { name, staffNumber, sex, birthDate, teachingSince, phone, email } = person;
  return formPage(
    ask,
    person,
    { values: { name, staffNumber, sex, birthDate, teachingSince, phone, email } },
    newId(),
  );
});

post('/people/:person/edit', may('person.change', otherPersonPlace), async (ask) => {
  const form = await readForm(ask, personForm);
  const person = await seenPerson(ask);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    formPage(ask, person, { values: form.raw.values, errors }, form.raw.submission);
  if (!form.ok) return refuse(form.errors);
  const { revision, ...after } = form.data;
  const future = (['birthDate', 'teachingSince'] as const).find((name) => (after[name] ?? '') > ask.today);
  if (future !== undefined) return refuse({ [future]: ask.t('organisation.date.future') });
  if (beganTooYoung(after.birthDate, after.teachingSince))
    return refuse({ teachingSince: ask.t('organisation.person.too-young') });
  if (after.staffNumber !== null && (await isStaffNumberTaken(ask.db, after.staffNumber, person.id))) {
    return refuse({ staffNumber: ask.t('organisation.person.number.taken') });
  }
  const saved = await transaction(ask.db, async (tx) => {
    if (!(await updatePerson(tx, person.id, revision, after))) return false;
    const { name, staffNumber, birthDate, teachingSince, phone, email } = person;
    await followStaffNumber(tx, person.id, staffNumber, after.staffNumber);
    await appendAudit(tx, ask.actor, ask.now, {
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
