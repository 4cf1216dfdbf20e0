import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeEligible, makeRound, PROGRAMMES } from '../../../../tests/support/round.ts';
import { makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { turn } from '../../../language/edit.ts';
import { newId } from '../../../platform/ids.ts';
import { Stopped } from '../../../platform/jobs/kinds.ts';
import { programmeTables } from '../../../platform/programmes.ts';
import { root } from '../../../platform/root.ts';
import { selectRound } from '../../selection/rounds/queries.ts';
import { insertChanges, listChanged, selectRun } from './queries.ts';
import { putRun, runTrial } from './run.ts';

const { db } = await testDatabase();
const { services } = testApp(db);
const file = join(root, PROGRAMMES.city);
const source = readFileSync(file, 'utf8');
let world: World;
let versionId: string;
const able: string[] = [];

beforeAll(async () => {
  world = await makeWorld(db);
  const round = await makeRound(db, 'city', world.city, world.cityOffice);
  versionId = (await selectRound(db, round)).versionId;
  for (let i = 0; i < 9; i += 1) {
    const id = await makePerson(db, i % 2 ? world.school : world.otherSchool, `教师${i}`, {
      subject: '语文',
    });
    if (i % 3 === 0) continue;
    await makeEligible(db, id);
    able.push(id);
  }
});

async function trial(text: string, unitPath = world.city.path) {
  const id = newId();
  const asked = {
    id,
    of: { draftId: null, versionId },
    againstId: versionId,
    source: text,
    tables: programmeTables(file),
    unitPath,
    asOf: '2026-11-30',
    by: world.cityOffice,
  };
  await putRun(services, asked);
  return { id, figures: await runTrial(services, id) };
}

const openClasses = 'eligibility.all[5].count.min';

describe('a policy tried on the people there are', () => {
  test('beside itself nobody gains and nobody loses', async () => {
    const { figures } = await trial(source);
    expect(figures?.all).toMatchObject({ before: able.length, after: able.length, gain: 0, lose: 0 });
    expect(figures?.all.people).toBeGreaterThan(9);
    const units = Object.values(figures?.groups.unit ?? {});
    expect(units.reduce((sum, { people }) => sum + people, 0)).toBe(figures?.all.people);
  });

  test('a stricter number takes out whom it should, and names them', async () => {
    const { id, figures } = await trial(turn(source, openClasses, '4') ?? '');
    expect(figures?.all).toMatchObject({ after: 0, gain: 0, lose: able.length });
    const lost = await listChanged(db, id, false, world.city.path, { limit: 50, offset: 0 });
    expect(lost.map(({ personId }) => personId).toSorted()).toEqual(able.toSorted());
    const clause = figures?.clauses.find(({ path }) => path === 'eligibility.all[5]');
    expect(clause?.alone).toBe(able.length);
    expect(await selectRun(db, id)).toMatchObject({ state: 'done', done: figures?.all.people });
  });

  test('only those under the unit are asked about', async () => {
    const { figures } = await trial(source, world.school.path);
    expect(figures?.all.people).toBeLessThan(12);
    expect(figures?.all.after).toBe(figures?.all.before);
  });

  test('whom its conditions compare people with is kept, with the day they were counted', async () => {
    const asking = source
      .replace(
        '\nmeasures:\n',
        `\npopulations:
  staff: {names: {zh-CN: 本校教师, en: staff of the school}, of: school}
measures:
  papers: {count: {record: paper}}
`,
      )
      .replace(
        '\neligibility:\n  id: eligible\n  all:\n',
        (
          head,
        ) => `${head}    - {amount: {of: {peers: {of: {measure: papers}, among: [subject], take: percentile}}, atMost: 100}}
    - {amount: {of: {size: staff}, atLeast: 1}}
`,
      );
    const { id, figures } = await trial(asking);
    const [staff, peers] = (figures?.comparedWith ?? []).toSorted((a, b) => a.name.length - b.name.length);
    const teachers = figures?.all.people ?? 0;
    expect(staff).toMatchObject({ name: 'staff', before: false, placed: true, chosenBy: [], sharedBy: [] });
    expect(staff?.counted?.people).toBeLessThan(teachers);
    expect(staff?.counted?.groups).toBeGreaterThan(1);
    expect(staff?.counted?.on).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(peers).toMatchObject({ chosenBy: [], sharedBy: ['subject'], values: false });
    expect(peers?.name).toMatch(/^eligibility\.all\[0\]/);
    expect((await selectRun(db, id)).figures?.comparedWith).toEqual(figures?.comparedWith);
    expect((await trial(source)).figures?.comparedWith).toEqual([]);
  });

  test('the same submission runs once', async () => {
    const id = newId();
    const asked = {
      id,
      of: { draftId: null, versionId },
      againstId: null,
      source,
      tables: programmeTables(file),
      unitPath: world.city.path,
      asOf: '2026-11-30',
      by: world.cityOffice,
    };
    const fresh = await Promise.all([putRun(services, asked), putRun(services, asked)]);
    expect(fresh.toSorted()).toEqual([false, true]);
  });

  test('a newer trial of the same version takes the place of one still at work', async () => {
    const asked = {
      of: { draftId: null, versionId },
      againstId: null,
      source,
      tables: programmeTables(file),
      unitPath: world.city.path,
      asOf: '2026-11-30',
      by: world.cityOffice,
    };
    const [older, newer] = [newId(), newId()];
    await putRun(services, { ...asked, id: older });
    await putRun(services, { ...asked, id: newer });
    expect(await runTrial(services, older)).toBeNull();
    expect((await selectRun(db, older)).state).toBe('failed');
    expect((await runTrial(services, newer))?.all.people).toBeGreaterThan(9);
  });

  test('one whose process stopped begins anew, and its changes are there once', async () => {
    const id = newId();
    const asked = {
      id,
      of: { draftId: null, versionId },
      againstId: versionId,
      source: turn(source, openClasses, '4') ?? '',
      tables: programmeTables(file),
      unitPath: world.city.path,
      asOf: '2026-11-30',
      by: world.cityOffice,
    };
    await putRun(services, asked);
    await insertChanges(db, id, false, 0, able.slice(0, 2));
    const stop = new AbortController();
    stop.abort();
    await expect(runTrial(services, id, stop.signal)).rejects.toThrow(Stopped);
    expect((await selectRun(db, id)).state).toBe('running');
    await runTrial(services, id);
    const lost = await listChanged(db, id, false, world.city.path, { limit: 50, offset: 0 });
    expect(lost.map(({ personId }) => personId).toSorted()).toEqual(able.toSorted());
  });
});
