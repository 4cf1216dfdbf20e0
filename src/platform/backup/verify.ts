import { chainText, entryOf } from '../../features/audit/rules.ts';
import { copyRows } from './copy-text.ts';
import { BackupError, type Manifest } from './format.ts';
import { countLines, readPart, sha256Of } from './pack.ts';
import { Steps, type Tell } from './progress.ts';
import { type Found, readFile, readFileList, readSecrets } from './read.ts';
import type { Open } from './seal.ts';

export interface Verified {
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  readonly auditEntries: number;
}

/**
 * Reads a whole backup back: every part has the hash and every table the rows of the manifest, every file is there
 * with the hash of its name, and the audit entries make an unbroken chain to the head. Throws BackupError at the first
 * that does not.
 */
export async function verifyBackup(
  found: Found,
  open: Open,
  tell: Tell = () => undefined,
): Promise<Verified> {
  const { target, manifest } = found;
  const files = await readFileList(target, manifest);
  if (files.length !== manifest.files.count)
    throw new BackupError(`The list names ${files.length} files instead of ${manifest.files.count}`);
  const sizes = manifest.tables.flatMap(({ parts }) => parts.map(({ bytes }) => bytes));
  const [tableBytes, fileBytes] = [sum(sizes), sum(files.map(({ bytes }) => bytes))];
  const steps = new Steps({ rows: Math.max(tableBytes, 1), files: Math.max(fileBytes, 1) }, tell);
  const chain = new ChainCheck();
  steps.begin('rows');
  let done = 0;
  let rows = 0;
  for (const table of manifest.tables) {
    let counted = 0;
    for (const part of table.parts) {
      const bytes = await readPart(target, open, part);
      const lines = countLines(bytes);
      if (lines !== part.rows)
        throw new BackupError(`${part.name} holds ${lines} rows instead of ${part.rows}`);
      counted += lines;
      if (table.name === 'audit') chain.add(table.columns, bytes);
      done += part.bytes;
      steps.at(done / Math.max(tableBytes, 1));
    }
    if (counted !== table.rows)
      throw new BackupError(`The table ${table.name} has ${counted} rows instead of ${table.rows}`);
    rows += counted;
  }
  chain.finish(manifest.audit);
  steps.begin('files');
  done = 0;
  for (const file of files) {
    const bytes = await readFile(target, open, manifest, file);
    if (bytes.length !== file.bytes)
      throw new BackupError(`The file ${file.sha256} has ${bytes.length} bytes instead of ${file.bytes}`);
    done += file.bytes;
    steps.at(done / Math.max(fileBytes, 1));
  }
  await readSecrets(target, open, manifest);
  return { tables: manifest.tables.length, rows, files: files.length, auditEntries: manifest.audit.seq };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** Entries lie in the order of pages, which is not quite that of the chain: links are held against each other last. */
class ChainCheck {
  readonly #links = new Map<number, { readonly previous: string; readonly hash: string }>();

  add(columns: readonly string[], bytes: Uint8Array): void {
    for (const cells of copyRows(bytes)) {
      const value = new Map(
        columns.map((column, index) => [column.replaceAll('"', ''), cells[index] ?? null]),
      );
      const text = (name: string) => value.get(name) ?? null;
      const json = (name: string) => JSON.parse(text(name) ?? 'null') as unknown;
      const entry = entryOf({
        seq: Number(text('seq')),
        at: instant(text('at')),
        actor_id: text('actor_id'),
        on_behalf_of: text('on_behalf_of'),
        action: text('action') ?? '',
        subject_type: text('subject_type') ?? '',
        subject_id: text('subject_id'),
        person_id: text('person_id'),
        round_id: text('round_id'),
        unit_path: text('unit_path'),
        before: json('before'),
        after: json('after'),
        reason: text('reason'),
        version: Number(text('version') ?? 1),
        origin_digest: text('origin_digest'),
      });
      const [previous, hash] = [text('previous_hash') ?? '', text('hash') ?? ''];
      if (sha256Of(Buffer.from(chainText(previous, entry))) !== hash)
        throw new BackupError(`Audit entry ${entry.seq} is not what its hash was made of`);
      this.#links.set(entry.seq, { previous, hash });
    }
  }

  finish(head: Manifest['audit']): void {
    let previous = '0'.repeat(64);
    for (let seq = 1; seq <= this.#links.size; seq += 1) {
      const link = this.#links.get(seq);
      if (link === undefined || link.previous !== previous)
        throw new BackupError(`The audit chain is broken at entry ${seq}`);
      previous = link.hash;
    }
    if (head.seq !== this.#links.size || (head.seq > 0 && head.hash !== previous))
      throw new BackupError(`The audit chain ends at entry ${this.#links.size}, its head says ${head.seq}`);
  }
}

/** PostgreSQL writes `2026-11-26 03:15:00.123+00` on our connections, whose time zone is UTC. */
const instant = (text: string | null): Date => new Date((text ?? '').replace(' ', 'T').replace(/\+00$/, 'Z'));
