import { civilDateOf } from '../../../platform/civil-now.ts';
import type { Db } from '../../../platform/database.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { type JudgingProgramme, judgingProgramme } from '../../programmes/compiled.ts';
import { digestOfSet, keepInForce, selectOptionalInForce } from '../../programmes/numbers/queries.ts';
import { localOf } from '../../programmes/numbers/rules.ts';
import { type RoundRow, updateRoundNumbers } from './queries.ts';

/** The day whose numbers a round keeps. */
export const firstDay = ({ services }: ActorAsk, { opensAt }: Pick<RoundRow, 'opensAt'>): string =>
  civilDateOf(opensAt, services.config.timeZone);

/** The numbers set locally that hold on the day it opens: a draft takes them anew, and an open round keeps them to its end. */
export async function keepNumbers(
  ask: ActorAsk,
  tx: Db,
  { id, programmeId, opensAt }: Pick<RoundRow, 'id' | 'programmeId' | 'opensAt'>,
): Promise<void> {
  await updateRoundNumbers(tx, id, await keepInForce(tx, programmeId, firstDay(ask, { opensAt })));
}

/** The round's programme with the numbers it keeps; for a draft with those that hold for its first day as of now. */
export async function withRoundNumbers(ask: ActorAsk, round: RoundRow): Promise<JudgingProgramme> {
  if (round.state !== 'draft') return await judgingProgramme(ask.db, round);
  const ready = await judgingProgramme(ask.db, { ...round, numbers: null });
  const set = await selectOptionalInForce(ask.db, round.programmeId, firstDay(ask, round));
  return set === null ? ready : { ...ready, local: localOf(ready, digestOfSet(set), set) };
}
