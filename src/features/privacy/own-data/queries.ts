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

interface Own {
  readonly what: RawBuilder<unknown>;
  readonly from: RawBuilder<unknown>;
  /** In what order; null where there is one at most. */
  readonly by: RawBuilder<unknown> | null;
}
const OF: Readonly<Record<OwnKind, (person: string) => Own>> = {
  person: (id) => ({
    what: sql`person.name, staff_number, sex, birth_date, teaching_since, phone, email, unit.name AS unit, team.name AS "group", person.subject, stage, rank, education, post, front_line, qualified, special_post, state`,
    from: sql`FROM person LEFT JOIN unit ON unit.id = unit_id LEFT JOIN unit team ON team.id = group_id WHERE person.id = ${id}`,
    by: null,
  }),
  employment: (id) => ({
    what: sql`unit.name AS unit, kind, post, lower(during) AS "from", upper(during) AS until`,
    from: sql`FROM employment JOIN unit ON unit.id = unit_id WHERE person_id = ${id}`,
    by: sql`lower(during)`,
  }),
  membership: (id) => ({
    what: sql`unit.name AS "group", lower(during) AS "from", upper(during) AS until`,
    from: sql`FROM membership JOIN unit ON unit.id = unit_id WHERE person_id = ${id}`,
    by: sql`lower(during)`,
  }),
  person_fact: (id) => ({
    what: sql`attribute, value, lower(during) AS "from", upper(during) AS until`,
    from: sql`FROM person_fact WHERE person_id = ${id}`,
    by: sql`attribute, lower(during)`,
  }),
  role_assignment: (id) => ({
    what: sql`role, unit.name AS unit, lower(during) AS "from", upper(during) AS until`,
    from: sql`FROM role_assignment JOIN unit ON unit.id = unit_id WHERE person_id = ${id}`,
    by: sql`lower(during)`,
  }),
  title_holding: (id) => ({
    what: sql`title, lower(during) AS "from", upper(during) AS until, number, document`,
    from: sql`FROM title_holding WHERE person_id = ${id}`,
    by: sql`lower(during)`,
  }),
  record: (id) => ({
    what: sql`type, title, happened_on, level, grade, author_order, event, certificate, fields, state, late, entered_at, decided_at, reason`,
    from: sql`FROM record WHERE person_id = ${id}`,
    by: sql`entered_at`,
  }),
  evidence: (id) => ({
    what: sql`file_name, media_type, size, sha256, uploaded_at, withdrawn_at, erased_at`,
    from: sql`FROM evidence WHERE person_id = ${id}`,
    by: sql`uploaded_at`,
  }),
  application: (id) => ({
    what: sql`round.name AS round, application.state, receipt, submitted_at, outcome, form, findings`,
    from: sql`FROM application JOIN round ON round.id = round_id WHERE person_id = ${id}`,
    by: sql`saved_at`,
  }),
  application_attachment: (id) => ({
    what: sql`round.name AS round, item, file_name, media_type, size, sha256, uploaded_at, withdrawn_at, application_attachment.erased_at`,
    from: sql`FROM application_attachment JOIN application ON application.id = application_id JOIN round ON round.id = round_id WHERE application.person_id = ${id}`,
    by: sql`uploaded_at`,
  }),
  review: (id) => ({
    what: sql`round.name AS round, unit.name AS unit, review.decision, review.reason, review.decided_at`,
    from: sql`FROM review JOIN application ON application.id = application_id JOIN round ON round.id = review.round_id JOIN unit ON unit.id = review.unit_id WHERE application.person_id = ${id} AND superseded_at IS NULL`,
    by: sql`review.decided_at`,
  }),
  notice: (id) => ({
    what: sql`kind, detail, created_at, read_at`,
    from: sql`FROM notice WHERE person_id = ${id}`,
    by: sql`created_at`,
  }),
  account: (id) => ({
    what: sql`sign_in, locale, theme, created_at`,
    from: sql`FROM account WHERE person_id = ${id}`,
    by: null,
  }),
  session: (id) => ({
    what: sql`how, user_agent, place, created_at, seen_at, expires_at`,
    from: sql`FROM session WHERE person_id = ${id}`,
    by: sql`created_at`,
  }),
  wrong_try: (id) => ({
    what: sql`how AS tried, place, times, last_at AS tried_at`,
    from: sql`FROM wrong_try WHERE person_id = ${id}`,
    by: sql`last_at`,
  }),
  passkey: (id) => ({
    what: sql`name, created_at, used_at`,
    from: sql`FROM passkey WHERE person_id = ${id}`,
    by: sql`created_at`,
  }),
  sign_in_link: (id) => ({
    what: sql`provider.name AS provider, sign_in_link.subject, sign_in_link.label, sign_in_link.linked_at, sign_in_link.used_at`,
    from: sql`FROM sign_in_link JOIN sign_in_provider provider ON provider.id = provider_id WHERE person_id = ${id}`,
    by: sql`linked_at`,
  }),
  correction_request: (id) => ({
    what: sql`field, was, wanted, because, state, asked_at, decided_at, answer`,
    from: sql`FROM correction_request WHERE person_id = ${id}`,
    by: sql`asked_at`,
  }),
  consent: (id) => ({
    what: sql`purpose, notice_number, given_at, withdrawn_at`,
    from: sql`FROM consent WHERE person_id = ${id}`,
    by: sql`given_at`,
  }),
  public_profile: (id) => ({
    what: sql`name, school, subject, titles, introduction, since`,
    from: sql`FROM public_profile WHERE person_id = ${id}`,
    by: null,
  }),
  audit: (id) => ({
    what: sql`audit.at, name_of(actor_id) AS actor, action, before, after, reason`,
    from: sql`FROM audit WHERE person_id IN ${entriesOf(id)} AND action <> ALL (${[...NOT_FOR_OWNER]}::text[])`,
    by: sql`seq`,
  }),
  sensitive_read: (id) => ({
    what: sql`read.at, name_of(reader_id) AS reader, read.kind`,
    from: sql`FROM sensitive_read read WHERE person_id IN ${entriesOf(id)}`,
    by: sql`read.at`,
  }),
};

export type OwnRow = Readonly<Record<string, unknown>>;

/** What asks for the rows of a kind. */
export function ownRows(kind: OwnKind, personId: string): RawBuilder<unknown> {
  const { what, from, by } = OF[kind](personId);
  return sql`SELECT ${what} ${from} ${by === null ? sql`` : sql`ORDER BY ${by}`}`;
}

export async function listOwn(db: Db, kind: OwnKind, personId: string): Promise<OwnRow[]> {
  return (await sql<OwnRow>`${ownRows(kind, personId)}`.execute(db)).rows;
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
        (kind) => sql`SELECT ${sql.lit(kind)} AS kind, count(*)::int AS n ${OF[kind](personId).from}`,
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
