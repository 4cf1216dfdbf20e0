import { type SqlBool, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { isId } from '../../../platform/ids.ts';
import { onePlan } from '../../../platform/prepared.ts';
import type { Ask, FindPlace } from '../../../platform/routing.ts';
import { seenByGuard } from '../../../platform/seen.ts';
import { type InJson, oneMadeOnce, optionalInstant } from '../../../platform/together.ts';
import type { Names } from '../../../web/words.ts';
import { allows } from '../../identity/rules.ts';
import type { RoundState } from './rules.ts';

export interface RoundRow {
  readonly id: string;
  readonly versionId: string;
  readonly programmeId: string;
  readonly version: string;
  /** The version's digest, by which its compiled programme is kept. */
  readonly digest: string;
  /** The digest of the numbers set locally that it keeps; null where none were. */
  readonly numbers: string | null;
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
      'round.numbers_digest as numbers',
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

const roundById = oneMadeOnce((db, { id }: { readonly id: string }) =>
  roundRows(db).where('round.id', '=', id),
);
export async function selectOptionalRound(db: Db, id: string): Promise<RoundRow | null> {
  if (!isId(id)) return null;
  const [row] = await roundById(db, { id });
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
export const roundPlace: FindPlace = async (ask) => {
  const { c, db, actor } = ask;
  const id = c.req.param('round') ?? '';
  if (!isId(id)) return null;
  const row =
    (await seen.look(ask, (own) => selectOptionalRound(own, id))) ??
    (await db
      .selectFrom('round')
      .select(['unit_path as unitPath', 'state'])
      .where('id', '=', id)
      .executeTakeFirst());
  if (row === undefined) return null;
  const place = { unitPath: row.unitPath };
  return row.state === 'draft' && (actor === null || !allows(actor, 'round.open', place)) ? null : place;
};
const seen = seenByGuard<RoundRow>();

/** The round that the address names, as the guard of its page saw it. Throws 404 when there is no such round. */
export const seenRound = async (ask: Ask): Promise<RoundRow> =>
  seen.of(ask) ?? selectRound(ask.db, ask.c.req.param('round') ?? '');

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

/** There are few rounds in an authority, beside people: each is looked at. */
const standsIn = (roots: readonly string[]) =>
  sql<SqlBool>`EXISTS (SELECT FROM unnest(${roots}::text[]) AS root WHERE starts_with(round.unit_path, root))`;

interface Listed extends RoundScope {
  readonly now: Date;
  readonly limit: number;
  readonly offset: number;
}
const listed = (list: RoundList) =>
  oneMadeOnce((db, { above, roots, drafts, now, limit, offset }: Listed) => {
    const seen = roundRows(db).where(
      sql<SqlBool>`${onePlan} (round.unit_path = ANY(${above}::text[]) OR ${standsIn(roots)})`,
    );
    const narrowed = {
      draft: () => seen.where('round.state', '=', 'draft').where(standsIn(drafts)),
      coming: () => seen.where('round.state', '=', 'open').where('round.opens_at', '>', now),
      running: () =>
        seen.where('round.state', 'in', ['open', 'publicity']).where('round.opens_at', '<=', now),
      past: () => seen.where('round.state', 'in', ['decided', 'cancelled']),
    }[list]();
    return narrowed
      .orderBy('round.opens_at', list === 'coming' ? 'asc' : 'desc')
      .orderBy('round.id')
      .limit(limit)
      .offset(offset);
  });
const LISTED = {
  draft: listed('draft'),
  coming: listed('coming'),
  running: listed('running'),
  past: listed('past'),
};

export async function listRounds(
  db: Db,
  scope: RoundScope,
  list: RoundList,
  now: Date,
  limit: number,
  offset: number,
): Promise<RoundRow[]> {
  const rows = await LISTED[list](db, { ...scope, now, limit, offset });
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

/** Whatever the round kept before; nothing is written where that was the same. */
export async function updateRoundNumbers(tx: Db, id: string, digest: string | null): Promise<void> {
  await tx
    .updateTable('round')
    .set({ numbers_digest: digest })
    .where('id', '=', id)
    .where(sql<boolean>`numbers_digest IS DISTINCT FROM ${digest}`)
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

/** Rounds in which verdicts are still given, with the programme each is judged by. */
export const selectRoundsAtWork = (
  db: Db,
): Promise<
  {
    readonly id: string;
    readonly versionId: string;
    readonly numbers: string | null;
    readonly unitPath: string;
    readonly asOf: string;
  }[]
> =>
  db
    .selectFrom('round')
    .select([
      'id',
      'programme_version_id as versionId',
      'numbers_digest as numbers',
      'unit_path as unitPath',
      'as_of as asOf',
    ])
    .where('state', 'in', ['open', 'publicity'])
    .orderBy('opens_at')
    .execute();
