import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../src/features/programmes/compiled.ts';
import { insertVersion, publishVersion } from '../../src/features/programmes/queries.ts';
import { insertRound } from '../../src/features/selection/rounds/planning/queries.ts';
import { updateRound } from '../../src/features/selection/rounds/queries.ts';
import { replaceQuotas } from '../../src/features/selection/rounds/quotas/queries.ts';
import { loadProgramme } from '../../src/language/load.ts';
import type { Db } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { commonVocabulary, programmeTables } from '../../src/platform/programmes.ts';
import { root } from '../../src/platform/root.ts';
import { makeRecord, type TestUnit } from './world.ts';

/*
 * Rounds to test in, opened from the source programmes as an office would open them, and records that meet the
 * conditions of part 3.
 */

export const PROGRAMMES = {
  city: 'programmes/sources/002-3-city-backbone/2011-1.yaml',
  school: 'programmes/sources/002-4-school-backbone/2011-1.yaml',
  candidates: 'programmes/sources/002-5-school-candidates/2011-1.yaml',
} as const;

export interface RoundMore {
  readonly opensAt?: string;
  readonly closesAt?: string;
  readonly asOf?: string;
  readonly places?: number | null;
  /** Deadline of a stage by its id. */
  readonly stages?: Readonly<Record<string, string>>;
  readonly quotas?: readonly (readonly [TestUnit, number])[];
  /** Change the file's text first, for what the source programmes do not say. */
  readonly edit?: (source: string) => string;
}

/** An open round of a source programme; until 30 November 2026 unless said otherwise. */
export async function makeRound(
  db: Db,
  programme: keyof typeof PROGRAMMES,
  unit: TestUnit,
  by: string,
  more: RoundMore = {},
): Promise<string> {
  const file = join(root, PROGRAMMES[programme]);
  const text = readFileSync(file, 'utf8');
  const source = more.edit?.(text) ?? text;
  const tables = programmeTables(file);
  const loaded = loadProgramme(source, { vocabulary: commonVocabulary(), tables, file });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems[0]));
  const at = new Date('2026-09-01T00:00:00Z');
  const { programme: id, names, route = [], quota } = loaded.programme;
  const version = await insertVersion(db, {
    id: newId(),
    programme: `${id}-${newId()}`,
    unitId: unit.id,
    unitPath: unit.path,
    version: loaded.programme.version,
    names,
    source,
    tables,
    digest: digestOf(source, tables),
    createdBy: null,
    createdAt: at,
  });
  await publishVersion(db, version.id, null, at, '2026-09-01');
  const roundId = newId();
  await insertRound(db, {
    id: roundId,
    versionId: version.id,
    unitId: unit.id,
    unitPath: unit.path,
    name: '2026年度骨干教师评选',
    documentNumber: null,
    contact: null,
    opensAt: new Date(more.opensAt ?? '2026-11-01T00:00:00Z'),
    closesAt: new Date(more.closesAt ?? '2026-11-30T15:59:59Z'),
    asOf: more.asOf ?? '2026-11-30',
    places: more.places === undefined ? (quota?.total ?? null) : more.places,
    createdBy: by,
    createdAt: at,
    stages: route.map((stage) => ({
      stage: stage.id,
      body: stage.actor,
      closesAt: more.stages?.[stage.id] === undefined ? null : new Date(more.stages[stage.id] ?? ''),
    })),
  });
  if (more.quotas) {
    const quotas = more.quotas.map(([{ id: unitId, path }, places]) => ({
      unitId,
      unitPath: path,
      places,
      basis: { from: 'hand' as const },
    }));
    const level = programme === 'city' ? 'county' : 'group';
    await replaceQuotas(db, roundId, { path: unit.path, level }, quotas);
  }
  await updateRound(db, roundId, { state: 'open' });
  return roundId;
}

/** Records, all confirmed, that meet every countable condition of part 3 (R-002-3-13 to 18). */
export async function makeEligible(db: Db, personId: string): Promise<void> {
  await makeRecord(db, personId, 'annual-appraisal', {
    grade: 'excellent',
    on: '2025-01-10',
    fields: { year: 2024 },
  });
  await makeRecord(db, personId, 'open-class', {
    level: 'school',
    on: '2024-03-12',
    title: '《草船借箭》公开课',
  });
  await makeRecord(db, personId, 'open-class', {
    level: 'school',
    on: '2024-11-05',
    title: '《少年闰土》公开课',
  });
  await makeRecord(db, personId, 'open-class', {
    level: 'county',
    on: '2025-05-20',
    title: '《匆匆》公开课',
  });
  await makeRecord(db, personId, 'project', {
    level: 'county',
    grade: 'third',
    on: '2025-06-30',
    fields: { role: 'lead' },
    title: '小学语文整本书阅读教学研究',
  });
  await makeRecord(db, personId, 'certificate', { on: '2015-06-01', fields: { kind: 'computer-rank' } });
}
