import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/database.ts';
import { makeRound } from '../../../../../tests/support/round.ts';
import {
  makePerson,
  makeUnit,
  makeWorld,
  type TestUnit,
  type World,
} from '../../../../../tests/support/world.ts';
import { newId } from '../../../../platform/ids.ts';
import { QUEUE_SORTS, type QueueFilter, type QueueOrder, type QueueSort, selectQueue } from './queries.ts';

const { db } = await testDatabase();
const COUNTY = 3;
let world: World;
let roundId: string;
/** Two schools of the county; `neighbour` is another county. */
let first: TestUnit;
let second: TestUnit;

async function apply(
  school: TestUnit,
  name: string,
  more: {
    subject?: string;
    outcome?: string;
    state?: 'draft' | 'in-review';
    position?: number;
    minute?: number;
  } = {},
) {
  const personId = await makePerson(db, school, name, { subject: more.subject ?? '语文' });
  const state = more.state ?? 'in-review';
  const id = newId();
  await db
    .insertInto('application')
    .values({
      id,
      round_id: roundId,
      person_id: personId,
      unit_path: school.path,
      school_id: school.id,
      subject: more.subject ?? '语文',
      state,
      position: state === 'draft' ? null : (more.position ?? COUNTY),
      outcome: more.outcome ?? 'met',
      ...(state === 'draft'
        ? {}
        : { receipt: id, submitted_at: new Date(Date.UTC(2026, 10, 10, 8, more.minute ?? 0)) }),
    })
    .execute();
  return { id, personId };
}

beforeAll(async () => {
  world = await makeWorld(db);
  roundId = await makeRound(db, 'city', world.city, world.cityOffice);
  first = await makeUnit(db, world.county, 'school', '甲小学');
  second = await makeUnit(db, world.county, 'school', '乙小学');
  // Five of one name, all sent in the same minute: only the id tells them apart.
  for (let i = 0; i < 5; i += 1) await apply(first, '王芳');
  await apply(second, '李军', { subject: '数学', outcome: 'unmet', minute: 1 });
  await apply(second, '张伟', { subject: '英语', position: COUNTY - 1 });
  await apply(second, '赵敏', { state: 'draft', subject: '体育' });
  await apply(world.otherSchool, '钱进', { subject: '美术' });
});

const queue = (more: Partial<QueueFilter> = {}): QueueFilter => ({
  roundId,
  position: COUNTY,
  unitPath: world.county.path,
  tab: 'waiting',
  outcome: null,
  subject: null,
  under: null,
  readers: [world.countyOffice],
  ...more,
});

const usual: QueueOrder = { sort: 'submitted', descending: false, ranked: [] };
const first50 = { limit: 50, offset: 0 };
const read = (filter: QueueFilter) => selectQueue(db, filter, world.county.id, usual, first50);
const countQueue = async (filter: QueueFilter) => (await read(filter)).counts;

async function pages(
  sort: QueueSort,
  descending: boolean,
  limit: number,
  filter = queue(),
  ranked: readonly string[] = [],
) {
  const found: string[][] = [];
  for (let offset = 0; ; offset += limit) {
    const { rows } = await selectQueue(
      db,
      filter,
      world.county.id,
      { sort, descending, ranked },
      { limit, offset },
    );
    if (rows.length === 0) return found;
    found.push(rows.map(({ id }) => id));
  }
}

describe('the queue of a body, cut into pages by the database', () => {
  test('in every order the pages hold everyone once, those who are equal in the order among them', async () => {
    for (const sort of QUEUE_SORTS) {
      for (const descending of [false, true]) {
        const cut = await pages(sort, descending, 2);
        expect(cut.map((page) => page.length)).toEqual([2, 2, 2]);
        expect(new Set(cut.flat()).size).toBe(6);
        expect(cut.flat()).toEqual((await pages(sort, descending, 50)).flat());
      }
    }
  });

  test('in the order of results whoever has none stands behind, whichever way it is read', async () => {
    const usually = (await pages('submitted', false, 50)).flat();
    const [best = '', next = ''] = usually.slice(-2);
    const rest = usually.slice(0, -2);
    const ranked = [best, 'nobody', next].map((id) => (id === 'nobody' ? newId() : id));
    expect((await pages('result', false, 2, queue(), ranked)).flat()).toEqual([best, next, ...rest]);
    expect((await pages('result', true, 2, queue(), ranked)).flat()).toEqual([next, best, ...rest]);
  });

  test('the tabs count what their lists hold, with the same filters', async () => {
    expect(await countQueue(queue())).toMatchObject({ waiting: 6, coming: 1, recommended: 0 });
    expect(await countQueue(queue({ outcome: 'unmet' }))).toMatchObject({ waiting: 1, coming: 0 });
    expect(await countQueue(queue({ subject: '英语' }))).toMatchObject({ waiting: 0, coming: 1 });
    for (const filter of [
      queue({ tab: 'coming' }),
      queue({ under: second.id }),
      queue({ subject: '数学', under: second.id }),
      queue({ subject: '数学', under: first.id }),
    ]) {
      const { rows, counts } = await read(filter);
      expect(rows).toHaveLength(counts[filter.tab]);
    }
  });

  test('a filter never reaches outside the body, and a unit whose path begins alike is another unit', async () => {
    expect(await countQueue(queue({ under: world.otherCounty.id }))).toMatchObject({ waiting: 0 });
    const alike = { ...world.county, path: `${world.county.path.slice(0, -1)}0.` };
    expect(await countQueue(queue({ unitPath: alike.path }))).toMatchObject({ waiting: 0, coming: 0 });
  });

  test('whoever looks does not find their own application', async () => {
    const { id, personId } = await apply(second, '孙静', { minute: 2 });
    expect((await countQueue(queue())).waiting).toBe(7);
    expect((await countQueue(queue({ readers: [personId] }))).waiting).toBe(6);
    expect((await pages('name', false, 50, queue({ readers: [personId] }))).flat()).not.toContain(id);
  });
});

describe('what the filters of a queue offer', () => {
  test('the units right below with their applications, drafts not counted; deeper ones count for the unit above', async () => {
    const units = async (at: TestUnit) =>
      (await read(queue({ unitPath: at.path }))).units.map(({ id, path, count }) => [id, path, count]);
    expect(await units(world.county)).toEqual(
      expect.arrayContaining([
        [first.id, first.path, 5],
        [second.id, second.path, 3],
      ]),
    );
    expect(await units(world.county)).toHaveLength(2);
    expect(await units(world.city)).toEqual(
      expect.arrayContaining([
        [world.county.id, world.county.path, 8],
        [world.otherCounty.id, world.otherCounty.path, 1],
      ]),
    );
    expect(await units(first)).toEqual([]);
  });

  test('the subjects of those below the body that were sent', async () => {
    expect((await read(queue())).subjects).toEqual(expect.arrayContaining(['数学', '英语', '语文']));
    expect((await read(queue())).subjects).not.toContain('体育');
    expect((await read(queue())).subjects).not.toContain('美术');
    expect((await read(queue({ unitPath: world.city.path }))).subjects).toContain('美术');
  });
});
