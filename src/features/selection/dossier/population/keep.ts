import { civilDateOf } from '../../../../platform/civil-now.ts';
import { type Schedule, throwIfStopped } from '../../../../platform/jobs/kinds.ts';
import { selectRoundsAtWork } from '../../rounds/queries.ts';
import { deleteOldPopulations } from './queries.ts';
import { populationFor } from './reckon.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Findings show the day their figures are of; older ones are reckoned anew. */
const FRESH_MS = HOUR_MS;

/**
 * What open rounds ask of many is reckoned ahead of whoever looks at their findings, and anew every hour; a
 * screening brings it up to date as well. Rounds whose programmes ask nothing of many cost nothing.
 */
export const populationsByClock: Schedule = {
  name: 'populations',
  cron: '*/10 * * * *',
  async run({ db, clock, config, log }, signal) {
    const when = { at: clock(), on: civilDateOf(clock(), config.timeZone) };
    const step = () => throwIfStopped(signal);
    for (const { id, versionId, numbers, unitPath, asOf } of await selectRoundsAtWork(db)) {
      step();
      const whole = { unitPath, asOf, roundId: id };
      try {
        await populationFor(db, { versionId, numbers }, whole, when, { freshMs: FRESH_MS, step });
      } catch (error) {
        step();
        log.error({ error, round: id }, 'what a round asks of many was not reckoned');
      }
    }
    const before = (ms: number) => new Date(when.at.getTime() - ms);
    await deleteOldPopulations(db, { replaced: before(2 * DAY_MS), unrenewed: before(30 * DAY_MS) });
  },
};
