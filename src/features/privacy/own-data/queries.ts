import { type RawBuilder, sql } from 'kysely';
import type { Database, Db } from '../../../platform/database.ts';
import { aboutPerson, passing } from '../../../platform/doors.ts';
import { madeOnce, optionalInstant } from '../../../platform/together.ts';
import type { Locale } from '../../../web/words.ts';
import { retentionRows } from '../../audit/retention/queries.ts';
import { NOT_FOR_OWNER } from '../../audit/timeline/rules.ts';
import { type IdRow, idNumberSetting, idRows } from '../../organisation/id-numbers/queries.ts';
import {
  type Consent,
  consentRows,
  heldTitles,
  newestNotice,
  type Profile,
  profiles,
} from '../consent/queries.ts';
import { type Correction, ownCorrections } from '../corrections/queries.ts';
import { OWN_KINDS, type OwnKind } from './rules.ts';

/*
 * What is held of one person, read from every feature's tables for that person alone. It names each column it hands out:
 * a new one with a secret in it does not come along by itself.
 */

/** Somebody's entry and those merged into it, which stand in what is never written anew. */
const entriesOf = (id: string) => sql`(SELECT id FROM person WHERE id = ${id} OR merged_into = ${id})`;

const OF: Readonly<Record<OwnKind, (person: string) => RawBuilder<unknown>>> = {
  person: (id) => sql`
    SELECT person.name, staff_number, sex, birth_date, teaching_since, phone, email, unit.name AS unit, team.name AS "group",
           person.subject, stage, rank, education, post, front_line, qualified, special_post, state
      FROM person LEFT JOIN unit ON unit.id = unit_id LEFT JOIN unit team ON team.id = group_id WHERE person.id = ${id}`,
  employment: (id) => sql`
    SELECT unit.name AS unit, kind, post, lower(during) AS "from", upper(during) AS until
      FROM employment JOIN unit ON unit.id = unit_id WHERE person_id = ${id} ORDER BY lower(during)`,
  membership: (id) => sql`
    SELECT unit.name AS "group", lower(during) AS "from", upper(during) AS until
      FROM membership JOIN unit ON unit.id = unit_id WHERE person_id = ${id} ORDER BY lower(during)`,
  person_fact: (id) => sql`
    SELECT attribute, value, lower(during) AS "from", upper(during) AS until
      FROM person_fact WHERE person_id = ${id} ORDER BY attribute, lower(during)`,
  role_assignment: (id) => sql`
    SELECT role, unit.name AS unit, lower(during) AS "from", upper(during) AS until
      FROM role_assignment JOIN unit ON unit.id = unit_id WHERE person_id = ${id} ORDER BY lower(during)`,
  title_holding: (id) => sql`
    SELECT title, lower(during) AS "from", upper(during) AS until, number, document
      FROM title_holding WHERE person_id = ${id} ORDER BY lower(during)`,
  record: (id) => sql`
    SELECT type, title, happened_on, level, grade, author_order, event, certificate, fields, state, late, entered_at, decided_at, reason
      FROM record WHERE person_id = ${id} ORDER BY entered_at`,
  evidence: (id) => sql`
    SELECT file_name, media_type, size, sha256, uploaded_at, withdrawn_at, erased_at
      FROM evidence WHERE person_id = ${id} ORDER BY uploaded_at`,
  application: (id) => sql`
    SELECT round.name AS round, application.state, receipt, submitted_at, outcome, form, findings
      FROM application JOIN round ON round.id = round_id WHERE person_id = ${id} ORDER BY saved_at`,
  application_attachment: (id) => sql`
    SELECT round.name AS round, item, file_name, media_type, size, sha256, uploaded_at, withdrawn_at, application_attachment.erased_at
      FROM application_attachment JOIN application ON application.id = application_id JOIN round ON round.id = round_id
     WHERE application.person_id = ${id} ORDER BY uploaded_at`,
  review: (id) => sql`
    SELECT round.name AS round, unit.name AS unit, review.decision, review.reason, review.decided_at
      FROM review JOIN application ON application.id = application_id JOIN round ON round.id = review.round_id
      JOIN unit ON unit.id = review.unit_id
     WHERE application.person_id = ${id} AND superseded_at IS NULL ORDER BY review.decided_at`,
  notice: (id) => sql`
    SELECT kind, detail, created_at, read_at FROM notice WHERE person_id = ${id} ORDER BY created_at`,
  account: (id) => sql`
    SELECT sign_in, locale, theme, created_at FROM account WHERE person_id = ${id}`,
  session: (id) => sql`
    SELECT how, user_agent, place, created_at, seen_at, expires_at FROM session WHERE person_id = ${id} ORDER BY created_at`,
  wrong_try: (id) => sql`
    SELECT how AS tried, place, times, last_at AS tried_at FROM wrong_try WHERE person_id = ${id} ORDER BY last_at`,
  passkey: (id) => sql`
    SELECT name, created_at, used_at FROM passkey WHERE person_id = ${id} ORDER BY created_at`,
  sign_in_link: (id) => sql`
    SELECT provider.name AS provider, sign_in_link.subject, sign_in_link.label, sign_in_link.linked_at, sign_in_link.used_at
      FROM sign_in_link JOIN sign_in_provider provider ON provider.id = provider_id WHERE person_id = ${id} ORDER BY linked_at`,
  correction_request: (id) => sql`
    SELECT field, was, wanted, because, state, asked_at, decided_at, answer
      FROM correction_request WHERE person_id = ${id} ORDER BY asked_at`,
  consent: (id) => sql`
    SELECT purpose, notice_number, given_at, withdrawn_at FROM consent WHERE person_id = ${id} ORDER BY given_at`,
  public_profile: (id) => sql`
    SELECT name, school, subject, titles, introduction, since FROM public_profile WHERE person_id = ${id}`,
  audit: (id) => sql`
    SELECT audit.at, name_of(actor_id) AS actor, action, before, after, reason
      FROM audit
     WHERE person_id IN ${entriesOf(id)} AND action <> ALL (${[...NOT_FOR_OWNER]}::text[]) ORDER BY seq`,
  sensitive_read: (id) => sql`
    SELECT read.at, name_of(reader_id) AS reader, read.kind
      FROM sensitive_read read
     WHERE person_id IN ${entriesOf(id)} ORDER BY read.at`,
};

export type OwnRow = Readonly<Record<string, unknown>>;

/** What asks for the rows of a kind. */
export const ownRows = (kind: OwnKind, personId: string): RawBuilder<unknown> => OF[kind](personId);

export async function listOwn(db: Db, kind: OwnKind, personId: string): Promise<OwnRow[]> {
  return (await sql<OwnRow>`${OF[kind](personId)}`.execute(db)).rows;
}

const seenAtOnce = madeOnce(
  (db, { personId, today }: { readonly personId: string; readonly today: string }) => ({
    consents: consentRows(db, personId),
    notice: newestNotice(db),
    profile: profiles(db).where('person_id', '=', personId),
    titles: heldTitles(db, personId, today),
    copies: latestCopies(db, personId),
    corrections: ownCorrections(db, personId),
    retention: retentionRows(db, 'copies'),
    setting: idNumberSetting(db),
    idNumber: idRows(db).where('person_id', '=', personId),
    kinds: sql<{ kind: OwnKind; n: number }>`${sql.join(
      OWN_KINDS.map(
        (kind) =>
          sql`SELECT ${sql.lit(kind)} AS kind, count(*)::int AS n FROM (${OF[kind](personId)}) AS own`,
      ),
      sql` UNION ALL `,
    )}`,
  }),
);

/** What the page of one's own data shows beside oneself, in one statement. */
export interface OwnData {
  /** How many of each kind there are. */
  readonly counts: ReadonlyMap<OwnKind, number>;
  readonly consents: readonly Consent[];
  /** The number of the privacy notice in force. */
  readonly notice: number;
  readonly profile: Profile | null;
  /** Ids of the titles held today. */
  readonly titles: readonly string[];
  readonly copies: readonly Copy[];
  readonly corrections: readonly Correction[];
  /** How many days a copy is kept. */
  readonly copyDays: number;
  readonly idNumbersKept: boolean;
  readonly idNumber: IdRow | null;
}

export async function selectOwnData(db: Database, personId: string, today: string): Promise<OwnData> {
  const merged = await passing(db, 'merged', (all) =>
    all.selectFrom('person').select('id').where('merged_into', '=', personId).execute(),
  );
  // What was done with an entry merged into theirs, and who read it, is about them; the walls know them by their own.
  const asker = merged.reduce(
    (own, { id }) => aboutPerson(aboutPerson(own, 'record.see', id), 'reads.see', id),
    db,
  );
  const seen = await passing(asker, 'merged', (all) => seenAtOnce(all, { personId, today }));
  const [idNumber] = seen.idNumber;
  return {
    counts: new Map(seen.kinds.map(({ kind, n }) => [kind, n])),
    consents: seen.consents.map((one) => ({
      ...one,
      givenAt: new Date(one.givenAt),
      withdrawnAt: optionalInstant(one.withdrawnAt),
    })),
    notice: seen.notice[0]?.number ?? 1,
    profile: seen.profile[0] ?? null,
    titles: seen.titles.map(({ title }) => title),
    copies: seen.copies.map((one) => ({ ...one, askedAt: new Date(one.askedAt) })),
    corrections: seen.corrections.map((one) => ({
      ...one,
      askedAt: new Date(one.askedAt),
      decidedAt: optionalInstant(one.decidedAt),
    })),
    copyDays: only(seen.retention).days,
    idNumbersKept: only(seen.setting).kept,
    idNumber: idNumber === undefined ? null : { ...idNumber, statedAt: new Date(idNumber.statedAt) },
  };
}

/** A row the migrations have made, of which there is one. */
function only<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error('a row every authority begins with is gone');
  return row;
}

export interface OwnFile {
  readonly name: string;
  readonly sha256: string;
}

/** The files somebody added to their records and applications, that are still there. */
export async function listOwnFiles(db: Db, personId: string): Promise<OwnFile[]> {
  const { rows } = await sql<OwnFile>`
    SELECT file_name AS name, sha256 FROM evidence WHERE person_id = ${personId} AND erased_at IS NULL
    UNION
    SELECT file_name, sha256 FROM application_attachment JOIN application ON application.id = application_id
     WHERE application.person_id = ${personId} AND application_attachment.erased_at IS NULL
    ORDER BY 1, 2`.execute(db);
  return rows;
}

/** The rounds somebody applied in, with the version each is judged by. */
export const listOwnRounds = (
  db: Db,
  personId: string,
): Promise<{ readonly name: string; readonly versionId: string }[]> =>
  db
    .selectFrom('application')
    .innerJoin('round', 'round.id', 'application.round_id')
    .select(['round.name', 'round.programme_version_id as versionId'])
    .where('application.person_id', '=', personId)
    .execute();

// --- Copies ------------------------------------------------------------------------------------------

export interface Copy {
  readonly id: string;
  readonly personId: string;
  readonly state: 'making' | 'done' | 'failed';
  readonly locale: Locale;
  readonly progress: number;
  readonly size: number | null;
  readonly askedAt: Date;
}

const copies = (db: Db) =>
  db
    .selectFrom('own_data_copy')
    .select(['id', 'person_id as personId', 'state', 'locale', 'progress', 'size', 'asked_at as askedAt'])
    .$castTo<Copy>();

const latestCopies = (db: Db, personId: string) =>
  copies(db).where('person_id', '=', personId).orderBy('asked_at', 'desc').limit(20);
export const listCopies = (db: Db, personId: string): Promise<Copy[]> => latestCopies(db, personId).execute();

export const selectOptionalCopy = async (db: Db, id: string): Promise<Copy | null> =>
  (await copies(db).where('id', '=', id).executeTakeFirst()) ?? null;

export async function insertCopy(
  tx: Db,
  copy: Pick<Copy, 'id' | 'personId' | 'locale' | 'askedAt'>,
): Promise<void> {
  await tx
    .insertInto('own_data_copy')
    .values({
      id: copy.id,
      person_id: copy.personId,
      state: 'making',
      locale: copy.locale,
      asked_at: copy.askedAt,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Of a copy that is still being made; one that has ended stays as it is. */
export async function updateCopy(
  db: Db,
  id: string,
  change: {
    readonly state?: 'done' | 'failed';
    readonly progress?: number;
    readonly size?: number;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .updateTable('own_data_copy')
    .set({
      ...(change.progress === undefined ? {} : { progress: change.progress }),
      ...(change.size === undefined ? {} : { size: String(change.size) }),
      ...(change.state === undefined ? {} : { state: change.state, finished_at: change.at }),
    })
    .where('id', '=', id)
    .where('state', '=', 'making')
    .execute();
}

export const listUnfinishedCopies = async (db: Db): Promise<string[]> =>
  (await db.selectFrom('own_data_copy').select('id').where('state', '=', 'making').execute()).map(
    ({ id }) => id,
  );

export async function countOldCopies(db: Db, before: Date): Promise<number> {
  const { n } = await db
    .selectFrom('own_data_copy')
    .select(sql<number>`count(*)::int`.as('n'))
    .where('asked_at', '<', before)
    .executeTakeFirstOrThrow();
  return n;
}

/** Their ids: whoever asks removes the files. */
export async function deleteOldCopies(db: Db, before: Date): Promise<string[]> {
  const rows = await db.deleteFrom('own_data_copy').where('asked_at', '<', before).returning('id').execute();
  return rows.map(({ id }) => id);
}

/** Those of these copies that there are. */
export async function idsOfCopies(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('own_data_copy')
    .select('id')
    .where('id', '=', sql<string>`ANY(${[...ids]}::uuid[])`)
    .execute();
  return rows.map(({ id }) => id);
}
