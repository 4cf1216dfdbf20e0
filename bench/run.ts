import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../src/platform/root.ts';

/** `npm run bench -- NAME [--option value …]`; without a name, what there is. */
const [name, ...args] = process.argv.slice(2);
const helpers = [
  'audit-long.ts',
  'crowd.ts',
  'every-programme.ts',
  'lib.ts',
  'http.ts',
  'cpu.ts',
  'raw.ts',
  'roster-file.ts',
  'run.ts',
  'statements.ts',
  'walls-pages.ts',
];
const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.ts') && !helpers.includes(file))
  .map((file) => file.replace('.ts', ''));
if (name === undefined || !names.includes(name)) {
  console.log(`npm run bench -- NAME, one of: ${names.join(', ')}`);
  process.exitCode = name === undefined ? 0 : 2;
} else {
  process.exitCode =
    spawnSync(
      process.execPath,
      [
        '--import',
        pathToFileURL(join(root, 'bench/raw.ts')).href,
        join(root, 'bench', `${name}.ts`),
        ...args,
      ],
      { stdio: 'inherit' },
    ).status ?? 1;
}
