import type { Db } from '../../../platform/database.ts';
import type { Acting } from '../../../platform/routing.ts';
import { appendAudit } from '../../audit/queries.ts';
import type { AuditAction } from '../../audit/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import type { NoticeKind } from '../../notices/rules.ts';
import { type Route, routeOf } from '../review/route.ts';
import { takeRound } from '../stake/queries.ts';
import { type EntryRow, selectInterests } from './entries/queries.ts';
import { lockPanel, type PanelRow, selectPanel } from './queries.ts';
import {
  type AsideReason,
  type Judge,
  type Judged,
  type JudgedStage,
  judgedAt,
  standsAside,
  waitingAt,
} from './rules.ts';

/** A panel taken for an act of its office: the round and the panel are held, and what is done is noted and told. */

/** A panel with what its stage declares. */
export interface Panel {
  readonly panel: PanelRow;
  readonly route: Route;
  readonly judged: JudgedStage;
  /** Where the applications wait that it judges. */
  readonly position: number;
}

export function panelWith(panel: PanelRow, route: Route): Panel {
  const stages = route.ready.programme.route ?? [];
  const judged = judgedAt(stages, panel.position);
  if (judged === null) throw new Error(`stage ${panel.stage} declares no judging`);
  return { panel, route, judged, position: waitingAt(stages, judged) };
}

export async function takePanel(tx: Db, acting: Acting, id: string): Promise<Panel> {
  const { roundId } = await selectPanel(tx, id);
  const round = await takeRound(tx, acting, roundId);
  return panelWith(await lockPanel(tx, id), await routeOf(tx, round));
}

export const note = (
  tx: Db,
  { actor, now }: Acting,
  panel: Pick<PanelRow, 'id' | 'roundId' | 'unitPath'>,
  action: AuditAction,
  change: { personId?: string; before?: unknown; after?: unknown; reason?: string } = {},
) =>
  appendAudit(tx, actor, now, {
    action,
    subjectType: 'panel',
    subjectId: panel.id,
    roundId: panel.roundId,
    unitPath: panel.unitPath,
    ...change,
  });

export const tell = (
  tx: Db,
  now: Date,
  kind: NoticeKind,
  { panel, route }: Panel,
  people: readonly string[],
  more: Readonly<Record<string, string>> = {},
) =>
  insertNotices(
    tx,
    now,
    people.map((personId) => ({
      personId,
      kind,
      detail: { round: route.round.name, unit: panel.unitName, ...more },
      href: kind === 'panel-seat-ended' ? null : `/judging/${panel.id}`,
    })),
  );

/** Why a judge stands aside for each candidate, by the programme and what is on record in the round. */
export async function asideOf(
  db: Db,
  { panel, route, judged }: Panel,
): Promise<{
  applicants: ReadonlySet<string>;
  why: (judge: Judge, candidate: Judged) => AsideReason | null;
}> {
  const { applicants, related } = await selectInterests(db, panel.roundId);
  const body =
    judged.stage.body === undefined ? undefined : route.ready.programme.bodies?.[judged.stage.body];
  const sameSchool = body?.recuse?.includes('same-school') === true;
  const none = new Set<string>();
  return {
    applicants,
    why: (judge, candidate) => standsAside(judge, candidate, related.get(judge.personId) ?? none, sameSchool),
  };
}

/** Of each candidate, how many of these judges may mark them. */
export function judgesOf(
  entries: readonly EntryRow[],
  judges: readonly Judge[],
  why: (judge: Judge, candidate: Judged) => AsideReason | null,
): Map<string, number> {
  return new Map(
    entries.map((entry) => [entry.id, judges.filter((judge) => why(judge, entry) === null).length]),
  );
}
