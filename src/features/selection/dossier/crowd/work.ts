import type { Needs } from '../../../../language/evaluate/needs.ts';
import type { Db } from '../../../../platform/database.ts';
import type { CivilDate } from '../../../../shared/civil-date.ts';
import { type CrowdMember, streamDossiers } from '../stream.ts';

/*
 * A question put to everyone under a unit, in parts: each part is about people whose ids follow one another, and parts
 * added up in that order are the whole. What is asked and what is found are plain data, so that a part may be
 * reckoned in this thread or in another.
 */

export interface CrowdAsked {
  /** Everyone serving under this unit. */
  readonly unitPath: string;
  readonly asOf: CivilDate;
}

export interface CrowdWork<Asked extends CrowdAsked, Part> {
  /** The file that exports this as `work`, from the root: another thread finds it there. */
  readonly file: string;
  prepare(db: Db, asked: Asked): Promise<Reckoner<Part>>;
}

export interface Reckoner<Part> {
  /** What is read of a dossier. */
  readonly needs: readonly Needs[];
  /** What is found of nobody yet. */
  begin(): Part;
  /** Some hundred people, in the order of their ids. */
  add(part: Part, members: readonly CrowdMember[]): void | Promise<void>;
}

/** People whose ids come after one and up to another, both open for null. */
export interface Block {
  readonly after: string | null;
  readonly until: string | null;
}

/** What is found of some people, and the last of them; null when there is nobody. */
export interface Found<Part> {
  readonly id: string | null;
  readonly part: Part;
}

/** A block reckoned in one go. */
export async function reckonBlock<Part>(
  db: Db,
  { needs, begin, add }: Reckoner<Part>,
  { unitPath, asOf }: CrowdAsked,
  block: Block,
): Promise<Found<Part>> {
  const part = begin();
  let id: string | null = null;
  for await (const members of streamDossiers(db, { unitPath, asOf, needs, ...block })) {
    await add(part, members);
    id = members.at(-1)?.dossier.person.id ?? id;
  }
  return { id, part };
}
