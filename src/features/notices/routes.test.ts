import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { makeWorld, type World } from '../../../tests/support/world.ts';
import { insertNotices, listNotices } from './queries.ts';

const { db } = await testDatabase();
const { app, as, session, setNow } = testApp(db, '2026-11-23T02:00:00Z');
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
  await insertNotices(db, new Date('2026-11-23T01:00:00Z'), [
    {
      personId: world.teacher,
      kind: 'application-received',
      detail: { round: '2026年度评选', receipt: 'SB2026-000001' },
      href: null,
    },
  ]);
});

const only = async () => {
  const {
    notices: [notice],
  } = await listNotices(db, world.teacher, 10, 0);
  if (notice === undefined) throw new Error('no notice');
  return notice;
};

describe('a notice (R-001-4-09)', () => {
  test('is unread until its person opens the inbox', async () => {
    expect((await only()).readAt).toBeNull();
    expect(await (await (await as(world.colleague)).get('/notices')).text()).not.toContain('2026年度评选');
    expect(await (await (await as(world.teacher)).get('/notices')).text()).toContain('2026年度评选');
    expect((await only()).readAt).toEqual(new Date('2026-11-23T02:00:00Z'));
  });

  test('is read by who is shown it: not by asking whether the page is there, and not by another page of the inbox', async () => {
    await insertNotices(
      db,
      new Date('2026-11-23T01:30:00Z'),
      Array.from({ length: 31 }, (_, n) => ({
        personId: world.colleague,
        kind: 'application-received' as const,
        detail: { round: '2026年度评选', receipt: `SB2026-${n}` },
        href: null,
      })),
    );
    const unread = async () => {
      const { notices } = await listNotices(db, world.colleague, 100, 0);
      return notices.filter(({ readAt }) => readAt === null).length;
    };
    const { cookie } = await session(world.colleague);
    expect((await app.request('/notices', { method: 'HEAD', headers: { cookie } })).status).toBe(200);
    expect(await unread()).toBe(31);
    const colleague = await as(world.colleague);
    await colleague.get('/notices');
    expect(await unread()).toBe(1);
    await colleague.get('/notices?page=2');
    expect(await unread()).toBe(0);
  });

  test('is acknowledged with its time, once, and by nobody else', async () => {
    const { id } = await only();
    expect((await (await as(world.colleague)).post(`/notices/${id}/seen`)).status).toBe(404);
    expect((await only()).acknowledgedAt).toBeNull();
    const teacher = await as(world.teacher);
    expect((await teacher.post(`/notices/${id}/seen`)).status).toBe(303);
    setNow('2026-11-23T03:00:00Z');
    expect((await teacher.post(`/notices/${id}/seen`)).status).toBe(303);
    expect((await only()).acknowledgedAt).toEqual(new Date('2026-11-23T02:00:00Z'));
  });
});
