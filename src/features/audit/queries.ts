import { createHash, randomBytes } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { circumstances } from '../../platform/circumstances.ts';
import type { Db } from '../../platform/database.ts';
import { nameOf } from '../../platform/names.ts';
import { DoneAlready, nextPart } from '../../platform/once.ts';
import { underAlike } from '../../platform/paths.ts';
import type { InJson } from '../../platform/together.ts';
import type { Doer } from '../identity/rules.ts';
import {
  AUDIT_ACTIONS,
  type AuditAction,
  canonical,
  ENTRY_VERSION,
  type Entry,
  type Origin,
  originText,
  textAroundSeq,
} from './rules.ts';
import type { Noted } from './timeline/codes.ts';
import { FOR_OFFICES, NOT_FOR_OWNER } from './timeline/rules.ts';

export interface Change {
  readonly action: AuditAction;
  readonly subjectType: string;
  readonly subjectId: string | null;
  /** Whose timeline it belongs to. */
  readonly personId?: string | null;
  readonly roundId?: string | null;
  readonly unitPath?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | null;
}
/** A change whose codes all have words. */
export type NotedChange<C extends Pick<Change, 'before' | 'after'>> = C & {
  readonly before?: Noted<C['before']>;
  readonly after?: Noted<C['after']>;
};

/** Who did it: a person by id, somebody who may be acting in another's stead, or nobody who has signed in. */
export type By = string | null | Doer;
const whoOf = (by: By): Pick<Entry, 'actorId' | 'onBehalfOf'> =>
  by === null || typeof by === 'string'
    ? { actorId: by, onBehalfOf: null }
    : { actorId: by.personId, onBehalfOf: by.actingFor?.personId ?? null };

/** Stands in a change for a text that only the statement itself knows, such as a number it draws. */
export const KNOWN_LATER: string = '\u0001known-later';

/**
 * The call that appends one entry to the authority's hash chain, to stand in the statement of the change it
 * describes or after it. The chain's head is locked from here to the commit, so entries follow commit order: let
 * it be the last thing the transaction does. `later` takes the place of `KNOWN_LATER`; it has no signs that JSON
 * would escape.
 */
export function auditCall<const C extends Change>(
  by: By,
  at: Date,
  change: NotedChange<C>,
  later: RawBuilder<string> | null = null,
): RawBuilder<number> {
  const who = whoOf(by);
  const origin = who.actorId === null ? null : originOf();
  const entry: Omit<Entry, 'seq'> = {
    version: ENTRY_VERSION,
    at: at.toISOString(),
    ...who,
    action: change.action,
    subjectType: change.subjectType,
    subjectId: change.subjectId,
    personId: change.personId ?? null,
    roundId: change.roundId ?? null,
    unitPath: change.unitPath ?? null,
    before: change.before ?? null,
    after: change.after ?? null,
    reason: change.reason ?? null,
    origin: origin === null ? null : createHash('sha256').update(originText(origin)).digest('hex'),
  };
  const text = textAroundSeq(entry);
  const token = JSON.stringify(KNOWN_LATER).slice(1, -1);
  const filled = (part: string) =>
    later === null || !part.includes(token) ? sql`${part}` : sql`replace(${part}, ${token}, ${later})`;
  const json = (value: unknown) => (value === null ? sql`NULL` : sql`${filled(canonical(value))}::jsonb`);
  return sql<number>`append_audit(
    ${entry.version}::smallint, ${at}, ${entry.actorId}, ${entry.onBehalfOf}, ${entry.action}, ${entry.subjectType},
    ${entry.subjectId}, ${entry.personId}, ${entry.roundId}, ${entry.unitPath}, ${json(entry.before)},
    ${json(entry.after)}, ${entry.reason}, ${entry.origin}, ${origin?.salt ?? null}, ${origin?.address ?? null},
    ${origin?.device ?? null}, ${filled(text.before)}, ${text.after})`;
}

/**
 * From where this is being done, with a salt of its own; null when that is not known. What the public sends has no
 * actor and is never asked for: an objection may be anonymous.
 */
function originOf(): Origin | null {
  const { address, device } = circumstances();
  if (address === null && device === null) return null;
  return { salt: randomBytes(16).toString('base64url'), address, device };
}

/**
 * Append one entry. Call it last in the transaction of the change it describes. Throws DoneAlready when the form that
 * asked for it was done before (src/platform/once.ts).
 */
export async function appendAudit<const C extends Change>(
  tx: Db,
  by: By,
  at: Date,
  change: NotedChange<C>,
): Promise<void> {
  const call = auditCall<C>(by, at, change);
  const part = nextPart();
  if (part === null) {
    await sql`SELECT ${call}`.execute(tx);
    return;
  }
  const { rows } = await sql`
    WITH new AS (INSERT INTO done_act (id, part) VALUES (${part.id}, ${part.part}) ON CONFLICT DO NOTHING RETURNING part)
    SELECT ${call} FROM new`.execute(tx);
  if (rows.length === 0) throw new DoneAlready(part.id);
}

export interface AuditRow {
  readonly seq: number;
  readonly at: Date;
  readonly actorName: string | null;
  /** In whose stead. */
  readonly forName: string | null;
  readonly action: AuditAction;
  readonly subjectType: string;
  readonly subjectId: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
}

export const timelineRows = (db: Db) =>
  db
    .selectFrom('audit')
    .select([
      'audit.seq',
      'audit.at',
      nameOf<string | null>('audit.actor_id').as('actorName'),
      nameOf<string | null>('audit.on_behalf_of').as('forName'),
      'audit.action',
      'audit.subject_type as subjectType',
      'audit.subject_id as subjectId',
      'audit.before',
      'audit.after',
      'audit.reason',
    ]);

type SelectedEntry = Awaited<ReturnType<ReturnType<typeof timelineRows>['executeTakeFirstOrThrow']>>;
/** Rows of `timelineRows`, however they came. */
export const entriesOf = (rows: readonly InJson<SelectedEntry>[]): AuditRow[] =>
  known(rows.map((row) => ({ ...row, at: new Date(row.at) })));

/** Ids that entries speak of, whatever they are of. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Places that they speak of, as whole texts. */
const PATH = /(?<=")(?:\d+\.)+(?=")/g;

/**
 * Names of those whom entries name by id or path in their before and after: people, units, and applications by who
 * applied, which the entry that began one tells.
 */
export async function selectNamesIn(
  db: Db,
  rows: readonly Pick<AuditRow, 'before' | 'after'>[],
): Promise<ReadonlyMap<string, string>> {
  const texts = rows.map(({ before, after }) => JSON.stringify([before, after]));
  const ids = new Set(texts.flatMap((text) => text.match(UUID) ?? []));
  const paths = new Set(texts.flatMap((text) => text.match(PATH) ?? []));
  if (ids.size === 0 && paths.size === 0) return new Map();
  const { rows: found } = await sql<{ key: string; name: string | null }>`
    SELECT id::text AS key,
           coalesce(name_of(id), (SELECT name FROM unit WHERE unit.id = one.id),
                    (SELECT name_of(person_id) FROM audit
                      WHERE subject_id = one.id AND subject_type = 'application' ORDER BY seq LIMIT 1)) AS name
      FROM unnest(${[...ids]}::uuid[]) AS one (id)
    UNION ALL SELECT path, name FROM unit WHERE path = ANY (${[...paths]}::text[])`.execute(db);
  return new Map(found.flatMap(({ key, name }) => (name === null ? [] : [[key, name] as const])));
}

/** What stands in the table was an `AuditAction` when it was written. */
const isAction = (action: string): action is AuditAction => AUDIT_ACTIONS.some((known) => known === action);
export const known = <Row extends { action: string }>(
  rows: readonly Row[],
): (Row & { action: AuditAction })[] =>
  rows.flatMap((row) => (isAction(row.action) ? [{ ...row, action: row.action }] : []));

/** The newest entries about one thing, one person or one round, newest first, at most `limit`. */
export async function selectTimeline(
  db: Db,
  about: { readonly subjectId?: string; readonly personId?: string; readonly roundId?: string },
  limit = 50,
): Promise<AuditRow[]> {
  let query = timelineRows(db).orderBy('audit.seq', 'desc').limit(limit);
  if (about.subjectId !== undefined) query = query.where('audit.subject_id', '=', about.subjectId);
  if (about.personId !== undefined) query = query.where('audit.person_id', '=', about.personId);
  if (about.roundId !== undefined) query = query.where('audit.round_id', '=', about.roundId);
  return known(await query.execute());
}

/** Whose or what's timeline: a thing's; a person's, of these acts; or a round's, as far as this person reaches. */
export type TimelineOf =
  | { readonly subjectId: string; readonly actions?: readonly AuditAction[] }
  | { readonly personId: string; readonly actions: readonly AuditAction[] }
  | { readonly roundId: string; readonly readerId: string; readonly roots: readonly string[] };

/** A page of a timeline, newest first, before an entry's number. */
export async function pageTimeline(
  db: Db,
  about: TimelineOf,
  page: { readonly before: number | null; readonly limit: number },
): Promise<AuditRow[]> {
  let query = timelineRows(db).orderBy('audit.seq', 'desc').limit(page.limit);
  if (page.before !== null) query = query.where('audit.seq', '<', page.before);
  if ('subjectId' in about) query = query.where('audit.subject_id', '=', about.subjectId);
  else if ('personId' in about) query = query.where('audit.person_id', '=', about.personId);
  else {
    // Of a round everyone who sees it reads what was done with the round; of its applications, those they see.
    const { roundId, readerId, roots } = about;
    query = query.where('audit.round_id', '=', roundId).where((where) =>
      where.or([
        where('audit.subject_id', '=', roundId).and('audit.action', 'not in', [...FOR_OFFICES]),
        where('audit.person_id', '=', readerId).and('audit.action', 'not in', [...NOT_FOR_OWNER]),
        underAlike('audit.unit_path', roots), // What is of one round is few.
      ]),
    );
  }
  if ('actions' in about && about.actions !== undefined)
    query = query.where('audit.action', 'in', [...about.actions]);
  return known(await query.execute());
}
