/**
 * A thread that reckons parts of crowds for several walks at once, each with connections of its own. Node runs this
 * file, and those of the work it is given, as they are; they may import nothing that needs the build.
 */
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { type Database, openDatabase } from '../../../../platform/database.ts';
import { passes } from '../../../../platform/jobs/passing.ts';
import { root } from '../../../../platform/root.ts';
import type { WalkAsked } from './threads.ts';
import {
  type Block,
  type CrowdAsked,
  type CrowdWork,
  type Found,
  type Reckoner,
  reckonBlock,
} from './work.ts';

export type ThreadJob =
  | ({ readonly kind: 'begin'; readonly walk: number } & WalkAsked)
  | { readonly kind: 'block'; readonly walk: number; readonly number: number; readonly block: Block }
  | { readonly kind: 'end'; readonly walk: number };
export type ThreadAnswer = { readonly begun: number } | BlockAnswer;
export type BlockAnswer =
  | { readonly number: number; readonly ok: true; readonly found: Found<unknown> }
  | { readonly number: number; readonly ok: false; readonly fault: string; readonly passes: boolean };

/** One block is read while another is reckoned. */
const CONNECTIONS = 2;
/** Pages come first. Elsewhere than on Linux this would slow the whole process. */
if (process.platform === 'linux') setPriority(5);

interface Walk {
  readonly db: Database;
  readonly asked: CrowdAsked;
  readonly reckoner: Promise<Reckoner<unknown>>;
}
const walks = new Map<number, Walk>();

function begin({
  walk,
  url,
  schema,
  role,
  standing,
  file,
  asked,
}: Extract<ThreadJob, { kind: 'begin' }>): void {
  const db = openDatabase(url, { schema, role, standing, max: CONNECTIONS });
  const reckoner = workOf(file).then((work) => work.prepare(db, asked));
  // What goes wrong is reported with the first block.
  const begun = () => parentPort?.postMessage({ begun: walk } satisfies ThreadAnswer);
  reckoner.then(begun, begun);
  walks.set(walk, { db, asked, reckoner });
}

async function workOf(file: string): Promise<CrowdWork<CrowdAsked, unknown>> {
  const { work } = await import(pathToFileURL(join(root, file)).href);
  return work;
}

async function reckon({ walk, number, block }: Extract<ThreadJob, { kind: 'block' }>): Promise<BlockAnswer> {
  try {
    const open = walks.get(walk);
    if (open === undefined) throw new Error('the walk is over');
    const found = await reckonBlock(open.db, await open.reckoner, open.asked, block);
    return { number, ok: true, found };
  } catch (error) {
    return {
      number,
      ok: false,
      fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
      passes: passes(error),
    };
  }
}

function end(walk: number): void {
  const open = walks.get(walk);
  walks.delete(walk);
  open?.db.destroy().catch(() => undefined);
}

parentPort?.on('message', (job: ThreadJob) => {
  if (job.kind === 'begin') begin(job);
  else if (job.kind === 'end') end(job.walk);
  else reckon(job).then((answer) => parentPort?.postMessage(answer));
});
