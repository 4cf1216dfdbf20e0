import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

/** Qinglan's own version. */
export const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
