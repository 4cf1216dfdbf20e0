import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/database.ts';
import { makeEligible, makeRound } from '../../../../../tests/support/round.ts';
import { makePerson, makeWorld, type World } from '../../../../../tests/support/world.ts';
import { transaction } from '../../../../platform/database.ts';
import { selectRound } from '../../rounds/queries.ts';
import { addFigures } from '../../screening/rules.ts';
import { type Screening, screen, work } from '../../screening/screen.ts';
import { type Ways, walkCrowd } from './walk.ts';

/*
 * However a crowd is walked, here or by several threads in blocks of any size, whoever listens is told the same in the
 * same order.
 */

const { db } = await testDatabase();
const threads = (atOnce: number, number = 2): Partial<Ways> => ({
  few: 0,
  atOnce,
  threads: number,
  firstHere: false,
});
let world: World;
let screening: Screening;

beforeAll(async () => {
  world = await makeWorld(db);
  const round = await selectRound(db, await makeRound(db, 'city', world.city, world.cityOffice));
  screening = {
    versionId: round.versionId,
    numbers: null,
    asOf: round.asOf,
    unitPath: world.city.path,
    among: null,
  };
  for (let i = 0; i < 40; i += 1) {
    const id = await makePerson(db, i % 2 ? world.school : world.otherSchool, `教师${i}`, {
      subject: i % 3 ? '语文' : '数学',
    });
    if (i % 5 < 2) await makeEligible(db, id);
  }
});

/** All that is told on one walk. */
async function walked(ways: Partial<Ways>, after: string | null = null, asked = screening) {
  const ids: string[] = [];
  let sum: { tally: object; eligible: string[] } | null = null;
  for await (const { id, part } of walkCrowd(db, work, asked, after, ways)) {
    if (id !== null) ids.push(id);
    if (sum === null) sum = part;
    else {
      addFigures(sum.tally, part.tally);
      sum.eligible.push(...part.eligible);
    }
  }
  return { sum, ids };
}

describe('a crowd is walked in one order, whoever walks', () => {
  test('in blocks of any size, by one thread or several, the sum is that of one walker', async () => {
    const { sum, ids } = await walked({});
    expect(sum?.eligible).toHaveLength(16);
    for (const [atOnce, number] of [
      [1, 2],
      [7, 3],
      [1000, 1],
    ] as const) {
      const other = await walked(threads(atOnce, number));
      expect(JSON.stringify(other.sum)).toBe(JSON.stringify(sum));
      expect(other.ids).toEqual(other.ids.toSorted());
      expect(other.ids.length).toBeGreaterThanOrEqual(atOnce === 1 ? 40 : 1);
      expect(other.ids.at(-1)).toBe(ids.at(-1));
    }
  });

  test('begun here while the threads begin, the sum is the same', async () => {
    const { sum } = await walked({});
    const mixed = await walked({ ...threads(1), firstHere: true });
    expect(JSON.stringify(mixed.sum)).toBe(JSON.stringify(sum));
  });

  test('from any id on, also from one behind the last', async () => {
    const { eligible, tally } = await screen(db, screening);
    const half = eligible[7] ?? '';
    const rest = await walked(threads(3), half);
    expect(rest.sum?.eligible).toEqual(eligible.slice(8));
    const from = await screen(db, screening, { ways: threads(3) });
    expect(from.tally).toEqual(tally);
    const none = await walked(threads(3), 'ffffffff-ffff-ffff-ffff-ffffffffffff');
    expect(none).toMatchObject({ ids: [], sum: { eligible: [], tally: { people: 0 } } });
  });

  test('of a unit where nobody serves, one part that says what would be counted', async () => {
    const asked = { ...screening, unitPath: `${world.city.path}999.` };
    for (const ways of [{}, threads(5)])
      expect((await walked(ways, null, asked)).sum).toMatchObject({ eligible: [], tally: { people: 0 } });
  });

  test('within a transaction, which nobody else sees, it is walked here', async () => {
    class Undone extends Error {}
    let found: readonly string[] | null = null;
    const tried = transaction(db, async (tx) => {
      await tx.deleteFrom('record').execute();
      ({ eligible: found } = await screen(tx, screening, { ways: threads(4) }));
      throw new Undone();
    });
    await expect(tried).rejects.toThrow(Undone);
    expect(found).toEqual([]);
  });

  test('a fault in a thread is told, and the next walk goes well', async () => {
    const wrong = { ...screening, asOf: 'no day' };
    await expect(walked(threads(4), null, wrong)).rejects.toThrow();
    const { sum } = await walked(threads(4));
    expect(sum?.eligible).toHaveLength(16);
  });

  test('one who stops listening leaves nothing at work', async () => {
    for await (const { id } of walkCrowd(db, work, screening, null, threads(1))) if (id !== null) break;
    const { sum } = await walked(threads(2));
    expect(sum?.eligible).toHaveLength(16);
  });
});
