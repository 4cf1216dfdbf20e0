import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { clause, loadSource, ready } from '../../../../tests/support/language.ts';
import { makeRound } from '../../../../tests/support/round.ts';
import {
  giveTitle,
  makePerson,
  makeRecord,
  makeUnit,
  type TestUnit,
} from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { NO_LOCAL } from '../../programmes/numbers/rules.ts';
import { insertDecision } from '../decisions/queries.ts';
import type { Decisions } from './assess.ts';
import { contextOf } from './context.ts';
import { loadDossiers } from './load.ts';
import { makeSheets, sheetsUnlessRead } from './sheets/queries.ts';
import { type Applied, standings } from './standing.ts';

/* What a list says of how people stand is what their own findings say, read from sheets or from the tables. */

const { db } = await testDatabase();
const round = { id: '', versionId: newId(), unitPath: '1.', asOf: '2026-11-23', numbers: null };
let people: string[];
let applied: Applied[];

/** Every other one has answers on record. */
const answersOf = (index: number): Decisions => (index % 2 ? { paper: 'met', classes: 'unmet' } : {});

/** A draft in the round. */
const begin = (id: string, personId: string, school: TestUnit) =>
  db
    .insertInto('application')
    .values({
      id,
      round_id: round.id,
      person_id: personId,
      unit_path: school.path,
      school_id: school.id,
      state: 'draft',
    })
    .execute();

beforeAll(async () => {
  const city = await makeUnit(db, null, 'city', '青溪市');
  const school = await makeUnit(db, city, 'school', '第一小学', { setting: 'rural' });
  people = [];
  for (const n of [0, 1, 2, 3]) people.push(await makePerson(db, school, `教师${n}`));
  const office = await makePerson(db, city, '市教育局');
  round.id = await makeRound(db, 'city', city, office);
  applied = people.map((personId) => ({ id: newId(), personId }));
  for (const [index, { id, personId }] of applied.entries()) {
    await begin(id, personId, school);
    for (const [clause, outcome] of Object.entries(answersOf(index)))
      await insertDecision(db, {
        id: newId(),
        roundId: round.id,
        applicationId: id,
        unitId: city.id,
        kind: 'clause',
        clause,
        outcome,
        reason: '会议认定',
        detail: {},
        by: { personId: office, actingFor: null },
        at: new Date(),
      });
  }
  const [first = '', second = '', third = ''] = people;
  await giveTitle(db, first, 'school-backbone', '[2022-09-01,2027-09-01)');
  for (const type of ['open-class', 'paper', 'award', 'annual-appraisal']) {
    await makeRecord(db, first, type, { on: '2023-05-01', level: 'school' });
    await makeRecord(db, second, type, { on: '2025-05-01', level: 'county', grade: 'excellent' });
    await makeRecord(db, third, type, { state: 'submitted' });
  }
});

const strengths = clause(`
  all:
    - {id: classes, count: {record: open-class, min: 1}}
    - {id: paper, strength: should, count: {record: paper, min: 1}}
    - {id: award, strength: prefer, count: {record: award, min: 1}}
    - {id: later, from: 2030-01-01, count: {record: award, min: 9}}`);
const spending = clause(`
  all:
    - {count: {record: [open-class, paper], min: 1, consume: true}}
    - {count: {record: [open-class, paper], min: 1, consume: true}}`);
const single = clause('  {id: classes, strength: discretion, count: {record: open-class, min: 1}}');

test.each([
  ['002-3', () => ready(loadSource('002-3-city-backbone'))],
  ['002-4', () => ready(loadSource('002-4-school-backbone'))],
  ['002-5', () => ready(loadSource('002-5-school-candidates'))],
  ['clauses of every strength, and one not in force', () => strengths],
  ['clauses that spend records', () => spending],
  ['a single clause', () => single],
])('%s: the same as the findings, without and with sheets', async (_, source) => {
  const { compiled } = source();
  const dossiers = await loadDossiers(db, people, round, compiled.needs);
  const found = applied.map(({ id, personId }, index) => {
    const dossier = dossiers.get(personId);
    if (dossier === undefined) throw new Error(`${personId} is not there`);
    const { outcome, root } = compiled.evaluate(dossier, {
      ...contextOf(dossier, dossier.unitPath, round.asOf, { local: NO_LOCAL }),
      decisions: answersOf(index),
    });
    const clauses = (root.op === 'all' ? root.children : [root]).filter(({ effect }) => effect !== 'none');
    const met = clauses.filter(({ effect }) => effect === 'met').length;
    return [id, { outcome, clauses: clauses.length, met }] as const;
  });
  await db.deleteFrom('fact_sheet').execute();
  expect(await standings(db, { compiled, local: NO_LOCAL }, round, applied)).toEqual(new Map(found));
  await makeSheets(db, people.slice(1));
  expect(await standings(db, { compiled, local: NO_LOCAL }, round, applied)).toEqual(new Map(found));
});

test('whoever does not exist is absent', async () => {
  const { compiled } = ready(loadSource('002-3-city-backbone'));
  const told = await standings(db, { compiled, local: NO_LOCAL }, round, [
    { id: newId(), personId: newId() },
  ]);
  expect(told.size).toBe(0);
});

/** A programme that asks of the person, of records and of a body. */
const asking = clause(`
  all:
    - {person: {subject: 数学}}
    - {count: {record: open-class, min: 1}}
    - {id: paper, strength: discretion, count: {record: paper, min: 1}}`);

test('who stood before stands otherwise as soon as the person, a record or an answer does', async () => {
  const judging = { compiled: asking.compiled, local: NO_LOCAL };
  const school = await makeUnit(db, null, 'school', '第二小学');
  const personId = await makePerson(db, school, '教师', { subject: '语文' });
  const id = newId();
  await begin(id, personId, school);
  const told = async () => (await standings(db, judging, round, [{ id, personId }])).get(id);
  const sheets = () => makeSheets(db, [personId]);
  /** More than once: read from the tables, from the sheet, and remembered. */
  const always = async (standing: object) => {
    for (let time = 0; time < 4; time += 1) expect(await told()).toEqual(standing);
  };
  await sheets();
  const before = await told();
  expect(before).toMatchObject({ outcome: 'unmet', met: 0 });
  await always({ ...before });

  await db.updateTable('person').set({ subject: '数学' }).where('id', '=', personId).execute();
  expect(await told()).toMatchObject({ outcome: 'unmet', met: 1 });
  await always({ ...before, met: 1 });

  const record = await makeRecord(db, personId, 'open-class', { on: '2025-05-01', level: 'county' });
  const withRecord = await told();
  expect(withRecord).toMatchObject({ met: 2 });
  await sheets();
  await always({ ...withRecord });

  await insertDecision(db, {
    id: newId(),
    roundId: round.id,
    applicationId: id,
    unitId: school.id,
    kind: 'clause',
    clause: 'paper',
    outcome: 'met',
    reason: '会议认定',
    detail: {},
    by: { personId, actingFor: null },
    at: new Date(),
  });
  expect(await told()).toMatchObject({ outcome: 'met', met: 3 });
  await always({ ...before, outcome: 'met', met: 3 });

  await db.updateTable('record').set({ state: 'withdrawn' }).where('id', '=', record).execute();
  expect(await told()).toMatchObject({ outcome: 'unmet', met: 2 });
  await sheets();
  await always({ ...before, met: 2 });
});

test('a sheet that was read before is told by its digest alone', async () => {
  const [personId = ''] = people;
  await makeSheets(db, [personId]);
  const rows = async (digest: string) => (await sheetsUnlessRead([personId], [digest]).execute(db)).rows;
  const [first] = await rows('');
  expect(first?.sheet?.records).toMatch(/^\d+$/);
  expect(await rows(first?.digest ?? '')).toEqual([{ personId, digest: first?.digest, sheet: null }]);
  const record = await makeRecord(db, personId, 'paper', { on: '2024-05-01', level: 'county' });
  expect(await rows(first?.digest ?? '')).toEqual([]);
  await makeSheets(db, [personId]);
  const [second] = await rows(first?.digest ?? '');
  expect(second?.sheet?.records).not.toBe(first?.sheet?.records);
  await db.updateTable('record').set({ state: 'withdrawn' }).where('id', '=', record).execute();
});
