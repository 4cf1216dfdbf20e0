import type { Logger } from 'pino';
import type { ReadLog } from '../features/audit/reads/rules.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Doors } from './doors.ts';
import type { FileStore } from './files.ts';
import type { Jobs } from './jobs/kinds.ts';
import type { System } from './system.ts';

/** What the outside world offers, made once at start and handed down; nothing is global. */
export interface Services {
  readonly config: Config;
  /** For jobs and commands, without walls; what answers a request uses the `db` it is handed with it. */
  readonly db: Database;
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
