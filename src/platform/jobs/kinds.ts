import type { Db } from '../database.ts';
import type { AtWork } from '../services.ts';

/**
 * One kind of long work. What is to be done and how far it has come stand in a row of the feature's own; the queue
 * only decides which process works on it, and when. So a job may be run again at any time: it goes on from its row,
 * and does nothing when that says that it is done.
 */
export interface JobKind {
  /** The queue's name, and that of its line in walls/works.ts. */
  readonly name: string;
  /** How many of them one process works on at once. */
  readonly atOnce: number;
  /**
   * Works on the row until it says done or failed. Throws only what passes: the database is gone, or `signal` says
   * that this process stops; then the job is run again, here or elsewhere.
   */
  run(services: AtWork, id: string, signal: AbortSignal): Promise<void>;
  /** Rows at work, whether or not a job stands in the queue for them. */
  unfinished(db: Db): Promise<string[]>;
  /** Marks the row as failed: the job was run again and again to no end. */
  giveUp(services: AtWork, id: string): Promise<void>;
}

/** Work that comes by the clock, once for an authority however many processes serve it. */
export interface Schedule {
  /** That of its line in walls/works.ts as well. */
  readonly name: string;
  /** Minute, hour, day of month, month, day of week, in the authority's time zone. */
  readonly cron: string;
  run(services: AtWork, signal: AbortSignal): Promise<void>;
}

/** Where a request leaves long work. */
export interface Jobs {
  /** Have the work of this row done once, by whichever process is free. Asking again does no harm. */
  ask(kind: string, id: string): Promise<void>;
  /** Have what comes by the clock done now, unless it is being done. */
  runNow(schedule: string): Promise<void>;
}

/** This process stops: whoever takes the job up next goes on. */
export class Stopped extends Error {
  constructor() {
    super('stopped before the job was done');
    this.name = 'Stopped';
  }
}

/** To be called between the steps of a job. */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new Stopped();
}
