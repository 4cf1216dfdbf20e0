import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { clause, loadSource, ready } from '../../../../tests/support/language.ts';
import { makeRound } from '../../../../tests/support/round.ts';
import { giveTitle, makePerson, makeRecord, makeUnit } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { NO_LOCAL } from '../../programmes/numbers/rules.ts';
import { insertDecision } from '../decisions/queries.ts';
import type { Decisions } from './assess.ts';
import { contextOf } from './context.ts';
import { loadDossiers } from './load.ts';
import { makeSheets } from './sheets/queries.ts';
import { type Applied, standings } from './standing.ts';

/* What a list says of how people stand is what their own findings say, read from sheets or from the tables. */

const { db } = await testDatabase();
const round = { id: '', versionId: newId(), unitPath: '1.', asOf: '2026-11-23', numbers: null };
let people: string[];
let applied: Applied[];

/** Every other one has answers on record. */
const answersOf = (index: number): Decisions => (index % 2 ? { paper: 'met', classes: 'unmet' } : {});

beforeAll(async () => {
  const city = await makeUnit(db, null, 'city', '青溪市');
  const school = await makeUnit(db, city, 'school', '第一小学', { setting: 'rural' });
  people = [];
  for (const n of [0, 1, 2, 3]) people.push(await makePerson(db, school, `教师${n}`));
  const office = await makePerson(db, city, '市教育局');
  round.id = await makeRound(db, 'city', city, office);
  applied = people.map((personId) => ({ id: newId(), personId }));
  for (const [index, { id, personId }] of applied.entries()) {
    await db
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
