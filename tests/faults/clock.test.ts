import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { findBrokenLink } from '../../src/features/audit/chain/verify.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { makeEligible, makeRound } from '../support/round.ts';
import { makePerson, makeWorld } from '../support/world.ts';

const { db } = await testDatabase();
const { as, setNow } = testApp(db);

test('a clock that jumps back and forth: acts stand in the order they were done, deadlines follow the clock, nothing breaks', async () => {
  const world = await makeWorld(db);
  const round = await makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 9]] });
  const person = await makePerson(db, world.school, '钟表', { group: world.group });
  await makeEligible(db, person);
  const jumps = [
    '2026-11-23T02:00:00Z',
    '2026-11-23T01:00:00Z',
    '2026-11-25T02:00:00Z',
    '2026-11-23T01:59:59Z',
    '2026-11-20T00:00:00Z',
    '2026-11-24T12:00:00Z',
  ];
  for (const [n, now] of jumps.entries()) {
    setNow(now);
    // A session lasts half a day by the clock: whoever was signed in before a jump may have to sign in again.
    const claimed = await (await as(person)).post('/records/new', {
      type: 'open-class',
      title: `时钟${n}`,
      happenedOn: '2026-10-12',
      level: 'county',
    });
    expect(claimed.status).toBe(303);
    const id = /\/records\/([0-9a-f-]{36})/.exec(claimed.headers.get('location') ?? '')?.[1];
    setNow(jumps[(n + 2) % jumps.length] ?? now);
    const decision = { decision: 'confirm', reason: '', revision: '1' };
    const office = await as(world.schoolOffice);
    expect((await office.post(`/records/${id}/decision`, decision)).status).toBe(303);
  }
  const { rows } = await sql<{ title: string; actions: string[] }>`
    SELECT r.title, array_agg(a.action ORDER BY a.seq) AS actions FROM record r JOIN audit a ON a.subject_id = r.id
     WHERE r.title LIKE '时钟%' GROUP BY r.title`.execute(db);
  expect(rows).toHaveLength(jumps.length);
  for (const { actions } of rows) expect(actions).toEqual(['record.claim', 'record.confirm']);

  // After the deadline, back before it, after it again: what the clock says at that moment counts.
  setNow('2026-11-24T12:00:00Z');
  const teacher = await as(person);
  const path = (await teacher.post(`/rounds/${round}/apply`)).headers.get('location') ?? '';
  await teacher.post(`${path}/statement`, { 'field.statement': '教学实绩', revision: '1' });
  setNow('2026-12-01T00:00:00Z');
  const late = await as(person);
  expect((await late.post(`${path}/submit`)).status).not.toBe(303);
  setNow('2026-11-24T12:00:00Z');
  expect((await teacher.post(`${path}/submit`)).status).toBe(303);
  setNow('2026-12-01T00:00:00Z');
  expect((await (await as(person)).post(`${path}/submit`)).status).toBe(303); // It is submitted already.
  expect(await findBrokenLink(db)).toBeNull();
});
