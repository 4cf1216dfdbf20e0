import { createHash } from 'node:crypto';
import { isMainThread } from 'node:worker_threads';
import { type CompiledProgramme, compile } from '../../language/evaluate.ts';
import { type LoadResult, loadProgramme, type Programme } from '../../language/load.ts';
import type { Problem } from '../../language/problem.ts';
import type { Vocabulary } from '../../language/vocabulary.ts';
import type { Db } from '../../platform/database.ts';
import { commonVocabulary } from '../../platform/programmes.ts';
import { Latest } from '../../shared/latest.ts';
import { selectNumberSet } from './numbers/queries.ts';
import { type Local, localOf, NO_LOCAL } from './numbers/rules.ts';
import { type ProgrammeTables, selectVersion, selectVersionDigest } from './queries.ts';
import { readApart } from './reading/apart.ts';

/** A version ready to be asked. */
export interface ReadyProgramme {
  readonly programme: Programme;
  readonly compiled: CompiledProgramme;
  readonly vocabulary: Vocabulary;
  readonly warnings: readonly Problem[];
  readonly digest: string;
}

/** SHA-256 of the file and its tables: two versions with one digest are the same policy. */
export function digestOf(source: string, tables: ProgrammeTables): string {
  const hash = createHash('sha256').update(source);
  for (const name of Object.keys(tables).sort())
    hash
      .update('\0')
      .update(name)
      .update('\0')
      .update(tables[name] ?? '');
  return hash.digest('hex');
}

/**
 * Files read last. A draft's page, its trial and everybody who asks how far that is read the same text over and over,
 * and each reading keeps the whole process waiting for some tens of milliseconds.
 */
const readLast = new Latest<LoadResult>(40);

/** Read a file as it would be kept: a programme, or everything that is wrong with it. */
export const checkFile = (source: string, tables: ProgrammeTables, file?: string): LoadResult =>
  file === undefined
    ? readLast.get(digestOf(source, tables), () =>
        loadProgramme(source, { vocabulary: commonVocabulary(), tables }),
      )
    : // Problems name the file; it is uploaded once.
      loadProgramme(source, { vocabulary: commonVocabulary(), tables, file });

/** Files being read in the other thread just now. */
const reading = new Map<string, Promise<LoadResult>>();

/**
 * The same without keeping the process waiting: a file that was not read just before is read in a thread of its own.
 * In a thread that reckons for others it is read at once, for nobody waits there; so it is where the thread fails.
 */
export async function readFile(source: string, tables: ProgrammeTables): Promise<LoadResult> {
  const digest = digestOf(source, tables);
  if (!isMainThread || readLast.has(digest)) return checkFile(source, tables);
  const before = reading.get(digest);
  if (before !== undefined) return before;
  const found = readApart('load', { source, tables })
    .then((loaded) => readLast.get(digest, () => loaded))
    .catch(() => checkFile(source, tables))
    .finally(() => reading.delete(digest));
  reading.set(digest, found);
  return found;
}

const MOST_KEPT = 200;
const readyLast = new Latest<ReadyProgramme>(MOST_KEPT);
/** The digest of a version, as unchanging as its text. */
const digests = new Map<string, string>();

/**
 * The compiled programme of a version, kept by digest: a version's text never changes once it is stored.
 * Throws 404 when there is no such version; a stored file that no longer loads is a bug and throws.
 */
export async function programmeOf(db: Db, versionId: string): Promise<ReadyProgramme> {
  const digest = digests.get(versionId) ?? (await selectVersionDigest(db, versionId));
  // A transaction may read a version that is yet undone.
  if (!db.isTransaction && digests.size < 10 * MOST_KEPT) digests.set(versionId, digest);
  return programmeWith(db, { versionId, digest });
}

/** The same where the version's digest is known, as it is with a round: without a question while it is kept. */
export async function programmeWith(
  db: Db,
  { versionId, digest }: { readonly versionId: string; readonly digest: string },
): Promise<ReadyProgramme> {
  const known = readyLast.kept(digest);
  if (known !== undefined) return known;
  const version = await selectVersion(db, versionId);
  // After a start many ask at once: whoever's text comes second finds the first one's work done.
  const meanwhile = readyLast.kept(digest);
  if (meanwhile !== undefined) return meanwhile;
  const loaded = checkFile(version.source, version.tables);
  if (!loaded.ok)
    throw new Error(`Version ${versionId} does not load: ${JSON.stringify(loaded.problems[0])}`);
  const { vocabulary } = loaded;
  return readyLast.keep(digest, {
    programme: loaded.programme,
    compiled: compile(loaded.programme, vocabulary),
    vocabulary,
    warnings: loaded.warnings,
    digest,
  });
}

/** A programme with the numbers set locally, as a round or a trial keeps them: what people are judged by. */
export interface JudgingProgramme extends ReadyProgramme {
  readonly local: Local;
}
/** The digest of the numbers that are kept; null where none were set. */
export interface Numbers {
  readonly numbers: string | null;
}

const judging = new Latest<JudgingProgramme>(MOST_KEPT);

/** What was kept never changes: it is read once, and put with its version. */
async function withNumbers(db: Db, ready: ReadyProgramme, numbers: string | null): Promise<JudgingProgramme> {
  const key = `${ready.digest} ${numbers ?? ''}`;
  if (numbers === null) return judging.get(key, () => ({ ...ready, local: NO_LOCAL }));
  const set = judging.has(key) ? null : await selectNumberSet(db, numbers);
  return judging.get(key, () => ({ ...ready, local: set ? localOf(ready, numbers, set) : NO_LOCAL }));
}

/** The programme of a round or trial, ready to judge people by. */
export async function judgingProgramme(
  db: Db,
  { versionId, digest, numbers }: { readonly versionId: string; readonly digest?: string } & Numbers,
): Promise<JudgingProgramme> {
  const ready = await (digest === undefined
    ? programmeOf(db, versionId)
    : programmeWith(db, { versionId, digest }));
  return await withNumbers(db, ready, numbers);
}

/** A version, or a file that is not kept yet, and the numbers set locally. */
export type Checked = (
  | { readonly versionId: string }
  | { readonly source: string; readonly tables: ProgrammeTables }
) &
  Numbers;

/** What is needed to ask either of people; a file that does not load throws. */
export async function readyOf(
  db: Db,
  programme: Checked,
): Promise<Pick<JudgingProgramme, 'programme' | 'compiled' | 'vocabulary' | 'local'>> {
  if ('versionId' in programme) return judgingProgramme(db, programme);
  const loaded = await readFile(programme.source, programme.tables);
  if (!loaded.ok) throw new Error('the file to be tried does not load');
  const { vocabulary } = loaded;
  const { numbers } = programme;
  const local = numbers === null ? NO_LOCAL : localOf(loaded, numbers, await selectNumberSet(db, numbers));
  return { programme: loaded.programme, vocabulary, compiled: compile(loaded.programme, vocabulary), local };
}
