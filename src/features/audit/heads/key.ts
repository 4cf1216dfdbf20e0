import { createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Config, ConfigError, loadSecret } from '../../../platform/config.ts';
import { seal, unseal } from '../../../platform/seal.ts';
import { keyId, rawKey, type Signer } from './note.ts';

/*
 * The key that signs the heads of one authority's chain. It lies in the data folder beside the secret, sealed with it
 * (platform/seal.ts) for the log's name, never in the database: who can write the database cannot sign what they wrote.
 */
type Place = Pick<Config, 'dataDir' | 'schema' | 'secret' | 'origin'>;

/** It goes with a backup that is encrypted, as the secret does (platform/backup). */
const fileOf = ({ dataDir, schema }: Place) => join(dataDir, `audit-key-${schema}.json`);
const PURPOSE = 'key of audit heads';

const written = z.union([
  z.object({ name: z.string(), sealed: z.string() }),
  // As keys were kept before: PKCS #8 encrypted with a passphrase, which does not notice a change.
  z.object({ name: z.string(), privateKey: z.string() }),
]);

function open(place: Place, found: z.output<typeof written>): string | { key: string; passphrase: string } {
  if ('sealed' in found) {
    const pem = unseal(place, PURPOSE, found.name, found.sealed);
    if (pem === null) throw new Error('it does not open');
    return pem;
  }
  const passphrase = Buffer.from(hkdfSync('sha256', loadSecret(place), '', 'qinglan audit key', 32));
  return { key: found.privateKey, passphrase: passphrase.toString('base64url') };
}

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
    const found = written.parse(JSON.parse(readFileSync(path, 'utf8')));
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

function writeKey(place: Place, name: string): void {
  mkdirSync(place.dataDir, { recursive: true });
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const sealed = seal(place, PURPOSE, name, pem);
  // Written aside and linked, so that two processes starting at once agree on one key.
  const draft = `${fileOf(place)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ name, sealed }, null, 2)}\n`, { mode: 0o600 });
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
