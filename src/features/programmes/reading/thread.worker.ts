/**
 * Reads programme files in a thread of its own: a file of five hundred lines takes some tens of milliseconds, and
 * the server must answer meanwhile. Node runs this file as it is; it may import nothing that needs the build.
 */
import { parentPort } from 'node:worker_threads';
import { type Knob, knobsOf, turnAll } from '../../../language/edit.ts';
import { type LoadResult, loadProgramme } from '../../../language/load.ts';
import { commonVocabulary } from '../../../platform/programmes.ts';

/** What is asked, and what comes of each. */
export interface Reading {
  readonly load: {
    readonly asked: { readonly source: string; readonly tables: Readonly<Record<string, string>> };
    readonly found: LoadResult;
  };
  readonly knobs: { readonly asked: string; readonly found: readonly Knob[] };
  readonly turn: {
    readonly asked: { readonly source: string; readonly turns: ReadonlyMap<string, string> };
    readonly found: string;
  };
}
export type Kind = keyof Reading;
export type ReadingJob = {
  [K in Kind]: { readonly id: number; readonly kind: K; readonly asked: Reading[K]['asked'] };
}[Kind];
export type ReadingAnswer =
  | { readonly id: number; readonly found: Reading[Kind]['found'] }
  | { readonly id: number; readonly fault: string };

function read(job: ReadingJob): Reading[Kind]['found'] {
  switch (job.kind) {
    case 'load':
      return loadProgramme(job.asked.source, { vocabulary: commonVocabulary(), tables: job.asked.tables });
    case 'knobs':
      return knobsOf(job.asked);
    case 'turn':
      return turnAll(job.asked.source, job.asked.turns);
  }
}

parentPort?.on('message', (job: ReadingJob) => {
  let answer: ReadingAnswer;
  try {
    answer = { id: job.id, found: read(job) };
  } catch (error) {
    answer = { id: job.id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(answer);
});
