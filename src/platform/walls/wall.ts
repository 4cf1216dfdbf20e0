import type { Act } from '../../features/identity/rules.ts';
import type { Pass } from '../standing.ts';

/*
 * How a wall is written and what it is in SQL. A condition reads the row's own columns and the connection's standing,
 * nothing else; where nobody stands it is not met. What is read of the standing stands in a sub-select, so that it is
 * read once for a statement and not for each row.
 */

/** A condition on a row, as SQL. */
export interface Condition {
  readonly sql: string;
}

/** Who may read, add, change and remove rows of a table. What is not said is closed. */
export interface Wall {
  readonly read?: readonly Condition[];
  readonly add?: readonly Condition[];
  /** Rows that may be changed or locked; what they may become is `into`, if that is something else. */
  readonly change?: readonly Condition[];
  readonly into?: readonly Condition[];
  readonly remove?: readonly Condition[];
}

const standing = "current_setting('qinglan.standing', true)";
const part = (key: string) => `split_part(split_part(${standing}, ';${key}=', 2), ';', 1)`;
const list = (key: string) => `string_to_array(${part(key)}, ',')`;

/** The row stands under a unit where the asker may do the act. */
export const under = (act: Act, column = 'unit_path'): Condition => ({
  sql: `${column} ^@ ANY ((SELECT ${list(act)})::text[])`,
});
/** The row belongs to somebody with whose things the asker may do the act: their own, or whom the request is about. */
export const of = (act: Act, column = 'person_id'): Condition => ({
  // Read as ids within, once; the cast outside only says that it is a list and no rows.
  sql: `${column} = ANY ((SELECT ${list(`${act}@`)}::uuid[])::uuid[])`,
});
/** The row is the asker's own. */
export const own = (column = 'person_id'): Condition => ({
  sql: `${column} = (SELECT nullif(${part('me')}, '')::uuid)`,
});
/** The asker may do the act somewhere. */
export const somewhere = (act: Act): Condition => ({ sql: `(SELECT ${part(act)} <> '')` });
/** Anybody who has signed in. */
export const signedIn: Condition = { sql: `(SELECT ${part('me')} <> '')` };
/** A request with one of these passes. */
export const pass = (...passes: readonly Pass[]): Condition => ({
  sql: `(SELECT current_setting('qinglan.pass', true) IN (${passes.map((name) => `'${name}'`).join(', ')}))`,
});
/** The row has no place, and the asker may do the act for the whole authority. */
export const placeless = (act: Act): Condition => ({
  sql: `(unit_path IS NULL AND (SELECT EXISTS (SELECT 1 FROM unnest(${list(act)}) root WHERE root ~ '^[0-9]+[.]$')))`,
});
/** Whoever asks, signed in or not: what the authority says of itself. */
export const anybody: Condition = { sql: `(SELECT current_setting('qinglan.standing', true) IS NOT NULL)` };
/** All of these. */
export const both = (...conditions: readonly Condition[]): Condition => ({
  sql: `(${conditions.map(({ sql }) => sql).join(' AND ')})`,
});
/** A condition on the row alone. */
export const where = (sql: string): Condition => ({ sql });

/** What raises a wall on a table for a role; policies of another kind of role have names of their own. */
export function wallSql(table: string, role: string, wall: Wall, kind = ''): string {
  const any = (conditions: readonly Condition[]) => conditions.map(({ sql }) => sql).join(' OR ');
  const policies = [
    ['read', 'SELECT', wall.read, null],
    ['add', 'INSERT', null, wall.add],
    ['change', 'UPDATE', wall.change, wall.into ?? wall.change],
    ['remove', 'DELETE', wall.remove, null],
  ] as const;
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;`,
    ...policies.flatMap(([name, command, using, check]) => [
      `DROP POLICY IF EXISTS ${table}_${kind}${name} ON ${table};`,
      ...((using ?? check) == null
        ? []
        : [
            `CREATE POLICY ${table}_${kind}${name} ON ${table} FOR ${command} TO ${role}`,
            ...(using == null ? [] : [`  USING (${any(using)})`]),
            ...(check == null ? [] : [`  WITH CHECK (${any(check)})`]),
            ';',
          ]),
    ]),
  ].join('\n');
}
