import { compile } from '../../language/evaluate.ts';
import type { Services } from '../../platform/services.ts';
import type { CivilDate } from '../../shared/civil-date.ts';
import { countServing } from '../organisation/facts/queries.ts';
import { checkFile, programmeOf } from '../programmes/compiled.ts';
import type { ProgrammeTables } from '../programmes/queries.ts';
import { insertChanges, insertRun, updateRun } from './queries.ts';
import type { LabTally } from './rules.ts';
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

/**
 * Put a trial on record and begin it; it goes on after the answer is sent. The file must load: who calls has seen
 * to it. `finished` is for those who wait: null when it failed or the same submission runs already.
 */
export async function startRun(
  services: Services,
  asked: RunAsked,
): Promise<{ readonly finished: Promise<LabTally | null> }> {
  const { db, clock } = services;
  const total = await countServing(db, asked.unitPath);
  const fresh = await insertRun(db, {
    id: asked.id,
    ...asked.of,
    againstId: asked.againstId,
    source: asked.source,
    tables: asked.tables,
    unitPath: asked.unitPath,
    asOf: asked.asOf,
    total,
    startedBy: asked.by,
    startedAt: clock(),
  });
  return { finished: fresh ? run(services, asked) : Promise.resolve(null) };
}

/** The trial of each draft or version that goes on now: a newer one takes its place. */
const latest = new Map<string, string>();

async function run({ db, clock, log }: Services, asked: RunAsked): Promise<LabTally | null> {
  const { id, unitPath, asOf, of } = asked;
  const subject = of.draftId ?? of.versionId;
  latest.set(subject, id);
  try {
    const loaded = checkFile(asked.source, asked.tables);
    if (!loaded.ok) throw new Error(`the file of run ${id} does not load`);
    const { programme, vocabulary } = loaded;
    const tried = { programme, vocabulary, compiled: compile(programme, vocabulary) };
    const against = asked.againstId === null ? null : await programmeOf(db, asked.againstId);
    let told = clock().getTime();
    const positions = { gain: 0, lose: 0 };
    const figures = await tryOn(
      db,
      { tried, against, asOf, unitPath },
      {
        async progress(tally) {
          if (latest.get(subject) !== id) throw new Error(`run ${id} gave way to a newer one`);
          const now = clock();
          if (now.getTime() - told < REPORT_EVERY_MS) return;
          told = now.getTime();
          await updateRun(db, id, { state: 'running', figures: tally, at: now });
        },
        async changes(gains, people) {
          const kind = gains ? 'gain' : 'lose';
          await insertChanges(db, id, gains, positions[kind], people);
          positions[kind] += 1;
        },
      },
    );
    await updateRun(db, id, { state: 'done', figures, at: clock() });
    return figures;
  } catch (error) {
    log.error({ error, run: id }, 'a trial in the policy lab failed');
    await updateRun(db, id, { state: 'failed', figures: null, at: clock() }).catch(() => undefined);
    return null;
  } finally {
    if (latest.get(subject) === id) latest.delete(subject);
  }
}
