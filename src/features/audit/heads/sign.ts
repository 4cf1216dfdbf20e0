import { type Db, transaction } from '../../../platform/database.ts';
import { appendAudit } from '../queries.ts';
import { growTree, rootAt } from '../tree/queries.ts';
import { checkpointText, readVerifier, type Signer, signNote, type Verifier, verifierText } from './note.ts';
import {
  type CheckpointRow,
  insertCheckpoint,
  listKnownKeys,
  selectHashAt,
  selectOptionalCheckpoint,
} from './queries.ts';

/** The making of a key stands in the chain, so that every later reader knows which keys signed its heads. */
export async function noteKey(
  db: Db,
  signer: Verifier,
  at: Date,
  change: { readonly replaces?: Verifier; readonly reason?: string } = {},
): Promise<void> {
  const key = verifierText(signer);
  await transaction(db, async (tx) => {
    if ((await listKnownKeys(tx)).some(({ verifier }) => verifier === key)) return;
    await appendAudit(tx, null, at, {
      action: 'audit.key-made',
      subjectType: 'audit',
      subjectId: null,
      ...(change.replaces === undefined ? {} : { before: { key: verifierText(change.replaces) } }),
      after: { key },
      reason: change.reason ?? null,
    });
  });
}

export const knownVerifiers = async (db: Db): Promise<Verifier[]> =>
  (await listKnownKeys(db)).flatMap(({ verifier }) => readVerifier(verifier) ?? []);

/**
 * Sign the head as it is now, and keep it. The first signer's name is the log's; more than one sign while a key is
 * replaced. Signing an unchanged chain again gives the head there is.
 */
export async function signHead(
  db: Db,
  signers: readonly [Signer, ...Signer[]],
  at: Date,
): Promise<CheckpointRow> {
  await noteKey(db, signers[0], at);
  const size = await growTree(db);
  const kept = await selectOptionalCheckpoint(db, size);
  if (kept !== null) return kept;
  const root = await rootAt(db, size);
  const note = signNote(checkpointText({ origin: signers[0].name, size, root }), signers);
  await insertCheckpoint(db, {
    size,
    root: Buffer.from(root).toString('base64'),
    chainHash: await selectHashAt(db, size),
    note,
    signedAt: at,
  });
  return (await selectOptionalCheckpoint(db, size)) ?? Promise.reject(new Error('the head was not kept'));
}
