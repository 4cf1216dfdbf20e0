import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from './support/app.ts';
import { testDatabase } from './support/database.ts';
import { makeEligible, makeRound } from './support/round.ts';
import { makeRecord, makeWorld, type World } from './support/world.ts';

/* Late entries and corrections are marked as such wherever a record is shown. */

const { db } = await testDatabase();
const { as } = testApp(db);
let world: World;
let record: string;
let round: string;
let application: string;

beforeAll(async () => {
  world = await makeWorld(db);
  await makeEligible(db, world.teacher);
  record = await makeRecord(db, world.teacher, 'open-class', { level: 'school', state: 'submitted' });
  await sql`UPDATE record SET late = true, corrected_at = now()`.execute(db);
  round = await makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 2]] });
  const begun = await (await as(world.teacher)).post(`/rounds/${round}/apply`);
  application = /\/applications\/([^/?]+)/.exec(begun.headers.get('location') ?? '')?.[1] ?? '';
});

async function read(person: string, path: string): Promise<string> {
  const answer = await (await as(person)).get(path);
  expect(`${path} ${answer.status}`).toBe(`${path} 200`);
  return answer.text();
}

describe('a record that was entered late and corrected says so', () => {
  test('in its owner’s file, however it is listed, and when it is taken along', async () => {
    for (const path of ['/records', '/records?view=type', '/records?view=list', '/records?format=csv']) {
      const page = await read(world.teacher, path);
      expect(`${path} ${page.includes('补录')} ${page.includes('更正')}`).toBe(`${path} true true`);
    }
  });

  test('on its own page, to its owner and to the office that verifies it, and in the office’s queue', async () => {
    for (const [person, path] of [
      [world.teacher, `/records/${record}`],
      [world.schoolOffice, `/records/${record}`],
      [world.schoolOffice, '/verification'],
      [world.schoolOffice, `/people/${world.teacher}/records`],
    ] as const) {
      const page = await read(person, path);
      expect(`${path} ${page.includes('补录')} ${page.includes('更正')}`).toBe(`${path} true true`);
    }
  });

  test('where a clause counts it, in both languages', async () => {
    const path = `/rounds/${round}/eligibility`;
    expect(await read(world.teacher, path)).toContain('补录，更正');
    expect(await read(world.teacher, `${path}?lang=en`)).toContain('late entry, corrected');
    const page = await read(world.teacher, `/applications/${application}/check`);
    expect(`application ${page.includes('补录，更正')}`).toBe('application true');
  });
});
