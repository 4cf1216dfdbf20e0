import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeUnit, makeWorld, type World } from '../../../../tests/support/world.ts';
import { transaction } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { pathsOver } from '../../../platform/paths.ts';
import { insertVersion, publishVersion } from '../../programmes/queries.ts';
import { insertRound } from './planning/queries.ts';
import { listRounds, updateRound } from './queries.ts';
import {
  listQuotas,
  listUnitQuotas,
  releasePlace,
  replaceQuotas,
  takeExceptionalSeat,
  takePlace,
  takeSeat,
} from './quotas/queries.ts';

const { db } = await testDatabase();
let world: World;
let roundId: string;

beforeAll(async () => {
  world = await makeWorld(db);
  const versionId = newId();
  await insertVersion(db, {
    id: versionId,
    programme: 'test',
    unitId: world.city.id,
    unitPath: world.city.path,
    version: '1',
    names: { 'zh-CN': '测试', en: 'test' },
    source: '',
    tables: {},
    digest: 'x',
    createdBy: null,
    createdAt: new Date(),
  });
  await publishVersion(db, versionId, null, new Date(), '2026-01-01');
  roundId = newId();
  await insertRound(db, {
    id: roundId,
    versionId,
    unitId: world.city.id,
    unitPath: world.city.path,
    name: '2026年度评选',
    documentNumber: null,
    contact: null,
    opensAt: new Date('2026-03-01T00:00:00Z'),
    closesAt: new Date('2026-04-25T00:00:00Z'),
    asOf: '2026-04-25',
    places: 406,
    createdBy: world.cityOffice,
    createdAt: new Date(),
    stages: [{ stage: 'county-recommendation', body: 'county', closesAt: null }],
  });
});

const give = (places: readonly (readonly [{ id: string; path: string }, number])[]) =>
  transaction(db, (tx) =>
    replaceQuotas(
      tx,
      roundId,
      { path: world.city.path, level: 'county' },
      places.map(([unit, n]) => ({
        unitId: unit.id,
        unitPath: unit.path,
        places: n,
        basis: { from: 'hand' },
      })),
    ),
  );

describe('places are taken one at a time', () => {
  test('a county without a quota takes none', async () => {
    expect(await takePlace(db, roundId, world.county.id)).toEqual({ ok: false, reason: 'no-quota' });
  });

  test('of two bodies at the same instant, one gets the last place and the other is told the quota is full', async () => {
    await give([[world.county, 1]]);
    const both = await Promise.all(
      [1, 2].map(() => transaction(db, (tx) => takePlace(tx, roundId, world.county.id))),
    );
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.find(({ ok }) => !ok)).toEqual({ ok: false, reason: 'full', places: 1, soft: false });
  });

  test('fifty at once over twenty places give exactly twenty', async () => {
    await give([
      [world.county, 1],
      [world.otherCounty, 20],
    ]);
    const all = await Promise.all(
      Array.from({ length: 50 }, () => transaction(db, (tx) => takePlace(tx, roundId, world.otherCounty.id))),
    );
    expect(all.filter(({ ok }) => ok)).toHaveLength(20);
    await Promise.all(Array.from({ length: 20 }, () => releasePlace(db, roundId, world.otherCounty.id)));
  });

  test('a quota is never set below what has been used, and then nothing changes', async () => {
    expect(
      await give([
        [world.county, 0],
        [world.otherCounty, 7],
      ]),
    ).toMatchObject({ ok: false, reason: 'below-used', used: 1 });
    expect(
      (await listQuotas(db, roundId, { path: world.city.path, level: 'county' }))
        .map(({ places }) => places)
        .sort(),
    ).toEqual([1, 20]);
  });

  test('a place given back can be taken again', async () => {
    await releasePlace(db, roundId, world.county.id);
    expect(await takePlace(db, roundId, world.county.id)).toEqual({ ok: true, counted: true });
  });

  test('SC12: three of a subject are taken freely, the fourth only by a recorded decision', async () => {
    const seat = {
      unitId: world.school.id,
      unitPath: world.school.path,
      part: '数学',
      most: 3,
      required: false,
      soft: true,
      limit: 'per-subject',
    };
    for (const _ of [1, 2, 3]) expect(await takeSeat(db, roundId, seat)).toEqual({ ok: true, counted: true });
    expect(await takeSeat(db, roundId, seat)).toEqual({ ok: false, reason: 'full', places: 3, soft: true });
    expect(await takeSeat(db, roundId, { ...seat, part: '语文' })).toEqual({ ok: true, counted: true });
    await takeExceptionalSeat(db, roundId, seat, '数学组教师多,经领导小组研究决定');
    expect(await listUnitQuotas(db, roundId, world.school.id)).toMatchObject([
      { part: '数学', places: 4, used: 4, basis: { from: 'exception' } },
      { part: '语文', places: 3, used: 1 },
    ]);
  });
});

describe('rounds are listed for those whom they concern', () => {
  const list = (scope: Partial<Parameters<typeof listRounds>[1]>, kind: Parameters<typeof listRounds>[2]) =>
    listRounds(
      db,
      { above: [], roots: [], drafts: [], ...scope },
      kind,
      new Date('2026-03-10T00:00:00Z'),
      20,
      0,
    );
  test('a draft is seen only by the offices that may open it', async () => {
    expect(await list({ above: pathsOver(world.group.path) }, 'draft')).toEqual([]);
    expect(await list({ roots: [world.city.path], drafts: [world.city.path] }, 'draft')).toHaveLength(1);
  });
  test('a teacher sees the rounds of the units above, not those of another city', async () => {
    await updateRound(db, roundId, { state: 'open' });
    const elsewhere = await makeUnit(db, null, 'city', '别的市');
    expect(await list({ above: pathsOver(world.group.path) }, 'running')).toHaveLength(1);
    expect(await list({ above: [elsewhere.path] }, 'running')).toEqual([]);
  });
});
