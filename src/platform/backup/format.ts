import { z } from 'zod';

/*
 * How backups lie in their place (a folder or a bucket), each authority by itself:
 *
 *   qinglan/                          the authority's schema
 *     files/ab/abcd…                  evidence and attachments by their SHA-256, shared by its backups
 *     20261126T031500Z/               one backup
 *       data/record.0001.zst          rows of a table in COPY's text format, packed with zstd
 *       files.zst                     the files it needs, a SHA-256 and a size a line
 *       secrets.zst.age               keys of the install; only where it is encrypted
 *       manifest.json                 written last: a folder without one is no backup
 *
 * Encrypted, every part is an age file (age-encryption.org) with `.age` at its end, files lie under
 * `files-<key>/`, and the manifest stays readable: it holds names, counts and hashes, nothing of a person.
 */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

const part = z.object({
  name: z.string(),
  /** Of the part as it lies there, packed and sealed. */
  bytes: count,
  sha256,
});

const tablePart = part.extend({ rows: count, plainBytes: count });

const manifest = z.object({
  format: z.literal(1),
  /** Version of Qinglan, and of the PostgreSQL it was read from. */
  version: z.string(),
  postgres: z.string(),
  /** The instant of the snapshot: what was acknowledged before is in it. */
  takenAt: z.iso.datetime(),
  authority: z.object({ schema: z.string(), name: z.string().nullable() }),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  tables: z.array(
    z.object({ name: z.string(), columns: z.array(z.string()), rows: count, parts: z.array(tablePart) }),
  ),
  /** Tables whose rows were left out on purpose. */
  leftOut: z.array(z.string()),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), called: z.boolean() })),
  files: z.object({
    list: part,
    folder: z.string(),
    count,
    bytes: count,
    /** Named in the database, and not in the store when the backup was made. */
    missing: z.array(sha256),
  }),
  secrets: part.nullable(),
  audit: z.object({ seq: count, hash: z.string() }),
  /** Public key that everything is sealed for; null where nothing is. */
  recipient: z.string().nullable(),
});

export type Manifest = z.infer<typeof manifest>;
export type Part = z.infer<typeof part>;
export type TablePart = z.infer<typeof tablePart>;

export const MANIFEST = 'manifest.json';

/** A backup that cannot be read, or says other than it should; the message names what. */
export class BackupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackupError';
  }
}

export function readManifest(name: string, bytes: Uint8Array): Manifest {
  let found: unknown;
  try {
    found = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new BackupError(`${name}: the manifest is no JSON`, { cause: error });
  }
  const parsed = manifest.safeParse(found);
  if (parsed.success) return parsed.data;
  const format = (found as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > 1)
    throw new BackupError(`${name} was made by a newer version of Qinglan (format ${format})`);
  const [first] = parsed.error.issues;
  throw new BackupError(`${name}: the manifest is damaged at ${first?.path.join('.')}: ${first?.message}`);
}

/** `20261126T031500Z`: sorted by name is sorted by time. */
export const backupName = (at: Date): string =>
  `${at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')}`;

/** The instant in a backup's name; null for any other name. */
export function timeInName(name: string): Date | null {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(name);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
