import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectRound } from '../src/features/selection/rounds/queries.ts';
import { root } from '../src/platform/root.ts';
import { testApp } from './support/app.ts';
import { testDatabase } from './support/database.ts';
import { PROGRAMMES } from './support/round.ts';
import { makeWorld, type TestUnit, type World } from './support/world.ts';

const { db } = await testDatabase();
const { as } = testApp(db, '2026-11-02T02:00:00Z');
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});

const publish = async (by: string, unit: TestUnit, source: string): Promise<string> => {
  const office = await as(by);
  const kept = await office.post('/programmes/new', {
    unit: unit.id,
    file: new File([source], '2011-1.yaml'),
  });
  const address = (kept.headers.get('location') ?? '').replace(/\?.*/, '');
  expect((await office.post(`${address}/publish`, { effective: '2026-11-02' })).status).toBe(303);
  return address.replace('/programmes/', '');
};
const openRound = async (by: string, unit: TestUnit, version: string) => {
  const office = await as(by);
  const made = await office.post('/rounds/new', {
    version,
    unit: unit.id,
    name: '2026年度骨干教师评选',
    opens: '2026-11-02',
    deadline: '2026-11-20',
    contact: '教务处 刘老师 0571-85001234',
  });
  const round = (made.headers.get('location') ?? '').replace(/\?.*/, '');
  expect((await office.post(`${round}/open`)).status).toBe(303);
  return selectRound(db, round.replace('/rounds/', ''));
};
const text = (programme: keyof typeof PROGRAMMES) => readFileSync(join(root, PROGRAMMES[programme]), 'utf8');

describe('a school’s programme', () => {
  test('is formulated and managed by its teaching office, which opens the school’s round (R-002-4-61)', async () => {
    const version = await publish(world.schoolOffice, world.school, text('school'));
    const round = await openRound(world.schoolOffice, world.school, version);
    expect(round).toMatchObject({ state: 'open', unitPath: world.school.path });
    expect((await (await as(world.teacher)).get(`/programmes/${version}`)).status).toBe(200);
    expect((await (await as(world.otherTeacher)).get(`/programmes/${version}`)).status).toBe(403);
  });

  test('names whom to ask in its round, for every teacher of the school to read', async () => {
    const { rows } = await sql<{ id: string }>`SELECT id FROM round`.execute(db);
    const page = await (await (await as(world.teacher)).get(`/rounds/${rows[0]?.id}`)).text();
    expect(page).toContain('教务处 刘老师 0571-85001234');
  });

  test('written once by the county serves each of its schools with a round of its own (R-001-2-04)', async () => {
    const version = await publish(world.countyOffice, world.county, text('candidates'));
    const one = await openRound(world.schoolOffice, world.school, version);
    const other = await openRound(world.countyOffice, world.sisterSchool, version);
    expect([one.unitPath, other.unitPath]).toEqual([world.school.path, world.sisterSchool.path]);
    expect(one.versionId).toBe(other.versionId);
  });
});
