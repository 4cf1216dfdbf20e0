import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Plain JavaScript of 2022: this runs before anything is installed, on whatever Node the machine has.

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bundledNode = join(root, 'node_modules', '.bin', 'node');
/** Argon2 for passwords came with it. */
const neededNode = '24.7';

const stamp = join(root, 'node_modules', '.qinglan-installed');

/** Installs the packages that package-lock.json names, unless that has been done. Ends the process on failure. */
export async function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing packages (once, a minute or so) …');
  const began = Date.now();
  // Not `npm ci`: it gives up where a registry lacks a parcel for a machine that this one is not. What the lock
  // file names is installed all the same, checked by its hashes. Packages may ask for a newer Node than the
  // host's, which is the one they bring along: hence no warnings, only errors.
  const flags = [
    '--no-save',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const failure = await npm(['install', ...flags], began);
  if (failure !== null) fail(`npm install failed (${failure})`);
  linkNode();
  writeFileSync(stamp, wanted);
  console.log(`Packages installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

/** npm 10 does not link a program that several parcels offer, even when only one of them is for this machine. */
function linkNode() {
  const parcel = `node-${process.platform}-${process.arch}`;
  if (existsSync(bundledNode) || !existsSync(join(root, 'node_modules', parcel, 'bin', 'node'))) return;
  symlinkSync(join('..', parcel, 'bin', 'node'), bundledNode);
}

/** Runs npm, saying every ten seconds that it still works; npm shows no progress outside a terminal. */
function npm(args, began) {
  const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const tell = setInterval(() => console.log(`  … ${Math.round((Date.now() - began) / 1000)} s`), 10_000);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code === 0 ? null : `code ${code ?? signal}`));
  }).finally(() => clearInterval(tell));
}

/** The Node to go on with: the one among the packages, or where there is none for this machine, its own. */
export function suitableNode() {
  if (existsSync(bundledNode)) return bundledNode;
  if (isSuitable()) return process.execPath;
  return fail(
    `No Node comes along for ${process.platform}-${process.arch}; install Node ${neededNode} and start again.`,
  );
}

/** Whether this very process runs on a Node new enough. */
export function isSuitable() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [neededMajor, neededMinor] = neededNode.split('.').map(Number);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

function fail(message) {
  console.error(message);
  return process.exit(1);
}
