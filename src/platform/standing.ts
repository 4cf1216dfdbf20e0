/*
 * As whom a connection asks. The walls of the database (walls/) read it from two settings of the connection and
 * show and change only what it reaches; without it they show nothing.
 */

/**
 * Named narrow ways past a person's own reach, each open to a few tables for a purpose (walls/tables.ts):
 * - `guard`: where the thing stands that a request is about, before it is known whether the asker may see it
 * - `sign-in`: whose session or password it is, before anybody is known
 * - `public`: what is published, and an objection to it
 */
export const PASSES = ['guard', 'sign-in', 'public'] as const;
export type Pass = (typeof PASSES)[number];

export interface Standing {
  readonly pass: Pass | null;
  /** Who asks and what they reach, as `key=value;`: see `standingText`. Empty for nobody. */
  readonly text: string;
}

export const NOBODY: Standing = { pass: null, text: '' };

/**
 * What the walls are told of a person: their id, and for each act the roots under which they may do it. Ids and paths
 * hold only letters, digits, hyphens and full stops, so nothing needs escaping; anything else is refused.
 */
export function standingText(
  personId: string,
  roots: Iterable<readonly [act: string, paths: readonly string[]]>,
): string {
  let text = `person=${personId};`;
  for (const [act, paths] of roots) if (paths.length > 0) text += `${act}=${paths.join(',')};`;
  if (!/^[\w.,;=-]*$/.test(text)) throw new Error('A standing holds only ids, acts and paths');
  return text;
}
