import { createHash, randomInt, randomUUID } from 'node:crypto';
import { type Db, transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import type { Acting } from '../../../platform/routing.ts';
import { appendAudit } from '../../audit/queries.ts';
import type { AuditAction } from '../../audit/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import type { NoticeKind } from '../../notices/rules.ts';
import { type Route, routeOf } from '../review/route.ts';
import { takeRound } from '../stake/queries.ts';
import { loadMaterials } from './materials/load.ts';
import { shownOf } from './materials/rules.ts';
import {
  type EntryRow,
  endSeat,
  insertEntries,
  insertPanel,
  insertSeat,
  listEntries,
  listSeats,
  lockPanel,
  type NewPanel,
  type PanelRow,
  selectInterests,
  selectJudges,
  selectPanel,
  updatePanel,
  updateShown,
} from './queries.ts';
import {
  type AsideReason,
  type CloseRefusal,
  drawCodes,
  type Judge,
  type Judged,
  type JudgedStage,
  judgeClosing,
  judgedAt,
  judgeOpening,
  judgeSeat,
  type OpenRefusal,
  resultsOf,
  type SeatRefusal,
  shuffled,
  standsAside,
  waitingAt,
} from './rules.ts';
import {
  breakSeal,
  countOpenSheets,
  type Drawn,
  insertCodes,
  insertMaterials,
  insertSheets,
  selectHandedIn,
  selectSealed,
} from './sealed/queries.ts';

/**
 * What the office does with a panel. Each act holds the round and the panel, asks the rules, and writes everything with
 * its audit entry or nothing. Whoever has a stake in the round does none of them (`takeRound`).
 */

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

async function takePanel(tx: Db, acting: Acting, id: string): Promise<Panel> {
  const { roundId } = await selectPanel(tx, id);
  const round = await takeRound(tx, acting, roundId);
  return panelWith(await lockPanel(tx, id), await routeOf(tx, round));
}

const note = (
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

const tell = (
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

// --- Forming ------------------------------------------------------------------------------------------

/** A panel for a stage at a unit, with everybody who waits there. False when there is one already. */
export async function formPanel(acting: Acting, wish: NewPanel): Promise<boolean> {
  return transaction(acting.db, async (tx) => {
    const round = await takeRound(tx, acting, wish.roundId);
    if (round.state !== 'open') throw new HttpError(409, 'panels.refusal.open.round-not-open');
    if (!(await insertPanel(tx, wish))) return false;
    const { panel, position, judged } = panelWith(await lockPanel(tx, wish.id), await routeOf(tx, round));
    const count = await insertEntries(tx, panel, position);
    await note(tx, acting, panel, 'panel.formed', {
      after: { step: judged.stage.names, unit: panel.unitName, count },
    });
    return true;
  });
}

/** Those who came since become candidates too, as long as the codes are not drawn. */
export async function completePanel(acting: Acting, id: string): Promise<void> {
  await transaction(acting.db, async (tx) => {
    const { panel, position } = await takePanel(tx, acting, id);
    if (panel.state !== 'forming') throw new HttpError(409, 'panels.refusal.open.not-forming');
    const count = await insertEntries(tx, panel, position);
    if (count > 0) await note(tx, acting, panel, 'panel.completed', { after: { count } });
  });
}

/** The days on which judges mark; the last may be moved later while they do. */
export async function datePanel(acting: Acting, id: string, from: string, until: string): Promise<boolean> {
  return transaction(acting.db, async (tx) => {
    const { panel } = await takePanel(tx, acting, id);
    const longer = panel.state === 'judging' && from === panel.opensOn && until >= (panel.closesOn ?? until);
    if (panel.state !== 'forming' && !longer) return false;
    await updatePanel(tx, id, { opensOn: from, closesOn: until });
    await note(tx, acting, panel, 'panel.dated', {
      before: { from: panel.opensOn, until: panel.closesOn },
      after: { from, until },
    });
    return true;
  });
}

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

/** Somebody is given a seat; while judges mark, with their sheets. */
export async function giveSeat(
  acting: Acting,
  id: string,
  seatId: string,
  personId: string,
): Promise<SeatRefusal | null> {
  return transaction(acting.db, async (tx) => {
    const found = await takePanel(tx, acting, id);
    const { panel, judged, position } = found;
    const judge = (await selectJudges(tx, [personId], acting.today)).get(personId);
    if (judge === undefined) return 'nobody-known';
    const [seats, entries, { applicants, why }] = [
      await listSeats(tx, id),
      await listEntries(tx, id, position),
      await asideOf(tx, found),
    ];
    const seated = seats.filter(({ endedAt }) => endedAt === null).map((seat) => seat.personId);
    const refusal = judgeSeat(
      judge,
      {
        state: panel.state,
        seated,
        most: judged.judging.judges?.most ?? null,
        applicants,
        candidates: entries.filter(({ waiting, code }) => waiting || code !== null),
      },
      (candidate) => why(judge, candidate),
    );
    if (refusal !== null) return refusal;
    const kept = await insertSeat(tx, {
      id: seatId,
      panelId: id,
      personId,
      by: acting.actor.personId,
      at: acting.now,
    });
    if (!kept) return 'seated';
    if (panel.state === 'judging') {
      const sealed = await selectSealed(tx, id);
      await insertSheets(
        tx,
        id,
        sheetsFor(
          { id: seatId, personId },
          sealed.filter((one) => why(judge, one) === null),
        ),
      );
    }
    await tell(
      tx,
      acting.now,
      panel.state === 'judging' ? 'panel-opened' : 'panel-seated',
      found,
      [personId],
      {
        until: panel.closesOn ?? '',
      },
    );
    await note(tx, acting, panel, 'panel.seat-given', {
      personId,
      after: { unit: panel.unitName, step: judged.stage.names },
    });
    return null;
  });
}

/** Ids of chance, in an order of chance: neither says which code came first. */
const sheetsFor = (
  seat: { readonly id: string; readonly personId: string },
  codes: readonly Pick<Drawn, 'candidate' | 'code'>[],
) =>
  shuffled(codes, randomInt).map(({ candidate, code }) => ({
    id: randomUUID(),
    seatId: seat.id,
    personId: seat.personId,
    candidate,
    code,
  }));

/** A judge leaves the panel: what they marked counts no longer. False when they had left. */
export async function takeSeatAway(
  acting: Acting,
  id: string,
  seatId: string,
  why: string,
): Promise<boolean> {
  return transaction(acting.db, async (tx) => {
    const found = await takePanel(tx, acting, id);
    if (found.panel.state !== 'forming' && found.panel.state !== 'judging') return false;
    const end = { panelId: id, by: acting.actor.personId, at: acting.now, why };
    const personId = await endSeat(tx, seatId, end);
    if (personId === null) return false;
    await tell(tx, acting.now, 'panel-seat-ended', found, [personId]);
    await note(tx, acting, found.panel, 'panel.seat-ended', { personId, reason: why });
    return true;
  });
}

/** What of a candidate's materials the judges get, by somebody who looked at them. */
export async function lookThrough(
  acting: Acting,
  id: string,
  entryId: string,
  chosen: readonly string[],
): Promise<void> {
  await transaction(acting.db, async (tx) => {
    const found = await takePanel(tx, acting, id);
    const { panel, judged, route, position } = found;
    if (panel.state !== 'forming') throw new HttpError(409, 'panels.refusal.open.not-forming');
    const entry = (await listEntries(tx, id, position)).find((one) => one.id === entryId);
    if (entry === undefined) throw new HttpError(404, 'error.not-found');
    const materials = await loadMaterials(tx, route, judged.judging, panel.unitPath, entry.applicationId);
    const shown = materials.filter(({ key }) => chosen.includes(key)).map(({ key }) => key);
    await updateShown(tx, entryId, { shown, by: acting.actor.personId, at: acting.now });
    await note(tx, acting, panel, 'panel.looked-through', {
      after: {
        application: entry.applicationId,
        count: shown.length,
        leftOut: materials.length - shown.length,
      },
    });
  });
}

// --- Opening, closing, cancelling ---------------------------------------------------------------------

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

/** Codes are drawn, materials copied, each judge gets their sheets. From here nobody sees whose a code is. */
export async function openPanel(acting: Acting, id: string): Promise<OpenRefusal | null> {
  return transaction(acting.db, async (tx) => {
    const found = await takePanel(tx, acting, id);
    const { panel, route, judged, position } = found;
    const entries = (await listEntries(tx, id, position)).filter(({ waiting }) => waiting);
    const seats = (await listSeats(tx, id)).filter(({ endedAt }) => endedAt === null);
    const people = await selectJudges(
      tx,
      seats.map(({ personId }) => personId),
      acting.today,
    );
    const judges = [...people.values()].filter(({ serving }) => serving);
    const { why } = await asideOf(tx, found);
    const counts = judgesOf(entries, judges, why);
    const refusal = judgeOpening(
      { state: panel.state, dated: panel.opensOn !== null && panel.closesOn !== null },
      route.round.state,
      judged.judging,
      entries.map((entry) => ({ looked: entry.shown !== null, judges: counts.get(entry.id) ?? 0 })),
    );
    if (refusal !== null) return refusal;
    const codes = drawCodes(entries.length, randomInt);
    const drawn = shuffled(
      entries.map((entry, index) => ({
        entry,
        candidate: randomUUID(),
        code: codes[index] ?? '',
        entryId: entry.id,
      })),
      randomInt,
    );
    await insertCodes(tx, id, drawn);
    for (const { entry, candidate } of drawn) {
      const all = await loadMaterials(tx, route, judged.judging, panel.unitPath, entry.applicationId);
      await insertMaterials(tx, id, candidate, shownOf(judged.judging, all, entry.shown));
    }
    for (const seat of seats) {
      const judge = people.get(seat.personId);
      if (judge === undefined) continue;
      const own = drawn.filter(({ entry }) => why(judge, entry) === null);
      await insertSheets(tx, id, sheetsFor(seat, own));
    }
    await updatePanel(tx, id, {
      state: 'judging',
      opened: { by: acting.actor.personId, at: acting.now },
    });
    await tell(
      tx,
      acting.now,
      'panel-opened',
      found,
      seats.map(({ personId }) => personId),
      { until: panel.closesOn ?? '' },
    );
    await note(tx, acting, panel, 'panel.opened', { after: { count: drawn.length, people: seats.length } });
    return null;
  });
}

/** Judging ends: results are reckoned, the seal is broken, what the panel concluded is on record. */
export async function closePanel(
  acting: Acting,
  id: string,
  conclusion: string,
): Promise<CloseRefusal | null> {
  return transaction(acting.db, async (tx) => {
    const found = await takePanel(tx, acting, id);
    const { panel, judged } = found;
    const open = await countOpenSheets(tx, id);
    const refusal = judgeClosing(panel, open, conclusion, acting.today);
    if (refusal !== null) return refusal;
    const results = resultsOf(judged.judging, await selectHandedIn(tx, id));
    const lines = await breakSeal(tx, id, results, acting.now);
    await updatePanel(tx, id, {
      state: 'closed',
      closed: { by: acting.actor.personId, at: acting.now, conclusion: conclusion.trim() },
    });
    await note(tx, acting, panel, 'panel.closed', {
      after: {
        total: results.length,
        count: results.filter(({ result }) => result !== null).length,
        digest: createHash('sha256').update(lines.join('\n')).digest('hex'),
      },
      reason: conclusion.trim(),
    });
    return null;
  });
}

/** The panel is given up, with the reason; another may be formed. False when it had ended. */
export async function cancelPanel(acting: Acting, id: string, why: string): Promise<boolean> {
  return transaction(acting.db, async (tx) => {
    const found = await takePanel(tx, acting, id);
    const { panel } = found;
    if (panel.state !== 'forming' && panel.state !== 'judging') return false;
    const seats = (await listSeats(tx, id)).filter(({ endedAt }) => endedAt === null);
    await updatePanel(tx, id, {
      state: 'cancelled',
      closed: { by: acting.actor.personId, at: acting.now, conclusion: why },
    });
    await tell(
      tx,
      acting.now,
      'panel-seat-ended',
      found,
      seats.map(({ personId }) => personId),
    );
    await note(tx, acting, panel, 'panel.cancelled', { reason: why });
    return true;
  });
}
