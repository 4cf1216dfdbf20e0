import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import type { JudgingProgramme } from '../../programmes/compiled.ts';
import { quotaAt } from '../../programmes/numbers/rules.ts';
import type { ApplicationRow } from '../applications/queries.ts';
import { type Assessment, assess, programmeOfRound } from '../dossier/assess.ts';
import { listPanelsAt, type PanelAt } from '../panels/queries.ts';
import { judgedStages, panelOver, stillJudges } from '../panels/rules.ts';
import type { RoundRow } from '../rounds/queries.ts';
import { type Seat, seatOf } from '../rounds/rules.ts';
import { recusedOf, selectDecisionsOf } from './queries.ts';
import { type Standing, type Step, stepsOf } from './rules.ts';

/** A round with its route ready to be followed. */
export interface Route {
  readonly round: RoundRow;
  readonly ready: JudgingProgramme;
  readonly steps: readonly Step[];
}
export async function routeOf(db: Db, round: RoundRow): Promise<Route> {
  const ready = await programmeOfRound(db, round);
  return { round, ready, steps: stepsOf(ready.programme.route ?? [], round.stages) };
}
export const standingOf = async (db: Db, route: Route, application: ApplicationRow): Promise<Standing> =>
  standingWith(route, application, await recusedOf(db, route.round.id, application.personId));

/** The same where those who stand aside are known. */
export const standingWith = (
  { round, steps }: Route,
  application: ApplicationRow,
  recused: ReadonlySet<string>,
): Standing => ({
  applicantId: application.personId,
  unitPath: application.unitPath,
  state: application.state,
  position: application.position,
  roundState: round.state,
  steps,
  recused,
});

export const seatFor = (
  { round, ready }: Pick<Route, 'round' | 'ready'>,
  step: Step,
  body: { readonly id: string; readonly path: string },
  application: Pick<ApplicationRow, 'subject' | 'stage'>,
): Seat => seatOf(quotaAt(ready, body.path), step.stage, body, application, round.places);

/** The panels of judges of a round; nothing is asked where the file has nobody judge. */
export const panelsOf = async (db: Db, { round, ready }: Route): Promise<readonly PanelAt[]> =>
  judgedStages(ready.programme.route ?? []).length === 0 ? [] : listPanelsAt(db, round.id);

/** The panel that holds back what waits at a position of a unit, since it is not done; others there may be done long ago. */
export const holdingPanel = (
  { ready }: Pick<Route, 'ready'>,
  panels: readonly PanelAt[],
  position: number,
  unitPath: string,
): PanelAt | null => panelOver(ready.programme.route ?? [], panels.filter(stillJudges), position, unitPath);

/** The panel whose results are the order at a stage ranked by score; null where the body orders by hand, as it does until there are results. */
export const orderingPanel = (
  { ready }: Pick<Route, 'ready'>,
  panels: readonly PanelAt[],
  step: Step,
  unitPath: string,
): PanelAt | null =>
  step.stage.ranking === 'scored'
    ? panelOver(
        ready.programme.route ?? [],
        panels.filter(({ state }) => state === 'closed'),
        step.position,
        unitPath,
      )
    : null;

/** The assessment with the decisions on record; an applicant always exists. */
export async function assessApplication(
  db: Db,
  round: RoundRow,
  application: ApplicationRow,
): Promise<Assessment> {
  const decisions = await selectDecisionsOf(db, application.id);
  const assessment = await passing(db, 'applicants', (all) =>
    assess(all, round, application.personId, decisions),
  );
  if (assessment === null) throw new Error(`application ${application.id} has no applicant`);
  return assessment;
}
