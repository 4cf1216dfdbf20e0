import type { LoadResult } from '../../../language/load.ts';
import { pathsOver } from '../../../platform/paths.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { formatDate } from '../../../web/words.ts';
import { selectUnitCodes, selectUnitNames } from '../../organisation/facts/queries.ts';
import { digestOf, programmeOf, readFile } from '../../programmes/compiled.ts';
import { sayingFormer } from '../../programmes/numbers/former.ts';
import { selectNumberSet } from '../../programmes/numbers/queries.ts';
import { localOf } from '../../programmes/numbers/rules.ts';
import { type UsedNumbers, usedNumbers } from '../../programmes/numbers/used.tsx';
import { selectOptionalProgrammeId } from '../../programmes/queries.ts';
import type { Draft } from '../queries.ts';
import type { LabRun } from './queries.ts';
import { type FiguresView, viewOf } from './view.ts';

/** A trial as the pages, workbooks and papers show it. */

export interface RunView {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly done: number;
  readonly total: number;
  readonly asOf: string;
  /** The file has been changed since. */
  readonly stale: boolean;
  readonly seconds: number;
  readonly figures: FiguresView | null;
}

export const sameFile = (run: LabRun, draft: Draft): boolean =>
  digestOf(run.source, run.tables) === digestOf(draft.source, draft.tables);

export async function runView(ask: ActorAsk, run: LabRun, draft: Draft): Promise<RunView> {
  return {
    id: run.id,
    state: run.state,
    done: run.done,
    total: run.total,
    asOf: run.asOf,
    stale: !sameFile(run, draft),
    seconds: Math.max(0, run.heardAt.getTime() - run.startedAt.getTime()) / 1000,
    figures: await figuresOf(ask, run),
  };
}

export async function figuresOf(ask: ActorAsk, run: LabRun): Promise<FiguresView | null> {
  if (run.figures === null) return null;
  const loaded = await readFile(run.source, run.tables);
  if (!loaded.ok) return null;
  const against =
    run.againstId !== null && run.figures.comparedWith?.some(({ before }) => before)
      ? await programmeOf(ask.db, run.againstId)
      : null;
  const paths = Object.keys(run.figures.groups.unit);
  const [units, codes] = await Promise.all([selectUnitNames(ask.db, paths), selectUnitCodes(ask.db, paths)]);
  const { programme, vocabulary: words } = loaded;
  return viewOf(run.figures, run.againstId !== null, {
    programme,
    vocabulary: words,
    against,
    unitPath: run.unitPath,
    locale: ask.locale,
    t: ask.t,
    units,
    codes,
    local: await numbersOf(ask, run, loaded),
  });
}

/** The numbers set locally that a trial was made with: those of the units over and under the one tried on. */
async function numbersOf(
  ask: ActorAsk,
  { numbers, unitPath, asOf }: LabRun,
  loaded: LoadResult & { readonly ok: true },
): Promise<UsedNumbers | null> {
  if (numbers === null) return null;
  const local = localOf(loaded, numbers, await selectNumberSet(ask.db, numbers));
  const { programme, vocabulary } = loaded;
  const speaking = { programme, vocabulary, locale: ask.locale, t: ask.t };
  // A file that dropped a number says it by the name it had in the version that has it.
  const programmeId = await selectOptionalProgrammeId(ask.db, unitPath, programme.programme);
  return usedNumbers(
    programmeId === null ? speaking : await sayingFormer(ask.db, speaking, programmeId, local.all),
    local,
    { above: pathsOver(unitPath), roots: [unitPath] },
    {
      title: ask.t('numbers.of-trial'),
      lead: ask.t('numbers.of-trial.lead', { day: formatDate(asOf, ask.locale) }),
      href: null,
    },
  );
}
