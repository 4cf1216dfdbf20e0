import { monitorEventLoopDelay } from 'node:perf_hooks';
import { cpuSeconds } from './cpu.ts';
import { ms, peakMemory, stopwatch } from './lib.ts';

export interface Cost {
  readonly people: number;
  /** Seconds of processor time of this process with its threads, and of the database. */
  readonly ours: number;
  readonly theirs: number;
}

/** What a pass over everyone costs, when its first figures were there, and how long it kept others waiting. */
export async function measured(name: string, pass: (first: () => void) => Promise<number>): Promise<Cost> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const [done, own, all, began] = [stopwatch(), process.cpuUsage(), cpuSeconds(), performance.now()];
  let firstAt: number | undefined;
  delay.enable();
  const people = await pass(() => {
    firstAt ??= performance.now() - began;
  });
  delay.disable();
  const took = done();
  const { user, system } = process.cpuUsage(own);
  const ours = (user + system) / 1e6;
  const theirs = cpuSeconds() - all - ours;
  const each = (seconds: number) => `${ms((seconds * 1e6) / people)} µs`;
  console.log(
    `${name}: ${people} people in ${took}; a person ours ${each(ours)}, the database's ${each(theirs)}; first figures after ${ms(firstAt ?? 0)} ms; the loop was late by p99 ${ms(delay.percentile(99) / 1e6)} ms, at most ${ms(delay.max / 1e6)} ms; most memory held ${peakMemory()} MB`,
  );
  return { people, ours, theirs };
}
