import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointRow } from './queries.ts';

/** The name of a head's file: when it was signed, and over how many entries. */
export const headFileName = ({ signedAt, size }: Pick<CheckpointRow, 'signedAt' | 'size'>): string =>
  `audit-head-${signedAt.toISOString().slice(0, 10)}-${size}.txt`;

/** Write a head to the folder from which it is taken elsewhere; written aside first, so that no half file is taken. */
export function writeHeadFile(folder: string, head: CheckpointRow): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, headFileName(head));
  writeFileSync(`${path}.part`, head.note);
  renameSync(`${path}.part`, path);
  return path;
}
