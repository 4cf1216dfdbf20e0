import { sql } from 'kysely';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { appendAudit } from '../../src/features/audit/queries.ts';
import { jobKinds, schedules } from '../../src/jobs.ts';
import { backupSchedule } from '../../src/platform/backup/settings.ts';
import { readConfig } from '../../src/platform/config.ts';
import { type Database, sqlState, transaction } from '../../src/platform/database.ts';
import { withPass } from '../../src/platform/doors.ts';
import { PASSES } from '../../src/platform/standing.ts';
import { jobsRole, webRole, workersUser } from '../../src/platform/walls/roles.ts';
import { WALLS } from '../../src/platform/walls/tables.ts';
import { type Deed, SECRETS, WORKS, type Work } from '../../src/platform/walls/works.ts';
import { testDatabase, worksOf } from '../support/database.ts';
import { makeRecord, makeWorld } from '../support/world.ts';
import { placesOf } from './things.ts';

/*
 * Opens the database as jobs do, past all their code, and counts what each work can read, change and drop. It is its
 * line in walls/works.ts and nothing else.
 */

const { db, url, schema } = await testDatabase();
const works = worksOf(db);
const NAMES = Object.keys(WORKS) as (keyof typeof WORKS)[];
const TABLES = Object.keys(WALLS).toSorted();
const NO_RIGHT = '42501';
/** What another work is told: a text that is no boolean (walls/works.ts). */
const NOT_THIS_WORK = '22P02';

beforeAll(async () => {
  const world = await makeWorld(db);
  await placesOf(db, world);
  await makeRecord(db, world.teacher, 'open-class');
  await transaction(db, (tx) =>
    appendAudit(tx, null, new Date('2026-11-23T02:00:00Z'), {
      action: 'sign-in',
      subjectType: 'person',
      subjectId: world.teacher,
    }),
  );
});

const tried = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
    return 'done';
  } catch (error) {
    return sqlState(error) ?? String(error);
  }
};
/** Undone in any case. */
class Undone extends Error {}
const triedAndUndone = (own: Database, statement: string): Promise<string> =>
  tried(() =>
    own
      .transaction()
      .execute(async (tx) => {
        const { numAffectedRows = 0n } = await sql.raw(statement).execute(tx);
        throw new Undone(String(numAffectedRows));
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
        if (error.message === '0') throw new Error('no rows');
      }),
  );
const lineOf = (name: keyof typeof WORKS, deed: Deed): readonly string[] => (WORKS[name] as Work)[deed] ?? [];

/** A column one may read, to ask for. */
async function columnsOf(): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ table: string; column: string }>`
    SELECT table_name AS table, min(column_name) AS column FROM information_schema.columns
     WHERE table_schema = current_schema() AND NOT is_generated = 'ALWAYS' AND is_identity = 'NO'
       AND column_name <> ALL (${Object.values(SECRETS).flat()}::text[]) GROUP BY 1`.execute(db);
  return new Map(rows.map(({ table, column }) => [table, column]));
}

describe('what is done on nobody’s behalf reaches its own line and nothing else', () => {
  test('of each table every row or none, and whoever asks for another’s is told', async () => {
    const columns = await columnsOf();
    const count = (own: Database, table: string) =>
      sql<{
        n: number;
      }>`SELECT count(${sql.id(columns.get(table) ?? '')})::int AS n FROM ${sql.table(table)}`.execute(own);
    const wrong: string[] = [];
    let hidden = 0;
    for (const name of NAMES) {
      const own = works.open(name);
      for (const table of TABLES) {
        const mine = lineOf(name, 'read').includes(table);
        const answer = await tried(async () => {
          const [seen, there] = [await count(own, table), await count(db, table)];
          if (seen.rows[0]?.n !== there.rows[0]?.n) throw new Error('not every row');
        });
        // Of a table without rows nobody is told anything, and there is nothing to tell.
        const empty = !mine && answer === 'done' && (await count(db, table)).rows[0]?.n === 0;
        if (!mine && !empty) hidden += 1;
        const right = mine ? answer === 'done' : empty || [NO_RIGHT, NOT_THIS_WORK].includes(answer);
        if (!right) wrong.push(`${name} reads ${table}: ${answer}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(hidden).toBeGreaterThan(NAMES.length * 20);
  });

  test('changes and removes no row of a table that is not on its line', async () => {
    const columns = await columnsOf();
    const wrong: string[] = [];
    for (const name of NAMES) {
      const own = works.open(name);
      for (const table of TABLES) {
        const column = columns.get(table) ?? '';
        const [changes, removes] = [
          await triedAndUndone(own, `UPDATE ${table} SET ${column} = ${column}`),
          await triedAndUndone(own, `DELETE FROM ${table}`),
        ];
        // Triggers and references may forbid more than the walls.
        if (!lineOf(name, 'change').includes(table) && changes === 'done')
          wrong.push(`${name} changes ${table}`);
        if (!lineOf(name, 'remove').includes(table) && removes === 'done')
          wrong.push(`${name} removes ${table}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('no pass of a request opens anything to it', async () => {
    for (const pass of PASSES) {
      const own = withPass(works.open('reads'), pass);
      expect(await tried(() => own.selectFrom('person').select('id').execute())).toBe(NOT_THIS_WORK);
    }
  });

  test('without a line it reads nothing', async () => {
    const own = works.open('nobody-knows');
    expect(await tried(() => own.selectFrom('person').select('id').execute())).toBe(NOT_THIS_WORK);
    expect(await tried(() => own.selectFrom('totp').selectAll().execute())).toBe(NO_RIGHT);
  });

  test('every job and all that comes by the clock has a line', () => {
    const { backup } = readConfig({ QINGLAN_BACKUP: '/somewhere' });
    const all = [...jobKinds, ...schedules, ...backupSchedule({ ...readConfig({}), backup })];
    expect(all.map(({ name }) => name).filter((name) => !(name in WORKS))).toEqual([]);
  });

  test('no line names a table there is not', () => {
    const named = NAMES.flatMap((name) =>
      (['read', 'add', 'change', 'remove'] as const).flatMap((deed) => lineOf(name, deed)),
    );
    expect(named.filter((table) => !(table in WALLS))).toEqual([]);
  });
});

describe('what no work may do, whichever it is', () => {
  test.each(NAMES)('%s neither changes nor removes what happened, nor makes it up', async (name) => {
    const own = works.open(name);
    for (const statement of [
      "UPDATE audit SET reason = 'changed'",
      'DELETE FROM audit',
      'TRUNCATE audit',
      'INSERT INTO audit SELECT * FROM audit',
      'UPDATE audit_head SET seq = 0',
      'DELETE FROM audit_head',
      "UPDATE audit_checkpoint SET root = 'changed'",
      'DELETE FROM audit_checkpoint',
      'DELETE FROM audit_tile',
      'UPDATE sensitive_read SET reader_id = id',
    ])
      expect([statement, await triedAndUndone(own, statement)]).toEqual([statement, NO_RIGHT]);
  });

  test.each(NAMES)('%s reads nothing one signs in with', async (name) => {
    const own = works.open(name);
    for (const [table, columns] of Object.entries(SECRETS))
      for (const column of columns) {
        const { rows } = await sql`SELECT 1 FROM information_schema.columns
          WHERE table_schema = current_schema() AND table_name = ${table} AND column_name = ${column}`.execute(
          db,
        );
        expect([table, column, rows.length]).toEqual([table, column, 1]);
        expect(await tried(() => sql.raw(`SELECT ${column} FROM ${table}`).execute(own))).toBe(NO_RIGHT);
      }
    for (const table of ['totp', 'recovery_code', 'sign_in_challenge', 'sign_in_limit', 'panel_mark'])
      expect(await tried(() => sql.raw(`SELECT * FROM ${table}`).execute(own))).toBe(NO_RIGHT);
  });

  test('makes, alters and drops nothing', async () => {
    const own = works.open('roster');
    const refused: string[] = [];
    for (const table of TABLES)
      for (const statement of [
        `DROP TABLE ${table} CASCADE`,
        `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`,
        `TRUNCATE ${table}`,
      ])
        if ((await triedAndUndone(own, statement)) === NO_RIGHT) refused.push(statement);
    expect(refused).toHaveLength(TABLES.length * 3);
    for (const statement of [
      'CREATE TABLE mine (id int)',
      `DROP SCHEMA ${schema} CASCADE`,
      'CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
      'DROP VIEW named',
      'DROP POLICY person_works_read ON person',
      'CREATE POLICY open_to_all ON audit USING (true)',
      'DROP FUNCTION append_audit',
    ])
      expect([statement, await triedAndUndone(own, statement)]).toEqual([statement, NO_RIGHT]);
  });

  test('the role owns nothing, is no superuser and passes no row security', async () => {
    const roles = [jobsRole(schema), workersUser];
    const { rows } = await sql<{
      role: string;
      super: boolean;
      passes: boolean;
      makes: boolean;
      owns: number;
    }>`
      SELECT rolname AS role, rolsuper AS super, rolbypassrls AS passes, rolcreaterole OR rolcreatedb AS makes,
             (SELECT count(*) FROM pg_shdepend WHERE refobjid = pg_roles.oid AND deptype = 'o'
                AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))::int AS owns
        FROM pg_roles WHERE rolname = ANY(${roles}) ORDER BY 1`.execute(db);
    expect(rows).toEqual(
      roles.toSorted().map((role) => ({ role, super: false, passes: false, makes: false, owns: 0 })),
    );
  });

  test('who signs in for jobs stands in no other role', async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(`SET SESSION AUTHORIZATION ${workersUser}`);
      const stand = (role: string) => tried(() => client.query(`SET ROLE ${role}`));
      expect(await stand(jobsRole(schema))).toBe('done');
      expect(await stand(webRole(schema))).toBe(NO_RIGHT);
      const { rows } = await client.query(
        'SELECT datdba::regrole::text AS owner FROM pg_database WHERE datname = current_database()',
      );
      expect(await stand(rows[0].owner)).toBe(NO_RIGHT);
    } finally {
      await client.end();
    }
  });
});
