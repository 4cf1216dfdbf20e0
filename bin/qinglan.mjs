#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install, root, suitableNode } from '../scripts/lib/install.mjs';

// `qinglan …`: the commands of src/cli.ts, under the Node that Qinglan brings along.
await install();
const node = suitableNode();
const build = spawnSync(node, [join(root, 'scripts/build.mjs')], { stdio: ['ignore', 2, 2] });
if (build.status !== 0) process.exit(1);
const command = [join(root, 'dist/cli.js'), ...process.argv.slice(2)];
process.exit(spawnSync(node, command, { stdio: 'inherit' }).status ?? 1);
