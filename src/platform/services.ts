import type { Logger } from 'pino';
import type { ReadLog } from '../features/audit/reads/rules.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Doors, Works } from './doors.ts';
import type { FileStore } from './files.ts';
import type { Jobs } from './jobs/kinds.ts';
import type { System } from './system.ts';

/** What the outside world offers, made once at start and handed down; nothing is global. */
export interface Services {
  readonly config: Config;
  /** For commands, without walls (walls/owners.ts); what answers a request uses the `db` it is handed with it. */
  readonly db: Database;
  /** For what is done on nobody's behalf: the database as each work reaches it. */
  readonly works: Works;
  /** For requests: the database as each person may see it. */
  readonly doors: Doors;
  readonly files: FileStore;
  readonly log: Logger;
  /** Where it is noted who read what is personal. */
  readonly reads: ReadLog;
  /** Where long work is left to be done after the answer. */
  readonly jobs: Jobs;
  /** How the install is doing, for its administrator. */
  readonly system: System;
  /** The one clock: server time, in UTC. Tests hand in their own. */
  readonly clock: () => Date;
}

/** The same for somebody: its `db` stands within the walls of whoever asks, or of a work. */
export type Within = Omit<Services, 'works'>;

/** The same for a work. */
export interface AtWork extends Within {
  /** Without walls, for the few that cannot do without (walls/owners.ts). */
  readonly owner: Database;
}

export const atWork = (services: Services, work: string): AtWork => ({
  ...services,
  db: services.works.open(work),
  owner: services.db,
});
