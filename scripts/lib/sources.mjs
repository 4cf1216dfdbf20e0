import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const stamp = join(root, 'dist', '.sources');

/** Whether dist/ was built from the sources as they are now. */
export function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest();
}

export function markBuilt() {
  writeFileSync(stamp, digest());
}

/** A digest of every file the build reads. */
function digest() {
  const hash = createHash('sha256');
  const settings = ['package-lock.json', 'tsconfig.json', 'vite.config.ts'];
  const sources = globSync('{src,demo}/**/*.*', { cwd: root }).filter((name) => !/\.test\.tsx?$/.test(name));
  for (const file of [...settings, ...sources.sort()]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}
