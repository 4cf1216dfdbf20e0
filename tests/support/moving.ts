import { findBrokenLink } from '../../src/features/audit/chain/verify.ts';
import { appendAudit } from '../../src/features/audit/queries.ts';
import { nextNumber } from '../../src/platform/counter.ts';
import { transaction } from '../../src/platform/database.ts';
import { type Directory, FIRST_NODE, openDirectory, withDirectory } from '../../src/platform/directory.ts';
import { openOwner } from '../../src/platform/doors.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { type Moved, moveAuthority } from '../../src/platform/move.ts';
import { type Node, openNode, ownerAt } from '../../src/platform/nodes.ts';

/*
 * An authority moves from one server to another while writers write, as the test does in small and the benchmark in
 * large. Every write that was acknowledged is counted.
 */

export interface MoveReport extends Moved {
  readonly acknowledged: number;
  readonly failed: number;
  /** What lies on the target: numbers drawn, entries of the audit, and the first broken link of its chain. */
  readonly counter: number;
  readonly entries: number;
  readonly broken: unknown;
  readonly longestWriteMs: number;
}

export interface MoveTrial {
  readonly from: string;
  readonly to: string;
  readonly writers: number;
  /** How long they write before the move begins and after it has ended, in milliseconds. */
  readonly around: number;
  /** Rows that are there before. */
  prepare?(schema: string): Promise<void>;
}

const SCHEMA = 'wandering';

export async function moveWhileWriting(trial: MoveTrial): Promise<MoveReport> {
  await migrate(trial.from, { schema: SCHEMA });
  await withDirectory(trial.from, (records) =>
    records.insert({ name: SCHEMA, schema: SCHEMA, hosts: [], path: null, node: FIRST_NODE }),
  );
  await trial.prepare?.(SCHEMA);
  const nodes = new Map<string, Node>([
    [FIRST_NODE, openNode(trial.from, { ownerMax: trial.writers + 1 })],
    ['second', openNode(trial.to, { ownerMax: trial.writers + 1 })],
  ]);
  const directory = await openDirectory(trial.from, { onError: () => undefined });
  try {
    return await write(trial, nodes, directory);
  } finally {
    await directory.close();
    await Promise.all([...nodes.values()].map((node) => node.close()));
  }
}

async function write(
  trial: MoveTrial,
  nodes: ReadonlyMap<string, Node>,
  directory: Directory,
): Promise<MoveReport> {
  const db = openOwner(async () => {
    const { node } = await directory.settled(SCHEMA);
    const found = nodes.get(node);
    if (found === undefined) throw new Error(`no node ${node}`);
    return ownerAt(found, SCHEMA);
  });
  let over = false;
  let acknowledged = 0;
  let failed = 0;
  let longestWriteMs = 0;
  const writer = async () => {
    while (!over) {
      const began = performance.now();
      try {
        await transaction(db, async (tx) => {
          await nextNumber(tx, 'written');
          await appendAudit(tx, null, new Date(), {
            action: 'sign-in',
            subjectType: 'person',
            subjectId: null,
          });
        });
        acknowledged += 1;
      } catch {
        failed += 1;
      }
      longestWriteMs = Math.max(longestWriteMs, performance.now() - began);
    }
  };
  const writing = Promise.all(Array.from({ length: trial.writers }, writer));
  await wait(trial.around);
  const moved = await moveAuthority({
    directoryUrl: trial.from,
    name: SCHEMA,
    schema: SCHEMA,
    from: trial.from,
    to: { node: 'second', url: trial.to },
  }).catch(async (error: unknown) => {
    over = true;
    await writing;
    throw error;
  });
  await wait(trial.around);
  over = true;
  await writing;
  if ((await directory.settled(SCHEMA)).node !== 'second') throw new Error('the directory does not say so');
  const counter = await db
    .selectFrom('counter')
    .select('value')
    .where('name', '=', 'written')
    .executeTakeFirstOrThrow();
  const head = await db.selectFrom('audit_head').select('seq').executeTakeFirstOrThrow();
  return {
    ...moved,
    acknowledged,
    failed,
    counter: Number(counter.value),
    entries: Number(head.seq),
    broken: await findBrokenLink(db),
    longestWriteMs,
  };
}

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
