import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Config, ConfigError } from '../../../platform/config.ts';
import { keyOf, type SealedBy, seal, sealAnew, type Tally, tallyOf, unseal } from '../../../platform/seal.ts';
import { anySecret, type Holder, loadSecret, oldSecrets, replaceFile } from '../../../platform/secret.ts';
import { keyId, rawKey, type Signer } from './note.ts';

/*
 * The key that signs the heads of one authority's chain. It lies in the data folder beside the secret, sealed with it
 * (platform/seal.ts) for the log's name, never in the database: who can write the database cannot sign what they wrote.
 */
type Place = Holder & Pick<Config, 'schema' | 'origin'>;

/** It goes with a backup that is encrypted, as the secret does (platform/backup). */
const fileOf = ({ dataDir, schema }: Place) => join(dataDir, `audit-key-${schema}.json`);
const PURPOSE = 'key of audit heads';

const written = z.union([
  z.object({ name: z.string(), sealed: z.string() }),
  // As keys were kept before: PKCS #8 encrypted with a passphrase, which does not notice a change.
  z.object({ name: z.string(), privateKey: z.string() }),
]);

type Written = z.output<typeof written>;
const readFile = (path: string): Written => written.parse(JSON.parse(readFileSync(path, 'utf8')));

function open(place: Place, found: Written): string {
  const pem =
    'sealed' in found
      ? unseal(place, PURPOSE, found.name, found.sealed)
      : ([loadSecret(place), ...oldSecrets(place)]
          .map((one) => openEarlier(found.privateKey, one))
          .find(Boolean) ?? null);
  if (pem === null) throw new Error('it does not open');
  return pem;
}

function openEarlier(privateKey: string, secret: string): string | null {
  try {
    const passphrase = keyOf(secret, 'audit key').toString('base64url');
    return pemOf(createPrivateKey({ key: privateKey, passphrase }));
  } catch {
    return null;
  }
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The key, made when there is none yet. */
export function loadSigner(place: Place): Signer {
  if (!existsSync(fileOf(place))) writeKey(place, logName(place));
  return readKey(place, fileOf(place));
}

/** The name of the log: the address people use where one is set, else one that no other installation has. */
const logName = ({ origin, schema }: Place): string => {
  const host = origin === null ? `qinglan-${randomBytes(4).toString('hex')}` : new URL(origin).host;
  return `${host}/${schema}`;
};

function readKey(place: Place, path: string): Signer {
  try {
    const found = readFile(path);
    const { name } = found;
    const privateKey = createPrivateKey(open(place, found));
    const key = createPublicKey(privateKey);
    return { name, id: keyId(name, rawKey(key)), key, privateKey };
  } catch (error) {
    throw new ConfigError(
      `${path} cannot be read: it is not a signing key, or it was made with another QINGLAN_SECRET (${error instanceof Error ? error.message : error}). ` +
        'Put the secret it was made with back, or move the file away; then a new key is made and the chain says so.',
    );
  }
}

const textOf = (name: string, sealed: string): string => `${JSON.stringify({ name, sealed }, null, 2)}\n`;

function writeKey(place: Place, name: string): void {
  mkdirSync(place.dataDir, { recursive: true });
  const sealed = seal(place, PURPOSE, name, pemOf(generateKeyPairSync('ed25519').privateKey));
  // Written aside and linked, so that two processes starting at once agree on one key.
  const draft = `${fileOf(place)}.${process.pid}`;
  writeFileSync(draft, textOf(name, sealed), { mode: 0o600 });
  try {
    linkSync(draft, fileOf(place));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}

/** A new key takes the place of the old one, which is kept beside it under its id. */
export function rotateSigner(place: Place): { readonly old: Signer; readonly made: Signer } {
  const old = loadSigner(place);
  renameSync(fileOf(place), `${fileOf(place)}.${old.id}`);
  writeKey(place, old.name);
  return { old, made: readKey(place, fileOf(place)) };
}

/**
 * Seals the key, and those kept beside it, with the present secret where an older one did; only looks unless `write`.
 * The keys are the same as before, so what they signed is still theirs.
 */
export function sealSignersAnew(place: Place, write: boolean): Tally {
  const name = basename(fileOf(place));
  const names = existsSync(place.dataDir) ? readdirSync(place.dataDir) : [];
  const files = names.filter(
    (one) => one === name || (one.startsWith(`${name}.`) && /^[0-9a-f]{8}$/.test(one.slice(name.length + 1))),
  );
  return tallyOf(files.map((file) => sealSignerAnew(place, join(place.dataDir, file), write)));
}

function sealSignerAnew(place: Place, path: string, write: boolean): SealedBy {
  if (!anySecret(place)) return 'none';
  const found = fileIn(path);
  if (found === null) return 'none';
  const { by, sealed } =
    'sealed' in found
      ? sealAnew(place, PURPOSE, found.name, found.sealed)
      : sealEarlierAnew(place, found.name, found.privateKey);
  if (write && by === 'old') replaceFile(path, textOf(found.name, sealed));
  return by;
}

function sealEarlierAnew(place: Place, name: string, key: string): ReturnType<typeof sealAnew> {
  if (openEarlier(key, loadSecret(place)) !== null) return { by: 'present', sealed: key };
  const pem = oldSecrets(place).flatMap((secret) => openEarlier(key, secret) ?? [])[0];
  return pem === undefined
    ? { by: 'none', sealed: key }
    : { by: 'old', sealed: seal(place, PURPOSE, name, pem) };
}

function fileIn(path: string): Written | null {
  try {
    return readFile(path);
  } catch {
    return null;
  }
}
