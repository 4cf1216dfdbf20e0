import type { Db } from '../../../platform/database.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { keepInForce } from '../../programmes/numbers/queries.ts';
import { type RoundRow, updateRoundNumbers } from './queries.ts';
import { dateValue } from './show.ts';

/** The numbers set locally that hold on the day it opens: a draft takes them anew, and an open round keeps them to its end. */
export async function keepNumbers(
  ask: ActorAsk,
  tx: Db,
  { id, programmeId, opensAt }: Pick<RoundRow, 'id' | 'programmeId' | 'opensAt'>,
): Promise<void> {
  await updateRoundNumbers(tx, id, await keepInForce(tx, programmeId, dateValue(opensAt, ask)));
}
