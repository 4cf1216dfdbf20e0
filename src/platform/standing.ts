/*
 * As whom a connection asks. The walls of the database (walls/) read it from two settings of the connection and
 * show and change only what it reaches; without it they show nothing.
 */

/**
 * Named narrow ways past a person's own reach, each open to a few tables for a purpose (walls/tables.ts):
 * - `guard`: where the thing stands that a request is about, before it is known whether the asker may see it
 * - `sign-in`: whose session or password it is, before anybody is known
 * - `public`: what is published, and an objection to it
 * - `similar`: whether the same person, number or scan is there already, wherever that is
 * - `merged`: the entries that were found to be the same person, for whoever may see that person
 * - `figures`: how many there are of what, for whoever sees the unit
 * - `result`: those who were listed or chosen in a round, by name, for everyone it concerns
 * - `sealed`: which code is whose in a panel of judges, and what they marked, to draw, to close and to keep judges off
 * - `applicants`: facts, records and titles of those whose applications the asker is being shown, wherever they stand
 *   by now and wherever their records were made, to judge how they stand
 * - `participants`: who takes part in a round with a draft, to count and to tell them
 */
export const PASSES = [
  'guard',
  'sign-in',
  'public',
  'similar',
  'merged',
  'figures',
  'result',
  'sealed',
  'applicants',
  'participants',
] as const;
export type Pass = (typeof PASSES)[number];

export interface Standing {
  readonly pass: Pass | null;
  /** Who asks and what they reach, as `key=value;`: see `standingText`. Empty for nobody. */
  readonly text: string;
}

export const NOBODY: Standing = { pass: null, text: '' };

/** What somebody may do: under which roots, and with the things of which people, wherever these stand. */
export interface Reach {
  readonly act: string;
  readonly roots: readonly string[];
  readonly people: readonly string[];
}

/**
 * What the walls are told of a person: their id (`me`), the path of their own unit, and for each act the roots under
 * which they may do it and the people whose things they may do it with (`act@`). Ids and paths hold only letters,
 * digits, hyphens and full stops, so nothing needs escaping; anything else is refused.
 */
export function standingText(personId: string, unitPath: string | null, reaches: Iterable<Reach>): string {
  let text = `;me=${personId};unit=${unitPath ?? ''};`;
  for (const { act, roots, people } of reaches) {
    if (roots.length > 0) text += `${act}=${roots.join(',')};`;
    if (people.length > 0) text += `${act}@=${people.join(',')};`;
  }
  if (!/^[\w.,;=@-]*$/.test(text)) throw new Error('A standing holds only ids, acts and paths');
  return text;
}

/** The same with one more person for an act: whom the request is about, once its guard has let it pass. */
export const withPerson = (text: string, act: string, personId: string): string =>
  standingPart.test(personId) ? `;${act}@=${personId},${partOf(text, `${act}@`)}${text}` : text;

/** What is done on nobody's behalf; it needs no pass, and one that is given opens nothing more. */
export const workStanding = (work: string): Standing => {
  if (!standingPart.test(work)) throw new Error('A work is named by letters and hyphens');
  return { pass: null, text: `;work=${work};` };
};

const standingPart = /^[\w-]+$/;
const partOf = (text: string, key: string): string => text.split(`;${key}=`)[1]?.split(';')[0] ?? '';
