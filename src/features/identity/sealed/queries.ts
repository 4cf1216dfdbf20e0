import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../platform/database.ts';
import { type SealedBy, sealAnew, type Tally, tallyOf } from '../../../platform/seal.ts';
import type { Holder } from '../../../platform/secret.ts';
import { PROVIDER_PURPOSE } from '../providers/client.ts';
import { TOTP_PURPOSE } from '../second-factor/totp.ts';

/* What the tables keep sealed with the install's secret, gone through as a whole. */

interface Kept {
  readonly purpose: string;
  readonly page: (last: string) => RawBuilder<{ id: string; sealed: string }>;
  readonly put: (ids: readonly string[], sealed: readonly string[]) => RawBuilder<unknown>;
}

const AT_ONCE = 1000;
const anew = (ids: readonly string[], sealed: readonly string[]) =>
  sql`unnest(${[...ids]}::uuid[], ${[...sealed]}::text[]) AS anew (id, sealed)`;

const TOTP: Kept = {
  purpose: TOTP_PURPOSE,
  page: (last) => sql`
    SELECT person_id AS id, secret AS sealed FROM totp WHERE person_id > ${last} ORDER BY person_id LIMIT ${AT_ONCE}`,
  put: (ids, sealed) =>
    sql`UPDATE totp SET secret = anew.sealed FROM ${anew(ids, sealed)} WHERE totp.person_id = anew.id`,
};
const PROVIDERS: Kept = {
  purpose: PROVIDER_PURPOSE,
  page: (last) => sql`
    SELECT id, client_secret AS sealed FROM sign_in_provider
     WHERE client_secret IS NOT NULL AND id > ${last} ORDER BY id LIMIT ${AT_ONCE}`,
  put: (ids, sealed) =>
    sql`UPDATE sign_in_provider SET client_secret = anew.sealed FROM ${anew(ids, sealed)} WHERE sign_in_provider.id = anew.id`,
};

export interface Pass {
  readonly config: Holder;
  /** Seals anew what an older secret sealed; else only looks. */
  readonly write: boolean;
  /** How many rows were gone through, after each page of them. */
  readonly tell?: (rows: number) => void;
}

export const sealTotpAnew = (db: Db, pass: Pass): Promise<Tally> => goThrough(db, TOTP, pass);
export const sealProvidersAnew = (db: Db, pass: Pass): Promise<Tally> => goThrough(db, PROVIDERS, pass);

async function goThrough(db: Db, { purpose, page, put }: Kept, pass: Pass): Promise<Tally> {
  const found: SealedBy[] = [];
  for (let last = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await page(last).execute(db);
    const sealed = rows.map((row) => ({ id: row.id, ...sealAnew(pass.config, purpose, row.id, row.sealed) }));
    const changed = sealed.filter(({ by }) => by === 'old');
    if (pass.write && changed.length > 0)
      await put(
        changed.map(({ id }) => id),
        changed.map((one) => one.sealed),
      ).execute(db);
    found.push(...sealed.map(({ by }) => by));
    if (rows.length > 0) pass.tell?.(found.length);
    last = rows.at(-1)?.id ?? last;
    if (rows.length < AT_ONCE) return tallyOf(found);
  }
}

// --- Sign-in codes --------------------------------------------------------------------------------------

/** Codes and invitation links that still open. */
export async function countOpenCodes(db: Db, now: Date): Promise<number> {
  const { count } = await db
    .selectFrom('account')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('code_expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return count;
}

/** Only the secret they were made with knows them again: they are over, and shown as such. */
export async function endOpenCodes(tx: Db, now: Date): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('account')
    .set({ code_expires_at: now })
    .where('code_expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
