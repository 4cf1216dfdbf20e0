import type pg from 'pg';
import { type Deed, reached, SECRETS, worksThat } from './works.ts';

/*
 * Who signs in to the database for what:
 * - the owner (of DATABASE_URL, or of the embedded server) migrates and runs commands; walls do not bind it (owners.ts)
 * - `qinglan_doors` signs in for requests. It has no rights of its own and can stand only in
 * - `<schema>_web`, one for each authority, which may use the tables of that schema within its walls and nothing else
 * - `qinglan_workers` signs in for jobs, has no rights either, and can stand only in
 * - `<schema>_jobs`, which may use what some work reaches (works.ts)
 */

/** Signs in for requests. */
export const doorsUser = 'qinglan_doors';
/** As which requests stand at an authority. */
export const webRole = (schema: string): string => `${schema}_web`;
/** Signs in for jobs. */
export const workersUser = 'qinglan_workers';
/** As which jobs stand at an authority. */
export const jobsRole = (schema: string): string => `${schema}_jobs`;

const roleExists = async (client: pg.ClientBase, role: string): Promise<boolean> =>
  (await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])).rowCount === 1;

const duplicate = ['42710', '23505'];
const noRight = '42501';

/** A user of the database that may not make the roles the walls need; the message is the SQL for one who may. */
export class RolesMissing extends Error {
  constructor(statements: readonly string[]) {
    super(
      'The database user may not make the roles that requests and jobs use. Let an administrator of the database run, once:\n' +
        statements.map((statement) => `  ${statement};`).join('\n'),
    );
    this.name = 'RolesMissing';
  }
}

/** What makes the roles of an authority, for those of them that are absent. */
async function missing(client: pg.ClientBase, schema: string): Promise<string[]> {
  return [
    ...(await missingWay(client, doorsUser, webRole(schema))),
    ...(await missingWay(client, workersUser, jobsRole(schema))),
  ];
}

/** One that signs in, and the role it can stand in. */
async function missingWay(client: pg.ClientBase, user: string, role: string): Promise<string[]> {
  const { rows } = await client.query<{ me: string; mine: boolean }>(
    `SELECT current_user AS me, coalesce((SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = $1), false) AS mine`,
    [role],
  );
  const enters = await roleExists(client, user);
  const stands = await roleExists(client, role);
  const open =
    enters &&
    stands &&
    (await client.query(`SELECT pg_has_role($1, $2, 'MEMBER') AS open`, [user, role])).rows[0].open;
  return [
    ...(enters ? [] : [`CREATE ROLE ${user} LOGIN NOINHERIT`]),
    ...(stands ? [] : [`CREATE ROLE ${role} NOLOGIN`]),
    ...(open ? [] : [`GRANT ${role} TO ${user}`]),
    ...(stands && rows[0]?.mine ? [] : [`GRANT ${role} TO ${rows[0]?.me}`]),
  ];
}

/** The roles of an authority, made where they are absent. Names are plain (config.ts). */
export async function makeRoles(client: pg.ClientBase, schema: string): Promise<void> {
  const statements = await missing(client, schema);
  for (const statement of statements) {
    try {
      await client.query(statement);
    } catch (error) {
      const state = (error as { code?: string }).code;
      if (state === noRight) throw new RolesMissing(statements);
      if (!duplicate.includes(state ?? '')) throw error; // Another database of the same server makes it just now.
    }
  }
}

/** What the authority's role may touch at all; the walls say which rows. */
export async function grantUse(client: pg.ClientBase, schema: string): Promise<void> {
  const role = webRole(schema);
  await client.query(`
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
    REVOKE INSERT, UPDATE, DELETE ON named FROM ${role};
    REVOKE ALL ON migration FROM ${role};
    GRANT USAGE ON SCHEMA extensions TO PUBLIC;`);
}

const PRIVILEGES: readonly (readonly [Deed, string])[] = [
  ['read', 'SELECT'],
  ['add', 'INSERT'],
  ['change', 'UPDATE'],
  ['remove', 'DELETE'],
];

/** What the role of jobs may touch: what some work reaches, without what one signs in with. */
export async function grantWorks(client: pg.ClientBase, schema: string): Promise<void> {
  const role = jobsRole(schema);
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT attrelid::regclass::text AS table, array_agg(quote_ident(attname)) AS columns FROM pg_attribute
      WHERE attrelid = ANY($1::text[]::regclass[]) AND attnum > 0 AND NOT attisdropped GROUP BY attrelid`,
    [Object.keys(SECRETS)],
  );
  const open = (table: string, privilege: string): string => {
    const columns = rows.find((row) => row.table === table)?.columns;
    if (columns === undefined || privilege !== 'SELECT') return privilege;
    return `SELECT (${columns.filter((column) => !SECRETS[table]?.includes(column)).join(', ')})`;
  };
  const grants = reached().map((table) => {
    const may = PRIVILEGES.filter(([deed]) => worksThat(deed, table).length > 0);
    return `GRANT ${may.map(([, privilege]) => open(table, privilege)).join(', ')} ON ${table} TO ${role};`;
  });
  await client.query(`
    REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM ${role};
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
    GRANT SELECT ON role_held, role_own TO ${role};
    ${grants.join('\n')}`);
}
