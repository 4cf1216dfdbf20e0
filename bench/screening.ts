import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { checkFile, programmeOf } from '../src/features/programmes/compiled.ts';
import { streamDossiers } from '../src/features/selection/dossier/stream.ts';
import { type Judge, judgeOf, screen } from '../src/features/selection/screening/screen.ts';
import type { Needs } from '../src/language/evaluate/needs.ts';
import { compile } from '../src/language/evaluate.ts';
import type { Db } from '../src/platform/database.ts';
import { programmeTables } from '../src/platform/programmes.ts';
import { root } from '../src/platform/root.ts';
import { cpuSeconds } from './cpu.ts';
import { benchCity, ms, option, peakMemory, stopwatch } from './lib.ts';

/**
 * Everyone in the city against the conditions of 002-3, then against all source programmes in one pass:
 * `npm run bench -- screening --teachers 100000 --records 20`. Goals: 100,000 people with 2 million records ≤ 6 s
 * and ≤ 600 MB; 1,000,000 with 20 million ≤ 60 s, all programmes ≤ 90 s, in the same memory; an edited programme
 * over 100,000 ≤ 1 s to the first figures, ≤ 5 s whole. The first run on a new city makes its fact sheets.
 */
const city = await benchCity(option('teachers', 100_000), true);
try {
  const { db } = city.services;
  const round = await db
    .selectFrom('round')
    .innerJoin('programme_version as version', 'version.id', 'round.programme_version_id')
    .select(['version.id as versionId', 'round.as_of as asOf', 'round.unit_path as unitPath'])
    .where('version.programme_id', 'like', '%/city-backbone-training')
    .executeTakeFirstOrThrow();
  const { count } = await db
    .selectFrom('record')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const ready = await programmeOf(db, round.versionId);
  console.log(`${count} records on file; memory before ${peakMemory()} MB`);
  for (let run = 1; run <= option('runs', 3); run += 1) {
    await measured(`002-3, run ${run}`, async (first) => {
      const { tally } = await screen(db, { ready, ...round }, { reach: async () => first() });
      console.log(tally.outcomes);
      return tally.people;
    });
  }
  const all = sourceProgrammes();
  for (let run = 1; run <= option('all', 1); run += 1) {
    await measured(`${all.length} source programmes in one pass, run ${run}`, (first) =>
      everyProgramme(db, all, round, first),
    );
  }
} finally {
  await city.close();
}

interface Asked {
  readonly judge: Judge;
  readonly needs: Needs;
}

function sourceProgrammes(): Asked[] {
  const sources = join(root, 'programmes/sources');
  const files = readdirSync(sources).flatMap((name) =>
    readdirSync(join(sources, name))
      .filter((file) => file.endsWith('.yaml') && file !== 'cases.yaml')
      .map((file) => join(sources, name, file)),
  );
  return files.map((file) => {
    const loaded = checkFile(readFileSync(file, 'utf8'), programmeTables(file), file);
    if (!loaded.ok) throw new Error(`${file} does not load`);
    const { programme, vocabulary } = loaded;
    const compiled = compile(programme, vocabulary);
    return { judge: judgeOf({ programme, compiled, vocabulary }), needs: compiled.needs };
  });
}

/** Every person asked of every programme; how many there were. */
async function everyProgramme(
  db: Db,
  all: readonly Asked[],
  { unitPath, asOf }: { readonly unitPath: string; readonly asOf: string },
  first: () => boolean,
): Promise<number> {
  let people = 0;
  const met = all.map(() => 0);
  const needs = all.map((one) => one.needs);
  for await (const members of streamDossiers(db, { unitPath, asOf, needs })) {
    people += members.length;
    for (const { dossier } of members)
      for (const [index, { judge }] of all.entries())
        if (judge.judge(dossier, { asOf }).outcome === 'met') met[index] = (met[index] ?? 0) + 1;
    first();
  }
  console.log('met', met.join(', '));
  return people;
}

/** What a pass over everyone costs, when its first figures were there, and how long it kept others waiting. */
async function measured(name: string, pass: (first: () => boolean) => Promise<number>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const [done, own, all, began] = [stopwatch(), process.cpuUsage(), cpuSeconds(), performance.now()];
  let firstAt: number | undefined;
  delay.enable();
  const people = await pass(() => {
    firstAt ??= performance.now() - began;
    return false;
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
}
