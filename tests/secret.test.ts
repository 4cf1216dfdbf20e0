import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { restoreCommand } from '../src/cli/backup.ts';
import { examineSealed } from '../src/cli/doctor.ts';
import { type Asked, type Place, rotateSecret, secretCommand } from '../src/cli/secret.ts';
import { checkChain } from '../src/features/audit/chain/check.ts';
import { loadSigner, rotateSigner } from '../src/features/audit/heads/key.ts';
import { openNote, verifierText } from '../src/features/audit/heads/note.ts';
import { knownVerifiers, signHead } from '../src/features/audit/heads/sign.ts';
import { hashCode, verifyPassword } from '../src/features/identity/password.ts';
import { makeTotpSecret, readTotpSecret } from '../src/features/identity/second-factor/totp.ts';
import { putIdNumber, selectOptionalIdNumber } from '../src/features/organisation/id-numbers/queries.ts';
import { makeVault, openVault } from '../src/features/organisation/id-numbers/vault.ts';
import { runBackup } from '../src/platform/backup/backup.ts';
import { folderTarget } from '../src/platform/backup/target.ts';
import { type Config, readConfig } from '../src/platform/config.ts';
import { type Database, openDatabase } from '../src/platform/database.ts';
import { openDirectory, whileNobodyServes } from '../src/platform/directory.ts';
import { folderFiles } from '../src/platform/files.ts';
import { newId } from '../src/platform/ids.ts';
import { migrate } from '../src/platform/migrate.ts';
import { root } from '../src/platform/root.ts';
import { seal, unseal } from '../src/platform/seal.ts';
import { exchangeFile, loadSecret, oldPathOf } from '../src/platform/secret.ts';
import { emptyPlace, sourceOf } from './backup/support.ts';
import { testDatabase } from './support/database.ts';
import { makeWorld, type World } from './support/world.ts';

/* Decision 025: the secret of an install is exchanged, and nothing that outlives a day is lost. */

const NOW = new Date('2026-11-26T03:00:00Z');
const NUMBER = '990101198805016028';
const CODE = '7KQM-3XWF-H9TD';
const CLIENT_SECRET = 'of the provider';

const { db, url, schema } = await testDatabase();
const SECOND = 'second_authority';
await migrate(url, { schema: SECOND });
const second = openDatabase(url, { schema: SECOND, max: 2 });
afterAll(() => second.destroy());
const worlds = [await makeWorld(db), await makeWorld(second)] as const;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

interface Kept {
  readonly place: Place;
  readonly db: Database;
  readonly world: World;
  readonly provider: string;
  readonly code: string;
  totp: string;
  signer: string;
  head: string;
}
let places: [Kept, Kept];
/** As a process that starts now reads it: nothing of an earlier run is remembered. */
const configOf = ({ place }: Kept, env: Record<string, string> = {}): Config => ({
  ...readConfig({ QINGLAN_DATA: place.dataDir, QINGLAN_SCHEMA: place.schema, ...env }),
});

async function fill(
  place: Place,
  at: Database,
  world: World,
  env: Record<string, string> = {},
): Promise<Kept> {
  const config = readConfig({ QINGLAN_DATA: place.dataDir, QINGLAN_SCHEMA: place.schema, ...env });
  for (const table of ['totp', 'sign_in_link', 'sign_in_provider', 'id_number', 'account'] as const)
    await at.deleteFrom(table).execute();
  const sealed = makeTotpSecret(config, world.teacher);
  await at.insertInto('totp').values({ person_id: world.teacher, secret: sealed, made_at: NOW }).execute();
  const provider = newId();
  await sql`INSERT INTO sign_in_provider (id, kind, name, address, client_id, client_secret, enabled, created_at)
            VALUES (${provider}, 'oidc', 'city', 'https://id.example.org', 'qinglan',
                    ${seal(config, 'sign-in-provider', provider, CLIENT_SECRET)}, true, ${NOW})`.execute(at);
  const id = newId();
  const number = makeVault(config, NOW)?.seal(id, { kind: 'resident', number: NUMBER });
  if (number === undefined) throw new Error('no key was made');
  await putIdNumber(at, { ...number, id, personId: world.teacher, at: NOW });
  const code = hashCode(config, CODE);
  await at
    .insertInto('account')
    .values({
      person_id: world.teacher,
      sign_in: 't1001',
      password_hash: code,
      code_expires_at: new Date('2026-12-20T00:00:00Z'),
    })
    .execute();
  rotateSigner(config);
  const signer = loadSigner(config);
  const head = await signHead(at, [signer], NOW);
  return {
    place,
    db: at,
    world,
    provider,
    code,
    totp: readTotpSecret(config, world.teacher, sealed) ?? '',
    signer: verifierText(signer),
    head: head.note,
  };
}

/** What somebody who signs in, an office and a checker of heads find there now. */
async function found(kept: Kept, env: Record<string, string> = {}) {
  const config = configOf(kept, env);
  const totp = await kept.db.selectFrom('totp').select('secret').executeTakeFirstOrThrow();
  const provider = await kept.db
    .selectFrom('sign_in_provider')
    .select('client_secret')
    .executeTakeFirstOrThrow();
  const number = await selectOptionalIdNumber(kept.db, kept.world.teacher);
  const verifiers = await knownVerifiers(kept.db);
  const opened = openNote(kept.head, verifiers);
  const walk = await checkChain(kept.db, NOW, { outside: opened.ok ? [opened.checkpoint] : [] });
  return {
    totp: readTotpSecret(config, kept.world.teacher, totp.secret),
    provider: unseal(config, 'sign-in-provider', kept.provider, provider.client_secret ?? ''),
    number: number === null ? null : openVault(config)?.open(number.id, number),
    signer: verifierText(loadSigner(config)),
    head: opened.ok && walk.broken === null,
  };
}
const whole = (kept: Kept) => ({
  totp: kept.totp,
  provider: CLIENT_SECRET,
  number: NUMBER,
  signer: kept.signer,
  head: true,
});

const entries = (kept: Kept) =>
  kept.db.selectFrom('audit').select(['after', 'reason']).where('action', '=', 'secret.rotated').execute();

const asked = (more: Partial<Asked> = {}): Asked => ({
  config: configOf(places[0]),
  places: places.map(({ place }) => place),
  now: NOW,
  reason: '管理员交接',
  ...more,
});
const lines: string[] = [];
const say = (line: string) => lines.push(line);

const newPlaces = async (env: Record<string, string> = {}): Promise<[Kept, Kept]> => {
  const folder = mkdtempSync(join(tmpdir(), 'qinglan-secret-'));
  folders.push(folder);
  const at = (name: string, dataDir: string): Place => ({ name, url, schema: name, dataDir });
  return [
    await fill(at(schema, folder), db, worlds[0], env),
    await fill(at(SECOND, join(folder, 'authorities', SECOND)), second, worlds[1], env),
  ];
};

beforeEach(async () => {
  lines.length = 0;
  places = await newPlaces();
});

test('exchanged, everything opens as before, with the new secret and no longer with the old', async () => {
  const before = places.map((kept) => loadSecret(configOf(kept)));
  const earlier = await Promise.all(places.map(entries));
  await rotateSecret(url, asked(), say);
  for (const [at, kept] of places.entries()) {
    const old = before[at] ?? '';
    expect(loadSecret(configOf(kept))).not.toBe(old);
    expect(existsSync(oldPathOf(kept.place.dataDir))).toBe(false);
    expect(await found(kept)).toEqual(whole(kept));
    const { secret } = await kept.db.selectFrom('totp').select('secret').executeTakeFirstOrThrow();
    expect(readTotpSecret(configOf(kept, { QINGLAN_SECRET: old }), kept.world.teacher, secret)).toBeNull();
    expect(openVault(configOf(kept, { QINGLAN_SECRET: old }))).toBeNull();
    expect(() => loadSigner(configOf(kept, { QINGLAN_SECRET: old }))).toThrow('cannot be read');
    const all = await entries(kept);
    expect(all.slice(earlier[at]?.length)).toEqual([
      // Beside the key that signs lies the one before it.
      { after: { totp: 1, providers: 1, keys: 3, codes: 1, unreadable: 0 }, reason: '管理员交接' },
    ]);
  }
  expect(readdirSync(places[0].place.dataDir)).not.toContain('secret-exchange.json');
  expect(lines.filter((line) => line.startsWith('The old secret is removed'))).toHaveLength(2);
});

test('a sign-in code that was not used is over, and shown so', async () => {
  const [kept] = places;
  expect(await verifyPassword(configOf(kept), CODE, kept.code)).toBe(true);
  await rotateSecret(url, asked(), say);
  expect(await verifyPassword(configOf(kept), CODE, kept.code)).toBe(false);
  const account = await kept.db.selectFrom('account').select('code_expires_at').executeTakeFirstOrThrow();
  expect(account.code_expires_at).toEqual(NOW);
  expect(lines.join('\n')).toContain('1 sign-in codes and invitation links');
});

describe('killed', () => {
  /** Everything opens, goes on being sealed, and the exchange is gone on with and told once. */
  async function goOn(earlier: readonly unknown[][]): Promise<void> {
    for (const kept of places) expect(await found(kept)).toEqual(whole(kept));
    await rotateSecret(url, asked({ reason: '' }), say);
    for (const [at, kept] of places.entries()) {
      expect(await found(kept)).toEqual(whole(kept));
      expect(existsSync(oldPathOf(kept.place.dataDir))).toBe(false);
      expect(await entries(kept)).toHaveLength((earlier[at]?.length ?? 0) + 1);
    }
    expect(readdirSync(places[0].place.dataDir)).not.toContain('secret-exchange.json');
  }

  test('at whatever it said last, it is run again', async () => {
    let steps = 0;
    await rotateSecret(url, asked(), () => (steps += 1));
    // The last line is said when all is done.
    for (let at = 1; at < steps; at += 1) {
      places = await newPlaces();
      const before = places.map((kept) => loadSecret(configOf(kept)));
      const earlier = await Promise.all(places.map(entries));
      let said = 0;
      const cut = rotateSecret(url, asked(), () => {
        said += 1;
        if (said === at) throw new Error('killed');
      });
      await expect(cut).rejects.toThrow('killed');
      const half = places.map((kept) => loadSecret(configOf(kept)));
      await goOn(earlier);
      // Nobody's secret is exchanged twice.
      for (const [one, kept] of places.entries())
        if (half[one] !== before[one]) expect(loadSecret(configOf(kept))).toBe(half[one]);
    }
    expect(steps).toBeGreaterThanOrEqual(8);
  });

  test('after the files of keys and before the rows are committed, it is run again', async () => {
    const earlier = await Promise.all(places.map(entries));
    await sql`CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed'; END $$`.execute(
      db,
    );
    await sql`CREATE TRIGGER fails BEFORE UPDATE ON totp EXECUTE FUNCTION fails()`.execute(db);
    try {
      await expect(rotateSecret(url, asked(), say)).rejects.toThrow('killed');
    } finally {
      await sql`DROP FUNCTION fails CASCADE`.execute(db);
    }
    expect(await entries(places[0])).toEqual(earlier[0]);
    expect((await examineSealed({ ...configOf(places[0]), schema }, url))[0]).toMatchObject({
      level: 'warning',
    });
    await goOn(earlier);
  });

  test('between keeping the old file and writing the new one, the exchange has not begun', () => {
    const holder = configOf(places[0]);
    const old = loadSecret(holder);
    linkSync(join(holder.dataDir, 'secret'), oldPathOf(holder.dataDir));
    exchangeFile(holder);
    expect(readFileSync(oldPathOf(holder.dataDir), 'utf8').trim()).toBe(old);
    expect(loadSecret(holder)).not.toBe(old);
  });
});

describe('refused', () => {
  const stateOf = async (kept: Kept) => ({
    rows: await kept.db.selectFrom('totp').select('secret').execute(),
    providers: await kept.db.selectFrom('sign_in_provider').select('client_secret').execute(),
    files: readdirSync(kept.place.dataDir, { withFileTypes: true })
      .filter((one) => one.isFile())
      .map(({ name }) => `${name} ${readFileSync(join(kept.place.dataDir, name), 'utf8')}`),
  });
  const untouched = async (run: () => Promise<void>, words: string) => {
    const before = await Promise.all(places.map(stateOf));
    await expect(run()).rejects.toThrow(words);
    expect(await Promise.all(places.map(stateOf))).toEqual(before);
  };

  test('with a wrong old secret, before anything is changed; and what cannot be opened may be left', async () => {
    const env = { QINGLAN_SECRET: 'n'.repeat(40), QINGLAN_SECRET_OLD: 'w'.repeat(40) };
    const config = configOf(places[0], env);
    await untouched(
      () => rotateSecret(url, asked({ config }), say),
      'sealed with a secret that is not at hand: 1 one',
    );
    writeFileSync(join(places[0].place.dataDir, 'secret'), `${'x'.repeat(43)}\n`);
    await untouched(() => rotateSecret(url, asked(), say), 'secret.old');
    expect((await examineSealed({ ...configOf(places[0]), schema }, url))[0]).toMatchObject({ level: 'bad' });
    await rotateSecret(url, asked({ evenUnreadable: true }), say);
    expect((await entries(places[0])).at(-1)?.after).toMatchObject({ totp: 0, unreadable: 5 });
    expect(await found(places[1])).toEqual(whole(places[1]));
  });

  test('where the secret is a setting, and says what to do', async () => {
    const config = configOf(places[0], { QINGLAN_SECRET: 'n'.repeat(40) });
    await untouched(() => rotateSecret(url, asked({ config }), say), 'set QINGLAN_SECRET_OLD to what');
  });

  test('without a reason', async () => {
    await untouched(() => rotateSecret(url, asked({ reason: '' }), say), '--reason');
  });

  test('while somebody serves, and nobody begins to serve while it runs', async () => {
    const onError = () => undefined;
    const serving = await openDirectory(url, { onError });
    const more = await openDirectory(url, { onError });
    await untouched(() => rotateSecret(url, asked(), say), 'Qinglan serves');
    await serving.close();
    await untouched(() => rotateSecret(url, asked(), say), 'Qinglan serves');
    await more.close();
    const alone = await whileNobodyServes(url, async () => {
      await expect(openDirectory(url, { onError })).rejects.toThrow('being exchanged');
      return 'done';
    });
    expect(alone).toBe('done');
    await (await openDirectory(url, { onError })).close();
  });
});

test('given by the settings, with the old one beside it, everything is sealed anew; then only the new one is needed', async () => {
  const [old, made] = ['o'.repeat(40), 'n'.repeat(40)];
  places = await newPlaces({ QINGLAN_SECRET: old });
  const env = { QINGLAN_SECRET: made, QINGLAN_SECRET_OLD: old };
  await rotateSecret(url, asked({ config: configOf(places[0], env) }), say);
  expect(lines).toContain('Remove QINGLAN_SECRET_OLD now');
  for (const kept of places) {
    expect(await found(kept, { QINGLAN_SECRET: made })).toEqual(whole(kept));
    expect(existsSync(join(kept.place.dataDir, 'secret'))).toBe(false);
  }
  // Run once more by mistake it ends no codes that were made since.
  const since = new Date('2026-12-24T00:00:00Z');
  await db.updateTable('account').set({ code_expires_at: since }).execute();
  const told = await entries(places[0]);
  await rotateSecret(url, asked({ config: configOf(places[0], env) }), say);
  expect(lines).toContain('Nothing is sealed with an older secret');
  expect(await entries(places[0])).toEqual(told);
  expect(await db.selectFrom('account').select('code_expires_at').execute()).toEqual([
    { code_expires_at: since },
  ]);
});

test('from a file to a setting and back again', async () => {
  const given = { QINGLAN_SECRET: 'n'.repeat(40) };
  for (const { place } of places) renameSync(join(place.dataDir, 'secret'), oldPathOf(place.dataDir));
  await rotateSecret(url, asked({ config: configOf(places[0], given) }), say);
  for (const kept of places) expect(await found(kept, given)).toEqual(whole(kept));
  const back = { QINGLAN_SECRET_OLD: given.QINGLAN_SECRET };
  await rotateSecret(url, asked({ config: configOf(places[0], back) }), say);
  for (const kept of places) {
    expect(await found(kept)).toEqual(whole(kept));
    expect(readFileSync(join(kept.place.dataDir, 'secret'), 'utf8')).not.toContain('nnnn');
  }
});

test('an older backup restored beside the new secret says what does not open, and how to go on; then it opens', async () => {
  const [kept] = places;
  const { dataDir } = kept.place;
  const backups = mkdtempSync(join(tmpdir(), 'qinglan-secret-backup-'));
  folders.push(backups);
  const source = sourceOf(url, folderFiles(join(dataDir, 'files')), dataDir);
  await runBackup(source, { target: folderTarget(backups), lock: null });
  const apart = new Map(
    readdirSync(dataDir, { withFileTypes: true })
      .filter((one) => one.isFile())
      .map(({ name }) => [name, readFileSync(join(dataDir, name))]),
  );
  const keysApart = [...apart].filter(([name]) => /^(audit-key|id-keys)/.test(name));
  await rotateSecret(url, asked(), say);

  const to = await emptyPlace(inject('databaseServer'));
  vi.stubEnv('DATABASE_URL', to.url);
  vi.stubEnv('QINGLAN_DATA', to.dataDir);
  const told: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  // The keys kept apart on the day of the backup, and today's secret.
  for (const [name, text] of keysApart) writeFileSync(join(to.dataDir, name), text);
  writeFileSync(join(to.dataDir, 'secret'), readFileSync(join(dataDir, 'secret')));
  await restoreCommand([backups]);
  expect(told.join('')).toMatch(/Sealed with another secret than the one here: 1 one-time.*secret\.old/);
  writeFileSync(join(to.dataDir, 'secret.old'), apart.get('secret') ?? '');
  const restored = { ...kept, db: to.db, place: { ...kept.place, dataDir: to.dataDir } };
  expect(await found(restored)).toEqual(whole(kept));
  await secretCommand(['rotate', '--reason', '恢复旧备份']);
  expect(existsSync(join(to.dataDir, 'secret.old'))).toBe(false);
  expect(await found(restored)).toEqual(whole(kept));
  told.length = 0;
  await secretCommand([]);
  expect(told.join('')).toContain('Sealed with it: 1 one-time code secrets, 1 secrets of providers');
});

test('whatever is sealed with the secret, or digested with it, is known to the exchange', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => /(?<!\.test)\.tsx?$/.test(name) && !name.endsWith('platform/seal.ts'),
  );
  const using = (name: string) =>
    files
      .filter((file) => {
        const text = readFileSync(join(root, 'src', file), 'utf8');
        const [, names = ''] =
          /import \{([^}]*)\} from '[^']*platform\/seal\.ts'|import \{([^}]*)\} from '\.\/seal\.ts'/
            .exec(text)
            ?.filter((one, at) => at === 0 || one !== undefined) ?? [];
        return names.split(',').some((one) => one.trim() === name);
      })
      .map((file) => relative('', file))
      .sort();
  // Sealed anew, see src/cli/sealed.ts.
  expect(using('seal')).toEqual([
    'features/audit/heads/key.ts',
    'features/identity/providers/client.ts',
    'features/identity/second-factor/totp.ts',
    'features/organisation/id-numbers/vault.ts',
  ]);
  // Over with the secret, see decision 025.
  expect(using('mark')).toEqual([
    'features/identity/limits/counters.ts',
    'features/identity/limits/device.ts',
    'features/identity/limits/exports.ts',
    'features/identity/password.ts',
    'features/identity/sessions/renew.ts',
    'platform/refusals.ts',
  ]);
});
