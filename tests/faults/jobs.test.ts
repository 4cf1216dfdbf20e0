import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { KNOWN_WORK } from '../../src/features/administration/page.tsx';
import { selectHead } from '../../src/features/audit/chain/queries.ts';
import { findBrokenLink } from '../../src/features/audit/chain/verify.ts';
import { insertReads } from '../../src/features/audit/reads/queries.ts';
import { putRun } from '../../src/features/lab/trials/run.ts';
import { advanceImport, selectImport } from '../../src/features/organisation/imports/queries.ts';
import { guessColumns } from '../../src/features/organisation/imports/rules.ts';
import { copyPath } from '../../src/features/privacy/own-data/make.ts';
import { insertCopy } from '../../src/features/privacy/own-data/queries.ts';
import type { ProgrammeTables } from '../../src/features/programmes/queries.ts';
import { selectRound } from '../../src/features/selection/rounds/queries.ts';
import { insertScreening } from '../../src/features/selection/screening/queries.ts';
import { jobKinds, schedules } from '../../src/jobs.ts';
import { newId } from '../../src/platform/ids.ts';
import { passes } from '../../src/platform/jobs/passing.ts';
import type { AtWork } from '../../src/platform/services.ts';
import { writeWorkbook } from '../../src/platform/spreadsheet/write-table.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { makeEligible, makeRound } from '../support/round.ts';
import { makePerson, makeRecord, makeWorld, type World } from '../support/world.ts';
import { dyingAt } from './support/dying.ts';
import { sized } from './support/size.ts';

/*
 * Everything that is worked on in the background is killed at one statement after another, and taken up again by a
 * process that lives, twice. It ends as one that was never disturbed, and is there once.
 */

const { db, url, schema } = await testDatabase();
const city = testApp(db);
const { services } = city;
const never = new AbortController().signal;
const daysAgo = (days: number) => new Date(Date.parse('2026-11-23T02:00:00Z') - days * 86_400_000);

const PEERS = `programme: peers
version: '1'
names: {zh-CN: 同类比较, en: Among peers}
scope: city
measures:
  papers: {count: {record: paper, within: 5y}}
  place: {names: {zh-CN: 论文名次, en: place by papers}, peers: {of: {measure: papers}, among: [subject], in: county, take: rank}}
populations:
  staff: {names: {zh-CN: 本校教师, en: teachers of the school}, of: school}
eligibility:
  all:
    - {id: place, amount: {of: {measure: place}, atMost: 6}}
    - {id: staff, amount: {of: {size: staff}, atLeast: 3}}
`;

let world: World;
let roundId: string;
beforeAll(async () => {
  world = await makeWorld(db);
  for (let n = 0; n < 14; n += 1) {
    const id = await makePerson(db, n % 2 ? world.school : world.otherSchool, `教师${n}`, {
      subject: n % 3 ? '语文' : '数学',
    });
    if (n % 3 > 0) await makeEligible(db, id);
    if (n % 4 === 0) await makeRecord(db, id, 'paper', { on: '2025-03-01' });
  }
  roundId = await makeRound(db, 'city', world.city, world.cityOffice);
  await makeRound(db, 'city', world.city, world.cityOffice, { edit: () => PEERS, quotas: [] });
});

interface Walked {
  /** Makes one to work on; what it is told apart by. */
  begin(): Promise<string>;
  run(work: AtWork, id: string): Promise<unknown>;
  /** What it has come to, and how much of it there is: the same for each. */
  end(id: string): Promise<unknown>;
}
const kind = (name: string): Walked['run'] => {
  const found = jobKinds.find((one) => one.name === name);
  return async (work, id) => await found?.run(work, id, never);
};
const byClock = (name: string): Walked['run'] => {
  const found = schedules.find((one) => one.name === name);
  return async (work) => await found?.run(work, never);
};
const one = async (query: ReturnType<typeof sql<Record<string, unknown>>>) =>
  (await query.execute(db)).rows[0];
let numbers = 9000;
let nights = 0;

const WALKED: Readonly<Record<Exclude<(typeof KNOWN_WORK)[number], 'backup'>, Walked>> = {
  roster: {
    async begin() {
      numbers += 10;
      const headers = ['姓名', '工号', '性别', '出生年月', '单位', '任教学科', '学段', '职称', '是否一线'];
      const rows = ['甲', '乙', '丙'].map((sign, n) => [
        `新来${sign}${'子丑寅卯辰巳午未申酉戌亥'[(numbers / 10) % 12]}`,
        `N${numbers + n}`,
        '女',
        `19${60 + ((numbers / 10) % 30)}.0${n + 1}`,
        '青溪县第一小学',
        '语文',
        '小学',
        '二级教师',
        '是',
      ]);
      const bytes = await writeWorkbook([
        { name: '花名册', columns: headers.map((header) => ({ header })), rows },
      ]);
      const office = await city.as(world.countyOffice);
      const file = new File([new Uint8Array(bytes)], '花名册.xlsx');
      const sent = await office.post('/imports/new', { kind: 'roster', unit: world.county.id, file });
      const id = /\/imports\/([^/?]+)/.exec(sent.headers.get('location') ?? '')?.[1] ?? '';
      await office.post(`/imports/${id}/map`, {
        sheet: '花名册',
        headerRow: '1',
        asOf: '2026-11-01',
        ...Object.fromEntries(
          Object.entries(guessColumns(headers)).map(([field, index]) => [`column-${field}`, String(index)]),
        ),
      });
      await city.jobsDone();
      const { summary, state } = await selectImport(db, id);
      expect([state, summary.preview?.counts.new, summary.preview?.problems]).toEqual(['previewed', 3, {}]);
      const confirmed = { suspects: 'add' as const, by: world.countyOffice };
      await advanceImport(db, id, ['previewed'], 'confirming', {
        summary: { ...summary, confirmed },
        progress: 0,
      });
      return id;
    },
    run: kind('roster'),
    end: (id) =>
      one(sql`
        SELECT state, failure, summary->'applied'->>'added' AS added,
               (SELECT count(*)::int FROM person JOIN import_row row ON row.person_id = person.id WHERE row.job_id = job.id) AS people,
               (SELECT count(*)::int FROM employment JOIN import_row row USING (person_id) WHERE row.job_id = job.id) AS posts,
               (SELECT count(*)::int FROM audit WHERE subject_id = job.id AND action = 'roster.import') AS told
          FROM import_job job WHERE id = ${id}`),
  },
  screening: {
    async begin() {
      const id = newId();
      const at = services.clock();
      await insertScreening(db, {
        id,
        roundId,
        unitPath: world.city.path,
        total: 20,
        startedBy: world.cityOffice,
        at,
      });
      return id;
    },
    run: kind('screening'),
    end: (id) =>
      one(sql`
        SELECT state, done, result, (SELECT array_agg(found ORDER BY found) FROM screening_eligible, unnest(people) found WHERE screening_id = ${id}) AS eligible
          FROM screening WHERE id = ${id}`),
  },
  trial: {
    async begin() {
      const { versionId } = await selectRound(db, roundId);
      const { source, tables } = await db
        .selectFrom('programme_version')
        .select(['source', 'tables'])
        .where('id', '=', versionId)
        .executeTakeFirstOrThrow();
      const id = newId();
      await putRun(services, {
        id,
        of: { draftId: null, versionId },
        againstId: null,
        source,
        tables: tables as ProgrammeTables,
        unitPath: world.city.path,
        asOf: '2026-11-30',
        by: world.cityOffice,
      });
      return id;
    },
    run: kind('trial'),
    end: (id) =>
      one(sql`
        SELECT state, done, figures, (SELECT count(*)::int FROM lab_run_change WHERE run_id = ${id}) AS changes
          FROM lab_run WHERE id = ${id}`),
  },
  'own-data': {
    async begin() {
      const id = newId();
      await insertCopy(db, { id, personId: world.teacher, locale: 'zh-CN', askedAt: services.clock() });
      return id;
    },
    run: kind('own-data'),
    end: async (id) => [
      await one(sql`SELECT state, progress, size > 0 AS filled FROM own_data_copy WHERE id = ${id}`),
      existsSync(copyPath(services.config, id)),
      existsSync(`${copyPath(services.config, id)}.part`),
    ],
  },
  retention: {
    async begin() {
      const [before, at] = [await selectHead(db), daysAgo(900)];
      for (let n = 0; n < 3; n += 1) {
        await sql`INSERT INTO notice (id, person_id, kind, detail, created_at, read_at)
                  VALUES (${newId()}, ${world.teacher}, 'round-opened', '{}', ${at}, ${at})`.execute(db);
        await sql`INSERT INTO session (token_hash, person_id, csrf, expires_at)
                  VALUES (${newId()}, ${world.teacher}, 'x', ${at})`.execute(db);
        await sql`INSERT INTO done_act (id, part, at) VALUES (${newId()}, 1, ${at})`.execute(db);
      }
      return String(before.seq);
    },
    run: byClock('retention'),
    end: async (id) => [
      await one(sql`SELECT (SELECT count(*)::int FROM notice WHERE created_at < ${daysAgo(800)}) AS notices,
                           (SELECT count(*)::int FROM session WHERE expires_at < ${daysAgo(800)}) AS sessions,
                           (SELECT count(*)::int FROM done_act WHERE at < ${daysAgo(800)}) AS acts`),
      // What was erased is told of, all of it, and once.
      await one(sql`
        SELECT json_object_agg(kind, count ORDER BY kind) AS told FROM (
          SELECT after->>'retained' AS kind, sum((after->>'count')::int)::int AS count FROM audit
           WHERE seq > ${id}::bigint AND action = 'retention.erased' GROUP BY 1) erased`),
    ],
  },
  'audit-day': {
    async begin() {
      nights += 1;
      const at = new Date(Date.parse('2026-11-24T02:00:00Z') + nights * 86_400_000);
      const day = new Date(at.getTime() - 86_400_000).toISOString();
      city.setNow(at.toISOString());
      await insertReads(db, day.slice(0, 10), [
        {
          at: new Date(day),
          readerId: world.schoolOffice,
          onBehalfOf: null,
          kind: 'person',
          personId: world.teacher,
          unitPath: world.school.path,
          subject: '/people',
          origin: null,
        },
      ]);
      return day.slice(0, 10);
    },
    run: byClock('audit-day'),
    end: async (id) => [
      await one(
        sql`SELECT count(*)::int AS seals FROM audit WHERE action = 'reads.day-closed' AND after->>'day' = ${id}`,
      ),
    ],
  },
  populations: {
    begin: async () => {
      await sql`TRUNCATE population CASCADE`.execute(db);
      return '';
    },
    run: byClock('populations'),
    // Half of one is read by nobody, and goes in time.
    end: () =>
      one(sql`
        WITH whole AS (SELECT id FROM population WHERE reckoned_at IS NOT NULL)
        SELECT (SELECT json_agg(json_build_array(asked, place, key, people, unsure) ORDER BY asked, place, key)
                  FROM population_group WHERE population_id IN (SELECT id FROM whole)) AS groups,
               (SELECT json_agg(json_build_array(asked, place, key, n::text, d::text, people, above) ORDER BY asked, place, key, value)
                  FROM population_value WHERE population_id IN (SELECT id FROM whole)) AS values,
               (SELECT count(*)::int FROM whole) AS n`),
  },
  'storage-day': {
    begin: async () => {
      await sql`DELETE FROM storage_day`.execute(db);
      return '';
    },
    run: byClock('storage-day'),
    end: () => one(sql`SELECT count(*)::int AS days FROM storage_day WHERE database_bytes > 0`),
  },
};

/** So many places of a whole, its first and its last among them. */
const spread = (whole: number, most: number): number[] =>
  whole <= most
    ? Array.from({ length: whole }, (_, at) => at + 1)
    : [...new Set(Array.from({ length: most }, (_, at) => 1 + Math.round((at * (whole - 1)) / (most - 1))))];

describe('killed at any statement and taken up again, it ends as one that was let be', () => {
  test.each(Object.entries(WALKED))(
    '%s',
    async (name, { begin, run, end }) => {
      const undisturbed = await begin();
      const whole = dyingAt(null, name, services, url, schema);
      await run(whole.work, undisturbed);
      await whole.end();
      const expected = await end(undisturbed);
      expect(whole.count()).toBeGreaterThan(0);

      let died = 0;
      for (const at of spread(whole.count(), sized(8, 60))) {
        const id = await begin();
        const dying = dyingAt(at, name, services, url, schema);
        const fault = await run(dying.work, id).then(
          () => null,
          (error: unknown) => error,
        );
        await dying.end();
        // What passes is thrown on, so that the queue has it done again; never is the row marked as failed.
        if (fault !== null)
          expect([at, passes(fault), String(fault)]).toEqual([at, true, expect.any(String)]);
        if (dying.count() > at) died += 1;
        for (let again = 0; again < 2; again += 1) {
          const living = dyingAt(null, name, services, url, schema);
          await run(living.work, id);
          await living.end();
        }
        expect([at, await end(id)]).toEqual([at, expected]);
      }
      expect(died).toBeGreaterThan(0);
      expect(await findBrokenLink(db)).toBeNull();
    },
    sized(300_000, 1_200_000),
  );

  test('what there is of background work is walked here, or killed as a program that people run', () => {
    // A backup reads over a connection of its own: tests/faults/interrupted.test.ts kills it, and its next one is whole.
    expect([...Object.keys(WALKED), 'backup'].toSorted()).toEqual([...KNOWN_WORK].toSorted());
    const named = [...jobKinds, ...schedules].map(({ name }) => name);
    expect(named.filter((name) => !(name in WALKED))).toEqual([]);
  });
});
