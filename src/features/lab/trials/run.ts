import { civilDateOf } from '../../../platform/civil-now.ts';
import { transaction } from '../../../platform/database.ts';
import { type JobKind, throwIfStopped } from '../../../platform/jobs/kinds.ts';
import { passes } from '../../../platform/jobs/passing.ts';
import type { Within } from '../../../platform/services.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { countServing } from '../../organisation/facts/queries.ts';
import { checkFile } from '../../programmes/compiled.ts';
import { keepInForce } from '../../programmes/numbers/queries.ts';
import { type ProgrammeTables, selectOptionalProgrammeId } from '../../programmes/queries.ts';
import { populationFor } from '../../selection/dossier/population/reckon.ts';
import { comparedWith } from './compared.ts';
import {
  deleteChanges,
  failEarlierRuns,
  insertChanges,
  insertRun,
  listRunningRuns,
  selectRun,
  updateRun,
} from './queries.ts';
import type { LabFigures, LabTally } from './rules.ts';
import { tryOn } from './try.ts';

export interface RunAsked {
  readonly id: string;
  readonly of:
    | { readonly draftId: string; readonly versionId: null }
    | { readonly draftId: null; readonly versionId: string };
  readonly againstId: string | null;
  readonly source: string;
  readonly tables: ProgrammeTables;
  readonly unitPath: string;
  readonly asOf: CivilDate;
  readonly by: string;
}

/** The first figures are on record within a second; then a few times a second. */
const REPORT_EVERY_MS = 400;

/** Two at once: a trial that gives way to a newer one must not hold it up. */
export const labJob: JobKind = {
  name: 'trial',
  atOnce: 2,
  async run(services, id, signal) {
    await runTrial(services, id, signal);
  },
  unfinished: listRunningRuns,
  async giveUp({ db, clock }, id) {
    await updateRun(db, id, { state: 'failed', figures: null, at: clock() });
  },
};

/**
 * Put a trial on record; false when the same submission is there already. The file must load: who calls has seen to
 * it. An earlier trial of the same draft or version gives way.
 */
export async function putRun({ db, clock }: Within, asked: RunAsked): Promise<boolean> {
  const total = await countServing(db, asked.unitPath);
  const { source, tables, unitPath, asOf } = asked;
  const loaded = checkFile(source, tables);
  return await transaction(db, async (tx) => {
    const programmeId = loaded.ok
      ? await selectOptionalProgrammeId(tx, unitPath, loaded.programme.programme)
      : null;
    const numbers = programmeId === null ? null : await keepInForce(tx, programmeId, asOf);
    const fresh = await insertRun(tx, {
      id: asked.id,
      ...asked.of,
      againstId: asked.againstId,
      source,
      tables,
      unitPath,
      asOf,
      numbers,
      total,
      startedBy: asked.by,
      startedAt: clock(),
    });
    if (fresh) await failEarlierRuns(tx, asked.id, asked.of);
    return fresh;
  });
}

/** The same, and ask for it; it goes on after the answer is sent. */
export async function startRun(services: Within, asked: RunAsked): Promise<void> {
  if (await putRun(services, asked)) await services.jobs.ask(labJob.name, asked.id);
}

/** A newer trial of the same draft has begun, or another process has come to the end of this one. */
class GaveWay extends Error {}

/** The trial from its beginning to its end; null when it has ended already, fails, or gives way to a newer one. */
export async function runTrial(
  { db, clock, config, log }: Within,
  id: string,
  signal?: AbortSignal,
): Promise<LabFigures | null> {
  try {
    const { state, source, tables, againstId, unitPath, asOf, numbers } = await selectRun(db, id);
    if (state !== 'running') return null;
    await deleteChanges(db, id); // Of a process that did not come to its end.
    let told = clock().getTime();
    const positions = { gain: 0, lose: 0 };
    const when = { at: clock(), on: civilDateOf(clock(), config.timeZone) };
    // A policy that is tried has no round, and so no applicants.
    const whole = { unitPath, asOf, roundId: null };
    const step = () => throwIfStopped(signal);
    const among = {
      now: await populationFor(db, { source, tables, numbers }, whole, when, { step }),
      before:
        againstId === null
          ? null
          : await populationFor(db, { versionId: againstId, numbers }, whole, when, { step }),
    };
    const compared = await comparedWith(db, { source, tables, againstId, unitPath, among });
    const tell = async (end: 'running' | 'done', tally: LabTally): Promise<LabFigures> => {
      const figures = { ...tally, comparedWith: compared };
      if (!(await updateRun(db, id, { state: end, figures, at: clock() }))) throw new GaveWay();
      return figures;
    };
    const tally = await tryOn(
      db,
      { source, tables, againstId, numbers, asOf, unitPath, among },
      {
        async progress(tally) {
          throwIfStopped(signal);
          const now = clock();
          if (now.getTime() - told < REPORT_EVERY_MS) return;
          told = now.getTime();
          await tell('running', tally);
        },
        async changes(gains, people) {
          const kind = gains ? 'gain' : 'lose';
          await insertChanges(db, id, gains, positions[kind], people);
          positions[kind] += 1;
        },
      },
    );
    return await tell('done', tally);
  } catch (error) {
    if (error instanceof GaveWay) return null;
    if (passes(error)) throw error;
    log.error({ error, run: id }, 'a trial in the policy lab failed');
    await updateRun(db, id, { state: 'failed', figures: null, at: clock() });
    return null;
  }
}
