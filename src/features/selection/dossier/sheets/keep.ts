import type { Within } from '../../../../platform/services.ts';
import { listChanged, listWithoutSheet, makeSheets, whileNobodyElseKeepsSheets } from './queries.ts';

/*
 * Sheets made before they are asked for: a screening that finds them ready takes a fraction of the time. Nothing rests
 * on it. It works a small part of the time, so that pages hardly feel it.
 */

const AT_ONCE = 200;

export interface Pace {
  /** Before the first step. */
  readonly begin: number;
  /** After a step, so many times as long as it took. */
  readonly rest: number;
  /** When there was nothing to do. */
  readonly idle: number;
}
const PACE: Pace = { begin: 10_000, rest: 3, idle: 30_000 };

/** Makes sheets in the background until the function it returns is called; milliseconds. */
export function keepSheets({ db, log }: Pick<Within, 'db' | 'log'>, pace: Pace = PACE): () => void {
  let stopped = false;
  let timer = setTimeout(step, pace.begin);
  timer.unref();
  /** Everyone up to this id has had a sheet; undefined once all have. */
  let walked: string | null | undefined = null;

  async function step(): Promise<void> {
    const began = performance.now();
    let pause = pace.idle;
    try {
      let more = false;
      await whileNobodyElseKeepsSheets(db, async () => {
        const people =
          walked === undefined ? await listChanged(db, AT_ONCE) : await listWithoutSheet(db, walked, AT_ONCE);
        if (people.length > 0) await makeSheets(db, people);
        more = people.length === AT_ONCE || walked !== undefined;
        if (walked !== undefined) walked = people.length === AT_ONCE ? people.at(-1) : undefined;
      });
      if (more) pause = (performance.now() - began) * pace.rest;
    } catch (error) {
      if (!stopped) log.warn({ error }, 'fact sheets not made ahead');
    }
    if (stopped) return;
    timer = setTimeout(step, pause);
    timer.unref();
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
