import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../tests/support/database.ts';
import { makePerson, makeUnit, type TestUnit } from '../../../tests/support/world.ts';
import { transaction } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { mergePeople } from '../duplicates/merge.ts';
import { endHolding, insertHoldings, type NewHolding, selectHoldings, selectTitles } from './queries.ts';

const { db } = await testDatabase();
let school: TestUnit;
beforeAll(async () => {
  school = await makeUnit(db, null, 'school', '青山中学');
});

const holding = (personId: string, change: Partial<NewHolding> = {}): NewHolding => ({
  id: newId(),
  personId,
  title: 'city-backbone',
  from: '2026-06-01',
  until: '2029-05-31',
  roundId: newId(),
  grantedBy: school.id,
  document: '市教发〔2026〕8号',
  ...change,
});
const teacher = (name: string) => makePerson(db, school, name);

test('titles of a round are numbered in one series for each title and year, without gaps', async () => {
  const people = await Promise.all(['甲', '乙', '丙'].map(teacher));
  const added = await insertHoldings(
    db,
    people.map((id) => holding(id)),
  );
  expect(added.map(({ number }) => number)).toEqual([
    'CITY-BACKBONE-2026-0001',
    'CITY-BACKBONE-2026-0002',
    'CITY-BACKBONE-2026-0003',
  ]);
  const next = await teacher('丁');
  await transaction(db, async (tx) => {
    await insertHoldings(tx, [holding(next)]);
    throw new Error('the round was not decided after all');
  }).catch(() => undefined);
  const [after] = await insertHoldings(db, [holding(next)]);
  expect(after?.number).toBe('CITY-BACKBONE-2026-0004');
});

test('a new term follows the one that runs, which ends as it begins and stays in the history, each with its number', async () => {
  const person = await teacher('戊');
  const county = (change: Partial<NewHolding>) => holding(person, { title: 'county-backbone', ...change });
  await insertHoldings(db, [county({ roundId: null, from: '2020-06-01', until: null })]);
  const [first] = await insertHoldings(db, [county({})]);
  const [next] = await insertHoldings(db, [county({ from: '2027-01-01', until: '2029-12-31' })]);
  expect([first?.number, next?.number]).toEqual(['COUNTY-BACKBONE-2026-0001', 'COUNTY-BACKBONE-2027-0001']);
  expect((await selectTitles(db, [person])).get(person)).toEqual([
    { title: 'county-backbone', from: '2020-06-01', until: '2026-05-31' },
    { title: 'county-backbone', from: '2026-06-01', until: '2026-12-31' },
    { title: 'county-backbone', from: '2027-01-01', until: '2029-12-31' },
  ]);
});

test('a title given on one day by two rounds, or by an import and a round, is one title with one number', async () => {
  const [twice, imported] = await Promise.all([teacher('己'), teacher('己')]);
  const expert = (person: string, change: Partial<NewHolding> = {}) =>
    holding(person, { title: 'teaching-expert', ...change });
  const [first] = await insertHoldings(db, [expert(twice)]);
  const [second] = await insertHoldings(db, [expert(twice)]);
  expect([first?.number, second?.number]).toEqual(['TEACHING-EXPERT-2026-0001', 'TEACHING-EXPERT-2026-0001']);
  await insertHoldings(db, [expert(imported, { roundId: null, until: null })]);
  expect((await insertHoldings(db, [expert(imported)]))[0]?.number).toBe('TEACHING-EXPERT-2026-0002');
  const held = await selectHoldings(db, [twice, imported]);
  expect([held.get(twice)?.length, held.get(imported)?.length]).toEqual([1, 1]);
  expect(held.get(imported)?.[0]?.until).toBe('2029-05-31');
});

test('an import leaves a title that is held in the period as it is', async () => {
  const person = await teacher('子');
  await insertHoldings(db, [holding(person)]);
  expect(await insertHoldings(db, [holding(person, { roundId: null, from: '2027-01-01' })])).toEqual([]);
  expect((await selectTitles(db, [person])).get(person)).toMatchObject([
    { from: '2026-06-01', until: '2029-05-31' },
  ]);
});

test('a title held before the rounds were kept here has its document but no number', async () => {
  const person = await teacher('庚');
  await insertHoldings(db, [holding(person, { roundId: null, from: '2015-09-01', until: null })]);
  expect((await selectHoldings(db, [person])).get(person)).toMatchObject([
    { title: 'city-backbone', from: '2015-09-01', until: null, number: null, grantedByName: '青山中学' },
  ]);
});

test('a title ends on its last day, and can be granted again from the next', async () => {
  const person = await teacher('辛');
  const [granted] = await insertHoldings(db, [holding(person)]);
  const id = granted?.id ?? '';
  expect(await endHolding(db, id, '2027-01-31')).toBe(true);
  expect(await endHolding(db, id, '2028-01-31')).toBe(false);
  expect(await insertHoldings(db, [holding(person, { roundId: null, from: '2027-01-31' })])).toEqual([]);
  expect(await insertHoldings(db, [holding(person, { from: '2027-02-01' })])).toHaveLength(1);
  expect((await selectTitles(db, [person])).get(person)).toEqual([
    { title: 'city-backbone', from: '2026-06-01', until: '2027-01-31' },
    { title: 'city-backbone', from: '2027-02-01', until: '2029-05-31' },
  ]);
});

test('two entries of one person keep every title, the one entered twice only once', async () => {
  const [kept, double] = await Promise.all([teacher('壬'), teacher('壬')]);
  const old = { roundId: null, until: null } as const;
  await insertHoldings(db, [
    holding(kept, { ...old, title: 'school-backbone' }),
    holding(double, { ...old, title: 'school-backbone' }),
    holding(double, { ...old, title: 'rookie-star' }),
  ]);
  await mergePeople(db, double, kept);
  const titles = await selectTitles(db, [kept]);
  expect(
    titles
      .get(kept)
      ?.map(({ title }) => title)
      .toSorted(),
  ).toEqual(['rookie-star', 'school-backbone']);
});
