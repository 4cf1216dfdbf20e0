import { createHash, randomInt, randomUUID } from 'node:crypto';
import { civilDateOf } from '../../../platform/civil-now.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import type { Acting } from '../../../platform/routing.ts';
import { routeOf } from '../review/route.ts';
import { stepAt } from '../review/rules.ts';
import { takeRound } from '../stake/queries.ts';
import { insertEntries, listEntries } from './entries/queries.ts';
import { loadMaterials } from './materials/load.ts';
import { shownOf } from './materials/rules.ts';
import { asideOf, judgesOf, note, panelWith, takePanel, tell } from './panel.ts';
import { insertPanel, lockPanel, type NewPanel, updatePanel } from './queries.ts';
import {
  type CloseRefusal,
  drawCodes,
  judgeClosing,
  judgeOpening,
  type OpenRefusal,
  resultsOf,
  shuffled,
} from './rules.ts';
import {
  breakSeal,
  countOpenSheets,
  insertCodes,
  insertMaterials,
  insertSheets,
  selectHandedIn,
} from './sealed/queries.ts';
import { sheetsFor } from './seats/acts.ts';
import { listSeats, selectJudges } from './seats/queries.ts';

/**
 * What the office does with a panel. Each act holds the round and the panel, asks the rules, and writes everything with
 * its audit entry or nothing. Whoever has a stake in the round does none of them (`takeRound`).
 */

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

/**
 * The days on which judges mark; the last may be moved later while they do, but the body that waits for them must have
 * time left to decide. Null when it is done.
 */
export async function datePanel(
  acting: Acting,
  id: string,
  from: string,
  until: string,
  timeZone: string,
): Promise<'not-now' | 'after-stage' | null> {
  return transaction(acting.db, async (tx) => {
    const { panel, route, position } = await takePanel(tx, acting, id);
    const longer = panel.state === 'judging' && from === panel.opensOn && until >= (panel.closesOn ?? until);
    if (panel.state !== 'forming' && !longer) return 'not-now';
    const closesAt = stepAt(route.steps, position)?.closesAt ?? null;
    if (closesAt !== null && until > civilDateOf(closesAt, timeZone)) return 'after-stage';
    await updatePanel(tx, id, { opensOn: from, closesOn: until });
    await note(tx, acting, panel, 'panel.dated', {
      before: { from: panel.opensOn, until: panel.closesOn },
      after: { from, until },
    });
    return null;
  });
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
