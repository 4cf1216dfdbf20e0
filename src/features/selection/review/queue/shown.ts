import type { Db } from '../../../../platform/database.ts';
import { behind } from '../../../../platform/doors.ts';
import { Latest } from '../../../../shared/latest.ts';
import { OfEach } from '../../../../shared/of-each.ts';
import type { AssessedRound } from '../../dossier/assess.ts';
import type { Judging } from '../../dossier/population/facts.ts';
import { type Applied, type Standing, standings } from '../../dossier/standing.ts';
import type { QueueFilter, QueueOrder, QueuePart, QueueRow } from './queries.ts';

/*
 * Who was on a page of a queue when it was last looked at is mostly on it again: how they stand is asked beside the page,
 * not after it. Only whoever asks the same page may be shown it, and only of those who are on it again.
 */

/** What a page is asked with, and by whom. */
type Page = readonly [QueueFilter, QueueOrder, QueuePart];

const PAGES_SHOWN = 500;
const shown = new OfEach(() => new Latest<readonly Applied[]>(PAGES_SHOWN));

export function keepShown(db: Db, page: Page, rows: readonly Applied[]): void {
  shown.of(behind(db)).keep(
    JSON.stringify(page),
    rows.map(({ id, personId }) => ({ id, personId })),
  );
}

/** How somebody on the page stands, where it was asked beside it. */
export type Beside = (row: Pick<QueueRow, 'id' | 'personId' | 'outcome'>) => Standing | undefined;

/**
 * How those stand who were on the page. What was asked beside it may be older than the page: it counts only where it says
 * what the page says, of the same person – of entries found to be one person an application goes to the other. Everyone
 * else is asked about once the page is there.
 */
export async function standBeside(
  db: Db,
  { ready, round }: { readonly ready: Judging; readonly round: AssessedRound },
  page: Page,
): Promise<Beside> {
  const before = shown.of(behind(db)).kept(JSON.stringify(page)) ?? [];
  const standing = await standings(db, ready, round, before);
  const people = new Map(before.map(({ id, personId }) => [id, personId]));
  return ({ id, personId, outcome }) => {
    const now = standing.get(id);
    return now?.outcome === outcome && people.get(id) === personId ? now : undefined;
  };
}
