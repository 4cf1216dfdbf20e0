import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sql } from 'kysely';
import { advanceImport, insertImport, selectImport } from '../src/features/organisation/imports/queries.ts';
import { guessColumns } from '../src/features/organisation/imports/rules.ts';
import { inspectSource } from '../src/features/organisation/imports/sources.ts';
import { keepUpload } from '../src/features/organisation/imports/uploads.ts';
import { rosterJob } from '../src/features/organisation/imports/work.ts';
import { newId } from '../src/platform/ids.ts';
import { atWork } from '../src/platform/services.ts';
import { benchCity, option, peakMemory, stopwatch } from './lib.ts';
import { HEADERS, type RosterFile } from './roster-file.ts';

/**
 * A roster of 100,000 teachers in an .xlsx, as the import pages take it: look at the file, preview, confirm. First all
 * are new, then the same file comes again, then one of which every tenth row has changed; and, with `--later 20000`,
 * so many new ones into the city that is full by then. `npm run bench -- roster --rows 100000`. Goal: ≤ 20 s, ≤ 1 GB.
 */
const count = option('rows', 100_000);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** What is held once everything that can be let go has been, in MB. */
function inUse(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return Math.round((heapUsed + external) / 1e6);
}

const city = await benchCity(option('teachers', 2000), false);
try {
  const { services } = city;
  const { db } = services;
  const schools = await db
    .selectFrom('unit')
    .innerJoin('unit as county', 'county.id', 'unit.parent_id')
    .select(['unit.name', 'county.name as county'])
    .where('unit.level', '=', 'school')
    .where(sql<boolean>`'primary' = ANY(unit.stages)`)
    .orderBy('unit.path')
    .execute();
  const office = await db
    .selectFrom('role_assignment')
    .select(['person_id', 'unit_id', 'unit_path'])
    .where('role', '=', 'city-office')
    .executeTakeFirstOrThrow();
  const later = option('later', 0);

  const everyone = { schools, from: 0, count, changed: false };
  await importRoster('all new', everyone);
  await importRoster('the same again', everyone);
  await importRoster('every tenth changed', { ...everyone, changed: true });
  if (later > 0) await importRoster('more new ones', { ...everyone, from: count, count: later });
  console.log(`most memory held ${peakMemory()} MB`);

  async function importRoster(what: string, of: Omit<RosterFile, 'path'>): Promise<void> {
    const bytes = await made(of);
    console.log(`\n${what}: ${(bytes.length / 1e6).toFixed(1)} MB`);
    const all = stopwatch();
    const id = await upload(bytes);
    console.log(`upload looked at: ${all()}`);

    const work = stopwatch();
    const preview = stopwatch();
    const mapping = {
      sheet: '花名册',
      headerRow: 1,
      columns: guessColumns(HEADERS),
      asOf: '2026-09-01',
      createUnits: true,
      by: office.person_id,
    };
    await advanceImport(db, id, ['uploaded'], 'previewing', { mapping, progress: 0, failure: null });
    await rosterJob.run(atWork(services, rosterJob.name), id, new AbortController().signal);
    const previewed = await selectImport(db, id);
    const { preview: seen } = previewed.summary;
    console.log(`preview: ${preview()}`, previewed.state, seen?.counts ?? previewed.failure, seen?.problems);

    const confirm = stopwatch();
    const summary = { ...previewed.summary, confirmed: { suspects: 'add' as const, by: office.person_id } };
    await advanceImport(db, id, ['previewed'], 'confirming', { summary, progress: 0 });
    await rosterJob.run(atWork(services, rosterJob.name), id, new AbortController().signal);
    const done = await selectImport(db, id);
    console.log(`confirm: ${confirm()}`, done.state, done.summary.applied ?? done.failure);
    console.log(`preview and confirm: ${work()}; with the look at the file: ${all()}`);
    console.log(`most memory so far ${peakMemory()} MB; still in use ${inUse()} MB`);
  }

  async function made(of: Omit<RosterFile, 'path'>): Promise<Uint8Array> {
    const path = join(services.config.dataDir, 'bench-roster.xlsx');
    const maker = fork(new URL('roster-file.ts', import.meta.url));
    maker.send({ ...of, path } satisfies RosterFile);
    await once(maker, 'exit');
    const bytes = await readFile(path);
    await rm(path);
    return bytes;
  }

  async function upload(bytes: Uint8Array): Promise<string> {
    const source = await inspectSource('roster', bytes, '花名册.xlsx');
    if (!source.ok) throw new Error(source.reason);
    const id = newId();
    await keepUpload(services, id, bytes, source.table);
    await insertImport(db, {
      id,
      kind: 'roster',
      unitId: office.unit_id,
      unitPath: office.unit_path,
      fileName: '花名册.xlsx',
      fileSha256: source.sha256,
      createdBy: office.person_id,
      createdAt: new Date(),
      outline: source.outline,
    });
    return id;
  }
} finally {
  await city.close();
}
