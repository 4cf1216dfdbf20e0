import { BackupError } from './format.ts';
import type { Tell } from './progress.ts';
import type { Found } from './read.ts';
import type { Open } from './seal.ts';
import type { Target } from './target.ts';
import { type Verified, verifyBackup } from './verify.ts';

/* How a backup was found when it was last read back stands beside it, for whoever looks at the place from anywhere. */

export interface Verification {
  readonly at: Date;
  /** What was wrong with it; null when it was whole. */
  readonly wrong: string | null;
}

const NOTE = 'verified.json';

/** The last reading of a backup; null when it never was read back. */
export async function lastVerification(target: Target, name: string): Promise<Verification | null> {
  const bytes = await target.get(`${name}/${NOTE}`);
  if (bytes === null) return null;
  const { at, wrong } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    at: string;
    wrong: string | null;
  };
  return { at: new Date(at), wrong };
}

/**
 * Reads a backup back, and notes beside it how it was found. Throws what is wrong with it. A place that takes no note is
 * no fault of the backup: `unnoted` is told.
 */
export async function verifyAndNote(
  found: Found,
  open: Open,
  { now, tell, unnoted }: { now: Date; tell: Tell; unnoted: (error: Error) => void },
): Promise<Verified> {
  const note = async (wrong: string | null): Promise<void> => {
    const text = `${JSON.stringify({ at: now.toISOString(), wrong })}\n`;
    await found.target.put(`${found.name}/${NOTE}`, Buffer.from(text)).catch(unnoted);
  };
  try {
    const verified = await verifyBackup(found, open, tell);
    await note(null);
    return verified;
  } catch (error) {
    if (error instanceof BackupError) await note(error.message);
    throw error;
  }
}
