import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/database.ts';
import { makePerson, makeWorld, type World } from '../../../../../tests/support/world.ts';
import { newId } from '../../../../platform/ids.ts';
import { findKnown, type Sought } from './queries.ts';

const { db } = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await makeWorld(db);
});

const sought = (name: string, more: Partial<Sought> = {}): Sought => ({
  name,
  staffNumber: null,
  birthDate: null,
  phone: null,
  unitId: newId(),
  idBlinds: [],
  ...more,
});

test('who has the staff number is found alone, whoever else is like them', async () => {
  const { school } = world;
  const holder = await makePerson(db, school, '钱多', { staffNumber: 'T-0101', birthDate: '1980-02-01' });
  const namesake = await makePerson(db, school, '钱少', { staffNumber: 'T-0102', birthDate: '1981-02-01' });
  const row = { birthDate: '1981-02-01', staffNumber: 'T-0101' };
  const [byNumber, byForm] = await findKnown(db, [
    sought('钱少', row),
    sought('钱少', { ...row, staffNumber: 't0101' }),
  ]);
  expect(byNumber?.map(({ id }) => id)).toEqual([holder]);
  expect(byForm?.map(({ id }) => id).toSorted()).toEqual([namesake, holder].toSorted());
});

test('a number whose holder was merged away finds those who are like the row', async () => {
  const { school } = world;
  const kept = await makePerson(db, school, '孙并', { birthDate: '1979-03-01' });
  const merged = await makePerson(db, school, '孙并', { staffNumber: 'T0201', birthDate: '1979-03-01' });
  await db
    .updateTable('person')
    .set({ state: 'merged', merged_into: kept })
    .where('id', '=', merged)
    .execute();
  const [found] = await findKnown(db, [sought('孙并', { staffNumber: 'T0201', birthDate: '1979-03-01' })]);
  expect(found?.map(({ id }) => id)).toEqual([kept]);
});

test('comes with the present rank’s day and the employment, for each row in its turn', async () => {
  const { school } = world;
  const held = await makePerson(db, school, '周全', { staffNumber: 'T0301', rank: 'level-1' });
  await db
    .insertInto('person_fact')
    .values([
      {
        id: newId(),
        person_id: held,
        attribute: 'rank',
        value: 'level-2',
        during: '[2012-12-01,2018-12-01)',
      },
      { id: newId(), person_id: held, attribute: 'rank', value: 'level-1', during: '[2018-12-01,)' },
    ])
    .execute();
  const [nobody, person] = await findKnown(db, [sought('无人'), sought('周全', { staffNumber: 'T0301' })]);
  expect(nobody).toEqual([]);
  const { unit_id, since } = await db
    .selectFrom('employment')
    .select(['unit_id', (eb) => eb.fn<string>('lower', ['during']).as('since')])
    .where('person_id', '=', held)
    .executeTakeFirstOrThrow();
  expect(person).toMatchObject([
    { id: held, rankSince: '2018-12-01', employedAt: unit_id, employedSince: since },
  ]);
  expect(unit_id).toBe(school.id);
});
