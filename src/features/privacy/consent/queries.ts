import { sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import type { Locale } from '../../../web/words.ts';
import type { OptionalPurpose } from './rules.ts';

export interface PrivacyNotice {
  readonly number: number;
  readonly texts: Readonly<Record<Locale, string>>;
  readonly publishedAt: Date;
}

/** The number of the one in force. */
export const newestNotice = (db: Db) =>
  db.selectFrom('privacy_notice').select('number').orderBy('number', 'desc').limit(1);

/** Every version, the one in force first. There is always one. */
export async function listNoticeVersions(db: Db): Promise<PrivacyNotice[]> {
  const rows = await db.selectFrom('privacy_notice').selectAll().orderBy('number', 'desc').execute();
  return rows.map((row) => ({
    number: row.number,
    texts: { 'zh-CN': row.text_zh, en: row.text_en },
    publishedAt: row.published_at,
  }));
}

/** False when somebody published this number meanwhile. */
export async function insertNoticeVersion(
  tx: Db,
  version: PrivacyNotice & { readonly by: string },
): Promise<boolean> {
  const added = await tx
    .insertInto('privacy_notice')
    .values({
      number: version.number,
      text_zh: version.texts['zh-CN'],
      text_en: version.texts.en,
      published_at: version.publishedAt,
      published_by: version.by,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('number')
    .executeTakeFirst();
  return added !== undefined;
}

export interface Consent {
  readonly id: string;
  readonly purpose: OptionalPurpose;
  readonly noticeNumber: number;
  readonly givenAt: Date;
  readonly withdrawnAt: Date | null;
}

/** What somebody has agreed to, newest first. */
export const consentRows = (db: Db, personId: string) =>
  db
    .selectFrom('consent')
    .select([
      'id',
      'purpose',
      'notice_number as noticeNumber',
      'given_at as givenAt',
      'withdrawn_at as withdrawnAt',
    ])
    .where('person_id', '=', personId)
    .orderBy('given_at', 'desc')
    .limit(50)
    .$castTo<Consent>();

export async function insertConsent(
  tx: Db,
  consent: {
    readonly id: string;
    readonly personId: string;
    readonly purpose: OptionalPurpose;
    readonly noticeNumber: number;
    readonly at: Date;
  },
): Promise<void> {
  await tx
    .insertInto('consent')
    .values({
      id: consent.id,
      person_id: consent.personId,
      purpose: consent.purpose,
      notice_number: consent.noticeNumber,
      given_at: consent.at,
    })
    // Sent twice, or from two tabs at once: one consent stands, and the audit knows the form again.
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What it allowed ends with it (a trigger sees to that). False when there was none. */
export async function withdrawConsent(
  tx: Db,
  personId: string,
  purpose: OptionalPurpose,
  at: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('consent')
    .set({ withdrawn_at: sql<Date>`greatest(given_at, ${at}::timestamptz)` })
    .where('person_id', '=', personId)
    .where('purpose', '=', purpose)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export interface Profile {
  readonly name: string;
  readonly school: string;
  readonly subject: string | null;
  /** Ids of the vocabulary. */
  readonly titles: readonly string[];
  readonly introduction: string;
}

export const profiles = (db: Db) =>
  db.selectFrom('public_profile').select(['name', 'school', 'subject', 'titles', 'introduction']);

/** Whom the public sees, by school and name, a page at a time. */
export const listProfiles = (db: Db, limit: number, offset: number): Promise<Profile[]> =>
  profiles(db).orderBy('school').orderBy('name').orderBy('person_id').limit(limit).offset(offset).execute();

export async function putProfile(tx: Db, personId: string, profile: Profile, at: Date): Promise<void> {
  await tx.deleteFrom('public_profile').where('person_id', '=', personId).execute();
  await tx
    .insertInto('public_profile')
    .values({ person_id: personId, ...profile, titles: [...profile.titles], since: at })
    .execute();
}

/** The titles somebody holds on a day. */
export const heldTitles = (db: Db, personId: string, today: string) =>
  db
    .selectFrom('title_holding')
    .select('title')
    .where('person_id', '=', personId)
    .where(sql<boolean>`during @> ${today}::date`)
    .orderBy('title');
export const listHeldTitles = async (db: Db, personId: string, today: string): Promise<string[]> =>
  (await heldTitles(db, personId, today).execute()).map(({ title }) => title);
