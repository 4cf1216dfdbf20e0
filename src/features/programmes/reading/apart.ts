import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from '../../../platform/root.ts';
import type { Kind, Reading, ReadingAnswer, ReadingJob } from './thread.worker.ts';

/*
 * One thread reads programme files for the whole process (thread.worker.ts). It is begun when first needed, kept for a
 * while, for to begin it takes longer than a reading, and holds no process alive.
 */

const HEAP = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 };
const KEPT_IDLE_MS = 5 * 60_000;

interface Thread {
  ask<K extends Kind>(kind: K, asked: Reading[K]['asked']): Promise<Reading[K]['found']>;
}
let thread: Thread | undefined;
let jobs = 0;

/** Rejects only where the thread itself fails; of a faulty file it tells what is wrong. */
export function readApart<K extends Kind>(kind: K, asked: Reading[K]['asked']): Promise<Reading[K]['found']> {
  thread ??= openThread();
  return thread.ask(kind, asked);
}

function openThread(): Thread {
  const worker = new Worker(join(root, 'src/features/programmes/reading/thread.worker.ts'), {
    resourceLimits: HEAP,
  });
  worker.unref();
  const waiting = new Map<number, (answer: ReadingAnswer) => void>();
  let idle: NodeJS.Timeout | undefined;
  const close = (fault: string) => {
    clearTimeout(idle);
    if (thread === opened) thread = undefined;
    for (const [id, settle] of waiting) settle({ id, fault });
    waiting.clear();
    worker.terminate().catch(() => undefined);
  };
  const rest = () => {
    worker.unref();
    clearTimeout(idle);
    idle = setTimeout(() => close('the reading thread was idle'), KEPT_IDLE_MS).unref();
  };
  worker.on('message', (answer: ReadingAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) rest();
  });
  worker.on('error', (error) => close(String(error)));
  worker.on('exit', (code) => close(`the reading thread ended with code ${code}`));
  const opened: Thread = {
    ask: <K extends Kind>(kind: K, asked: Reading[K]['asked']) =>
      new Promise<Reading[K]['found']>((resolve, reject) => {
        jobs += 1;
        waiting.set(jobs, (answer) => {
          // The answer to a question is of its kind.
          if ('found' in answer) resolve(answer.found as Reading[K]['found']);
          else reject(new Error(answer.fault));
        });
        clearTimeout(idle);
        worker.ref();
        worker.postMessage({ id: jobs, kind, asked } as ReadingJob);
      }),
  };
  rest();
  return opened;
}
