import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { madeOnce, oneMadeOnce } from '../../../platform/together.ts';
import type { Granting } from './granting/rules.ts';
import { frozenText, type PublicList } from './public/rules.ts';

export interface PublicityRow {
  readonly id: string;
  readonly roundId: string;
  readonly roundState: 'draft' | 'open' | 'publicity' | 'decided' | 'cancelled';
  readonly roundName: string;
  readonly unitPath: string;
  readonly unitName: string;
  readonly postedAt: Date;
  readonly postedOn: string;
  readonly closesOn: string;
  readonly workingDays: number;
  readonly list: PublicList;
  readonly granting: Granting;
  readonly digest: string;
  readonly closedAt: Date | null;
}
const publicityRows = (db: Db) =>
  db
    .selectFrom('publicity')
    .innerJoin('round', 'round.id', 'publicity.round_id')
    .innerJoin('unit', 'unit.id', 'round.unit_id')
    .select([
      'publicity.id',
      'publicity.round_id as roundId',
      'round.state as roundState',
      'round.name as roundName',
      'round.unit_path as unitPath',
      'unit.name as unitName',
      'publicity.posted_at as postedAt',
      'publicity.posted_on as postedOn',
      'publicity.closes_on as closesOn',
      'publicity.working_days as workingDays',
      'publicity.list',
      'publicity.granting',
      'publicity.digest',
      'publicity.closed_at as closedAt',
    ]);

export async function selectOptionalPublicity(
  db: Db,
  by: { readonly id: string } | { readonly roundId: string },
): Promise<PublicityRow | null> {
  const query =
    'id' in by
      ? publicityRows(db).where('publicity.id', '=', by.id)
      : publicityRows(db).where('publicity.round_id', '=', by.roundId);
  const row = await query.executeTakeFirst();
  return row ? { ...row, list: row.list as PublicList, granting: row.granting as Granting } : null;
}

/** The last day of a round's publicity period, without its list; null where it was not made public. */
export async function selectOptionalLastDay(db: Db, roundId: string): Promise<string | null> {
  const row = await db
    .selectFrom('publicity')
    .select('closes_on as closesOn')
    .where('round_id', '=', roundId)
    .executeTakeFirst();
  return row?.closesOn ?? null;
}

export interface NoticeLine {
  readonly id: string;
  readonly roundName: string;
  readonly unitName: string;
  readonly postedOn: string;
  readonly closesOn: string;
  readonly roundState: PublicityRow['roundState'];
  readonly entries: number;
}
interface Part {
  readonly today: string;
  readonly limit: number;
  readonly offset: number;
}
const lines =
  (running: boolean) =>
  (db: Db, { today, limit, offset }: Part) => {
    const all = db
      .selectFrom('publicity')
      .innerJoin('round', 'round.id', 'publicity.round_id')
      .innerJoin('unit', 'unit.id', 'round.unit_id')
      .select([
        'publicity.id',
        'round.name as roundName',
        'unit.name as unitName',
        'publicity.posted_on as postedOn',
        'publicity.closes_on as closesOn',
        'round.state as roundState',
        sql<number>`jsonb_array_length(publicity.list->'entries')`.as('entries'),
      ]);
    const some = running
      ? all.where('round.state', '=', 'publicity').where('publicity.closes_on', '>=', today)
      : all.where((where) =>
          where.or([where('round.state', '<>', 'publicity'), where('publicity.closes_on', '<', today)]),
        );
    return some.orderBy('publicity.posted_at', 'desc').limit(limit).offset(offset);
  };
const [runningLines, pastLines] = [lines(true), lines(false)];
const [runningOnes, pastOnes] = [oneMadeOnce(runningLines), oneMadeOnce(pastLines)];

/** Notices for the board, those still running or those past, newest first. */
export const listPublicity = (db: Db, running: boolean, part: Part): Promise<NoticeLine[]> =>
  (running ? runningOnes : pastOnes)(db, part);

const MOST_RUNNING = 200;
/** What runs, as far as it fits on one page, and a part of what is past. */
export const selectBoard = madeOnce((db: Db, { today, limit, offset }: Part) => ({
  running: runningLines(db, { today, limit: MOST_RUNNING, offset: 0 }),
  past: pastLines(db, { today, limit, offset }),
}));

export interface NewPublicity {
  readonly id: string;
  readonly roundId: string;
  readonly postedAt: Date;
  readonly postedOn: string;
  readonly closesOn: string;
  readonly workingDays: number;
  readonly list: PublicList;
  /** Application ids in the order of the list. */
  readonly applications: readonly string[];
  readonly granting: Granting;
  readonly postedBy: string;
}
/** Freeze the list. Returns its digest: SHA-256 over the list as it was shown, keys in order. */
export async function insertPublicity(tx: Db, publicity: NewPublicity): Promise<string> {
  const text = frozenText(publicity.list);
  const digest = createHash('sha256').update(text).digest('hex');
  await tx
    .insertInto('publicity')
    .values({
      id: publicity.id,
      round_id: publicity.roundId,
      posted_at: publicity.postedAt,
      posted_on: publicity.postedOn,
      closes_on: publicity.closesOn,
      working_days: publicity.workingDays,
      list: text,
      applications: [...publicity.applications],
      granting: JSON.stringify(publicity.granting),
      digest,
      posted_by: publicity.postedBy,
    })
    .execute();
  return digest;
}

export async function closePublicity(tx: Db, id: string, at: Date): Promise<void> {
  await tx.updateTable('publicity').set({ closed_at: at }).where('id', '=', id).execute();
}

/** The application behind a number of the published list; null when there is no such number. */
export async function selectOptionalListed(
  db: Db,
  publicityId: string,
  number: number,
): Promise<string | null> {
  const row = await db
    .selectFrom('publicity')
    .select(sql<string | null>`applications[${number}]`.as('application'))
    .where('id', '=', publicityId)
    .executeTakeFirst();
  return row?.application ?? null;
}
