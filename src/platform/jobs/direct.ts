import { apart } from '../once.ts';
import { atWork, type Services } from '../services.ts';
import type { JobKind, Jobs, Schedule } from './kinds.ts';

/** Jobs that are worked on in this process alone, each kind in a line of its own. */
export interface DirectJobs extends Jobs {
  /** Resolves when nothing is left to do. */
  settled(): Promise<void>;
}

/** For commands, and whoever else runs without the queue: what is asked for is begun at once. */
export function directJobs(
  kinds: readonly JobKind[],
  services: () => Services,
  schedules: readonly Schedule[] = [],
): DirectJobs {
  const lines = new Map<string, Promise<void>>();
  const never = new AbortController().signal;
  const begin = (name: string, work: () => Promise<void>): void => {
    const turn = (lines.get(name) ?? Promise.resolve())
      .then(() => apart(work))
      .catch((error: unknown) => services().log.error({ error, kind: name }, 'a job failed'));
    lines.set(name, turn);
  };
  return {
    async ask(name, id) {
      const kind = kinds.find((one) => one.name === name);
      if (kind === undefined) throw new Error(`no such kind of job: ${name}`);
      begin(name, () => kind.run(atWork(services(), name), id, never));
    },
    async runNow(name) {
      const schedule = schedules.find((one) => one.name === name);
      if (schedule === undefined) throw new Error(`nothing of this name comes by the clock: ${name}`);
      begin(name, () => schedule.run(atWork(services(), name), never));
    },
    async settled() {
      for (let seen = -1; seen !== lines.size; ) {
        seen = lines.size;
        await Promise.all(lines.values());
      }
    },
  };
}
