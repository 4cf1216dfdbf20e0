import { isDeepStrictEqual } from 'node:util';
import type { Db } from '../../../platform/database.ts';
import { behind } from '../../../platform/doors.ts';
import { Latest } from '../../../shared/latest.ts';
import { OfEach } from '../../../shared/of-each.ts';
import { type RoundRow, selectRound } from './queries.ts';

const MOST_KNOWN = 200;
const known = new OfEach(() => new Latest<RoundRow>(MOST_KNOWN));

/**
 * What `work` reads of a round. It is begun with the round as it was last seen, by whomever, while the round is read
 * again, and what it gives counts only where whoever asks sees the round and nothing of it has changed; otherwise it is
 * done anew. So `work` only reads, and what it reads is held to the reach of whoever asks by itself. Throws 404 when there
 * is no such round for them.
 */
export async function withRound<T>(db: Db, id: string, work: (round: RoundRow) => Promise<T>): Promise<T> {
  const rounds = known.of(behind(db));
  const before = rounds.kept(id);
  const [seen, begun] = await Promise.allSettled([
    selectRound(db, id),
    before === undefined ? null : work(before),
  ]);
  if (seen.status === 'rejected') throw seen.reason;
  rounds.keep(id, seen.value);
  if (before === undefined || !isDeepStrictEqual(seen.value, before)) return work(seen.value);
  if (begun.status === 'rejected') throw begun.reason;
  return begun.value as T;
}
