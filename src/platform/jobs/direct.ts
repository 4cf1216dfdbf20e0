import type { Services } from '../services.ts';
import type { JobKind, Jobs } from './kinds.ts';

/** Jobs that are worked on in this process alone, each kind in a line of its own. */
export interface DirectJobs extends Jobs {
  /** Resolves when nothing is left to do. */
  settled(): Promise<void>;
}

/** For commands, and whoever else runs without the queue: what is asked for is begun at once. */
export function directJobs(kinds: readonly JobKind[], services: () => Services): DirectJobs {
  const lines = new Map<string, Promise<void>>();
  const never = new AbortController().signal;
  return {
    async ask(name, id) {
      const kind = kinds.find((one) => one.name === name);
      if (kind === undefined) throw new Error(`no such kind of job: ${name}`);
      const turn = (lines.get(name) ?? Promise.resolve())
        .then(() => kind.run(services(), id, never))
        .catch((error: unknown) => services().log.error({ error, kind: name, id }, 'a job failed'));
      lines.set(name, turn);
    },
    async settled() {
      for (let seen = -1; seen !== lines.size; ) {
        seen = lines.size;
        await Promise.all(lines.values());
      }
    },
  };
}
