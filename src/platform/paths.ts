import { type RawBuilder, sql } from 'kysely';

/** The first text after every path that begins with `root`: paths end in a point, and `/` follows it. */
export const pathEnd = (root: string): string => `${root.slice(0, -1)}/`;

/**
 * A condition: the path in `column` (such as `person.unit_path`) stands at or below one of the roots. No roots,
 * nothing. It is a range on a COLLATE "C" column, so an index answers it.
 */
export function under(column: string, roots: readonly string[]): RawBuilder<boolean> {
  if (roots.length === 0) return sql<boolean>`false`;
  const ranges = roots.map(
    (root) => sql`(${sql.ref(column)} >= ${root} AND ${sql.ref(column)} < ${pathEnd(root)})`,
  );
  return sql<boolean>`(${sql.join(ranges, sql` OR `)})`;
}

/** The chain of paths from the root to a unit: "1.4.37." → "1.", "1.4.", "1.4.37." */
export const pathsOver = (path: string): string[] => {
  const keys = path.split('.').slice(0, -1);
  return keys.map((_, index) => `${keys.slice(0, index + 1).join('.')}.`);
};
