import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { restoreCommand } from '../src/cli/backup.ts';
import { examineSealed } from '../src/cli/doctor.ts';
import { lookAtSealed } from '../src/cli/sealed.ts';
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
import { listBackups } from '../src/platform/backup/read.ts';
import { newKey } from '../src/platform/backup/seal.ts';
import { folderTarget, within } from '../src/platform/backup/target.ts';
import { type Config, ConfigError, readConfig } from '../src/platform/config.ts';
import { type Database, openDatabase } from '../src/platform/database.ts';
import {
  FIRST_NODE,
  openDirectory,
  whileNobodyServes,
  whileNotExchanged,
  withDirectory,
} from '../src/platform/directory.ts';
import { folderFiles } from '../src/platform/files.ts';
import { newId } from '../src/platform/ids.ts';
import { migrate } from '../src/platform/migrate.ts';
import { root } from '../src/platform/root.ts';
import { seal, unseal } from '../src/platform/seal.ts';
import { exchangeFile, fingerprint, loadSecret, oldPathOf, replaceFile } from '../src/platform/secret.ts';
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
    // The last two lines are said when all is done.
    for (let at = 1; at < steps - 1; at += 1) {
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

  /** The run stops after the first place is done: `line` is what it says there last. */
  async function cutAt(line: string): Promise<void> {
    const cut = rotateSecret(url, asked(), (said) => {
      if (said.includes(line)) throw new Error('killed');
    });
    await expect(cut).rejects.toThrow('killed');
  }

  test('before the old file of a place that is done went, the next run removes it', async () => {
    const old = loadSecret(configOf(places[0]));
    await cutAt('The old secret is removed');
    // As if it had been killed a moment before.
    writeFileSync(oldPathOf(places[0].place.dataDir), `${old}\n`);
    await rotateSecret(url, asked({ reason: '' }), say);
    for (const { place } of places) expect(existsSync(oldPathOf(place.dataDir))).toBe(false);
  });

  test('a secret put beside one that is done is not removed while something is sealed with it', async () => {
    const old = loadSecret(configOf(places[0]));
    const row = await places[0].db.selectFrom('totp').select('secret').executeTakeFirstOrThrow();
    await cutAt('The old secret is removed');
    await places[0].db.updateTable('totp').set(row).execute();
    writeFileSync(oldPathOf(places[0].place.dataDir), `${old}\n`);
    await rotateSecret(url, asked({ reason: '' }), say);
    expect(await found(places[0])).toEqual(whole(places[0]));
    expect(lines.join('\n')).toContain('an older secret is at hand that sealed something');
  });

  test('when all was done but the old file, the next run removes that and says it exchanged nothing', async () => {
    const old = loadSecret(configOf(places[1]));
    await rotateSecret(url, asked(), say);
    writeFileSync(oldPathOf(places[1].place.dataDir), `${old}\n`);
    const told = await Promise.all(places.map(entries));
    lines.length = 0;
    await rotateSecret(url, asked(), say);
    expect(lines.at(-1)).toMatch(/^Nothing was exchanged: run the command again/);
    expect(lines.join('\n')).not.toContain('Keep a copy');
    expect(existsSync(oldPathOf(places[1].place.dataDir))).toBe(false);
    expect(await Promise.all(places.map(entries))).toEqual(told);
  });

  test('a note of an exchange with nothing left is no exchange: another begins', async () => {
    const before = places.map((kept) => loadSecret(configOf(kept)));
    const done = { id: newId(), reason: 'x', evenUnreadable: false, parts: [], left: [] };
    writeFileSync(join(places[0].place.dataDir, 'secret-exchange.json'), JSON.stringify(done));
    await rotateSecret(url, asked(), say);
    expect(lines[0]).toContain('An exchange begun earlier (x) is done');
    for (const [at, kept] of places.entries()) {
      expect(loadSecret(configOf(kept))).not.toBe(before[at]);
      expect(await found(kept)).toEqual(whole(kept));
    }
  });

  test('another secret put beside one that is left does not stand for its exchange', async () => {
    const before = places.map((kept) => loadSecret(configOf(kept)));
    await cutAt('The old secret is removed');
    const path = oldPathOf(places[1].place.dataDir);
    writeFileSync(path, `${'w'.repeat(43)}\n`);
    await rotateSecret(url, asked({ reason: '' }), (line) => {
      say(line);
      // Both open what they sealed.
      if (line.endsWith('beside it'))
        expect(readFileSync(path, 'utf8').split('\n')).toContain('w'.repeat(43));
    });
    for (const [at, kept] of places.entries()) {
      expect(loadSecret(configOf(kept))).not.toBe(before[at]);
      expect(await found(kept)).toEqual(whole(kept));
    }
  });

  test('in the middle, what opens nothing at hand is asked for by the setting, and the only copy of the old secret stays', async () => {
    await cutAt('new secret is in place');
    const path = oldPathOf(places[0].place.dataDir);
    const kept = readFileSync(path, 'utf8');
    await sql`INSERT INTO sign_in_provider (id, kind, name, address, client_id, client_secret, enabled, created_at)
      VALUES (${newId()}, 'oidc', 'other', 'https://other.example.org', 'x', 'v1.AAAA.AAAA.AAAA', true, ${NOW})`.execute(
      db,
    );
    const again = () => rotateSecret(url, asked(), say);
    await expect(again()).rejects.toThrow(/Set QINGLAN_SECRET_OLD to .*leave .*secret\.old as it is/);
    const [finding] = await examineSealed({ ...configOf(places[0]), schema }, url);
    expect(finding?.advice?.en).toContain('Leave secret.old as it is');
    expect(readFileSync(path, 'utf8')).toBe(kept);
  });

  test('what may be left unread is remembered', async () => {
    writeFileSync(join(places[0].place.dataDir, 'secret'), `${'x'.repeat(43)}\n`);
    const cut = rotateSecret(url, asked({ evenUnreadable: true }), () => {
      throw new Error('killed');
    });
    await expect(cut).rejects.toThrow('killed');
    await rotateSecret(url, asked({ reason: '' }), say);
    expect((await entries(places[0])).at(-1)?.after).toMatchObject({ unreadable: 5 });
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
    exchangeFile(holder, fingerprint(holder));
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

test('what an older secret beside the present one sealed is sealed anew, and that is not called an exchange', async () => {
  const [kept, other] = places;
  const old = loadSecret(configOf(kept));
  const row = await kept.db.selectFrom('totp').select('secret').executeTakeFirstOrThrow();
  await rotateSecret(url, asked(), say);
  const present = places.map((one) => loadSecret(configOf(one)));
  await kept.db.updateTable('totp').set(row).execute();
  writeFileSync(oldPathOf(kept.place.dataDir), `${old}\n`);
  const since = new Date('2026-12-24T00:00:00Z');
  await kept.db.updateTable('account').set({ code_expires_at: since }).execute();
  const told = await Promise.all(places.map(entries));
  lines.length = 0;
  await rotateSecret(url, asked(), say);
  expect(places.map((one) => loadSecret(configOf(one)))).toEqual(present);
  expect(await found(kept)).toEqual(whole(kept));
  expect(lines.at(-1)).toContain('The secret itself was NOT exchanged: run the command again');
  expect(lines.join('\n')).not.toMatch(/Keep a copy|new secret is in place/);
  expect(await Promise.all(places.map(entries))).toEqual(told);
  const anew = await kept.db
    .selectFrom('audit')
    .select('after')
    .where('action', '=', 'secret.sealed-anew')
    .execute();
  expect(anew).toEqual([{ after: { totp: 1, providers: 1, keys: 3, codes: 0, unreadable: 0 } }]);
  const { code_expires_at } = await kept.db
    .selectFrom('account')
    .select('code_expires_at')
    .executeTakeFirstOrThrow();
  expect(code_expires_at).toEqual(since);
  // As it says: run again, it is.
  await rotateSecret(url, asked(), say);
  for (const [at, one] of places.entries()) expect(loadSecret(configOf(one))).not.toBe(present[at]);
  expect(await found(other)).toEqual(whole(other));
});

test('a backup during which the secret is exchanged is none: its keys would not open its rows', async () => {
  const [kept] = places;
  const { dataDir } = kept.place;
  const backups = mkdtempSync(join(tmpdir(), 'qinglan-secret-backup-'));
  folders.push(backups);
  const source = sourceOf(url, folderFiles(join(dataDir, 'files')), dataDir);
  const { recipient } = await newKey();
  const target = folderTarget(backups);
  let exchanged = false;
  const meanwhile = {
    ...target,
    async put(...args: Parameters<typeof target.put>) {
      await target.put(...args);
      if (exchanged) return;
      exchanged = true;
      await rotateSecret(url, asked(), say);
    },
  };
  const options = { target: meanwhile, lock: { recipient } };
  await expect(runBackup(source, options)).rejects.toThrow('was exchanged while the backup ran');
  expect(await listBackups(within(target, source.schema))).toEqual([]);
  expect((await runBackup(source, options)).manifest.secrets).not.toBeNull();
});

describe('a process that lost its connection to the directory', () => {
  const cutOff = async () => {
    const errors: Error[] = [];
    const directory = await openDirectory(url, { onError: (error) => errors.push(error) });
    const cut = () =>
      sql`SELECT pg_terminate_backend(pid, 10000) FROM pg_locks
           WHERE locktype = 'advisory' AND mode = 'ShareLock' AND pid <> pg_backend_pid()
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`.execute(db);
    /** Reads again as the clock would have it do. */
    const readAgain = () => directory.settledAnew(directory.list()[0]?.name ?? '').catch((error) => error);
    return { directory, errors, cut, readAgain };
  };
  /** Until it noticed: what fails is the connection, then what it is told when it comes back. */
  async function comesBack(readAgain: () => Promise<unknown>): Promise<unknown> {
    let told: unknown;
    for (let at = 0; at < 3; at += 1) {
      told = await readAgain();
      if (told instanceof ConfigError) break;
    }
    return told;
  }

  beforeEach(async () => {
    await withDirectory(url, async (records) => {
      if ((await records.list()).length === 0)
        await records.insert({ name: schema, schema, hosts: [], path: null, node: FIRST_NODE });
    });
  });

  test('is told to end when the secret was exchanged meanwhile', async () => {
    const { directory, cut, readAgain } = await cutOff();
    await cut();
    await rotateSecret(url, asked(), say);
    expect(await comesBack(readAgain)).toMatchObject({
      message: expect.stringContaining('was exchanged while this process heard nothing'),
    });
    await directory.close();
  });

  test('is told to end when it is being exchanged', async () => {
    const { directory, cut, readAgain } = await cutOff();
    await cut();
    await whileNobodyServes(url, async () => {
      expect(await comesBack(readAgain)).toBeInstanceOf(ConfigError);
    });
    await directory.close();
  });

  test('goes on when nothing was exchanged', async () => {
    const { directory, cut, readAgain } = await cutOff();
    await cut();
    expect(await comesBack(readAgain)).not.toBeInstanceOf(ConfigError);
    await directory.close();
  });
});

test('what works with the secret beside those that serve and its exchange keep out of each other’s way', async () => {
  await whileNotExchanged(url, async () => {
    await expect(rotateSecret(url, asked(), say)).rejects.toThrow('another of its commands runs');
  });
  await whileNobodyServes(url, async () => {
    expect(await whileNotExchanged(url, async () => 'done')).toBeNull();
  });
  expect(await whileNotExchanged(url, async () => 'done')).toBe('done');
});

test('whoever looks makes no secret', async () => {
  const [{ place }] = places;
  renameSync(join(place.dataDir, 'secret'), oldPathOf(place.dataDir));
  const config = configOf(places[0]);
  expect((await examineSealed({ ...config, schema }, url))[0]).toMatchObject({ level: 'warning' });
  expect((await lookAtSealed(place, config)).totp).toEqual({ present: 0, old: 1, none: 0 });
  expect(existsSync(join(place.dataDir, 'secret'))).toBe(false);
});

test('a file of keys that is a link to shared storage stays one, and a draft that cannot take its place goes', async () => {
  const [kept] = places;
  const shared = mkdtempSync(join(tmpdir(), 'qinglan-shared-'));
  folders.push(shared);
  const names = ['secret', `audit-key-${schema}.json`, `id-keys-${schema}.json`];
  for (const name of names) {
    renameSync(join(kept.place.dataDir, name), join(shared, name));
    symlinkSync(join(shared, name), join(kept.place.dataDir, name));
  }
  await rotateSecret(url, asked(), say);
  for (const name of names) {
    expect(lstatSync(join(kept.place.dataDir, name)).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(kept.place.dataDir, name))).toEqual(readFileSync(join(shared, name)));
  }
  expect(await found(kept)).toEqual(whole(kept));
  mkdirSync(join(shared, 'in the way', 'full'), { recursive: true });
  expect(() => replaceFile(join(shared, 'in the way'), 'x')).toThrow();
  expect(readdirSync(shared).sort()).toEqual([...names, 'in the way'].sort());
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
