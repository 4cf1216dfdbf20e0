import type { Db } from '../../../platform/database.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { insertHoldings } from '../../titles/queries.ts';
import { insertRecords } from '../queries.ts';
import { type RecordsImport, type StagedRow, updateLikeness } from './queries.ts';

/** Keeps the new rows: records wait for the school, or are confirmed where its office has seen the evidence. */
export async function applyImport(
  tx: Db,
  ask: ActorAsk,
  job: RecordsImport,
  rows: readonly StagedRow[],
  confirmed: boolean,
): Promise<{ readonly records: number; readonly titles: number }> {
  const { personId } = ask.actor;
  const records = rows.flatMap(({ personId: owner, cells }) => {
    if (cells.record === undefined || owner === null) return [];
    // One's own record is never confirmed by oneself, by import neither.
    const settled = confirmed && owner !== personId && cells.like === undefined;
    return [
      {
        id: cells.record.id,
        personId: owner,
        unitPath: cells.unitPath ?? job.unitPath,
        claim: cells.record.claim,
        state: settled ? ('confirmed' as const) : ('submitted' as const),
        late: cells.record.late,
        enteredBy: personId,
        at: ask.now,
        importId: job.id,
        ...(settled ? { decidedBy: personId } : {}),
      },
    ];
  });
  const added = await insertRecords(tx, records);
  await updateLikeness(
    tx,
    rows.flatMap(({ cells }) =>
      cells.record && cells.like ? [{ id: cells.record.id, like: cells.like }] : [],
    ),
  );
  const titles = await insertHoldings(
    tx,
    rows.flatMap(({ personId: owner, cells }) =>
      // Previewed by a colleague and confirmed by the holder: nobody vouches for a title of their own.
      cells.title === undefined || owner === null || owner === personId
        ? []
        : [{ id: cells.title.id, personId: owner, ...cells.title.holding, roundId: null, grantedBy: null }],
    ),
  );
  return { records: added.length, titles: titles.length };
}
