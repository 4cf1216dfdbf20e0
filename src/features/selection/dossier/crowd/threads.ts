import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Address } from '../../../../platform/database.ts';
import { PassedOn } from '../../../../platform/jobs/passing.ts';
import { root } from '../../../../platform/root.ts';
import type { BlockAnswer, ThreadAnswer, ThreadJob } from './thread.worker.ts';
import type { Block, CrowdAsked, Found } from './work.ts';

/*
 * The threads that reckon crowds: as many as there are cores, within bounds, whatever the number of walks; each walk
 * goes over all of them. They are begun when first needed, kept for a while, for to begin one takes longer than many a
 * walk, and hold no process alive.
 */

/** Each holds a heap of its own, and the database needs a core as well. */
const MOST_THREADS = 4;
export const THREADS = Math.min(availableParallelism(), MOST_THREADS);
/** A block takes a few megabytes; more room would only be filled before it is swept. */
const HEAP = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 192 };
const KEPT_IDLE_MS = 60_000;

/** Where a walk is, what is asked, and the file whose work it is. */
export interface WalkAsked extends Address {
  readonly file: string;
  readonly asked: CrowdAsked;
}

export interface Walkers {
  /** Whether a thread has begun and can be asked. */
  ready(): boolean;
  /** Comes true with it. */
  readonly begun: Promise<void>;
  reckon<Part>(block: Block): Promise<Found<Part>>;
  /** Nothing more is wanted; what goes on is given up. */
  leave(): void;
}

interface Waiting {
  readonly walk: number;
  settle(answer: BlockAnswer): void;
}
/** A walk on one thread. */
interface OnThread {
  begun: boolean;
  /** Tells that it has begun, or never will. */
  readonly tell: () => void;
}
interface Thread {
  readonly waiting: Map<number, Waiting>;
  readonly walks: Map<number, OnThread>;
  post(job: ThreadJob): void;
}

const threads: Thread[] = [];
let walks = 0;
let blocks = 0;

/** Begins a walk on so many threads. */
export function openWalk(number: number, asked: WalkAsked): Walkers {
  walks += 1;
  const walk = walks;
  while (threads.length < number) threads.push(openThread());
  const ours = threads.slice(0, number);
  const begun = new Promise<void>((tell) => {
    for (const thread of ours) thread.walks.set(walk, { begun: false, tell });
  });
  for (const thread of ours) thread.post({ kind: 'begin', walk, ...asked });
  /** Those that have begun, the least busy first; one that has ended is never passed over in silence. */
  const able = (): Thread[] => {
    if (ours.some(({ walks }) => !walks.has(walk))) throw new Error('a thread of this walk has ended');
    return ours
      .filter(({ walks }) => walks.get(walk)?.begun)
      .toSorted((a, b) => a.waiting.size - b.waiting.size);
  };
  return {
    ready: () => able().length > 0,
    begun,
    reckon: <Part>(block: Block) =>
      new Promise<Found<Part>>((resolve, reject) => {
        const [thread] = able();
        if (!thread) throw new Error('no thread has begun the walk');
        blocks += 1;
        const number = blocks;
        thread.waiting.set(number, {
          walk,
          settle(answer) {
            if (answer.ok) resolve(answer.found as Found<Part>);
            else reject(answer.passes ? new PassedOn(answer.fault) : new Error(answer.fault));
          },
        });
        thread.post({ kind: 'block', walk, number, block });
      }),
    leave() {
      for (const thread of ours) if (thread.walks.delete(walk)) thread.post({ kind: 'end', walk });
    },
  };
}

function openThread(): Thread {
  const worker = new Worker(join(root, 'src/features/selection/dossier/crowd/thread.worker.ts'), {
    resourceLimits: HEAP,
  });
  const waiting: Thread['waiting'] = new Map();
  const open: Thread['walks'] = new Map();
  let idle: NodeJS.Timeout | undefined;
  const thread: Thread = {
    waiting,
    walks: open,
    post(job) {
      clearTimeout(idle);
      if (open.size > 0) worker.ref();
      worker.postMessage(job);
      if (open.size > 0) return;
      worker.unref();
      idle = setTimeout(() => close('the thread was idle'), KEPT_IDLE_MS).unref();
    },
  };
  worker.on('message', (answer: ThreadAnswer) => {
    if ('begun' in answer) {
      const walk = open.get(answer.begun);
      if (walk !== undefined) walk.begun = true;
      walk?.tell();
      return;
    }
    const asked = waiting.get(answer.number);
    waiting.delete(answer.number);
    asked?.settle(answer);
  });
  const close = (fault: string) => {
    const at = threads.indexOf(thread);
    if (at < 0) return;
    threads.splice(at, 1);
    const told = [...open.values()];
    open.clear();
    for (const { tell } of told) tell();
    for (const [number, asked] of waiting) asked.settle({ number, ok: false, fault, passes: false });
    waiting.clear();
    worker.terminate().catch(() => undefined);
  };
  worker.on('error', (error) => close(String(error)));
  worker.on('exit', (code) => close(`a thread reckoning a crowd ended with code ${code}`));
  return thread;
}
