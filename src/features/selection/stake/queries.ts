import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import type { Acting } from '../../../platform/routing.ts';
import { lockRound, type RoundRow } from '../rounds/queries.ts';
import { type Stake, stakeIn } from './rules.ts';

/** What this person has at stake in a round, or among some of its applications; null for the impartial. */
export async function selectOptionalStake(
  db: Db,
  roundId: string,
  personId: string,
  among: readonly string[] | null = null,
): Promise<Stake | null> {
  let query = db
    .selectFrom('application')
    .select(['person_id as personId', 'state'])
    .where('round_id', '=', roundId)
    .where((where) =>
      where.or([
        where('person_id', '=', personId),
        where(
          'person_id',
          'in',
          where
            .selectFrom('recusal')
            .select('applicant_id')
            .where('recusal.round_id', '=', roundId)
            .where('recusal.person_id', '=', personId),
        ),
      ]),
    );
  if (among !== null) query = query.where(sql<boolean>`id = ANY(${[...among]}::uuid[])`);
  const rows = await query.execute();
  const own = rows.find((row) => row.personId === personId)?.state ?? null;
  const related = rows.filter((row) => row.personId !== personId).map(({ state }) => state);
  return stakeIn(own, related);
}

/**
 * Lock a round for an act of those who hold it: every such act begins here. Throws 403 for somebody who has a stake in
 * it. Applications are handed in under a share lock of the round, so none slips in between.
 */
export async function takeRound(tx: Db, { actor }: Pick<Acting, 'actor'>, id: string): Promise<RoundRow> {
  const round = await lockRound(tx, id);
  const stake = await selectOptionalStake(tx, id, actor.personId);
  if (stake !== null) throw new HttpError(403, `rounds.stake.${stake}`);
  return round;
}
