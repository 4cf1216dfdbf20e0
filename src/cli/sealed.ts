import { sealSignersAnew } from '../features/audit/heads/key.ts';
import { type Pass, sealProvidersAnew, sealTotpAnew } from '../features/identity/sealed/queries.ts';
import { sealKeysAnew } from '../features/organisation/id-numbers/vault.ts';
import type { Source } from '../platform/backup/backup.ts';
import type { Config } from '../platform/config.ts';
import { type Database, type Db, openDatabase } from '../platform/database.ts';
import type { Tally } from '../platform/seal.ts';
import { onlyLooking } from '../platform/secret.ts';

/*
 * Everything of an authority that is sealed with the install's secret itself, in one list: whatever is ever sealed with
 * `seal()` (platform/seal.ts) and outlives a day belongs here, or an exchange of the secret loses it (a test holds that).
 */
export interface Sealed {
  readonly totp: Tally;
  readonly providers: Tally;
  /** Files of keys beside the secret: those that sign heads, and those that seal identity numbers. */
  readonly signers: Tally;
  readonly idKeys: Tally;
}

export async function goThroughSealed(
  db: Db,
  pass: Omit<Pass, 'config'> & { readonly config: Config },
): Promise<Sealed> {
  const { config, write } = pass;
  return {
    signers: sealSignersAnew(config, write),
    idKeys: sealKeysAnew(config, write),
    providers: await sealProvidersAnew(db, pass),
    totp: await sealTotpAnew(db, pass),
  };
}

export const sumOf = (sealed: Sealed, by: keyof Tally): number =>
  Object.values(sealed).reduce((sum: number, tally: Tally) => sum + tally[by], 0);

const NAMES: Readonly<Record<keyof Sealed, { readonly zh: string; readonly en: string }>> = {
  totp: { zh: '个验证器', en: 'one-time code secrets' },
  providers: { zh: '个统一身份登录的密钥', en: 'secrets of providers' },
  signers: { zh: '个审计链头的签名密钥', en: 'keys that sign heads' },
  idKeys: { zh: '个身份证件号码的密钥', en: 'keys of identity numbers' },
};

/** "3 one-time code secrets, 1 secrets of providers"; empty for none. */
export const listed = (sealed: Sealed, by: keyof Tally, locale: 'zh' | 'en' = 'en'): string =>
  (Object.keys(NAMES) as (keyof Sealed)[])
    .filter((kind) => sealed[kind][by] > 0)
    .map((kind) => `${sealed[kind][by]} ${NAMES[kind][locale]}`)
    .join(locale === 'zh' ? '，' : ', ');

/** An authority where its rows and its keys lie. The secret is read anew: within one run it may change. */
export const configAt = (
  config: Config,
  { schema, dataDir }: Pick<Source, 'schema' | 'dataDir'>,
): Config => ({
  ...config,
  schema,
  dataDir,
});

export async function withRowsOf<T>(
  { url, schema }: Pick<Source, 'url' | 'schema'>,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = openDatabase(url, { schema, max: 1 });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** With which secret everything is sealed. Changes nothing, and makes no secret. */
export const lookAtSealed = (
  source: Pick<Source, 'url' | 'schema' | 'dataDir'>,
  config: Config,
): Promise<Sealed> =>
  withRowsOf(source, (db) =>
    goThroughSealed(db, { config: onlyLooking(configAt(config, source)), write: false }),
  );
