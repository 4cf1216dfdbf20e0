import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findLeftovers, LEFT_AFTER_MS, type Leftover } from '../features/privacy/retention/leftovers.ts';
import type { Source } from '../platform/backup/backup.ts';
import type { Config } from '../platform/config.ts';
import { type Database, openDatabase } from '../platform/database.ts';
import { bad, type Finding, good, warning } from '../platform/doctor/finding.ts';
import { out, Refusal } from './answer.ts';
import { sourcesOf, withDatabase } from './backup.ts';

export const filesUsage = `  files                                  files of every authority that nobody refers to any more, older than a day
  files remove [--even-most]             remove them; --even-most also where that is more than half of all`;

/** What stands here is named; more are counted. */
const NAMED = 20;

export async function filesCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { 'even-most': { type: 'boolean' } },
    allowPositionals: true,
  });
  const [act, more] = positionals;
  if ((act !== undefined && act !== 'remove') || more !== undefined) throw new Refusal(filesUsage);
  await withDatabase(async (own, config) => {
    const all = await sourcesOf(own, config);
    for (const { name, source } of all) {
      if (all.length > 1) out(`${name}:`);
      await withRows(source(), (kept) =>
        act === 'remove' ? removeLeft(kept, values['even-most'] === true) : listLeft(kept),
      );
    }
  });
}

interface Kept extends Pick<Source, 'files' | 'dataDir' | 'clock'> {
  readonly db: Database;
}

async function withRows<T>({ url, schema, ...source }: Source, work: (kept: Kept) => Promise<T>): Promise<T> {
  const db = openDatabase(url, { schema, max: 4 });
  try {
    return await work({ ...source, db });
  } finally {
    await db.destroy();
  }
}

const leftOf = (kept: Kept): AsyncGenerator<Leftover> =>
  findLeftovers(kept, new Date(kept.clock().getTime() - LEFT_AFTER_MS));

async function listLeft(kept: Kept): Promise<number> {
  let [count, size] = [0, 0];
  for await (const one of leftOf(kept)) {
    out(`${join(kept.dataDir, one.path)}  ${one.size} bytes, ${one.at.toISOString()}`);
    [count, size] = [count + 1, size + one.size];
  }
  out(`${count} files that nobody refers to, ${size} bytes`);
  return count;
}

/** Of a database that is another's, or of an old backup, everything here would look left over. */
export async function removeLeft(kept: Kept, evenMost: boolean): Promise<number> {
  const left: Leftover[] = [];
  for await (const one of leftOf(kept)) left.push(one);
  let whole = 0;
  for await (const folder of kept.files.list()) whole += folder.length;
  if (!evenMost && left.length > NAMED && left.length > whole / 2)
    throw new Refusal(
      `${left.length} of ${whole} files are referred to by nobody: is this the right database for ${kept.dataDir}? ` +
        'Nothing was removed. If it is: files remove --even-most',
    );
  let gone = 0;
  for (const one of left) if (await one.remove()) gone += 1;
  out(`${gone} files removed`);
  return gone;
}

/** Whether files lie there that nobody refers to, for the doctor. */
export async function examineFiles(own: Source, config: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { source } of await sourcesOf(own, config)) {
    try {
      findings.push(await withRows(source(), examineOne));
    } catch (error) {
      if (error instanceof Refusal)
        findings.push(
          bad({ zh: error.message, en: error.message }, { zh: '设 QINGLAN_NODES', en: 'Set QINGLAN_NODES' }),
        );
      // No tables yet, or no database: said above.
    }
  }
  return findings;
}

async function examineOne(kept: Kept): Promise<Finding> {
  const named: string[] = [];
  let [count, size] = [0, 0];
  for await (const one of leftOf(kept)) {
    if (count < NAMED) named.push(join(kept.dataDir, one.path));
    [count, size] = [count + 1, size + one.size];
  }
  if (count === 0)
    return good(`${kept.dataDir} 里的文件都有记录引用`, `Every file in ${kept.dataDir} is referred to`);
  const lines = [...named, ...(count > NAMED ? ['…'] : [])].map((line) => `\n      ${line}`).join('');
  return warning(
    {
      zh: `${count} 个文件没有任何记录引用，共 ${size} 字节，可能是清除时中断留下的：${lines}`,
      en: `Nobody refers to ${count} files, ${size} bytes; they may be left from an erasing that was cut off:${lines}`,
    },
    { zh: '运行 qinglan files remove', en: 'Run qinglan files remove' },
  );
}
