import { spawn, spawnSync } from 'node:child_process';
import { install, isSuitable, root, suitableNode } from './lib/install.mjs';

/*
 * `npm start`: everything from a fresh clone to a serving Qinglan.
 *
 * 1. With whatever Node the machine has (18 or later): install the packages, Node 24 among them.
 * 2. Go on under that Node. Is one running on this data folder already? Say where.
 * 3. Build what has changed, then become the server.
 */
process.chdir(root);
await install();
if (isSuitable()) await start();
else continueUnder(suitableNode());

function continueUnder(node) {
  const child = spawn(node, ['scripts/start.mjs'], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; here it must only not end us first.
  process.on('SIGINT', () => undefined);
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

async function start() {
  process.env.QINGLAN_DEMO ||= '1';
  refuseSecondStart(await import('../src/platform/postgres/lock.ts'));
  const { isBuilt } = await import('./lib/sources.mjs');
  if (!isBuilt()) {
    // In a process of its own: the build's memory is not the server's.
    const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
    if (status !== 0) process.exit(1);
  }
  endWithLauncher();
  await import('../dist/main.js');
}

/** Before the build, so that a second start does not change the files under the first. */
function refuseSecondStart({ FolderInUse, readHolder }) {
  if (process.env.DATABASE_URL) return;
  const folder = process.env.QINGLAN_DATA || './data';
  const holder = readHolder(folder);
  if (holder === null) return;
  console.error(new FolderInUse(folder, holder).message);
  process.exit(1);
}

/** When npm is killed nobody is left to stop us by Ctrl-C, so we stop too, in order. */
function endWithLauncher() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const launcher = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}
