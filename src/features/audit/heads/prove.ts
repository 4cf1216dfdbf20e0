import type { Services } from '../../../platform/services.ts';
import { loadSigner } from './key.ts';
import { verifierText } from './note.ts';
import { type InclusionFile, proveEntries } from './proof.ts';
import { listCheckpoints } from './queries.ts';
import { signHead } from './sign.ts';

/**
 * The proof of an entry under the newest head. When that is older than the entry a new one is signed now, for which the
 * tree grows. As a work of its own (`proof`): whoever asks has been let through to the entry, and may not do this.
 */
export async function proveEntry(
  { config, works }: Pick<Services, 'config' | 'works'>,
  seq: number,
  now: Date,
): Promise<InclusionFile> {
  const db = works.open('proof');
  const signer = loadSigner(config);
  const [latest] = await listCheckpoints(db, 1);
  const head = latest !== undefined && latest.size >= seq ? latest : await signHead(db, [signer], now);
  return proveEntries(db, head, verifierText(signer), [seq]);
}
