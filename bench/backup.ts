import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrokenLink } from '../src/features/audit/chain/verify.ts';
import { runBackup } from '../src/platform/backup/backup.ts';
import type { Tell } from '../src/platform/backup/progress.ts';
import { findBackup } from '../src/platform/backup/read.ts';
import { restoreBackup } from '../src/platform/backup/restore.ts';
import { identityIn, newKey, opener } from '../src/platform/backup/seal.ts';
import { version } from '../src/platform/backup/settings.ts';
import { folderTarget } from '../src/platform/backup/target.ts';
import { verifyBackup } from '../src/platform/backup/verify.ts';
import { openDatabase } from '../src/platform/database.ts';
import { folderFiles } from '../src/platform/files.ts';
import { startEmbedded } from '../src/platform/postgres/supervisor.ts';
import { benchCity, benchFolder, option, peakMemory, stopwatch } from './lib.ts';

/**
 * A city is backed up, read back and restored into another embedded server, both with the durability of production:
 * `npm run bench -- backup --teachers 150000 --records 20`. `--encrypt 1` seals it with a key of its own; `--only 1`
 * stops after the backup. Goal for 1,000,000 teachers with 20 million records: backup ≤ 5 min, restore ≤ 15 min.
 */
const mb = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
const folder = benchFolder();
const aside = mkdtempSync(join(process.env.BENCH_ASIDE ?? '/var/tmp', 'qinglan-bench-backup-'));
chmodSync(aside, 0o711);
const key = option('encrypt', 0) === 1 ? await newKey() : null;
try {
  await back();
  if (option('only', 0) !== 1) await readAndRestore();
} finally {
  rmSync(aside, { recursive: true, force: true });
  folder.remove();
}

async function back(): Promise<void> {
  const city = await benchCity(option('teachers', 5000), false, folder.path);
  try {
    const done = stopwatch();
    const { manifest } = await runBackup(
      {
        url: city.url,
        schema: city.services.config.schema,
        dataDir: folder.path,
        files: city.services.files,
        version: version(),
        clock: () => new Date(),
      },
      {
        target: folderTarget(aside),
        lock: key === null ? null : { recipient: key.recipient },
        tell: steps('backup'),
        hands: option('hands', 2),
      },
    );
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    const parts = manifest.tables.flatMap((table) => table.parts);
    const plain = parts.reduce((sum, part) => sum + part.plainBytes, 0);
    const packed = parts.reduce((sum, part) => sum + part.bytes, 0);
    console.log(
      `backup of ${rows} rows, ${parts.length} parts, ${mb(plain)} as text, ${mb(packed)} packed: ${done()}; ${peakMemory()} MB`,
    );
  } finally {
    await city.close();
  }
}

async function readAndRestore(): Promise<void> {
  const found = await findBackup(aside, {});
  const open = await opener(
    found.target,
    found.manifest.recipient,
    key === null ? null : { identity: identityIn(key.file) },
  );
  const verified = stopwatch();
  await verifyBackup(found, open);
  console.log(`verified: ${verified()}`);
  const dataDir = join(aside, 'restored');
  mkdirSync(dataDir);
  chmodSync(dataDir, 0o711);
  const server = await startEmbedded({ dataDir });
  try {
    const done = stopwatch();
    await restoreBackup(
      found,
      open,
      {
        url: server.url,
        schema: 'qinglan',
        dataDir,
        files: folderFiles(join(dataDir, 'files')),
        findBrokenLink: async (schema) => {
          const db = openDatabase(server.url, { schema, max: 1 });
          return await findBrokenLink(db).finally(() => db.destroy());
        },
      },
      { tell: steps('restore'), hands: option('hands', 2) },
    );
    const size = execFileSync('du', ['-sm', join(dataDir, 'postgres/cluster')], { encoding: 'utf8' });
    console.log(`restored: ${done()}; ${peakMemory()} MB; ${size.split('\t')[0]} MB on the disk`);
  } finally {
    await server.stop();
  }
}

/** A line for each step's beginning and each tenth. */
function steps(name: string): Tell {
  const began = performance.now();
  let last = '';
  return ({ step, done }) => {
    const at = `${step} ${Math.floor(done * 10)}`;
    if (at === last) return;
    last = at;
    console.log(
      `  ${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${name} ${Math.floor(done * 100)} %, ${step}`,
    );
  };
}
