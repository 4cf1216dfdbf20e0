import { sql } from 'kysely';
import { type Db, escapeLike } from '../../platform/database.ts';
import { HttpError } from '../../platform/errors.ts';
import { underAlike } from '../../platform/paths.ts';
import type { FindPlace } from '../../platform/routing.ts';
import type { Names } from '../../web/words.ts';
import { programmeKey } from './rules.ts';

export type VersionState = 'draft' | 'published' | 'retired';
/** The text of a file's tables, by the name the file gives them. */
export type ProgrammeTables = Readonly<Record<string, string>>;

export interface VersionRow {
  readonly id: string;
  /** The unit's own programme of a name; see `programmeName`. */
  readonly programmeId: string;
  readonly version: string;
  readonly names: Names;
  readonly state: VersionState;
  readonly effectiveOn: string | null;
  readonly publishedAt: Date | null;
  readonly createdAt: Date;
  readonly unitId: string;
  readonly unitName: string;
  readonly unitPath: string;
  readonly unitLevel: string;
}
/** A version with the file itself. */
export interface VersionSource extends VersionRow {
  readonly source: string;
  readonly tables: ProgrammeTables;
  readonly digest: string;
}

const versionRows = (db: Db) =>
  db
    .selectFrom('programme_version as version')
    .innerJoin('programme', 'programme.id', 'version.programme_id')
    .innerJoin('unit', 'unit.id', 'programme.unit_id')
    .select([
      'version.id',
      'version.programme_id as programmeId',
      'version.version',
      'version.names',
      'version.state',
      'version.effective_on as effectiveOn',
      'version.published_at as publishedAt',
      'version.created_at as createdAt',
      'programme.unit_id as unitId',
      'unit.name as unitName',
      'programme.unit_path as unitPath',
      'unit.level as unitLevel',
    ]);

export interface ProgrammeScope {
  /** Units whose programmes concern the person: their own and all above. */
  readonly above: readonly string[];
  /** Paths below which all programmes are seen, drafts among them. */
  readonly roots: readonly string[];
}

/** Versions newest first within each programme. Drafts are seen only by those who act for the unit or one above it. */
export async function listVersions(
  db: Db,
  scope: ProgrammeScope,
  {
    limit,
    offset,
    state,
    search = null,
    id = null,
    organised = null,
  }: {
    readonly limit: number;
    readonly offset: number;
    readonly state?: VersionState;
    /** In the names of the programme or of its unit, or in the version. */
    readonly search?: string | null;
    /** This one, if it is among them. */
    readonly id?: string | null;
    /** Only those of which a unit at or below one of these, in being on that day, may hold a round. */
    readonly organised?: { readonly roots: readonly string[]; readonly on: string } | null;
  },
): Promise<VersionRow[]> {
  let query = versionRows(db).where((where) =>
    where.or([
      ...scope.roots.map((root) => underAlike('programme.unit_path', [root])),
      ...(scope.above.length > 0
        ? [
            where.and([
              where('programme.unit_path', 'in', [...scope.above]),
              where('version.state', '<>', 'draft'),
            ]),
          ]
        : []),
    ]),
  );
  if (state !== undefined) query = query.where('version.state', '=', state);
  if (id !== null) query = query.where('version.id', '=', id);
  if (organised !== null) {
    // A unit of the level the file names, at or below the one that keeps it.
    query = query.where(
      sql<boolean>`(version.scope IS NULL OR EXISTS (
        SELECT FROM (SELECT programme.unit_path AS root, left(programme.unit_path, -1) || '/' AS past OFFSET 0) AS keeps
          JOIN unit AS organiser ON organiser.path >= keeps.root AND organiser.path < keeps.past
         WHERE ${underAlike('organiser.path', organised.roots)} AND organiser.level = version.scope
          AND (organiser.ends_on IS NULL OR organiser.ends_on > ${organised.on}::date)))`,
    );
  }
  if (search !== null) {
    const like = `%${escapeLike(search)}%`;
    query = query.where((where) =>
      where.or([
        where(sql`version.names ->> 'zh-CN'`, 'ilike', like),
        where(sql`version.names ->> 'en'`, 'ilike', like),
        where('version.version', 'ilike', like),
        where('unit.name', 'ilike', like),
      ]),
    );
  }
  const rows = await query
    .orderBy('programme.unit_path')
    .orderBy('version.programme_id')
    .orderBy('version.created_at', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map((row) => ({ ...row, names: row.names as Names }));
}

export async function listVersionsOf(db: Db, programmeId: string): Promise<VersionRow[]> {
  const rows = await versionRows(db)
    .where('version.programme_id', '=', programmeId)
    .orderBy('version.created_at', 'desc')
    .limit(100)
    .execute();
  return rows.map((row) => ({ ...row, names: row.names as Names }));
}

export async function selectOptionalVersion(db: Db, id: string): Promise<VersionSource | null> {
  const row = await versionRows(db)
    .select(['version.source', 'version.tables', 'version.digest'])
    .where('version.id', '=', id)
    .executeTakeFirst();
  return row ? { ...row, names: row.names as Names, tables: row.tables as ProgrammeTables } : null;
}

/** Throws 404 when there is no such version. */
export async function selectVersion(db: Db, id: string): Promise<VersionSource> {
  const version = await selectOptionalVersion(db, id);
  if (version === null) throw new HttpError(404, 'error.not-found');
  return version;
}

/** The digest alone: what a compiled programme is kept under. */
export async function selectVersionDigest(db: Db, id: string): Promise<string> {
  const row = await db
    .selectFrom('programme_version')
    .select('digest')
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new HttpError(404, 'error.not-found');
  return row.digest;
}

/** The programme of that name which a unit keeps; null when it keeps none. */
export async function selectOptionalProgrammeId(
  db: Db,
  unitPath: string,
  name: string,
): Promise<string | null> {
  const row = await db
    .selectFrom('programme')
    .select('id')
    .where('unit_path', '=', unitPath)
    .where(sql<boolean>`id = unit_id || '/' || ${name}`)
    .executeTakeFirst();
  return row?.id ?? null;
}

export interface NewVersion {
  readonly id: string;
  /** The programme's name in its file. */
  readonly programme: string;
  readonly unitId: string;
  readonly unitPath: string;
  readonly version: string;
  readonly names: Names;
  readonly source: string;
  readonly tables: ProgrammeTables;
  readonly digest: string;
  readonly createdBy: string | null;
  readonly createdAt: Date;
}
export interface InsertVerdict {
  readonly verdict: 'kept' | 'already-kept' | 'version-taken';
  /** The version that holds this text. */
  readonly id: string;
}

/** Keep a version of the unit's own programme as a draft; other text under a version that exists is refused. */
export async function insertVersion(tx: Db, version: NewVersion): Promise<InsertVerdict> {
  const programmeId = programmeKey(version.unitId, version.programme);
  await tx
    .insertInto('programme')
    .values({ id: programmeId, unit_id: version.unitId, unit_path: version.unitPath })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const kept = await tx
    .insertInto('programme_version')
    .values({
      id: version.id,
      programme_id: programmeId,
      version: version.version,
      source: version.source,
      tables: JSON.stringify(version.tables),
      digest: version.digest,
      state: 'draft',
      names: JSON.stringify(version.names),
      created_by: version.createdBy,
      created_at: version.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (kept !== undefined) return { verdict: 'kept', id: version.id };
  const same = await tx
    .selectFrom('programme_version')
    .select(['id', 'digest'])
    .where('programme_id', '=', programmeId)
    .where('version', '=', version.version)
    .executeTakeFirst();
  return same?.digest === version.digest
    ? { verdict: 'already-kept', id: same.id }
    : { verdict: 'version-taken', id: version.id };
}

/** A draft becomes the published text from `effectiveOn` on; false when it was no draft. */
export async function publishVersion(
  tx: Db,
  id: string,
  by: string | null,
  at: Date,
  effectiveOn: string,
): Promise<boolean> {
  const done = await tx
    .updateTable('programme_version')
    .set({ state: 'published', published_at: at, published_by: by, effective_on: effectiveOn })
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** No new round may be opened from a retired version; those that run keep it. */
export async function retireVersion(tx: Db, id: string): Promise<boolean> {
  const done = await tx
    .updateTable('programme_version')
    .set({ state: 'retired' })
    .where('id', '=', id)
    .where('state', '=', 'published')
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** A guard's place for `/programmes/:version…`. */
export const versionPlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('version');
  if (id === undefined || !/^[0-9a-f-]{36}$/.test(id)) return null;
  const row = await ask.db
    .selectFrom('programme_version as version')
    .innerJoin('programme', 'programme.id', 'version.programme_id')
    .select('programme.unit_path')
    .where('version.id', '=', id)
    .executeTakeFirst();
  return row ? { unitPath: row.unit_path } : null;
};

/**
 * Versions that bring words of their own, the latest published first; then those retired, whose rounds and records
 * are still there.
 */
export async function listPublishedWithTerms(db: Db): Promise<
  {
    readonly digest: string;
    readonly programmeId: string;
    readonly source: string;
    readonly tables: ProgrammeTables;
  }[]
> {
  const rows = await db
    .selectFrom('programme_version')
    .select(['digest', 'programme_id as programmeId', 'source', 'tables'])
    .where('state', 'in', ['published', 'retired'])
    .where('source', '~', '(?n)^terms:')
    .orderBy('state')
    .orderBy('published_at', 'desc')
    .limit(1000)
    .execute();
  return rows.map((row) => ({ ...row, tables: row.tables as ProgrammeTables }));
}
