import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Plain JavaScript of 2022: this runs before anything is installed, on whatever Node the machine has.

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** The Node that Qinglan brings along. */
export const ownNode = join(root, 'node_modules', '.bin', 'node');

const stamp = join(root, 'node_modules', '.qinglan-installed');

/** Installs the packages that package-lock.json names, unless that has been done. Ends the process on failure. */
export function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(ownNode)) return;
  console.log('Installing packages (once, a minute or so) …');
  const began = Date.now();
  // Qinglan runs on the Node among the packages, so the engines npm compares with the host's do not matter.
  // Quieter than a warning would also hide errors of its own making; npm still prints those.
  const result = spawnSync(
    'npm',
    ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    },
  );
  if (result.status !== 0) fail(`npm ci failed (${result.error?.message ?? `code ${result.status}`})`);
  if (!existsSync(ownNode)) {
    fail(
      `No Node for ${process.platform}-${process.arch} among the packages. Linux (x64, arm64) and macOS (arm64) are supported.`,
    );
  }
  writeFileSync(stamp, wanted);
  console.log(`Packages installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
