import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { insertVersion, publishVersion } from '../../programmes/queries.ts';
import { insertRound } from '../rounds/planning/queries.ts';
import { updateRound } from '../rounds/queries.ts';

const { db } = await testDatabase();
const app = testApp(db, '2026-04-10T02:00:00Z');
let world: World;
const roundId = newId();
const ids: string[] = [];

const source = `programme: api-test
version: '1'
names: {zh-CN: 测试方案, en: test}
scope: city
eligibility: {person: {qualified: true}}
route:
  - {id: school, names: {zh-CN: 学校推荐, en: school}, actor: school-office, does: recommend}
`;

beforeAll(async () => {
  world = await makeWorld(db);
  const versionId = newId();
  const unit = { unitId: world.city.id, unitPath: world.city.path };
  await insertVersion(db, {
    id: versionId,
    programme: 'api-test',
    ...unit,
    version: '1',
    names: { 'zh-CN': '测试方案', en: 'test' },
    source,
    tables: {},
    digest: 'api-test',
    createdBy: null,
    createdAt: new Date(),
  });
  await publishVersion(db, versionId, null, new Date(), '2026-01-01');
  await insertRound(db, {
    id: roundId,
    versionId,
    ...unit,
    name: '2026年度评选',
    documentNumber: null,
    contact: null,
    opensAt: new Date('2026-03-01T00:00:00Z'),
    closesAt: new Date('2026-04-25T15:59:59.999Z'),
    asOf: '2026-04-25',
    places: 10,
    createdBy: world.cityOffice,
    createdAt: new Date(),
    stages: [{ stage: 'school', body: 'school-office', closesAt: null }],
  });
  await updateRound(db, roundId, { state: 'open' });
  for (const [person, unitOf] of [
    [world.teacher, world.school],
    [world.colleague, world.school],
    [world.otherTeacher, world.otherSchool],
  ] as const) {
    const id = newId();
    ids.push(id);
    await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, subject, stage, state, position, receipt, submitted_at, outcome)
              VALUES (${id}, ${roundId}, ${person}, ${unitOf.path}, ${unitOf.id}, '语文', 'primary', 'in-review', 1, ${id.slice(-12)}, now(), 'met')`.execute(
      db,
    );
  }
});

const get = async (person: string | null, path: string) => (await app.as(person)).get(path);

describe('the API keeps the guards of the pages', () => {
  test('signed out it answers 401 as a problem body, not with a page', async () => {
    const answer = await get(null, '/api/v1/rounds');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 401, title: 'error.sign-in' });
  });

  test('a teacher reads the rounds that concern them and only their own application', async () => {
    expect(await (await get(world.teacher, '/api/v1/rounds')).json()).toMatchObject({
      items: [{ id: roundId, phase: 'taking', asOf: '2026-04-25', places: 10 }],
      more: false,
    });
    const mine = await (await get(world.teacher, `/api/v1/rounds/${roundId}/applications`)).json();
    expect(mine).toMatchObject({ items: [{ id: ids[0], person: { name: '李华' } }], next: null });
    expect((await get(world.teacher, `/api/v1/applications/${ids[1]}`)).status).toBe(403);
    expect((await get(world.teacher, `/api/v1/rounds/${roundId}/quotas`)).status).toBe(403);
  });

  test('an office reads the applications below it, page by page', async () => {
    const first = (await (
      await get(world.countyOffice, `/api/v1/rounds/${roundId}/applications?size=1`)
    ).json()) as { items: { id: string }[]; next: string };
    expect(first.items).toHaveLength(1);
    const rest = (await (
      await get(world.countyOffice, `/api/v1/rounds/${roundId}/applications?size=1&after=${first.next}`)
    ).json()) as { items: { id: string }[]; next: null };
    expect([first.items[0]?.id, rest.items[0]?.id]).toEqual([ids[0], ids[1]]);
    expect(rest.next).toBeNull();
    expect((await get(world.countyOffice, `/api/v1/applications/${ids[2]}`)).status).toBe(403);
  });

  test('an undecided round has no result, and a senseless query is refused', async () => {
    expect((await get(world.teacher, `/api/v1/rounds/${roundId}/result`)).status).toBe(404);
    expect((await get(world.teacher, '/api/v1/rounds?size=9999')).status).toBe(400);
    expect((await get(world.teacher, `/api/v1/rounds/${newId()}`)).status).toBe(404);
  });

  test('a decided result gives staff numbers to officials only', async () => {
    await updateRound(db, roundId, { state: 'decided', decidedAt: new Date('2026-05-20T00:00:00Z') });
    await sql`UPDATE application SET state = 'granted' WHERE id = ${ids[0] ?? ''}`.execute(db);
    const open = await (await get(world.teacher, `/api/v1/rounds/${roundId}/result`)).text();
    expect(open).toContain('李华');
    expect(open).not.toContain('T1001');
    expect(await (await get(world.cityOffice, `/api/v1/rounds/${roundId}/result`)).text()).toContain('T1001');
  });
});

describe('the API describes itself', () => {
  test('every path of the document answers, and the notices need no signing in', async () => {
    const document = (await (await get(null, '/api/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, unknown>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/api/v1/rounds',
      '/api/v1/rounds/{round}',
      '/api/v1/rounds/{round}/quotas',
      '/api/v1/rounds/{round}/numbers',
      '/api/v1/programmes/{version}/numbers',
      '/api/v1/rounds/{round}/applications',
      '/api/v1/applications/{application}',
      '/api/v1/rounds/{round}/result',
      '/api/v1/public',
      '/api/v1/public/{publicity}',
    ]);
    expect((await get(null, '/api/v1/public')).status).toBe(200);
    expect((await get(world.teacher, `/api/v1/rounds/${roundId}`)).status).toBe(200);
  });

  test('people read it as a page in their language, without scripts of others', async () => {
    const page = await (await get(null, '/api/docs?lang=en')).text();
    for (const part of ['GET /api/v1/rounds/{round}/applications', 'needs signing in', 'items[].person.name'])
      expect(page).toContain(part);
    expect(page).not.toMatch(/src="https?:/);
    expect(await (await get(null, '/api/docs')).text()).toContain('一轮评选的申报');
  });
});
