import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { root } from './lib/install.mjs';

/** `npm run build`: the server and the browser's files, to dist/. Skipped when no source has changed. */
const stamp = join(root, 'dist', '.sources');
const sources = sourceHash();

if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources && !process.argv.includes('--force')) {
  if (!process.argv.includes('--quiet')) console.log('Build is up to date');
} else {
  const began = performance.now();
  console.log('Building …');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  for (const mode of ['server', 'browser']) {
    await build({ root, mode, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  }
  writeFileSync(stamp, sources);
  console.log(`Built in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** A digest of every file the build reads. */
function sourceHash() {
  const hash = createHash('sha256');
  const files = [
    'package-lock.json',
    'tsconfig.json',
    'vite.config.ts',
    ...globSync('{src,demo}/**/*.*', { cwd: root }),
  ];
  for (const file of files.filter((name) => !/\.test\.tsx?$/.test(name)).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}
