import { randomInt, randomUUID } from 'node:crypto';
import { transaction } from '../../../../platform/database.ts';
import type { Acting } from '../../../../platform/routing.ts';
import { listEntries } from '../entries/queries.ts';
import { asideOf, note, takePanel, tell } from '../panel.ts';
import { judgeSeat, type SeatRefusal, shuffled } from '../rules.ts';
import { type Drawn, insertSheets, selectSealed } from '../sealed/queries.ts';
import { endSeat, insertSeat, listSeats, selectJudges } from './queries.ts';

/** Who sits in a panel: given a seat, and let go. */

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
export const sheetsFor = (
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
