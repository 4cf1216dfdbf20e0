import { hash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../../platform/database.ts';
import { callOwners } from '../../platform/doors.ts';
import type { Locale } from '../../web/words.ts';
import type { Assignment } from './rules.ts';
import { type SessionHow, type SessionRow, sessionNeed } from './sessions/rules.ts';
import { asksSecondFactor, knownOf } from './settings/rules.ts';

/** What is kept of a random token: whoever reads the table cannot act with it. */
export const hashToken = (token: string): string => hash('sha256', token, 'hex');

export interface Account {
  readonly personId: string;
  readonly signIn: string;
  readonly passwordHash: string | null;
  /** Until when the sign-in code opens /password; null with a password of one's own, or none. */
  readonly codeExpiresAt: Date | null;
}

const accountColumns = [
  'person_id as personId',
  'sign_in as signIn',
  'password_hash as passwordHash',
  'code_expires_at as codeExpiresAt',
] as const;

/**
 * The account of a sign-in name (any case), staff number or person's name. A name that several people have is
 * nobody's: they use their numbers.
 */
export async function selectOptionalAccount(db: Db, typed: string): Promise<Account | null> {
  const text = typed.normalize('NFKC').trim();
  const { rows } = await sql<Account & { byName: boolean }>`
    SELECT a.person_id AS "personId", a.sign_in AS "signIn", a.password_hash AS "passwordHash",
           a.code_expires_at AS "codeExpiresAt", a.sign_in <> lower(${text}) AS "byName"
      FROM account a
     WHERE a.sign_in = lower(${text})
        OR a.person_id IN (SELECT id FROM person WHERE name = ${text} AND state <> 'merged')
     ORDER BY "byName" LIMIT 2`.execute(db);
  const [first, second] = rows;
  if (first === undefined || (first.byName && second !== undefined)) return null;
  const { byName: _, ...account } = first;
  return account;
}

export async function selectOptionalAccountOf(db: Db, personId: string): Promise<Account | null> {
  const row = await db
    .selectFrom('account')
    .select(accountColumns)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return row ?? null;
}

export interface NewAccount {
  readonly personId: string;
  readonly signIn: string;
  readonly passwordHash: string | null;
}
export async function insertAccount(db: Db, account: NewAccount): Promise<void> {
  await db
    .insertInto('account')
    .values({
      person_id: account.personId,
      sign_in: account.signIn.toLowerCase(),
      password_hash: account.passwordHash,
    })
    .onConflict((conflict) => conflict.column('person_id').doNothing())
    .execute();
}

export async function updatePassword(db: Db, personId: string, passwordHash: string): Promise<void> {
  await db
    .updateTable('account')
    .set({ password_hash: passwordHash, code_expires_at: null })
    .where('person_id', '=', personId)
    .execute();
}

/** The password instead of what was kept when it was asked; false when somebody changed that meanwhile. */
export async function replacePassword(
  tx: Db,
  personId: string,
  before: string | null,
  passwordHash: string,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('account')
    .set({ password_hash: passwordHash, code_expires_at: null })
    .where('person_id', '=', personId)
    .where('password_hash', before === null ? 'is' : '=', before)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** The sign-in name follows a staff number that was corrected, unless another has that name. */
export async function followStaffNumber(
  tx: Db,
  personId: string,
  before: string | null,
  after: string | null,
): Promise<void> {
  if (before === null || after === null) return;
  await sql`
    UPDATE account SET sign_in = lower(${after})
     WHERE person_id = ${personId} AND sign_in = lower(${before})
       AND NOT EXISTS (SELECT 1 FROM account other WHERE other.sign_in = lower(${after}))`.execute(tx);
}

export interface Preferences {
  readonly locale?: Locale;
  /** Null for what the device has. */
  readonly theme?: 'light' | 'dark' | null;
}
export async function updatePreferences(db: Db, personId: string, change: Preferences): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await db
    .updateTable('account')
    .set({
      ...(change.locale === undefined ? {} : { locale: change.locale }),
      ...(change.theme === undefined ? {} : { theme: change.theme }),
    })
    .where('person_id', '=', personId)
    .execute();
}

export interface SessionMore {
  readonly how?: SessionHow;
  /** Where from, without its last part. */
  readonly place?: string | null;
  /** The second factor is still to come; there are ten minutes for it. */
  readonly awaitsSecond?: boolean;
}

const SECOND_FACTOR_MINUTES = 10;
const endOf = (now: Date, awaitsSecond: boolean) =>
  awaitsSecond
    ? sql<Date>`${new Date(now.getTime() + SECOND_FACTOR_MINUTES * 60_000)}::timestamptz`
    : sql<Date>`(SELECT ${now}::timestamptz + make_interval(hours => session_hours) FROM sign_in_setting)`;

/** A new session; the token goes to the browser, only its hash is kept. */
export async function insertSession(
  db: Db,
  personId: string,
  now: Date,
  userAgent: string | null,
  more: SessionMore = {},
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db
    .insertInto('session')
    .values({
      token_hash: hashToken(token),
      person_id: personId,
      csrf: randomBytes(16).toString('base64url'),
      created_at: now,
      seen_at: now,
      proven_at: now,
      expires_at: endOf(now, more.awaitsSecond ?? false),
      user_agent: userAgent?.slice(0, 200) ?? null,
      how: more.how ?? 'password',
      place: more.place ?? null,
      awaits_second: more.awaitsSecond ?? false,
    })
    .execute();
  return token;
}

/** The session is whole, under a new token: what was known before the second factor opens nothing after it. */
export async function completeSession(tx: Db, token: string, now: Date): Promise<string | null> {
  const fresh = randomBytes(32).toString('base64url');
  const { numUpdatedRows } = await tx
    .updateTable('session')
    .set({
      token_hash: hashToken(fresh),
      csrf: randomBytes(16).toString('base64url'),
      awaits_second: false,
      proven_at: now,
      seen_at: now,
      expires_at: endOf(now, false),
    })
    .where('token_hash', '=', hashToken(token))
    .where('awaits_second', '=', true)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n ? fresh : null;
}

/** Sessions that a token stands for, or stood for a moment ago. */
const knownBy = (token: string) => sql<boolean>`
  (token_hash = ${hashToken(token)} OR id IN (SELECT session_id FROM session_before WHERE session_before.token_hash = ${hashToken(token)}))`;

export async function deleteSession(db: Db, token: string): Promise<void> {
  await db.deleteFrom('session').where(knownBy(token)).execute();
}

/** Sessions past their end are of no use; returns how many there were. */
export async function deleteEndedSessions(db: Db, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('expires_at', '<', before)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** How many sessions ended before then. */
export async function countEndedSessions(db: Db, before: Date): Promise<number> {
  const { count } = await db
    .selectFrom('session')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('expires_at', '<', before)
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Ends the sessions of these people, but for the one whose token is given, and what else was known of that one; returns
 * how many.
 */
export async function deleteSessionsOf(
  tx: Db,
  personIds: readonly string[],
  exceptToken: string | null = null,
): Promise<number> {
  const whose = sql`person_id = ANY(${[...personIds]}::uuid[])`;
  const others = exceptToken === null ? sql`true` : sql`NOT ${knownBy(exceptToken)}`;
  const { numAffectedRows } = await sql`DELETE FROM session WHERE ${whose} AND ${others}`.execute(tx);
  // The one that stays is known from here on by no token but its own and that of whoever asks for this.
  if (exceptToken !== null)
    await sql`
      DELETE FROM session_before WHERE token_hash <> ${hashToken(exceptToken)}
         AND session_id IN (SELECT id FROM session WHERE ${whose})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** What `session_by_token` returns: JSON, where instants are texts. */
interface FoundSession {
  readonly id: string;
  readonly personId: string;
  readonly name: string;
  readonly unitId: string | null;
  readonly unitPath: string | null;
  readonly unitName: string | null;
  readonly how: SessionHow;
  readonly awaitsSecond: boolean;
  readonly seenAt: string;
  readonly provenAt: string;
  readonly csrf: string;
  readonly locale: string | null;
  readonly theme: string | null;
  readonly hasSecond: boolean;
  readonly unread: number;
  readonly secondFactorRoles: readonly string[];
  readonly assignments: Assignment[] | null;
  readonly dutiesApart: boolean;
}

/** Who a session's token stands for, with what they may act as on `today`; null when it has ended. One round trip. */
export async function selectOptionalSession(
  db: Db,
  token: string,
  now: Date,
  today: string,
): Promise<SessionRow | null> {
  const row = (await callOwners(db, 'session_by_token', [
    hashToken(token),
    now,
    today,
  ])) as FoundSession | null;
  if (!row) return null;
  return {
    id: row.id,
    actor: {
      personId: row.personId,
      name: row.name,
      unitId: row.unitId,
      unitPath: row.unitPath,
      unitName: row.unitName,
      assignments: row.assignments ?? [],
      dutiesApart: row.dutiesApart,
    },
    how: row.how,
    needs: sessionNeed({
      how: row.how,
      awaitsSecond: row.awaitsSecond,
      hasSecond: row.hasSecond,
      mustHaveSecond: asksSecondFactor(
        { secondFactorRoles: knownOf(row.secondFactorRoles) },
        (row.assignments ?? []).map(({ role }) => role),
      ),
    }),
    seenAt: new Date(row.seenAt),
    provenAt: new Date(row.provenAt),
    csrf: row.csrf,
    locale: row.locale,
    theme: row.theme,
    unread: row.unread,
  };
}

/** The kinds of person a demo's sign-in page offers; the words have a name for each. */
export const PERSONA_KINDS = [
  'teacher',
  'applicant',
  'group-leader',
  'school-office',
  'deputy',
  'school-leader',
  'county-office',
  'city-office',
  'city-colleague',
  'judge',
  'auditor',
  'security-administrator',
  'administrator',
] as const;
export type PersonaKind = (typeof PERSONA_KINDS)[number];

export interface Persona {
  readonly kind: PersonaKind;
  readonly personId: string;
  readonly name: string;
  readonly signIn: string;
  readonly unitName: string;
}

/** The people a demo offers on its sign-in page: one of each kind, as the demo's maker chose them. */
export async function selectPersonas(db: Db): Promise<Persona[]> {
  const rows = await db
    .selectFrom('demo_persona')
    .innerJoin('person', 'person.id', 'demo_persona.person_id')
    .innerJoin('account', 'account.person_id', 'person.id')
    .leftJoin('unit', 'unit.id', 'person.unit_id')
    .select(['demo_persona.kind', 'person.id as personId', 'person.name', 'account.sign_in as signIn'])
    .select(sql<string>`coalesce(unit.name, '')`.as('unitName'))
    .orderBy('demo_persona.position')
    .execute();
  return rows.flatMap((row) => {
    const kind = PERSONA_KINDS.find((known) => known === row.kind);
    return kind === undefined ? [] : [{ ...row, kind }];
  });
}

/**
 * Two entries of one person become one: the account of `from` serves `to`, with what it signs in with but one-time codes, unless
 * `to` has one; then what `from` had ends. Its sessions end.
 */
export async function reassignPerson(tx: Db, from: string, to: string): Promise<void> {
  await tx.deleteFrom('session').where('person_id', '=', from).execute();
  await tx.deleteFrom('sign_in_challenge').where('person_id', '=', from).execute();
  const moved = await sql`
    UPDATE account SET person_id = ${to}
     WHERE person_id = ${from} AND NOT EXISTS (SELECT 1 FROM account WHERE person_id = ${to})`.execute(tx);
  // The secret of one-time codes is sealed for `from` and opens for nobody else: it is set up anew.
  await tx.deleteFrom('totp').where('person_id', '=', from).execute();
  // What was tried at either account is tried at theirs; it was before whatever they are told next.
  await tx
    .updateTable('wrong_try')
    .set({ person_id: to, told: true })
    .where('person_id', '=', from)
    .execute();
  for (const table of ['recovery_code', 'passkey', 'sign_in_link'] as const) {
    if (moved.numAffectedRows === 1n) {
      await tx.updateTable(table).set({ person_id: to }).where('person_id', '=', from).execute();
    } else await tx.deleteFrom(table).where('person_id', '=', from).execute();
  }
  await tx
    .updateTable('account')
    .set({ password_hash: null, code_expires_at: null })
    .where('person_id', '=', from)
    .execute();
}
