import { existsSync } from 'node:fs';
import { OLD_SECRET_FILE, oldPathOf } from '../platform/secret.ts';

/**
 * How to go on when something is sealed with a secret that is not at hand. The file that lies there may be the only copy
 * of what opens everything else: then nobody is told to put another in its place.
 */
export const whereOld = (dataDir: string): string =>
  existsSync(oldPathOf(dataDir))
    ? `Set QINGLAN_SECRET_OLD to the secret it was sealed with, leave ${oldPathOf(dataDir)} as it is, then: qinglan secret rotate --reason TEXT`
    : `Put the secret it was sealed with into the data folder as ${OLD_SECRET_FILE} (one line, mode 600) or into QINGLAN_SECRET_OLD, then: qinglan secret rotate --reason TEXT`;
