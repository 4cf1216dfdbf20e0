import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../src/platform/root.ts';
import { describeSettings } from './describe-settings.ts';

/** `npm run settings`: writes docs/settings.md from the settings themselves. */
writeFileSync(join(root, 'docs/settings.md'), describeSettings());
