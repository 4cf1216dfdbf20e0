import { civilDateOf } from '../../../platform/civil-now.ts';
import { transaction } from '../../../platform/database.ts';
import { type JobKind, throwIfStopped } from '../../../platform/jobs/kinds.ts';
import { passes } from '../../../platform/jobs/passing.ts';
import type { Within } from '../../../platform/services.ts';
import { countServing } from '../../organisation/facts/queries.ts';
import { keepInForce } from '../../programmes/numbers/queries.ts';
import { populationFor } from '../dossier/population/reckon.ts';
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

const KEEP_EVERY_MS = 500;

/** As many as there may be offices that want one at the same time; each takes little memory. */
export const screeningJob: JobKind = {
  name: 'screening',
  atOnce: 3,
  async run(services, id, signal) {
    await runScreening(services, id, signal);
  },
  unfinished: listRunningScreenings,
  giveUp: ({ db, clock }, id) => failScreening(db, id, clock()),
};

/** Put a screening on record and ask for it; it goes on after the answer is sent. The same submission runs once. */
export async function startScreening(
  { db, clock, jobs }: Within,
  { id, roundId, unitPath, by }: ScreeningAsked,
): Promise<void> {
  const total = await countServing(db, unitPath);
  const fresh = await insertScreening(db, { id, roundId, unitPath, total, startedBy: by, at: clock() });
  if (fresh) await jobs.ask(screeningJob.name, id);
}

/** Goes on with a screening that stopped, from where it stood. */
export async function resumeScreening({ db, clock, jobs }: Within, id: string): Promise<void> {
  if (await reopenScreening(db, id, clock())) await jobs.ask(screeningJob.name, id);
}

/** Another process has gone on with the screening: it is theirs. */
class TakenOver extends Error {}

/** The screening from where it stands to its end; null when it is done already, has failed, or is another's. */
export async function runScreening(
  { db, clock, config, log }: Within,
  id: string,
  signal?: AbortSignal,
): Promise<Tally | null> {
  try {
    const task = await selectScreeningTask(db, id);
    if (task.state !== 'running') return null;
    const stored = await selectRound(db, task.roundId);
    const opensOn = civilDateOf(stored.opensAt, config.timeZone);
    // A round keeps its numbers when it is opened; a draft is screened with those that would hold then.
    const round =
      stored.state === 'draft'
        ? { ...stored, numbers: await keepInForce(db, stored.programmeId, opensOn) }
        : stored;
    const basis = basisOf(round);
    if (task.partial !== null && task.partial.basis !== basis)
      throw new Error('the round has changed since the screening stopped');
    let kept = { reached: task.reached, at: clock().getTime() };
    const { versionId, numbers, asOf, unitPath } = round;
    const population = await populationFor(
      db,
      { versionId, numbers },
      { unitPath, asOf, roundId: round.id },
      { at: clock(), on: civilDateOf(clock(), config.timeZone) },
      { step: () => throwIfStopped(signal) },
    );
    const among = population === null ? null : { unitPath, population };
    const { tally, eligible } = await screen(
      db,
      { versionId, numbers, asOf, unitPath: task.unitPath, among },
      {
        from:
          task.reached !== null && task.partial !== null
            ? { id: task.reached, tally: task.partial.tally }
            : null,
        async reach({ id: reached, tally: counted }, found) {
          throwIfStopped(signal);
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
    const end = { tally: { ...tally, numbers }, eligible, at: clock() };
    const ours = await transaction(db, (tx) => finishScreening(tx, id, kept.reached, end));
    return ours ? tally : null;
  } catch (error) {
    if (error instanceof TakenOver) return null;
    if (passes(error)) throw error;
    log.error({ error, screening: id }, 'screening failed');
    await failScreening(db, id, clock());
    return null;
  }
}
