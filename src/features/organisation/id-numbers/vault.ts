import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { idKeysFile } from '../../../platform/backup/key-files.ts';
import type { Config } from '../../../platform/config.ts';
import { seal, sealAnew, sealWith, type Tally, tallyOf, unseal, unsealWith } from '../../../platform/seal.ts';
import { type Holder, replaceFile } from '../../../platform/secret.ts';
import type { IdKind, IdNumber } from './rules.ts';

/*
 * The keys identity numbers are sealed with. They lie in the data folder, sealed themselves with the install's secret,
 * and never in the database: whoever has a copy of that reads no number. Each key has an id; the first seals, the others
 * open what was sealed before.
 */
type Place = Holder & Pick<Config, 'schema'>;

const fileOf = ({ dataDir, schema }: Place): string => join(dataDir, idKeysFile(schema));
const PURPOSE = 'keys of identity numbers';

const written = z.object({
  keys: z.array(z.object({ id: z.string(), madeAt: z.string(), sealed: z.string() })).min(1),
});
type Written = z.output<typeof written>;

/** A number as its row has it. */
export interface SealedId {
  readonly kind: IdKind;
  readonly sealed: string;
  readonly keyId: string;
  readonly blind: string;
}

export interface IdVault {
  /** The id of the key that seals. */
  readonly keyId: string;
  /** Seals a number for the row of this id. */
  seal(rowId: string, id: IdNumber): SealedId;
  /** Is this key at hand? */
  has(keyId: string): boolean;
  /** The number; null when its key is not at hand. */
  open(rowId: string, sealed: Pick<SealedId, 'sealed' | 'keyId'>): string | null;
  /** By what a number may be found: once for each key. */
  blinds(id: IdNumber): string[];
}

/** Null when there are no keys, or they were sealed with another secret. */
export function openVault(place: Place): IdVault | null {
  const keys = readKeys(place);
  const [first] = keys;
  if (first === undefined) return null;
  return {
    keyId: first.id,
    seal: (rowId, id) => ({
      kind: id.kind,
      sealed: sealWith(first.sealing, rowId, id.number),
      keyId: first.id,
      blind: blindOf(first.finding, id),
    }),
    has: (keyId) => keys.some(({ id }) => id === keyId),
    open(rowId, { sealed, keyId }) {
      const key = keys.find(({ id }) => id === keyId);
      return key === undefined ? null : unsealWith(key.sealing, rowId, sealed);
    },
    blinds: (id) => keys.map(({ finding }) => blindOf(finding, id)),
  };
}

const blindOf = (key: Buffer, { kind, number }: IdNumber): string =>
  createHmac('sha256', key).update(`${kind} ${number}`).digest('base64url');

interface Key {
  readonly id: string;
  readonly sealing: Buffer;
  readonly finding: Buffer;
}

function readKeys(place: Place): Key[] {
  const file = readFile(place);
  return (file?.keys ?? []).flatMap(({ id, sealed }) => {
    const text = unseal(place, PURPOSE, id, sealed);
    if (text === null) return [];
    const derive = (purpose: string) =>
      Buffer.from(hkdfSync('sha256', Buffer.from(text, 'base64url'), '', purpose, 32));
    return [
      {
        id,
        sealing: derive('qinglan seal identity numbers'),
        finding: derive('qinglan find identity numbers'),
      },
    ];
  });
}

function readFile(place: Place): Written | null {
  if (!existsSync(fileOf(place))) return null;
  try {
    return written.parse(JSON.parse(readFileSync(fileOf(place), 'utf8')));
  } catch {
    return null; // Said by the doctor, and by every page that would need it.
  }
}

const newKey = (place: Place, now: Date): Written['keys'][number] => {
  const id = randomBytes(4).toString('hex');
  return {
    id,
    madeAt: now.toISOString(),
    sealed: seal(place, PURPOSE, id, randomBytes(32).toString('base64url')),
  };
};

/** Makes the first key where there is no file. One that cannot be read is left alone. */
export function makeVault(place: Place, now: Date): IdVault | null {
  if (!existsSync(fileOf(place))) {
    mkdirSync(place.dataDir, { recursive: true });
    // Written aside and linked, so that two processes at once agree on one key.
    const draft = write(place, { keys: [newKey(place, now)] });
    try {
      linkSync(draft, fileOf(place));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }
  return openVault(place);
}

/** Puts a new key before the others, which go on opening what they sealed. Null when there are none to follow. */
export function addKey(place: Place, now: Date): IdVault | null {
  const file = readFile(place);
  if (file === null || openVault(place) === null) return null;
  replaceFile(fileOf(place), textOf({ keys: [newKey(place, now), ...file.keys] }));
  return openVault(place);
}

const textOf = (file: Written): string => `${JSON.stringify(file, null, 2)}\n`;

function write(place: Place, file: Written): string {
  const draft = `${fileOf(place)}.${process.pid}`;
  writeFileSync(draft, textOf(file), { mode: 0o600 });
  return draft;
}

/**
 * Seals the keys with the present secret where an older one did; only looks unless `keep`. The keys stay what they are,
 * so that no number need be sealed anew.
 */
export function sealKeysAnew(place: Place, keep: boolean): Tally {
  const file = readFile(place);
  if (file === null) return tallyOf(existsSync(fileOf(place)) ? ['none'] : []);
  const found = file.keys.map((key) => ({ key, ...sealAnew(place, PURPOSE, key.id, key.sealed) }));
  if (keep && found.some(({ by }) => by === 'old'))
    replaceFile(fileOf(place), textOf({ keys: found.map(({ key, sealed }) => ({ ...key, sealed })) }));
  return tallyOf(found.map(({ by }) => by));
}
