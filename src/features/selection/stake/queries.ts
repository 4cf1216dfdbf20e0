import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import type { Acting } from '../../../platform/routing.ts';
import { partiesOf } from '../../identity/rules.ts';
import { lockRound, type RoundRow } from '../rounds/queries.ts';
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
  let query = db
    .selectFrom('application')
    .select(['person_id as personId', 'state'])
    .where('round_id', '=', roundId)
    .where((where) =>
      where.or([
        where('person_id', 'in', [...people]),
        where(
          'person_id',
          'in',
          where
            .selectFrom('recusal')
            .select('applicant_id')
            .where('recusal.round_id', '=', roundId)
            .where('recusal.person_id', 'in', [...people]),
        ),
      ]),
    );
  if (among !== null) query = query.where(sql<boolean>`id = ANY(${[...among]}::uuid[])`);
  const rows = await query.execute();
  const isOwn = (row: { personId: string }) => people.includes(row.personId);
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
