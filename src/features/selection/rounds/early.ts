import { civilDateOf } from '../../../platform/civil-now.ts';
import type { Db } from '../../../platform/database.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { programmeOf } from '../../programmes/compiled.ts';
import { type RoundRow, selectOptionalLastOpening } from './queries.ts';
import type { Early } from './rules.ts';
import { cycleDue } from './start.ts';

/** Whether a draft would open before the programme's cycle since the last round is over (`dates.every`). */
export async function earlyOf(ask: ActorAsk, db: Db, round: RoundRow): Promise<Early | null> {
  const { every } = (await programmeOf(db, round.versionId)).programme.dates ?? {};
  if (every === undefined || round.state !== 'draft') return null;
  const opened = await selectOptionalLastOpening(db, round);
  if (opened === null) return null;
  const { timeZone } = ask.services.config;
  const last = civilDateOf(opened, timeZone);
  const due = cycleDue(last, every);
  return civilDateOf(round.opensAt, timeZone) < due ? { last, due } : null;
}
