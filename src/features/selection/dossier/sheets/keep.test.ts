import { beforeAll, expect, test } from 'vitest';
import { testApp } from '../../../../../tests/support/app.ts';
import { testDatabase } from '../../../../../tests/support/database.ts';
import { makeRecord, makeWorld, type World } from '../../../../../tests/support/world.ts';
import { keepSheets } from './keep.ts';
import { listChanged, listWithoutSheet } from './queries.ts';

const { db } = await testDatabase();
const { services } = testApp(db);
let world: World;
beforeAll(async () => {
  world = await makeWorld(db);
});

const sheetOf = (personId: string) =>
  db.selectFrom('fact_sheet').select('records').where('person_id', '=', personId).executeTakeFirst();

test('sheets are made before anybody asks: of everyone at first, then of those whose records were written', async () => {
  await makeRecord(db, world.teacher, 'paper');
  expect(await listWithoutSheet(db, null, 100)).toHaveLength(12);
  const stop = keepSheets(services, { begin: 0, rest: 1, idle: 5 });
  try {
    await expect.poll(() => listWithoutSheet(db, null, 100)).toEqual([]);
    expect((await sheetOf(world.teacher))?.records).toHaveLength(15);
    await makeRecord(db, world.teacher, 'lecture');
    await makeRecord(db, world.colleague, 'lecture');
    await expect.poll(() => listChanged(db, 100)).toEqual([]);
    expect((await sheetOf(world.teacher))?.records).toHaveLength(30);
    expect((await sheetOf(world.colleague))?.records).toHaveLength(15);
  } finally {
    stop();
  }
});
