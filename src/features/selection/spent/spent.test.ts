import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makePerson, makeRecord, makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { digestOf } from '../../programmes/compiled.ts';
import { insertVersion, publishVersion } from '../../programmes/queries.ts';
import { insertRound } from '../rounds/planning/queries.ts';
import { selectRound, updateRound } from '../rounds/queries.ts';
import { screen } from '../screening/screen.ts';

/* A programme that counts an achievement once: what brought a title does not bring the next one too. */
const source = (version: string) => `programme: achievements
version: '${version}'
names: {zh-CN: 教学成果骨干, en: achievers}
scope: school
grants: {title: school-backbone, term: 1y}
eligibility:
  all:
    - id: class
      count: {record: open-class, min: 1, consume: true}
    - id: paper
      count: {record: paper, min: 1}
route:
  - {id: declaration, names: {zh-CN: 个人申报, en: declaration}, actor: applicant, does: declare}
  - {id: committee, names: {zh-CN: 校务委员会确定, en: committee}, actor: school-leading-group, does: approve}
  - {id: publicity, names: {zh-CN: 公示, en: publicity}, actor: public, does: publicise, publicity: {days: {working: 5}}}
ties: {otherwise: decision}
`;

const { db } = await testDatabase();
const app = testApp(db, '2026-03-02T02:00:00Z');
let world: World;
let winner = '';
let first = '';
let second = '';
let spare = '';

async function publish(version: string, programme = 'achievements'): Promise<string> {
  const text = source(version).replace('programme: achievements', `programme: ${programme}`);
  const id = newId();
  await insertVersion(db, {
    id,
    programme,
    unitId: world.school.id,
    unitPath: world.school.path,
    version,
    names: { 'zh-CN': '教学成果骨干', en: 'achievers' },
    source: text,
    tables: {},
    digest: digestOf(text, {}),
    createdBy: null,
    createdAt: new Date('2026-01-01T00:00:00Z'),
  });
  await publishVersion(db, id, null, new Date('2026-01-01T00:00:00Z'), '2026-01-01');
  return id;
}

async function open(versionId: string, name: string, from: string, to: string): Promise<string> {
  const id = newId();
  await insertRound(db, {
    id,
    versionId,
    unitId: world.school.id,
    unitPath: world.school.path,
    name,
    documentNumber: null,
    contact: null,
    opensAt: new Date(`${from}T00:00:00Z`),
    closesAt: new Date(`${to}T15:59:59.999Z`),
    asOf: to,
    places: null,
    createdBy: world.schoolOffice,
    createdAt: new Date(`${from}T00:00:00Z`),
    stages: ['declaration', 'committee', 'publicity'].map((stage, at) => ({
      stage,
      body: ['applicant', 'school-leading-group', 'public'][at] ?? '',
      closesAt: null,
    })),
  });
  await updateRound(db, id, { state: 'open' });
  return id;
}

async function apply(round: string): Promise<{ path: string; status: number }> {
  const own = await app.as(winner);
  const path = (await own.post(`/rounds/${round}/apply`)).headers.get('location')?.replace(/\?.*/, '') ?? '';
  return { path, status: (await own.post(`${path}/submit`)).status };
}

beforeAll(async () => {
  world = await makeWorld(db);
  winner = await makePerson(db, world.school, '谷雨', { staffNumber: 'S900' });
  await makeRecord(db, winner, 'open-class', { title: '《山行》公开课', on: '2025-05-20' });
  await makeRecord(db, winner, 'paper', { title: '《山行》教学随笔', on: '2025-06-20', level: 'school' });
  first = await open(await publish('1'), '2026年上半年评选', '2026-03-01', '2026-03-10');
});

describe('a record that brought a title is not counted again by the same programme', () => {
  test('in the first round it counts, and the decision keeps that it was used', async () => {
    const { path, status } = await apply(first);
    expect(status).toBe(303);
    const leader = await app.as(world.schoolLeader);
    expect((await leader.post(`${path}/review/recommend`, { position: '2' })).status).toBe(303);
    app.setNow('2026-03-11T02:00:00Z');
    expect((await (await app.as(world.schoolLeader)).post(`/rounds/${first}/selection/post`)).status).toBe(
      303,
    );
    expect(await db.selectFrom('spent_record').selectAll().execute()).toEqual([]);
    app.setNow('2026-03-30T02:00:00Z');
    expect((await (await app.as(world.schoolLeader)).post(`/rounds/${first}/decide`)).status).toBe(303);
    const used = await db
      .selectFrom('spent_record')
      .innerJoin('record', 'record.id', 'spent_record.record_id')
      .innerJoin('application', 'application.id', 'spent_record.application_id')
      .select(['record.title', 'application.round_id as round'])
      .execute();
    // The paper's clause does not consume.
    expect(used).toEqual([{ title: '《山行》公开课', round: first }]);
  });

  test('the page of the decided round still counts what it was decided on', async () => {
    const page = await (await (await app.as(winner)).get(`/rounds/${first}/eligibility`)).text();
    expect(page).not.toContain('不再计入');
  });

  test('a later round says in which one it was used, and takes no application on it', async () => {
    app.setNow('2026-09-02T02:00:00Z');
    // A revised version is the same programme.
    second = await open(await publish('2'), '2026年下半年评选', '2026-09-01', '2026-09-20');
    const page = await (await (await app.as(winner)).get(`/rounds/${second}/eligibility`)).text();
    expect(page).toContain('已用于“2026年上半年评选”，不再计入');
    expect(page).toContain('《山行》公开课');
    expect((await apply(second)).status).toBe(422);
    expect(await eligible(second)).not.toContain(winner);
  });

  test('a fresh one counts beside it, for page, submitting, screening and review alike', async () => {
    spare = await makeRecord(db, winner, 'open-class', { title: '《江雪》公开课', on: '2026-05-20' });
    expect(await eligible(second)).toContain(winner);
    const { path, status } = await apply(second);
    expect(status).toBe(303);
    const review = await (await (await app.as(world.schoolLeader)).get(`${path}/review`)).text();
    expect(review).toContain('已用于“2026年上半年评选”，不再计入');
    expect(review).toContain('《江雪》公开课');
  });

  test('when the fresh one is withdrawn the old one does not take its place, and the list is not published', async () => {
    const { id } = await db
      .selectFrom('application')
      .select('id')
      .where('round_id', '=', second)
      .executeTakeFirstOrThrow();
    const leader = await app.as(world.schoolLeader);
    const recommend = `/applications/${id}/review/recommend`;
    expect((await leader.post(recommend, { position: '2' })).status).toBe(303);
    await db.updateTable('record').set({ state: 'withdrawn' }).where('id', '=', spare).execute();
    app.setNow('2026-09-21T02:00:00Z');
    const answer = await (await app.as(world.schoolLeader)).post(`/rounds/${second}/selection/post`);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('名单中有 1 人不再符合条件');
  });

  test('another programme knows nothing of it', async () => {
    const other = await open(await publish('1', 'others'), '另一评选', '2026-09-01', '2026-09-30');
    const page = await (await (await app.as(winner)).get(`/rounds/${other}/eligibility`)).text();
    expect(page).not.toContain('不再计入');
    expect(await eligible(other)).toContain(winner);
  });
});

async function eligible(roundId: string): Promise<string[]> {
  const round = await selectRound(db, roundId);
  const { eligible: found } = await screen(db, {
    versionId: round.versionId,
    numbers: round.numbers,
    asOf: round.asOf,
    unitPath: round.unitPath,
    among: null,
  });
  return [...found];
}
