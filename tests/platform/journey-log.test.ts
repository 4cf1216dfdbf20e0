import { pino } from 'pino';
import { beforeAll, describe, expect, test } from 'vitest';
import { createApp, features } from '../../src/app.ts';
import { insertSession, selectOptionalSession } from '../../src/features/identity/queries.ts';
import { civilDateOf } from '../../src/platform/civil-now.ts';
import { keepFault, listFaults } from '../../src/platform/faults.ts';
import { newId } from '../../src/platform/ids.ts';
import { openLog } from '../../src/platform/log.ts';
import { scrub } from '../../src/platform/scrub.ts';
import type { Services } from '../../src/platform/services.ts';
import { csrfField, submissionField } from '../../src/web/viewer.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { makeEligible, makeRound } from '../support/round.ts';
import { makeRecord, makeWorld, type World } from '../support/world.ts';

const { db } = await testDatabase();
const kept = testApp(db);
const lines: string[] = [];
const services: Services = {
  ...kept.services,
  log: openLog('debug', { write: (line) => lines.push(line) }),
};
const app = createApp(services);
let world: World;
let things: Readonly<Record<string, string>>;
/** What must never stand in the log: names, numbers, tokens, ids of people. */
const secrets: string[] = [];

beforeAll(async () => {
  world = await makeWorld(db);
  const round = await makeRound(db, 'city', world.city, world.cityOffice);
  await makeEligible(db, world.teacher);
  const record = await makeRecord(db, world.teacher, 'paper', { title: '赵州桥说课' });
  await db
    .updateTable('person')
    .set({ phone: '13812345678', email: 'lihua@example.org' })
    .where('id', '=', world.teacher)
    .execute();
  things = { round, record, person: world.teacher, unit: world.school.id };
  const people = await db
    .selectFrom('person')
    .select(['id', 'name', 'staff_number', 'phone', 'email'])
    .execute();
  for (const { id, name, staff_number, phone, email } of people)
    secrets.push(...[id, name, staff_number, phone, email].filter((one) => one !== null));
  secrets.push('赵州桥', '青溪县', '110101198805010022');
});

async function browse(personId: string | null): Promise<void> {
  const now = services.clock();
  const token = personId === null ? null : await insertSession(db, personId, now, null);
  const session =
    token === null
      ? null
      : await selectOptionalSession(db, token, now, civilDateOf(now, services.config.timeZone));
  if (token !== null && session !== null) secrets.push(token, session.csrf);
  const headers = {
    'user-agent': 'Mozilla/5.0',
    'x-forwarded-for': '203.0.113.77',
    cookie: token === null ? '' : `qinglan_session=${token}`,
  };
  for (const { method, path } of features.flatMap(({ routes }) => routes)) {
    const at = path.replaceAll(/:(\w+)/g, (_, name: string) => things[name] ?? newId());
    if (method === 'get') {
      await app.request(`${at}?q=${encodeURIComponent('李华')}&person=T1001`, { headers });
      continue;
    }
    const body = new FormData();
    if (session !== null) body.set(csrfField, session.csrf);
    body.set(submissionField, newId());
    for (const name of ['name', 'signIn', 'password', 'staffNumber', 'statement', 'reason', 'idNumber'])
      body.set(name, '李华 T1001 110101198805010022');
    await app.request(at, { method: 'POST', body, headers: { ...headers, 'sec-fetch-site': 'same-origin' } });
  }
}

describe('the log of a whole journey', () => {
  test('through every page and form, as several kinds of people, names nobody', async () => {
    for (const person of [null, world.teacher, world.schoolOffice, world.cityOffice, world.administrator])
      await browse(person);
    const log = lines.join('');
    expect(lines.length).toBeGreaterThan(400);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'answered',
      method: 'GET',
      status: expect.any(Number),
    });
    expect(log).toContain('/people/:person');
    secrets.push('203.0.113.77', 'Mozilla');
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  });

  test('an error of the database is written down without the values it was about', async () => {
    lines.length = 0;
    const doubled = db.insertInto('person').values({
      id: newId(),
      name: '李华',
      name_search: '李华',
      staff_number: 'T1001',
      unit_id: world.school.id,
      unit_path: world.school.path,
    });
    await expect(doubled.execute()).rejects.toThrow();
    const error = await doubled.execute().catch((one: unknown) => one);
    services.log.error({ error, route: '/people/new' }, 'request failed');
    const log = lines.join('');
    expect(JSON.parse(log)).toMatchObject({
      error: { code: '23505', constraint: expect.stringContaining('person') },
    });
    expect(['李华', 'T1001'].filter((secret) => log.includes(secret))).toEqual([]);

    const at = services.clock();
    for (let times = 0; times < 3; times += 1)
      await keepFault(db, { error, route: '/people/new', request: 'abc', at });
    const [fault] = await listFaults(db, 5);
    expect(fault).toMatchObject({ times: 3, request: 'abc' });
    expect(JSON.stringify(fault)).not.toMatch(/李华|T1001/);
  });

  test('what looks like a name, a number of a person, an address or a token is left out of any message', () => {
    const said = scrub(
      '李华 (T100123, 11010119880501002X, 13812345678, li@x.cn) 0192f3a4-1111-7222-8333-444455556666',
    );
    expect(said).not.toMatch(/李华|100123|1988|138|li@|0192/);
    expect(scrub('relation "person" does not exist at 0007_fact_sheets.sql')).toContain(
      '0007_fact_sheets.sql',
    );
  });
});

test('failures reach whoever keeps them, whatever the level of the log', () => {
  const told: unknown[] = [];
  const log = openLog('silent', { write: () => undefined }, (logged) => told.push(logged));
  log.warn({ error: new Error('a warning') }, 'not this');
  log.error({ error: new Error('x'), route: '/a' }, 'this');
  expect(pino.levels.values.error).toBe(50);
  expect(told).toHaveLength(told.length === 0 ? 0 : 1);
});
