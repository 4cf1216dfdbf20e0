#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { install, ownNode } from '../scripts/lib/install.mjs';

// `qinglan …`: the commands of src/cli.ts, under the Node that Qinglan brings along.
install();
const build = spawnSync(ownNode, [new URL('../scripts/build.mjs', import.meta.url).pathname, '--quiet'], {
  stdio: ['ignore', 2, 2],
});
if (build.status !== 0) process.exit(1);
const run = spawnSync(
  ownNode,
  [new URL('../dist/cli.js', import.meta.url).pathname, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
process.exit(run.status ?? 1);
