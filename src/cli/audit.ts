import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkChain } from '../features/audit/chain/check.ts';
import { seqsAbout } from '../features/audit/chain/queries.ts';
import type { Broken, ChainFault } from '../features/audit/chain/verify.ts';
import { writeHeadFile } from '../features/audit/heads/files.ts';
import { loadSigner, rotateSigner } from '../features/audit/heads/key.ts';
import {
  type Checkpoint,
  type NoteFault,
  openNote,
  readVerifier,
  type Verifier,
  verifierText,
} from '../features/audit/heads/note.ts';
import { shortOf } from '../features/audit/heads/paper.ts';
import {
  checkProof,
  type ProofFault,
  proveConsistency,
  proveEntries,
  tlogProof,
} from '../features/audit/heads/proof.ts';
import { listKnownKeys } from '../features/audit/heads/queries.ts';
import { isStartOf, readShortHead, type ShortHead } from '../features/audit/heads/short.ts';
import { knownVerifiers, noteKey, signHead } from '../features/audit/heads/sign.ts';
import { growTree, rootAt } from '../features/audit/tree/queries.ts';
import { isId } from '../platform/ids.ts';
import type { Services } from '../platform/services.ts';
import { out, Refusal } from './answer.ts';

export const auditUsage = `  audit verify [--head FILE]... [--key KEY] [--short CODE]...
                                         walk the chain, its tree and its signed heads, those in files and those
                                         whose short code stands on paper; names the first broken link. Exit 0 whole, 3 broken, 1 could not be checked
  audit head [--out FOLDER]              sign the head of the chain and print it, or write it to a folder
  audit key [rotate --reason TEXT]       print the keys that sign, newest first; or make a new one
  audit prove RECORD|ENTRY [--out FILE]  proof that all entries of a record, or one entry by number, are in the chain
                                         --format tlog-proof writes one entry's as other logs do
  audit prove --since FILE [--out FILE]  proof that the chain of an older head is the beginning of today's
  audit check-proof FILE [--key KEY]     check such a proof; needs no database. Exit 0 proven, 3 not, 1 unreadable`;

type WithServices = (work: (services: Services, url: string) => Promise<void>) => Promise<void>;
const BROKEN = 3;

export async function auditCommand([act, ...args]: string[], withServices: WithServices): Promise<void> {
  switch (act) {
    case 'verify':
      return await verify(args, withServices);
    case 'head':
      return await head(args, withServices);
    case 'key':
      return await key(args, withServices);
    case 'prove':
      return await prove(args, withServices);
    case 'check-proof':
      return check(args);
    default:
      throw new Refusal(auditUsage);
  }
}

const FAULTS: Readonly<Record<ChainFault, string>> = {
  missing: 'it is missing: later entries, the head or a signed head tell of it',
  altered: 'what it says is not what its hash was made of',
  hash: 'its hash was changed; what it says was not',
  unlinked: 'it does not follow the entry before it: it was put in, swapped or replaced',
  unknown: 'it stands after the head and was not appended by the rules',
  head: 'the head is not the hash of the last entry',
  origin: 'the address or device kept beside it was changed',
  tree: 'the tree was made of another entry than this one',
  'signed-head': 'a head signed over the chain up to here tells of another chain, or its signature is false',
  reads: 'the log of reads that it sealed was changed',
};
const explain = ({ seq, fault }: Broken): string =>
  `The audit chain is broken at entry ${seq}: ${FAULTS[fault]}`;

async function verify(args: string[], withServices: WithServices): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      head: { type: 'string', multiple: true },
      key: { type: 'string', multiple: true },
      short: { type: 'string', multiple: true },
    },
  });
  const shorts = (values.short ?? []).map(shortTyped);
  const keys = keysOf(values.key);
  const notes = (values.head ?? []).map((path) => ({ path, note: read(path) }));
  await withServices(async ({ db, clock }) => {
    const verifiers = [...keys, ...(keys.length > 0 ? [] : await knownVerifiers(db))];
    const outside = notes.map(({ path, note }) => opened(path, note, verifiers));
    let said = 0;
    const walk = await checkChain(db, clock(), {
      outside,
      keys,
      progress: (entries) => {
        if (entries - said < 500_000) return;
        said = entries;
        process.stderr.write(`${entries} entries walked\n`);
      },
    });
    if (walk.broken !== null) throw new Refusal(explain(walk.broken), BROKEN);
    out(`The audit chain holds: ${walk.entries} entries, head ${walk.hash}`);
    for (const { size } of outside) out(`It begins with the ${size} entries of the head given`);
    if (shorts.length > 0) await growTree(db);
    for (const short of shorts) {
      if (short.size > walk.entries || !isStartOf(short, await rootAt(db, short.size)))
        throw new Refusal(
          short.size > walk.entries
            ? `The audit chain is broken: it has ${walk.entries} entries, and had ${short.size} when the short code was printed`
            : `The audit chain is broken: its first ${short.size} entries are not those the short code was printed of`,
          BROKEN,
        );
      out(`It begins with the ${short.size} entries of the short code`);
    }
  });
}

function shortTyped(text: string): ShortHead {
  const short = readShortHead(text);
  if (short === null)
    throw new Refusal(`${text} is no short code of a head, or was mistyped: compare it with the paper`);
  return short;
}

async function head(args: string[], withServices: WithServices): Promise<void> {
  const { values } = parseArgs({ args, options: { out: { type: 'string' } } });
  await withServices(async ({ config, db, clock }) => {
    const signed = await signHead(db, [loadSigner(config)], clock());
    if (values.out === undefined) {
      process.stdout.write(signed.note);
      process.stderr.write(`short code: ${shortOf(signed)}\n`);
      return;
    }
    out(writeHeadFile(values.out, signed));
  });
}

async function key(args: string[], withServices: WithServices): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { reason: { type: 'string' } },
  });
  const [act] = positionals;
  if (act !== undefined && act !== 'rotate') throw new Refusal(auditUsage);
  if (act === 'rotate' && (values.reason ?? '').trim() === '')
    throw new Refusal('Say why the key is replaced: --reason TEXT. It stands in the chain.');
  await withServices(async ({ config, db, clock }) => {
    const signer = loadSigner(config);
    await noteKey(db, signer, clock());
    if (act === 'rotate') {
      const { old, made } = rotateSigner(config);
      await noteKey(db, made, clock(), { replaces: old, reason: values.reason?.trim() ?? '' });
      // One head is signed by both, so that whoever trusts the old key can come to trust the new one.
      await signHead(db, [made, old], clock());
    }
    for (const { verifier, at } of await listKnownKeys(db))
      out(`${verifier}  ${at.toISOString().slice(0, 10)}`);
  });
}

async function prove(args: string[], withServices: WithServices): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      since: { type: 'string' },
      out: { type: 'string' },
      format: { type: 'string', default: 'json' },
    },
  });
  const [what] = positionals;
  if ((what === undefined) === (values.since === undefined)) throw new Refusal(auditUsage);
  await withServices(async ({ config, db, clock }) => {
    const signer = loadSigner(config);
    const newest = await signHead(db, [signer], clock());
    const print = (text: string) => {
      if (values.out === undefined) return process.stdout.write(text);
      writeFileSync(values.out, text);
      return out(values.out);
    };
    if (values.since !== undefined) {
      const note = read(values.since);
      const older = opened(values.since, note, await knownVerifiers(db));
      if (older.size > newest.size)
        throw new Refusal(
          `The head in ${values.since} is of ${older.size} entries; there are ${newest.size}`,
          BROKEN,
        );
      const proof = await proveConsistency(db, { size: older.size, note }, newest, verifierText(signer));
      print(`${JSON.stringify(proof, null, 2)}\n`);
      return;
    }
    const seqs = /^\d{1,15}$/.test(what ?? '')
      ? [Number(what)]
      : isId(what ?? '')
        ? await seqsAbout(db, what ?? '')
        : [];
    const proof = await proveEntries(db, newest, verifierText(signer), seqs);
    if (proof.entries.length === 0) throw new Refusal(`No entry of the audit is about ${what}`);
    print(values.format === 'tlog-proof' ? tlogProof(proof, 0) : `${JSON.stringify(proof, null, 2)}\n`);
  });
}

const PROOF_FAULTS: Readonly<Record<ProofFault, string>> = {
  'not-a-proof': 'it is not a proof of the audit',
  'not-a-note': 'its head is not a signed note',
  'not-a-checkpoint': 'its head is not a checkpoint',
  'unknown-key': 'its head is not signed with the key given',
  'bad-signature': 'the signature of its head is false',
  'not-included': 'the entry is not in the chain of this head, or was altered',
  'not-consistent': 'the newer chain does not begin with the older one',
  'not-the-entry': 'the entry bears another number than its place',
};

function check(args: string[]): void {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { key: { type: 'string', multiple: true } },
  });
  const [path] = positionals;
  if (path === undefined) throw new Refusal(auditUsage);
  const keys = keysOf(values.key);
  const verdict = checkProof(parsed(path), keys);
  if (!verdict.ok) throw new Refusal(`${path} proves nothing: ${PROOF_FAULTS[verdict.reason]}`, BROKEN);
  const { origin, size } = verdict.checkpoint;
  for (const { number, entry } of verdict.entries) out(`entry ${number}: ${entry}`);
  out(
    verdict.kind === 'inclusion'
      ? `Proven: ${verdict.entries.length} of the ${size} entries of ${origin}, signed with ${verifierText(verdict.by)}`
      : `Proven: the chain of ${origin} with ${size} entries begins with the older one, signed with ${verifierText(verdict.by)}`,
  );
  if (keys.length === 0)
    out('The key came with the proof. To be sure that it is theirs, give the one they published: --key KEY');
}

const NOTE_FAULTS: Readonly<Record<NoteFault, string>> = {
  'not-a-note': 'is not a signed note',
  'not-a-checkpoint': 'is not a checkpoint',
  'unknown-key': 'is not signed with a key of this audit',
  'bad-signature': 'has a false signature',
};

function opened(path: string, note: string, verifiers: readonly Verifier[]): Checkpoint {
  const verdict = openNote(note, verifiers);
  if (!verdict.ok) throw new Refusal(`The head in ${path} ${NOTE_FAULTS[verdict.reason]}`);
  return verdict.checkpoint;
}

/** Keys given as themselves or as files that hold them. */
function keysOf(given: readonly string[] = []): Verifier[] {
  return given.map((text) => {
    const verifier =
      readVerifier(text) ?? readVerifier(text.includes('+') ? '' : (read(text).split(/\s/)[0] ?? ''));
    if (verifier === null) throw new Refusal(`${text} is not a key (name+id+key), nor a file that holds one`);
    return verifier;
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    throw new Refusal(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(read(path));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${path} is not JSON`);
  }
}
