import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { root } from './lib/install.mjs';
import { isBuilt, markBuilt } from './lib/sources.mjs';

/** `npm run build`: the server and the browser's files, to dist/, unless no source has changed. */
if (isBuilt()) {
  console.log('Build is up to date');
} else {
  const began = performance.now();
  console.log('Building …');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  for (const mode of ['server', 'browser']) {
    await build({ root, mode, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  }
  markBuilt();
  console.log(`Built in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
