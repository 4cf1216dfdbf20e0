import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import type { Acting } from '../../../platform/routing.ts';
import { partiesOf } from '../../identity/rules.ts';
import { lockRound, type RoundRow } from '../rounds/queries.ts';
import type { ApplicationState } from '../rounds/rules.ts';
import { type Stake, stakeIn } from './rules.ts';

/**
 * What these people – somebody, and the one in whose stead they would act – have at stake in a round, or among some of
 * its applications; null for the impartial.
 */
export async function selectOptionalStake(
  db: Db,
  roundId: string,
  people: readonly string[],
  among: readonly string[] | null = null,
): Promise<Stake | null> {
  const { rows } = await stakeRows(roundId, people, among).execute(db);
  return stakeOf(rows, people);
}

interface StakeRow {
  readonly personId: string;
  readonly state: ApplicationState;
}
/** Their own applications and those they stand aside for, each found by its person. */
export const stakeRows = (
  roundId: string,
  people: readonly string[],
  among: readonly string[] | null = null,
) => sql<StakeRow>`
  SELECT person_id AS "personId", state FROM application
   WHERE round_id = ${roundId}
     AND person_id = ANY (${people}::uuid[] || ARRAY(
       SELECT applicant_id FROM recusal WHERE recusal.round_id = ${roundId} AND recusal.person_id = ANY (${people}::uuid[])))
     ${among === null ? sql`` : sql`AND id = ANY (${[...among]}::uuid[])`}`;

export function stakeOf(rows: readonly StakeRow[], people: readonly string[]): Stake | null {
  const isOwn = (row: StakeRow) => people.includes(row.personId);
  const related = rows.filter((row) => !isOwn(row)).map(({ state }) => state);
  const own = rows.filter(isOwn).map(({ state }) => state);
  return own.map((state) => stakeIn(state, [])).find((stake) => stake !== null) ?? stakeIn(null, related);
}

/**
 * Lock a round for an act of those who hold it: every such act begins here. Throws 403 for somebody who has a stake in
 * it. Applications are handed in under a share lock of the round, so none slips in between.
 */
export async function takeRound(tx: Db, { actor }: Pick<Acting, 'actor'>, id: string): Promise<RoundRow> {
  const round = await lockRound(tx, id);
  const stake = await selectOptionalStake(tx, id, partiesOf(actor));
  if (stake !== null) throw new HttpError(403, `rounds.stake.${stake}`);
  return round;
}
