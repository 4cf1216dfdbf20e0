import { sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';
import { newId } from '../../../../platform/ids.ts';
import { pathEnd, under } from '../../../../platform/paths.ts';
import { onePlan } from '../../../../platform/prepared.ts';
import type { Seat } from '../rules.ts';

export interface QuotaRow {
  readonly unitId: string;
  readonly unitName: string;
  readonly unitPath: string;
  readonly unitLevel: string;
  readonly part: string;
  readonly places: number;
  readonly used: number;
  readonly basis: QuotaBasis;
}
/** Where a number comes from; a method keeps its weights and, when lots were drawn, their order and reason. */
export interface QuotaBasis {
  readonly from?: 'table' | 'hand' | 'upload' | 'method' | 'limit' | 'exception';
  readonly method?: string;
  readonly weight?: number;
  readonly exact?: string;
  readonly reason?: string;
}

const quotaColumns = [
  'quota.unit_id as unitId',
  'unit.name as unitName',
  'quota.unit_path as unitPath',
  'unit.level as unitLevel',
  'quota.part',
  'quota.places',
  'quota.used',
  'quota.basis',
] as const;

/** The units that a quota is divided among: those of one level at or below a unit. */
export interface Below {
  readonly path: string;
  readonly level: string;
}

/** Quotas given to the units of one level below a unit (whole units, not parts), in the order of the tree. */
export const quotaRowsBelow = (
  db: Db,
  roundId: string,
  { path, pathEnd: end, level }: Below & { readonly pathEnd: string },
) =>
  db
    .selectFrom('round_quota as quota')
    .innerJoin('unit', 'unit.id', 'quota.unit_id')
    .select(quotaColumns)
    .where(sql<boolean>`${onePlan} quota.round_id = ${roundId}`)
    .where(sql<boolean>`quota.unit_path >= ${path} AND quota.unit_path < ${end}`)
    .where(sql<boolean>`unit.level = ${level}`)
    .where('quota.part', '=', '')
    .orderBy('quota.unit_path');
export const listQuotas = async (db: Db, roundId: string, below: Below): Promise<QuotaRow[]> =>
  (await quotaRowsBelow(db, roundId, { ...below, pathEnd: pathEnd(below.path) }).execute()).map(quotaOf);

/** Everything one unit holds in a round: its own places and those of its parts. */
export const unitQuotaRows = (db: Db, roundId: string, unitId: string) =>
  db
    .selectFrom('round_quota as quota')
    .innerJoin('unit', 'unit.id', 'quota.unit_id')
    .select(quotaColumns)
    .where('quota.round_id', '=', roundId)
    .where('quota.unit_id', '=', unitId)
    .orderBy('quota.part');
type SelectedQuota = Awaited<ReturnType<ReturnType<typeof unitQuotaRows>['executeTakeFirstOrThrow']>>;
export const quotaOf = (row: SelectedQuota): QuotaRow => ({ ...row, basis: row.basis as QuotaBasis });
export const listUnitQuotas = async (db: Db, roundId: string, unitId: string): Promise<QuotaRow[]> =>
  (await unitQuotaRows(db, roundId, unitId).execute()).map(quotaOf);

export interface NewQuota {
  readonly unitId: string;
  readonly unitPath: string;
  readonly places: number;
  readonly basis: QuotaBasis;
}
export type QuotaVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'below-used'; readonly unitId: string; readonly used: number };

/**
 * Set the quotas of the units of one level below a unit in one go: units left out lose theirs. A unit never gets
 * fewer places than it has used; then nothing is changed.
 */
export async function replaceQuotas(
  tx: Db,
  roundId: string,
  below: Below,
  quotas: readonly NewQuota[],
): Promise<QuotaVerdict> {
  const held = await tx
    .selectFrom('round_quota as quota')
    .innerJoin('unit', 'unit.id', 'quota.unit_id')
    .select(['quota.id', 'quota.unit_id as unitId', 'quota.used'])
    .where('quota.round_id', '=', roundId)
    .where(under('quota.unit_path', [below.path]))
    .where(sql<boolean>`unit.level = ${below.level}`)
    .where('quota.part', '=', '')
    .forUpdate('quota')
    .execute();
  const places = new Map(quotas.map((quota) => [quota.unitId, quota.places]));
  for (const { unitId, used } of held) {
    if (used > (places.get(unitId) ?? 0)) return { ok: false, reason: 'below-used', unitId, used };
  }
  const gone = held.filter(({ unitId }) => !places.has(unitId)).map(({ id }) => id);
  if (gone.length > 0) await tx.deleteFrom('round_quota').where('id', 'in', gone).execute();
  for (let start = 0; start < quotas.length; start += 500) {
    await tx
      .insertInto('round_quota')
      .values(
        quotas.slice(start, start + 500).map((quota) => ({
          id: newId(),
          round_id: roundId,
          unit_id: quota.unitId,
          unit_path: quota.unitPath,
          places: quota.places,
          basis: JSON.stringify(quota.basis),
        })),
      )
      .onConflict((conflict) =>
        conflict.constraint('round_quota_once').doUpdateSet((eb) => ({
          places: eb.ref('excluded.places'),
          basis: eb.ref('excluded.basis'),
        })),
      )
      .execute();
  }
  return { ok: true };
}

export type SeatVerdict =
  /** `counted`: it used a place; where no number binds there is none to give back later. */
  | { readonly ok: true; readonly counted: boolean }
  | { readonly ok: false; readonly reason: 'full'; readonly places: number; readonly soft: boolean }
  | { readonly ok: false; readonly reason: 'no-quota' };

/**
 * Take one place for a recommendation: one statement that counts only while `used < places`, so that two
 * bodies at the same instant never share the last place. Run it in the transaction of the recommendation.
 */
export async function takeSeat(tx: Db, roundId: string, seat: Seat): Promise<SeatVerdict> {
  if (seat.most !== null) {
    await tx
      .insertInto('round_quota')
      .values({
        id: newId(),
        round_id: roundId,
        unit_id: seat.unitId,
        unit_path: seat.unitPath,
        part: seat.part,
        places: seat.most,
        basis: JSON.stringify({ from: 'limit' } satisfies QuotaBasis),
      })
      .onConflict((conflict) => conflict.constraint('round_quota_once').doNothing())
      .execute();
  }
  const taken = await tx
    .updateTable('round_quota')
    .set({ used: sql`used + 1` })
    .where('round_id', '=', roundId)
    .where('unit_id', '=', seat.unitId)
    .where('part', '=', seat.part)
    .whereRef('used', '<', 'places')
    .returning('used')
    .executeTakeFirst();
  if (taken !== undefined) return { ok: true, counted: true };
  const row = await tx
    .selectFrom('round_quota')
    .select('places')
    .where('round_id', '=', roundId)
    .where('unit_id', '=', seat.unitId)
    .where('part', '=', seat.part)
    .executeTakeFirst();
  if (row !== undefined) return { ok: false, reason: 'full', places: row.places, soft: seat.soft };
  return seat.required ? { ok: false, reason: 'no-quota' } : { ok: true, counted: false };
}

/** One place more than the number "in principle", by a recorded decision (SC12): call it after that decision is written. */
export async function takeExceptionalSeat(
  tx: Db,
  roundId: string,
  seat: Seat,
  reason: string,
): Promise<void> {
  await tx
    .updateTable('round_quota')
    .set({
      places: sql`greatest(places, used + 1)`,
      used: sql`used + 1`,
      basis: sql`basis || ${JSON.stringify({ from: 'exception', reason } satisfies QuotaBasis)}::jsonb`,
    })
    .where('round_id', '=', roundId)
    .where('unit_id', '=', seat.unitId)
    .where('part', '=', seat.part)
    .execute();
}

/**
 * Give a place back when a recommendation is withdrawn or returned. A place beyond the number in principle
 * goes with the decision that made it.
 */
export async function releaseSeat(tx: Db, roundId: string, seat: Seat, exceptional = false): Promise<void> {
  await tx
    .updateTable('round_quota')
    .set({ used: sql`used - 1`, ...(exceptional ? { places: sql`places - 1` } : {}) })
    .where('round_id', '=', roundId)
    .where('unit_id', '=', seat.unitId)
    .where('part', '=', seat.part)
    .where('used', '>', 0)
    .execute();
}

/** `takeSeat` for a unit as a whole whose quota was set by table or hand. */
export const takePlace = (tx: Db, roundId: string, unitId: string): Promise<SeatVerdict> =>
  takeSeat(tx, roundId, wholeUnit(unitId));
export const releasePlace = (tx: Db, roundId: string, unitId: string): Promise<void> =>
  releaseSeat(tx, roundId, wholeUnit(unitId));
const wholeUnit = (unitId: string): Seat => ({
  unitId,
  unitPath: '',
  part: '',
  most: null,
  required: true,
  soft: false,
  limit: 'split',
});
