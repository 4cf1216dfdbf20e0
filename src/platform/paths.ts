import { type RawBuilder, sql } from 'kysely';
import { onePlan } from './prepared.ts';

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

/**
 * The same for a statement whose plan is good for a school and a city alike: of what comes in the order of places, say,
 * or is few. The bounds stand in sub-selects, where planning does not see them: otherwise it believes each time that it
 * could do better for just these, and takes longer over that than the answer takes.
 */
export function underAlike(column: string, roots: readonly string[]): RawBuilder<boolean> {
  if (roots.length === 0) return sql<boolean>`false`;
  const ranges = roots.map((root) => betweenAlike(column, root, pathEnd(root)));
  return sql<boolean>`(${sql.join(ranges, sql` OR `)})`;
}
/** The same of one root with its end, both of which may be given each time a statement is asked (`madeOnce`). */
export const betweenAlike = (column: string, root: string, end: string): RawBuilder<boolean> =>
  sql<boolean>`(${onePlan} ${sql.ref(column)} >= (SELECT ${root}::text) AND ${sql.ref(column)} < (SELECT ${end}::text))`;

/** The chain of paths from the root to a unit: "1.4.37." → "1.", "1.4.", "1.4.37." */
export const pathsOver = (path: string): string[] => {
  const keys = path.split('.').slice(0, -1);
  return keys.map((_, index) => `${keys.slice(0, index + 1).join('.')}.`);
};

/** Roots as a statement is given several of them, and the first text after what stands below each. */
export interface Ranges {
  readonly roots: readonly string[];
  readonly ends: readonly string[];
}
export const rangesOf = (roots: readonly string[]): Ranges => ({ roots, ends: roots.map(pathEnd) });

/**
 * The rows of a `FROM`, one for each root, called `range`. They come reckoned: the walls of a table let no condition
 * through to its index that first has to reckon with another row.
 */
export const ranges = ({ roots, ends }: Ranges): RawBuilder<unknown> =>
  sql`unnest(${unseen(roots)}, ${unseen(ends)}) AS range(root, past)`;

/**
 * A list whose length PostgreSQL cannot see. Where it can, it takes a plan for just so many to be worth making each
 * time, which for a page's larger statements is ten times what it takes to answer them.
 */
export const unseen = (list: readonly string[], type: 'text' | 'uuid' = 'text'): RawBuilder<unknown> =>
  sql`ARRAY(SELECT unnest(${list}::${sql.raw(type)}[]))`;

/** `under` for one of `ranges`; what stands below two of them is found twice. */
export const inRange = (column: string): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(column)} >= range.root AND ${sql.ref(column)} < range.past)`;
