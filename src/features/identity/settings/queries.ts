import type { Db } from '../../../platform/database.ts';
import { knownOf, type SignInSettings } from './rules.ts';

export async function selectSettings(db: Db): Promise<SignInSettings> {
  const row = await db.selectFrom('sign_in_setting').selectAll().executeTakeFirstOrThrow();
  return {
    sessionHours: row.session_hours,
    idleMinutes: row.idle_minutes,
    tries: row.tries,
    addressTries: row.address_tries,
    accountTries: row.account_tries,
    closedMinutes: row.closed_minutes,
    codeDays: row.code_days,
    secondFactorRoles: knownOf(row.second_factor_roles),
    revision: row.revision,
  };
}

/** False when somebody else changed them since `settings.revision`. */
export async function updateSettings(tx: Db, settings: SignInSettings): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('sign_in_setting')
    .set({
      session_hours: settings.sessionHours,
      idle_minutes: settings.idleMinutes,
      tries: settings.tries,
      address_tries: settings.addressTries,
      account_tries: settings.accountTries,
      closed_minutes: settings.closedMinutes,
      code_days: settings.codeDays,
      second_factor_roles: [...settings.secondFactorRoles],
      revision: settings.revision + 1,
    })
    .where('revision', '=', settings.revision)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** The path of the authority's first root unit; null in an empty database. */
export async function selectOptionalRootPath(db: Db): Promise<string | null> {
  const row = await db
    .selectFrom('unit')
    .select('path')
    .where('parent_id', 'is', null)
    .orderBy('key')
    .limit(1)
    .executeTakeFirst();
  return row?.path ?? null;
}
