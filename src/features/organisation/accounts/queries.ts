import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { keepFigures } from '../../../platform/figures.ts';
import { MANY_PEOPLE } from '../units/counts/queries.ts';
import { under } from '../units/queries.ts';
import type { CodeCandidate } from './rules.ts';

export interface AccountCounts {
  /** With a password of their own. */
  readonly own: number;
  /** With a sign-in code that holds and was not used yet. */
  readonly code: number;
  /** Without either; an expired code is none. */
  readonly none: number;
}

const keepCounts = keepFigures<AccountCounts>(({ own, code, none }) => own + code + none > MANY_PEOPLE);
/** After codes were made: the office that made them sees how many are left. */
export const forgetAccountCounts = (db: Db): void => keepCounts.forget(db);

/** How the people serving at or below a path can sign in. */
export const countAccounts = (db: Db, path: string, now: Date): Promise<AccountCounts> =>
  keepCounts(db, path, (all) => reckonAccounts(all, path, now));

async function reckonAccounts(db: Db, path: string, now: Date): Promise<AccountCounts> {
  const { rows } = await accountRows(under('person.unit_path', [path]), now).execute(db);
  return rows[0] ?? NO_ACCOUNTS;
}
export const NO_ACCOUNTS: AccountCounts = { own: 0, code: 0, none: 0 };

/** One row, of the people whose place is in a range. */
export const accountRows = (inRange: RawBuilder<boolean>, now: Date) => sql<AccountCounts>`
    SELECT (count(*) FILTER (WHERE account.password_hash IS NOT NULL AND account.code_expires_at IS NULL))::int AS own,
           (count(*) FILTER (WHERE account.code_expires_at > ${now}))::int AS code,
           (count(*) FILTER (WHERE account.password_hash IS NULL OR account.code_expires_at <= ${now}))::int AS none
      FROM person LEFT JOIN account ON account.person_id = person.id
     WHERE ${inRange} AND person.state = 'serving'`;

export interface AccountState {
  readonly signIn: string;
  readonly has: 'own' | 'code' | 'expired' | 'nothing';
  readonly expiresAt: Date | null;
  /** Closed somewhere after wrong attempts. */
  readonly closedUntil: Date | null;
  /** Has one-time codes, passkeys, or links to providers. */
  readonly factors: number;
  readonly sessions: number;
  /** Wrong tries to sign in within the last so many days. */
  readonly wrong: number;
  readonly wrongAt: Date | null;
}

export const WRONG_DAYS = 30;

/** How the person signs in; null without an account. */
export async function selectOptionalAccountState(
  db: Db,
  personId: string,
  now: Date,
): Promise<AccountState | null> {
  const since = new Date(now.getTime() - WRONG_DAYS * 86_400_000);
  const { rows } = await sql<AccountState>`
    SELECT sign_in AS "signIn", code_expires_at AS "expiresAt",
           (SELECT max(closed_until) FROM sign_in_limit closing
             WHERE closing.sign_in = account.sign_in AND closing.closed_until > ${now}) AS "closedUntil",
           (SELECT count(*) FROM totp WHERE person_id = ${personId} AND confirmed_at IS NOT NULL)::int
             + (SELECT count(*) FROM passkey WHERE person_id = ${personId})::int
             + (SELECT count(*) FROM sign_in_link WHERE person_id = ${personId})::int AS factors,
           (SELECT count(*) FROM session WHERE person_id = ${personId} AND expires_at > ${now})::int AS sessions,
           (SELECT coalesce(sum(times), 0) FROM wrong_try WHERE person_id = ${personId} AND hour > ${since})::int AS wrong,
           (SELECT max(last_at) FROM wrong_try WHERE person_id = ${personId} AND hour > ${since}) AS "wrongAt",
           CASE WHEN password_hash IS NULL THEN 'nothing' WHEN code_expires_at IS NULL THEN 'own'
                WHEN code_expires_at <= ${now} THEN 'expired' ELSE 'code' END AS has
      FROM account WHERE person_id = ${personId}`.execute(db);
  return rows[0] ?? null;
}

const candidates = (which: RawBuilder<unknown>, today: string, limit: number) => sql<CodeCandidate>`
  SELECT person.id AS "personId", person.name, unit.name AS "unitName", person.staff_number AS "staffNumber", person.state,
         account.sign_in AS "signIn",
         EXISTS (SELECT 1 FROM account other
                  WHERE other.sign_in = lower(person.staff_number) AND other.person_id <> person.id) AS taken,
         (SELECT coalesce(json_agg(json_build_object('role', held.role, 'unitPath', held.unit_path, 'level', at.level)), '[]')
            FROM role_held held JOIN unit at ON at.id = held.unit_id
           WHERE held.person_id = person.id AND (upper_inf(held.during) OR upper(held.during) > ${today}::date)) AS roles
    FROM person LEFT JOIN account ON account.person_id = person.id LEFT JOIN unit ON unit.id = person.unit_id
   WHERE ${which}
   ORDER BY unit.path, person.name, person.id LIMIT ${limit}`;

/** People serving at or below a path who can not sign in, and with `renew` those whose code is unused: one unit after the other. */
export async function listCodeCandidates(
  db: Db,
  path: string,
  options: { readonly renew: boolean; readonly now: Date; readonly today: string; readonly limit: number },
): Promise<CodeCandidate[]> {
  const { renew, now, today, limit } = options;
  const lacking = sql`account.password_hash IS NULL OR account.code_expires_at <= ${now} OR (${renew} AND account.code_expires_at IS NOT NULL)`;
  const which = sql`${under('person.unit_path', [path])} AND person.state = 'serving' AND (${lacking})`;
  return (await candidates(which, today, limit).execute(db)).rows;
}

export async function selectCodeCandidate(
  db: Db,
  personId: string,
  today: string,
): Promise<CodeCandidate | null> {
  return (await candidates(sql`person.id = ${personId}`, today, 1).execute(db)).rows[0] ?? null;
}
