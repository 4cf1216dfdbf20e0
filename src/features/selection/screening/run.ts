import { transaction } from '../../../platform/database.ts';
import type { Services } from '../../../platform/services.ts';
import { countServing } from '../../organisation/facts/queries.ts';
import { programmeOf } from '../../programmes/compiled.ts';
import { selectRound } from '../rounds/queries.ts';
import {
  failScreening,
  finishScreening,
  insertScreening,
  keepReached,
  listRunningScreenings,
  reopenScreening,
  selectScreeningTask,
} from './queries.ts';
import { basisOf, type Tally } from './rules.ts';
import { screen } from './screen.ts';

export interface ScreeningAsked {
  readonly id: string;
  readonly roundId: string;
  readonly unitPath: string;
  readonly by: string;
}
/** `finished` is for those who wait: null when it failed, or works elsewhere. */
export interface Started {
  readonly finished: Promise<Tally | null>;
}

const KEEP_EVERY_MS = 500;

/** Put a screening on record and begin it; it goes on after the answer is sent. The same submission runs once. */
export async function startScreening(
  services: Services,
  { id, roundId, unitPath, by }: ScreeningAsked,
): Promise<Started> {
  const { db, clock } = services;
  const total = await countServing(db, unitPath);
  const fresh = await insertScreening(db, { id, roundId, unitPath, total, startedBy: by, at: clock() });
  return { finished: fresh ? run(services, id) : Promise.resolve(null) };
}

/** Goes on with a screening that stopped, from where it stood. */
export async function resumeScreening(services: Services, id: string): Promise<Started> {
  const open = await reopenScreening(services.db, id, services.clock());
  return { finished: open ? run(services, id) : Promise.resolve(null) };
}

/** Takes up every screening that was at work when the process last ended. Call once at start. */
export async function resumeScreenings(services: Services): Promise<void> {
  for (const id of await listRunningScreenings(services.db)) await resumeScreening(services, id);
}

/** Another process has gone on with the screening: it is theirs. */
class TakenOver extends Error {}

async function run({ db, clock, log }: Services, id: string): Promise<Tally | null> {
  try {
    const task = await selectScreeningTask(db, id);
    const round = await selectRound(db, task.roundId);
    const ready = await programmeOf(db, round.versionId);
    const basis = basisOf(round);
    if (task.partial !== null && task.partial.basis !== basis)
      throw new Error('the round has changed since the screening stopped');
    let kept = { reached: task.reached, at: clock().getTime() };
    const { tally, eligible } = await screen(
      db,
      { ready, versionId: round.versionId, asOf: round.asOf, unitPath: task.unitPath },
      {
        from:
          task.reached !== null && task.partial !== null
            ? { id: task.reached, tally: task.partial.tally }
            : null,
        async reach({ id: reached, tally: counted }, found) {
          const at = clock();
          if (at.getTime() - kept.at < KEEP_EVERY_MS) return false;
          const to = { reached, partial: { basis, tally: counted }, eligible: found, at };
          const ours = await transaction(db, (tx) => keepReached(tx, id, kept.reached, to));
          if (!ours) throw new TakenOver();
          kept = { reached, at: at.getTime() };
          return true;
        },
      },
    );
    const end = { tally, eligible, at: clock() };
    const ours = await transaction(db, (tx) => finishScreening(tx, id, kept.reached, end));
    return ours ? tally : null;
  } catch (error) {
    if (error instanceof TakenOver) return null;
    log.error({ error, screening: id }, 'screening failed');
    await failScreening(db, id, clock()).catch(() => undefined);
    return null;
  }
}
