import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeEligible, makeRound } from '../../../../tests/support/round.ts';
import { makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { startScreening } from './run.ts';

const { db } = await testDatabase();
const kept = testApp(db);
let world: World;
let round: string;

beforeAll(async () => {
  world = await makeWorld(db);
  round = await makeRound(db, 'city', world.city, world.cityOffice);
  await makeEligible(db, world.teacher);
  await makeEligible(db, world.otherTeacher);
  const screening = { id: newId(), roundId: round, unitPath: world.city.path, by: world.cityOffice };
  await startScreening(kept.services, screening);
  await kept.jobsDone();
});

const notices = () =>
  db
    .selectFrom('notice')
    .select(['person_id', 'acknowledged_at'])
    .where('kind', '=', 'round-eligible')
    .execute();

describe('the eligible are told in time (R-001-4-09)', () => {
  test('each eligible teacher gets one notice, however often the office asks', async () => {
    const office = await kept.as(world.cityOffice);
    for (let times = 0; times < 2; times += 1) {
      const answer = await office.post(`/rounds/${round}/screening/notify`);
      expect(answer.status).toBe(303);
    }
    const told = (await notices()).map((notice) => notice.person_id);
    expect(told.toSorted()).toEqual([world.teacher, world.otherTeacher].toSorted());
  });

  test('the teacher reads it, acknowledges it, and the office sees that', async () => {
    const teacher = await kept.as(world.teacher);
    const page = await (await teacher.get('/notices')).text();
    expect(page).toContain('您符合“2026年度骨干教师评选”的申报条件');
    const id = /\/notices\/([0-9a-f-]{36})\/seen/.exec(page)?.[1] ?? '';
    expect((await teacher.post(`/notices/${id}/seen`)).status).toBe(303);
    const office = await (await (await kept.as(world.cityOffice)).get(`/rounds/${round}/screening`)).text();
    expect(office).toContain('已通知 2 人，其中 1 人已确认阅知');
  });

  test('another person cannot acknowledge it, and nobody is told after the deadline', async () => {
    const [notice] = await db
      .selectFrom('notice')
      .select('id')
      .where('person_id', '=', world.otherTeacher)
      .execute();
    expect((await (await kept.as(world.teacher)).post(`/notices/${notice?.id}/seen`)).status).toBe(404);
    kept.setNow('2026-12-05T00:00:00Z');
    await db.deleteFrom('notice').where('kind', '=', 'round-eligible').execute();
    await (await kept.as(world.cityOffice)).post(`/rounds/${round}/screening/notify`);
    expect(await notices()).toEqual([]);
  });
});
