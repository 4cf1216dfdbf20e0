import { createHash } from 'node:crypto';
import type pg from 'pg';
import { grantUse, grantWorks, jobsRole, makeRoles, webRole } from './roles.ts';
import { WALLS } from './tables.ts';
import { type Wall, wallSql } from './wall.ts';
import { type Deed, isWork, SECRETS, WORKS, worksThat } from './works.ts';

/**
 * Makes the authority's roles and its walls as this version of Qinglan has them. The schema's comment says which walls
 * stand, so that a start raises nothing anew that stands already.
 */
export async function raiseWalls(client: pg.ClientBase, schema: string, applied: boolean): Promise<void> {
  const walls = Object.entries(WALLS)
    .flatMap(([table, wall]) => [
      wallSql(table, webRole(schema), wall),
      wallSql(table, jobsRole(schema), ofWorks(table), 'works_'),
    ])
    .join('\n');
  const text = JSON.stringify([walls, WORKS, SECRETS, namesById(schema)]);
  const mark = `Qinglan, walls ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  if (!applied) {
    const { rows } = await client.query<{ mark: string | null }>(
      "SELECT obj_description(current_schema()::regnamespace, 'pg_namespace') AS mark",
    );
    if (rows[0]?.mark === mark) return;
  }
  await makeRoles(client, schema);
  await client.query('BEGIN');
  try {
    await client.query(walls);
    await client.query(AS_OWNER);
    await client.query(namesById(schema));
    await grantUse(client, schema);
    await grantWorks(client, schema);
    await client.query(`COMMENT ON SCHEMA ${schema} IS '${mark}'`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Whole tables, for the works that name them. */
function ofWorks(table: string): Wall {
  const deed = (of: Deed) => {
    const works = worksThat(of, table);
    return works.length === 0 ? {} : { [of]: [isWork(works, table)] };
  };
  return { ...deed('read'), ...deed('add'), ...deed('change'), ...deed('remove') };
}

/**
 * Who somebody is, for whoever read their id somewhere: names and places beyond one's reach, one by one (names.ts). Only
 * those who stand somewhere are told. With the schema's name in the text and no path set: that costs as much as the rest.
 */
const namesById = (schema: string): string =>
  [
    ['name_of', 'text', 'name'],
    ['unit_of', 'uuid', 'unit_id'],
  ]
    .map(
      ([name, type, column]) => `
  CREATE OR REPLACE FUNCTION ${name}(whose uuid) RETURNS ${type} LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SECURITY DEFINER AS $$
  BEGIN
    IF current_setting('qinglan.standing', true) <> '' OR current_setting('role') = 'none' THEN
      RETURN (SELECT ${column} FROM ${schema}.person WHERE id = whose);
    END IF;
    RETURN NULL;
  END $$;`,
    )
    .join('');

/**
 * Triggers, the audit's one function and the one that knows a session by its token run as the owner, for what they look up and write is hidden from whoever
 * causes it: where a row stands, whose facts changed, who holds which duty, the chain. They find their tables in this schema whatever the caller's path,
 * which is set here and not in a migration because it does not follow a schema that gets another name.
 */
const AS_OWNER = `
  DO $$
  DECLARE
    one regprocedure;
  BEGIN
    FOR one IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
       AND (prorettype = 'trigger'::regtype OR proname IN ('append_audit', 'session_by_token'))
    LOOP
      EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path FROM CURRENT', one);
    END LOOP;
  END $$;`;
