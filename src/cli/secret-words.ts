import { OLD_SECRET_FILE } from '../platform/secret.ts';

/** How to go on when something is sealed with a secret that is not at hand. */
export const WHERE_OLD = `Put the secret it was sealed with into the data folder as ${OLD_SECRET_FILE} (one line, mode 600) or into QINGLAN_SECRET_OLD, then: qinglan secret rotate --reason TEXT`;
