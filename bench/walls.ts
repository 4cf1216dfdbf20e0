import { join } from 'node:path';
import { runnerImport } from 'vite';
import { root } from '../src/platform/root.ts';

/** Pages are JSX, which Node does not read by itself: see walls-pages.ts for what is measured. */
await runnerImport(join(root, 'bench/walls-pages.ts'), {
  configFile: false,
  oxc: { jsx: { runtime: 'automatic', importSource: '#jsx' } },
  logLevel: 'error',
});
