import { sql } from 'kysely';
import type { RecordFact } from '../../language/dossier.ts';
import type { Needs } from '../../language/evaluate/needs.ts';
import type { Db } from '../../platform/database.ts';
import type { CivilDate } from '../../shared/civil-date.ts';
import type { Claim, RecordState } from './rules.ts';

export interface NewRecord {
  readonly id: string;
  readonly personId: string;
  readonly unitPath: string;
  readonly claim: Claim;
  readonly state: RecordState;
  readonly late: boolean;
  readonly enteredBy: string;
  readonly at: Date;
  /** Who saw the evidence, where the office enters a record as confirmed. */
  readonly decidedBy?: string;
  readonly importId?: string;
}

const columnsOf = (claim: Claim) => ({
  type: claim.type,
  title: claim.title,
  happened_on: claim.happenedOn,
  level: claim.level,
  grade: claim.grade,
  author_order: claim.authorOrder,
  event: claim.event,
  certificate: claim.certificate,
  fields: JSON.stringify(claim.fields),
});

/** Keeps new records; the ids of those that were not there yet. The same submission sent again adds nothing. */
export async function insertRecords(tx: Db, records: readonly NewRecord[]): Promise<string[]> {
  const added: string[] = [];
  for (let start = 0; start < records.length; start += 1000) {
    const rows = await tx
      .insertInto('record')
      .values(
        records.slice(start, start + 1000).map((record) => ({
          id: record.id,
          person_id: record.personId,
          unit_path: record.unitPath,
          ...columnsOf(record.claim),
          state: record.state,
          late: record.late,
          entered_by: record.enteredBy,
          entered_at: record.at,
          decided_by: record.decidedBy ?? null,
          decided_at: record.decidedBy === undefined ? null : record.at,
          import_id: record.importId ?? null,
        })),
      )
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute();
    added.push(...rows.map(({ id }) => id));
  }
  return added;
}

/** Keeps one new record; false when it was already there. */
export const insertRecord = async (tx: Db, record: NewRecord): Promise<boolean> =>
  (await insertRecords(tx, [record])).length === 1;

export interface RecordChange {
  readonly claim: Claim;
  readonly late: boolean;
  readonly unitPath: string;
  /** The revision the change was made on. */
  readonly revision: number;
}

/** A corrected claim waits for the office again; false when someone changed it meanwhile. */
export async function updateRecord(tx: Db, id: string, change: RecordChange): Promise<boolean> {
  const result = await tx
    .updateTable('record')
    .set({
      ...columnsOf(change.claim),
      unit_path: change.unitPath,
      late: change.late,
      state: 'submitted',
      decided_by: null,
      decided_at: null,
      reason: null,
      revision: change.revision + 1,
    })
    .where('id', '=', id)
    .where('revision', '=', change.revision)
    .where('state', '<>', 'withdrawn')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export interface RecordDecision {
  readonly state: 'confirmed' | 'returned';
  readonly reason: string | null;
  readonly decidedBy: string;
  readonly at: Date;
  readonly revision: number;
}

/** The office's decision on the revision it saw; false when it was decided or changed meanwhile. */
export async function decideRecord(tx: Db, id: string, decision: RecordDecision): Promise<boolean> {
  const result = await tx
    .updateTable('record')
    .set({
      state: decision.state,
      reason: decision.reason,
      decided_by: decision.decidedBy,
      decided_at: decision.at,
      revision: decision.revision + 1,
    })
    .where('id', '=', id)
    .where('revision', '=', decision.revision)
    .where('state', '=', 'submitted')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The owner takes the claim back; it stays in the file as withdrawn. */
export async function withdrawRecord(tx: Db, id: string, revision: number): Promise<boolean> {
  const result = await tx
    .updateTable('record')
    .set({ state: 'withdrawn', revision: revision + 1 })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .where('state', '<>', 'withdrawn')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The record as it stands, held until the transaction ends. Throws when there is none. */
export async function lockRecord(
  tx: Db,
  id: string,
): Promise<{ personId: string; state: RecordState; revision: number }> {
  return tx
    .selectFrom('record')
    .select(['person_id as personId', 'state', 'revision'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export interface RecordPlaces {
  readonly personId: string;
  /** Where its owner stood when it was claimed; that office verifies it. */
  readonly claimedAt: string;
  /** Where its owner stands now. */
  readonly standsAt: string;
}

export async function selectRecordPlaces(db: Db, id: string): Promise<RecordPlaces | null> {
  const row = await db
    .selectFrom('record')
    .innerJoin('person', 'person.id', 'record.person_id')
    .select([
      'record.person_id as personId',
      'record.unit_path as claimedAt',
      sql<string>`coalesce(person.unit_path, record.unit_path)`.as('standsAt'),
    ])
    .where('record.id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** The growth files of two entries of one person become one; who confirmed what stays as it was. */
export async function reassignPerson(tx: Db, from: string, to: string): Promise<void> {
  // What one entry confirmed for the other turns out to be one's own record, and waits for another to confirm it.
  await sql`
    UPDATE record SET state = 'submitted', decided_by = NULL, decided_at = NULL, revision = revision + 1
     WHERE state = 'confirmed' AND ((person_id = ${from} AND decided_by = ${to}) OR (person_id = ${to} AND decided_by = ${from}))`.execute(
    tx,
  );
  await tx.updateTable('record').set({ person_id: to }).where('person_id', '=', from).execute();
  await tx.updateTable('evidence').set({ person_id: to }).where('person_id', '=', from).execute();
}

// --- What programmes read ------------------------------------------------------------------------------

/** Which records to read: of these types, none on or before the day `after`; null reads them all. */
export interface RecordNeeds {
  readonly types: readonly string[] | null;
  readonly after: CivilDate | null;
  /** Only what the bare outcome of a programme rests on; absent, all of it. */
  readonly bare?: {
    /** A later day for some types. */
    readonly after: readonly { readonly type: string; readonly day: CivilDate }[];
    /** The types whose own fields are read. */
    readonly fields: readonly string[];
    /** Whether records are told apart: the same one may not count twice. */
    readonly ids: boolean;
  };
}
export const EVERY_RECORD: RecordNeeds = { types: null, after: null };

/** What the bare outcome of a compiled programme rests on when it reckons from `asOf`. */
export const recordNeeds = (needs: Needs, asOf: CivilDate): RecordNeeds => ({
  types: needs.recordTypes,
  after: needs.earliest(asOf),
  bare: {
    after: needs.recordTypes.flatMap((type) => {
      const day = needs.earliestOf(type, asOf);
      return day === null ? [] : [{ type, day }];
    }),
    fields: needs.fieldTypes,
    ids: needs.consumes,
  },
});

const needed = ({ types, after, bare }: RecordNeeds) => {
  const days = new Map<CivilDate, string[]>();
  for (const { type, day } of bare?.after ?? []) days.set(day, [...(days.get(day) ?? []), type]);
  const tooOld = [...days].map(
    ([day, of]) => sql`AND NOT (happened_on <= ${day}::date AND type = ANY(${of}))`,
  );
  return sql`state <> 'withdrawn'
  ${types === null ? sql`` : sql`AND type = ANY(${types})`}
  ${after === null ? sql`` : sql`AND (happened_on > ${after}::date OR happened_on IS NULL)`}
  ${sql.join(tooOld.length > 0 ? tooOld : [sql``], sql` `)}`;
};

/** Records as the programme language reads them, each with whose it is. */
export const recordFacts = (personIds: readonly string[], needs: RecordNeeds) => sql<
  RecordFact & { personId: string }
>`
  SELECT person_id AS "personId", id, type, title, happened_on AS "on", level, grade, event,
         author_order AS "authorOrder", state AS status, fields
    FROM record
   WHERE person_id = ANY(${personIds}::uuid[]) AND ${needed(needs)}
   ORDER BY happened_on, id`;

/** The records of some people as the programme language reads them; each of them has an entry, maybe empty. */
export async function selectRecordFacts(
  db: Db,
  personIds: readonly string[],
  needs: RecordNeeds = EVERY_RECORD,
): Promise<Map<string, RecordFact[]>> {
  const facts = new Map<string, RecordFact[]>(personIds.map((id) => [id, []]));
  const { rows } = await recordFacts(personIds, needs).execute(db);
  for (const { personId, ...fact } of rows) facts.get(personId)?.push(fact);
  return facts;
}

const PEOPLE_AT_ONCE = 4000;
/** Chunks asked for ahead, so that the database works while the reader reckons. */
const AHEAD = 2;
const FIELD = '\x1f';
const RECORD = '\x1e';

export interface PersonFacts {
  readonly personId: string;
  readonly records: RecordFact[];
}

/**
 * The same for a crowd: one entry for each of the people, in the order given, without the records' titles.
 * People come in chunks, each one statement whose rows are a person's records in one text, so that a million
 * people pass through a flat amount of memory; people in the order of their ids are read fastest.
 */
export async function* streamRecordFacts(
  db: Db,
  people: Iterable<string> | AsyncIterable<string>,
  needs: RecordNeeds,
): AsyncGenerator<PersonFacts> {
  const parse = recordParser();
  for await (const { ids, texts } of readChunks(db, people, needs)) {
    for (const personId of ids) yield { personId, records: parse(texts.get(personId)) };
  }
}

interface Chunk {
  readonly ids: readonly string[];
  /** Each person's records in one text; people without any are absent. */
  readonly texts: ReadonlyMap<string, string>;
}

async function* readChunks(
  db: Db,
  people: Iterable<string> | AsyncIterable<string>,
  needs: RecordNeeds,
): AsyncGenerator<Chunk> {
  const asked: Promise<Chunk>[] = [];
  const ask = (ids: readonly string[]) => {
    const chunk = selectRecordTexts(db, ids, needs).then((texts) => ({ ids, texts }));
    chunk.catch(() => undefined); // Reported where it is awaited, even if an earlier chunk fails first.
    asked.push(chunk);
  };
  let ids: string[] = [];
  for await (const id of people) {
    ids.push(id);
    if (ids.length < PEOPLE_AT_ONCE) continue;
    ask(ids);
    ids = [];
    const first = asked.length > AHEAD ? asked.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  if (ids.length > 0) ask(ids);
  for (const chunk of asked) yield await chunk;
}

async function selectRecordTexts(
  db: Db,
  ids: readonly string[],
  needs: RecordNeeds,
): Promise<Map<string, string>> {
  const { rows } = await sql<{ personId: string; text: string }>`
    SELECT person_id AS "personId", string_agg(
             ${needs.bare === undefined || needs.bare.ids ? sql`id::text` : sql`''`} || ${FIELD} || type || ${FIELD} || coalesce(happened_on::text, '') || ${FIELD} ||
             coalesce(level, '') || ${FIELD} || coalesce(grade, '') || ${FIELD} || coalesce(event, '') || ${FIELD} ||
             coalesce(author_order::text, '') || ${FIELD} || state || ${FIELD} ||
             ${fieldsText(needs)}, ${RECORD}) AS text
      FROM record
     WHERE person_id = ANY(${ids}) AND ${needed(needs)}
     GROUP BY person_id`.execute(db);
  return new Map(rows.map((row) => [row.personId, row.text]));
}

const fieldsText = ({ bare }: RecordNeeds) =>
  bare === undefined
    ? sql`fields::text`
    : sql`CASE WHEN type = ANY(${bare.fields}) THEN fields::text ELSE '' END`;

type Fields = RecordFact['fields'];
const NO_FIELDS: Fields = {};
/** Many records say the same in their fields; so many different ones are kept parsed. */
const FIELDS_KEPT = 10_000;

function recordParser(): (text: string | undefined) => RecordFact[] {
  const known = new Map<string, Fields>();
  const fieldsOf = (text: string): Fields => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const fields = JSON.parse(text) as Fields;
    if (known.size < FIELDS_KEPT) known.set(text, fields);
    return fields;
  };
  return (text) =>
    text === undefined ? [] : text.split(RECORD).map((record) => parseRecord(record, fieldsOf));
}

function parseRecord(record: string, fieldsOf: (text: string) => Fields): RecordFact {
  const [id = '', type = '', on, level, grade, event, authorOrder, status, fields = ''] = record.split(FIELD);
  return {
    id,
    type,
    title: '',
    on: on || null,
    level: level || null,
    grade: grade || null,
    event: event || null,
    authorOrder: authorOrder ? Number(authorOrder) : null,
    status: status as RecordState,
    fields: fields === '' ? NO_FIELDS : fieldsOf(fields),
  };
}
