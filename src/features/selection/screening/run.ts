import type { Services } from '../../../platform/services.ts';
import { countServing } from '../../organisation/facts/queries.ts';
import { programmeOf } from '../../programmes/compiled.ts';
import { selectRound } from '../rounds/queries.ts';
import { finishScreening, insertEligible, insertScreening, updateProgress } from './queries.ts';
import type { Tally } from './rules.ts';
import { screen } from './screen.ts';

export interface ScreeningAsked {
  readonly id: string;
  readonly roundId: string;
  readonly unitPath: string;
  readonly by: string;
}

const REPORT_EVERY_MS = 500;

/**
 * Put a screening on record and begin it; it goes on after the answer is sent. `finished` is for those who wait:
 * null when it failed or the same submission runs already.
 */
export async function startScreening(
  services: Services,
  { id, roundId, unitPath, by }: ScreeningAsked,
): Promise<{ readonly finished: Promise<Tally | null> }> {
  const { db, clock } = services;
  const total = await countServing(db, unitPath);
  const fresh = await insertScreening(db, { id, roundId, unitPath, total, startedBy: by, at: clock() });
  return { finished: fresh ? run(services, id, roundId, unitPath) : Promise.resolve(null) };
}

async function run(
  { db, clock, log }: Services,
  id: string,
  roundId: string,
  unitPath: string,
): Promise<Tally | null> {
  try {
    const round = await selectRound(db, roundId);
    const ready = await programmeOf(db, round.versionId);
    let told = clock().getTime();
    let position = 0;
    const tally = await screen(
      db,
      { ready, versionId: round.versionId, asOf: round.asOf, unitPath },
      {
        async progress(done) {
          const now = clock();
          if (now.getTime() - told < REPORT_EVERY_MS) return;
          told = now.getTime();
          await updateProgress(db, id, done, now);
        },
        async eligible(people) {
          await insertEligible(db, id, position, people);
          position += 1;
        },
      },
    );
    await finishScreening(db, id, tally, clock());
    return tally;
  } catch (error) {
    log.error({ error, screening: id }, 'screening failed');
    await finishScreening(db, id, null, clock()).catch(() => undefined);
    return null;
  }
}
