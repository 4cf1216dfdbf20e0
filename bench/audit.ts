import { join } from 'node:path';
import { runnerImport } from 'vite';
import { root } from '../src/platform/root.ts';

/** Pages are JSX, which Node does not read by itself: see audit-long.ts for what is measured. */
await runnerImport(join(root, 'bench/audit-long.ts'), {
  configFile: false,
  oxc: { jsx: { runtime: 'automatic', importSource: '#jsx' } },
  logLevel: 'error',
});
