import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { findBrokenLink } from '../src/features/audit/chain/verify.ts';
import { testApp } from './support/app.ts';
import { type TestDatabase, testDatabase, testDatabaseOn } from './support/database.ts';
import { hasPostgres, startOther, withoutPostgres } from './support/other-postgres.ts';
import { makeEligible, makeRound } from './support/round.ts';
import { makePerson, makeRecord, makeWorld } from './support/world.ts';

/*
 * What happens to the last place, the next number and the state of one thing when many act at one moment, over HTTP,
 * on the embedded PostgreSQL and on the oldest one that is supported.
 */

const SERVERS: readonly (readonly [string, boolean, () => Promise<TestDatabase>])[] = [
  ['the embedded PostgreSQL', true, testDatabase],
  [`PostgreSQL 15${withoutPostgres(15)}`, hasPostgres(15), onFifteen],
];

async function onFifteen(): Promise<TestDatabase> {
  const server = await startOther(15);
  // Hooks run last first: the database goes before its server.
  afterAll(() => server.stop());
  return await testDatabaseOn(server.url);
}

for (const [name, there, open] of SERVERS) {
  describe.runIf(there)(`many at one moment, on ${name}`, async () => {
    if (!there) return;
    const { db } = await open();
    const { as } = testApp(db);
    const world = await makeWorld(db);
    const count = async (statement: ReturnType<typeof sql<{ n: number }>>) =>
      (await statement.execute(db)).rows[0]?.n ?? 0;

    async function opened(round: string, label: string) {
      const person = await makePerson(db, world.school, label, { group: world.group });
      await makeEligible(db, person);
      const browser = await as(person);
      const path = (await browser.post(`/rounds/${round}/apply`)).headers.get('location') ?? '';
      await browser.post(`${path}/statement`, { 'field.statement': `${label}的教学实绩`, revision: '1' });
      return { browser, path, id: path.split('/')[2] ?? '' };
    }
    async function submitted(round: string, label: string) {
      const one = await opened(round, label);
      expect((await one.browser.post(`${one.path}/submit`)).status).toBe(303);
      return one;
    }

    test('the last places go to as many as there are, and to nobody else', async () => {
      const round = await makeRound(db, 'city', world.city, world.cityOffice, {
        quotas: [[world.county, 3]],
      });
      const ids: string[] = [];
      for (let n = 0; n < 8; n += 1) ids.push((await submitted(round, `名额${n}`)).id);
      const school = await as(world.schoolOffice);
      const queue = `/rounds/${round}/queue`;
      await school.post(`${queue}/recommend`, { application: ids, position: '2', back: queue });
      const offices = await Promise.all(ids.map(() => as(world.countyOffice)));
      const answers = await Promise.all(
        ids.map((id, n) =>
          offices[n]?.post(`${queue}/recommend`, { application: id, position: '3', back: queue }),
        ),
      );
      const statuses = answers.map((answer) => answer?.status);
      expect(statuses.filter((status) => status === 303)).toHaveLength(3);
      expect(statuses.filter((status) => status === 422)).toHaveLength(5);
      expect(await count(sql`SELECT used AS n FROM round_quota WHERE round_id = ${round}`)).toBe(3);
      expect(
        await count(
          sql`SELECT count(*)::integer AS n FROM review WHERE round_id = ${round} AND took_place AND superseded_at IS NULL`,
        ),
      ).toBe(3);
      const places = await sql<{ place: number }>`
        SELECT place FROM review WHERE round_id = ${round} AND position = 3 AND superseded_at IS NULL ORDER BY place`.execute(
        db,
      );
      expect(places.rows.map(({ place }) => place)).toEqual([1, 2, 3]);
    });

    test('receipts are numbered without a gap and without a double, some of them sent twice', async () => {
      const round = await makeRound(db, 'city', world.city, world.cityOffice, {
        quotas: [[world.county, 36]],
      });
      const applicants = [];
      for (let n = 0; n < 12; n += 1) applicants.push(await opened(round, `编号${n}`));
      const before = await count(sql`SELECT coalesce(sum(value), 0)::integer AS n FROM counter`);
      const answers = await Promise.all(
        [...applicants, ...applicants.slice(0, 4)].map(({ browser, path }) => browser.post(`${path}/submit`)),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
      const { rows } = await sql<{ receipt: string }>`
        SELECT receipt FROM application WHERE round_id = ${round} AND receipt IS NOT NULL ORDER BY receipt`.execute(
        db,
      );
      const numbers = rows.map(({ receipt }) => Number(/(\d+)$/.exec(receipt)?.[1]));
      expect(numbers).toHaveLength(12);
      expect(new Set(numbers).size).toBe(12);
      expect(Math.max(...numbers) - Math.min(...numbers)).toBe(11);
      expect(await count(sql`SELECT coalesce(sum(value), 0)::integer AS n FROM counter`)).toBe(before + 12);
    });

    test('of several decisions on one application one stands, and its history says the same', async () => {
      const round = await makeRound(db, 'city', world.city, world.cityOffice, {
        quotas: [[world.county, 36]],
      });
      for (let n = 0; n < 4; n += 1) {
        const { browser, path, id } = await submitted(round, `去留${n}`);
        const [one, two] = await Promise.all([as(world.schoolOffice), as(world.schoolLeader)]);
        const review = `/applications/${id}/review`;
        const answers = await Promise.all([
          one.post(`${review}/recommend`, { position: '2' }),
          two.post(`${review}/refuse`, { clause: 'computer', refuseReason: '证书未见原件' }),
          one.post(`${review}/return`, { to: 'applicant', returnReason: '请补充', returning: '1' }),
          browser.post(`${path}/withdraw`, { reason: '个人原因' }),
        ]);
        for (const { status } of answers) expect(status).toBeLessThan(500);
        const { rows } = await sql<{ state: string; last: string; reviews: number }>`
          SELECT a.state, (SELECT action FROM audit WHERE subject_id = a.id ORDER BY seq DESC LIMIT 1) AS last,
                 (SELECT count(*)::integer FROM review v WHERE v.application_id = a.id AND v.superseded_at IS NULL) AS reviews
            FROM application a WHERE a.id = ${id}`.execute(db);
        const [now] = rows;
        const agrees: Record<string, string[]> = {
          'in-review': ['application.recommend', 'application.submit'],
          refused: ['application.refuse'],
          returned: ['application.return'],
          withdrawn: ['application.withdraw'],
        };
        expect(agrees[now?.state ?? ''], `state ${now?.state}`).toContain(now?.last);
        expect(now?.reviews).toBeLessThanOrEqual(1);
      }
    });

    test('a record that is confirmed, changed and withdrawn at once ends in one of these states', async () => {
      const owner = await as(world.teacher);
      const office = await as(world.schoolOffice);
      for (let n = 0; n < 6; n += 1) {
        const id = await makeRecord(db, world.teacher, 'open-class', {
          level: 'county',
          state: 'submitted',
          title: `同时${n}`,
        });
        const change = {
          type: 'open-class',
          title: `改后${n}`,
          happenedOn: '2025-05-01',
          level: 'county',
          revision: '1',
        };
        const answers = await Promise.all([
          office.post(`/records/${id}/decision`, { decision: 'confirm', reason: '', revision: '1' }),
          owner.post(`/records/${id}/change`, change),
          owner.post(`/records/${id}/withdraw`, { revision: '1' }),
        ]);
        for (const { status } of answers) expect(status).toBeLessThan(500);
        const { rows } = await sql<{ state: string; actions: string[] }>`
          SELECT state, (SELECT array_agg(action ORDER BY seq) FROM audit WHERE subject_id = record.id) AS actions
            FROM record WHERE id = ${id}`.execute(db);
        const last: Record<string, string> = {
          confirmed: 'record.confirm',
          submitted: 'record.change',
          withdrawn: 'record.withdraw',
        };
        expect(rows[0]?.actions.at(-1)).toBe(last[rows[0]?.state ?? '']);
      }
    });

    test('the audit chain holds afterwards', async () => {
      expect(await findBrokenLink(db)).toBeNull();
    });
  });
}
