import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { under } from '../../../platform/paths.ts';
import type { FindPlace } from '../../../platform/routing.ts';
import { type InJson, optionalInstant } from '../../../platform/together.ts';
import type { Names } from '../../../web/words.ts';
import { allows } from '../../identity/rules.ts';
import type { RoundState, Seat } from './rules.ts';

export interface RoundRow {
  readonly id: string;
  readonly versionId: string;
  readonly programmeId: string;
  readonly version: string;
  /** The version's digest, by which its compiled programme is kept. */
  readonly digest: string;
  readonly programmeNames: Names;
  readonly versionState: 'draft' | 'published' | 'retired';
  readonly effectiveOn: string | null;
  readonly unitId: string;
  readonly unitPath: string;
  readonly unitName: string;
  readonly unitLevel: string;
  readonly name: string;
  readonly documentNumber: string | null;
  readonly contact: string | null;
  readonly opensAt: Date;
  readonly closesAt: Date;
  readonly asOf: string;
  readonly places: number | null;
  readonly quotaReason: string | null;
  readonly state: RoundState;
  readonly decidedAt: Date | null;
  readonly revision: number;
  readonly stages: readonly StageRow[];
  /** Who acts at its stages, as the file names them: `county`, `school-office` … */
  readonly bodies: readonly string[];
}

export interface StageRow {
  readonly position: number;
  readonly stage: string;
  readonly body: string;
  readonly closesAt: Date | null;
}

export const roundRows = (db: Db) =>
  db
    .selectFrom('round')
    .innerJoin('programme_version as version', 'version.id', 'round.programme_version_id')
    .innerJoin('unit', 'unit.id', 'round.unit_id')
    .select((eb) => [
      'round.id',
      'round.programme_version_id as versionId',
      'version.programme_id as programmeId',
      'version.version',
      'version.digest',
      'version.names as programmeNames',
      'version.state as versionState',
      'version.effective_on as effectiveOn',
      'round.unit_id as unitId',
      'round.unit_path as unitPath',
      'unit.name as unitName',
      'unit.level as unitLevel',
      'round.name',
      'round.document_number as documentNumber',
      'round.contact',
      'round.opens_at as opensAt',
      'round.closes_at as closesAt',
      'round.as_of as asOf',
      'round.places',
      'round.quota_reason as quotaReason',
      'round.state',
      'round.decided_at as decidedAt',
      'round.revision',
      eb
        .selectFrom('round_stage')
        .select(
          sql<StageInJson[]>`json_agg(json_build_object(
            'position', position, 'stage', stage, 'body', body, 'closesAt', closes_at) ORDER BY position)`.as(
            'stages',
          ),
        )
        .whereRef('round_stage.round_id', '=', 'round.id')
        .as('stages'),
    ]);
type StageInJson = Omit<StageRow, 'closesAt'> & { readonly closesAt: string | null };

type Selected = Awaited<ReturnType<ReturnType<typeof roundRows>['executeTakeFirstOrThrow']>>;
/** A row of `roundRows`, whose instants may have come in JSON. */
export const roundOf = (row: InJson<Selected>): RoundRow => ({
  ...row,
  programmeNames: row.programmeNames as Names,
  opensAt: new Date(row.opensAt),
  closesAt: new Date(row.closesAt),
  decidedAt: optionalInstant(row.decidedAt),
  stages: (row.stages ?? []).map((one) => ({ ...one, closesAt: optionalInstant(one.closesAt) })),
  bodies: (row.stages ?? []).map(({ body }) => body),
});

export async function selectOptionalRound(db: Db, id: string): Promise<RoundRow | null> {
  if (!isId(id)) return null;
  const row = await roundRows(db).where('round.id', '=', id).executeTakeFirst();
  return row ? roundOf(row) : null;
}

/** Throws 404 when there is no such round. */
export async function selectRound(db: Db, id: string): Promise<RoundRow> {
  const round = await selectOptionalRound(db, id);
  if (round === null) throw new HttpError(404, 'error.not-found');
  return round;
}

/** The round with its row locked: every change of state begins here, so two offices never both change it. */
export async function lockRound(tx: Db, id: string): Promise<RoundRow> {
  await tx.selectFrom('round').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  return selectRound(tx, id);
}

/**
 * The round with a share lock: its state holds until the commit. Submitting and reviewing take this, so that
 * nothing is added to a round which another transaction is just closing.
 */
export async function shareRound(tx: Db, id: string): Promise<RoundRow> {
  await tx.selectFrom('round').select('id').where('id', '=', id).forShare().executeTakeFirst();
  return selectRound(tx, id);
}

/** A guard's place for `/rounds/:round…`. A draft is there only for those who may open it. */
export const roundPlace: FindPlace = async ({ c, db, actor }) => {
  const id = c.req.param('round') ?? '';
  const row = isId(id)
    ? await db.selectFrom('round').select(['unit_path', 'state']).where('id', '=', id).executeTakeFirst()
    : undefined;
  if (row === undefined) return null;
  const place = { unitPath: row.unit_path };
  return row.state === 'draft' && (actor === null || !allows(actor, 'round.open', place)) ? null : place;
};

/** Whose rounds a person sees: those of the units above them, and those below the units they act for. */
export interface RoundScope {
  /** Paths whose own rounds concern the person. */
  readonly above: readonly string[];
  /** Paths below which all rounds are seen. */
  readonly roots: readonly string[];
  /** Paths below which drafts are seen too. */
  readonly drafts: readonly string[];
}
export type RoundList = 'running' | 'coming' | 'past' | 'draft';

export async function listRounds(
  db: Db,
  scope: RoundScope,
  list: RoundList,
  now: Date,
  limit: number,
  offset: number,
): Promise<RoundRow[]> {
  let query = roundRows(db).where((where) =>
    where.or([
      ...(scope.above.length > 0 ? [where('round.unit_path', 'in', [...scope.above])] : []),
      ...scope.roots.map((root) => under('round.unit_path', [root])),
    ]),
  );
  if (list === 'draft') {
    query = query
      .where('round.state', '=', 'draft')
      .where((where) => where.or(scope.drafts.map((root) => under('round.unit_path', [root]))));
  } else if (list === 'coming')
    query = query.where('round.state', '=', 'open').where('round.opens_at', '>', now);
  else if (list === 'running') {
    query = query.where('round.state', 'in', ['open', 'publicity']).where('round.opens_at', '<=', now);
  } else query = query.where('round.state', 'in', ['decided', 'cancelled']);
  const rows = await query
    .orderBy('round.opens_at', list === 'coming' ? 'asc' : 'desc')
    .orderBy('round.id')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map(roundOf);
}

/** When a round of this programme was last opened for this unit, this one and cancelled ones apart. */
export async function selectOptionalLastOpening(
  db: Db,
  round: Pick<RoundRow, 'id' | 'programmeId' | 'unitId'>,
): Promise<Date | null> {
  const row = await db
    .selectFrom('round')
    .innerJoin('programme_version as version', 'version.id', 'round.programme_version_id')
    .select('round.opens_at as opensAt')
    .where('version.programme_id', '=', round.programmeId)
    .where('round.unit_id', '=', round.unitId)
    .where('round.state', 'in', ['open', 'publicity', 'decided'])
    .where('round.id', '<>', round.id)
    .orderBy('round.opens_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.opensAt ?? null;
}

export interface NewRound {
  readonly id: string;
  readonly versionId: string;
  readonly unitId: string;
  readonly unitPath: string;
  readonly name: string;
  readonly documentNumber: string | null;
  readonly contact: string | null;
  readonly opensAt: Date;
  readonly closesAt: Date;
  readonly asOf: string;
  readonly places: number | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** The programme's route, in order; `body` is the actor of the stage. */
  readonly stages: readonly {
    readonly stage: string;
    readonly body: string;
    readonly closesAt: Date | null;
  }[];
}
/** False when this submission was already kept. */
export async function insertRound(tx: Db, round: NewRound): Promise<boolean> {
  const kept = await tx
    .insertInto('round')
    .values({
      id: round.id,
      programme_version_id: round.versionId,
      unit_id: round.unitId,
      unit_path: round.unitPath,
      name: round.name,
      document_number: round.documentNumber,
      contact: round.contact,
      opens_at: round.opensAt,
      closes_at: round.closesAt,
      as_of: round.asOf,
      places: round.places,
      state: 'draft',
      created_by: round.createdBy,
      created_at: round.createdAt,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (kept === undefined) return false;
  if (round.stages.length > 0) {
    await tx
      .insertInto('round_stage')
      .values(
        round.stages.map(({ stage, body, closesAt }, index) => ({
          round_id: round.id,
          position: index + 1,
          stage,
          body,
          closes_at: closesAt,
        })),
      )
      .execute();
  }
  return true;
}

export interface RoundChange {
  readonly name?: string;
  readonly documentNumber?: string | null;
  readonly contact?: string | null;
  readonly opensAt?: Date;
  readonly closesAt?: Date;
  readonly asOf?: string;
  readonly places?: number | null;
  readonly quotaReason?: string | null;
  readonly state?: RoundState;
  readonly decidedAt?: Date;
}
export async function updateRound(tx: Db, id: string, change: RoundChange): Promise<void> {
  await tx
    .updateTable('round')
    .set({
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.documentNumber === undefined ? {} : { document_number: change.documentNumber }),
      ...(change.contact === undefined ? {} : { contact: change.contact }),
      ...(change.opensAt === undefined ? {} : { opens_at: change.opensAt }),
      ...(change.closesAt === undefined ? {} : { closes_at: change.closesAt }),
      ...(change.asOf === undefined ? {} : { as_of: change.asOf }),
      ...(change.places === undefined ? {} : { places: change.places }),
      ...(change.quotaReason === undefined ? {} : { quota_reason: change.quotaReason }),
      ...(change.state === undefined ? {} : { state: change.state }),
      ...(change.decidedAt === undefined ? {} : { decided_at: change.decidedAt }),
      revision: sql`revision + 1`,
    })
    .where('id', '=', id)
    .execute();
}

export async function listRoundStages(db: Db, roundId: string): Promise<StageRow[]> {
  return db
    .selectFrom('round_stage')
    .select(['position', 'stage', 'body', 'closes_at as closesAt'])
    .where('round_id', '=', roundId)
    .orderBy('position')
    .execute();
}

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
export async function listQuotas(db: Db, roundId: string, below: Below): Promise<QuotaRow[]> {
  const rows = await db
    .selectFrom('round_quota as quota')
    .innerJoin('unit', 'unit.id', 'quota.unit_id')
    .select(quotaColumns)
    .where('quota.round_id', '=', roundId)
    .where(under('quota.unit_path', [below.path]))
    .where(sql<boolean>`unit.level = ${below.level}`)
    .where('quota.part', '=', '')
    .orderBy('quota.unit_path')
    .execute();
  return rows.map(quotaOf);
}

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

/** Move the deadlines of these stages; the others keep theirs. */
export async function moveStageDates(
  tx: Db,
  roundId: string,
  moved: readonly { readonly stage: string; readonly closesAt: Date }[],
): Promise<void> {
  for (const { stage, closesAt } of moved) {
    await tx
      .updateTable('round_stage')
      .set({ closes_at: closesAt })
      .where('round_id', '=', roundId)
      .where('stage', '=', stage)
      .execute();
  }
}

/** When each body should be done; a stage left out has no date. */
export async function updateStageDates(
  tx: Db,
  roundId: string,
  closes: ReadonlyMap<string, Date>,
): Promise<void> {
  for (const { stage } of await listRoundStages(tx, roundId)) {
    await tx
      .updateTable('round_stage')
      .set({ closes_at: closes.get(stage) ?? null })
      .where('round_id', '=', roundId)
      .where('stage', '=', stage)
      .execute();
  }
}

/** Rounds in which verdicts are still given, with the programme each is judged by. */
export const selectRoundsAtWork = (
  db: Db,
): Promise<
  { readonly id: string; readonly versionId: string; readonly unitPath: string; readonly asOf: string }[]
> =>
  db
    .selectFrom('round')
    .select(['id', 'programme_version_id as versionId', 'unit_path as unitPath', 'as_of as asOf'])
    .where('state', 'in', ['open', 'publicity'])
    .orderBy('opens_at')
    .execute();
