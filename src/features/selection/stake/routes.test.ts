import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeRound } from '../../../../tests/support/round.ts';
import {
  giveRole,
  handOver,
  makePerson,
  makeUnit,
  makeWorld,
  type World,
} from '../../../../tests/support/world.ts';
import { features } from '../../../app.ts';
import { newId } from '../../../platform/ids.ts';
import type { ApplicationState } from '../rounds/rules.ts';

/* Every act on a round, whichever feature adds it, is asked of an office that applied and of one that stands aside. */

const { db } = await testDatabase();
const app = testApp(db);
let world: World;
let round = '';
/** A second officer of the city, who has nothing to do with anybody in the round. */
let impartial = '';
let application = '';
const objection = newId();

/** The acts of those who hold a round: its places, dates, list, objections, result. */
const acts = features
  .flatMap(({ routes }) => routes)
  .filter(
    ({ method, guard, path }) =>
      method === 'post' &&
      path.includes('/:round') &&
      guard.kind === 'may' &&
      (guard.act === 'round.open' || guard.act === 'round.decide'),
  )
  .map(({ path }) => path);

beforeAll(async () => {
  world = await makeWorld(db);
  // All districts of the file's own table, d01 to d11; two are in every test's world.
  for (const n of [1, 3, 4, 5, 7, 8, 9, 10, 11])
    await makeUnit(db, world.city, 'county', `第${n}区教育局`, { code: `d${String(n).padStart(2, '0')}` });
  impartial = await makePerson(db, world.city, '白露');
  await giveRole(db, impartial, 'city-office', world.city);
  round = await makeRound(db, 'city', world.city, impartial, { quotas: [[world.county, 3]] });
  application = await apply(world.cityOffice, 'in-review');
  const publicity = newId();
  const list = JSON.stringify({ round: '评选', entries: [] });
  await sql`INSERT INTO publicity (id, round_id, posted_at, posted_on, closes_on, working_days, list, applications, digest, posted_by)
            VALUES (${publicity}, ${round}, now(), '2026-11-16', '2026-11-20', 5, ${list}, '{}', 'd', ${impartial})`.execute(
    db,
  );
  await sql`INSERT INTO objection (id, publicity_id, receipt, signed, name, contact, statement, received_at, state)
            VALUES (${objection}, ${publicity}, 'YY-7', true, '举报人', '13900000000', '材料不实', now(), 'received')`.execute(
    db,
  );
});

async function apply(person: string, state: ApplicationState): Promise<string> {
  const id = newId();
  await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, subject, state, position, receipt, submitted_at)
            VALUES (${id}, ${round}, ${person}, ${world.school.path}, ${world.school.id}, '语文', ${state}, 2, ${id.slice(-12)}, now())`.execute(
    db,
  );
  return id;
}
const become = (state: ApplicationState) =>
  db.updateTable('application').set({ state }).where('id', '=', application).execute();

/** A form as filled in as any of the acts asks, so that nothing but who asks speaks against it. */
const filled = (path: string): Record<string, string | File> => ({
  name: '评选',
  opens: '2026-11-01',
  deadline: '2027-06-30',
  reason: '研究决定',
  'cancel-reason': '研究决定',
  'unfit-reason': '研究决定',
  answer: '查无实据',
  total: '3',
  application,
  outcome: path.endsWith('/settle') ? 'dismiss' : 'kept',
  file: new File(['学校,名额\n青溪县教育局,3\n'], '名额.csv', { type: 'text/csv' }),
});
const act = async (person: string, path: string) =>
  (await app.as(person)).post(path.replace(':round', round).replace(':objection', objection), filled(path));
const stateOf = async () =>
  JSON.stringify([
    await db.selectFrom('round').selectAll().execute(),
    await db.selectFrom('round_quota').selectAll().orderBy('unit_id').execute(),
    await db.selectFrom('round_stage').selectAll().orderBy('position').execute(),
    await db.selectFrom('application').selectAll().orderBy('id').execute(),
    await db.selectFrom('objection').selectAll().execute(),
    await db.selectFrom('decision_record').selectAll().execute(),
  ]);

describe('nobody acts on a round in which they have a stake', () => {
  test('the acts are known: places, dates, opening, cancelling, ties, list, objections, result', () => {
    expect(acts.map((path) => path.replace('/rounds/:round', '')).toSorted()).toEqual([
      '/cancel',
      '/change',
      '/decide',
      '/extend',
      '/objections/:objection/investigate',
      '/objections/:objection/settle',
      '/open',
      '/quotas',
      '/quotas/apportion',
      '/quotas/table',
      '/quotas/upload',
      '/selection/post',
      '/selection/tie',
      '/selection/unfit',
    ]);
  });

  test.each(acts)('an office that applied does not %s', async (path) => {
    for (const state of ['open', 'publicity'] as const) {
      await db.updateTable('round').set({ state }).where('id', '=', round).execute();
      const before = await stateOf();
      const answer = await act(world.cityOffice, path);
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain('您申报了这一轮评选');
      expect(await stateOf()).toBe(before);
    }
    await db.updateTable('round').set({ state: 'open' }).where('id', '=', round).execute();
  });

  test.each(acts)('an office that stands aside for an applicant does not %s', async (path) => {
    const uncle = await makePerson(db, world.city, '舅舅');
    await giveRole(db, uncle, 'city-office', world.city);
    await db
      .insertInto('recusal')
      .values({
        id: newId(),
        round_id: round,
        person_id: uncle,
        applicant_id: world.cityOffice,
        relation: 'collateral-kin',
        declared_by: uncle,
        declared_at: new Date(),
      })
      .execute();
    const before = await stateOf();
    const answer = await act(uncle, path);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('您在这一轮评选中为申报人回避');
    expect(await stateOf()).toBe(before);
  });

  test('pages say why, offer nothing, and keep objections and failing clauses from them', async () => {
    const office = await app.as(world.cityOffice);
    for (const tab of ['', '/quotas', '/quotas/apportion', '/selection']) {
      const page = await (await office.get(`/rounds/${round}${tab}`)).text();
      expect(page, tab).toContain('您申报了这一轮评选');
      expect(page, tab).not.toMatch(
        /action="\/rounds\/[^"]*\/(extend|cancel|quotas|post|tie|unfit|decide)[^"]*" method="post"/,
      );
    }
    const objections = await office.get(`/rounds/${round}/objections`);
    expect(objections.status).toBe(403);
    expect(await objections.text()).not.toContain('举报人');
  });

  test('nor does whoever acts in the stead of either: a stake follows both', async () => {
    const deputy = await makePerson(db, world.city, '代办人');
    await handOver(db, world.cityOffice, deputy, 'city-office', world.city);
    for (const path of acts) {
      const before = await stateOf();
      expect((await act(deputy, path)).status, path).toBe(403);
      expect(await stateOf()).toBe(before);
    }
    const page = await (await (await app.as(deputy)).get(`/rounds/${round}`)).text();
    expect(page).not.toContain(`/rounds/${round}/cancel`);
    // In the stead of somebody impartial the same person may; the history says for whom.
    const other = await makePerson(db, world.city, '另一代办人');
    await handOver(db, impartial, other, 'city-office', world.city);
    expect((await act(other, '/rounds/:round/quotas')).status).toBe(303);
    const history = await (await (await app.as(impartial)).get(`/rounds/${round}`)).text();
    expect(history).toContain('另一代办人（代 白露）');
  });

  test('somebody else of the office acts as before, and so does who has withdrawn', async () => {
    const page = await (await (await app.as(impartial)).get(`/rounds/${round}`)).text();
    expect(page).toContain(`/rounds/${round}/cancel`);
    expect((await act(impartial, '/rounds/:round/extend')).status).toBe(303);
    await become('withdrawn');
    expect((await act(world.cityOffice, '/rounds/:round/quotas')).status).toBe(303);
  });
});
