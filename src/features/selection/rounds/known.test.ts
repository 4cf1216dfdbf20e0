import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeRound } from '../../../../tests/support/round.ts';
import { makeWorld, type World } from '../../../../tests/support/world.ts';
import { HttpError } from '../../../platform/errors.ts';
import { newId } from '../../../platform/ids.ts';
import { withRound } from './known.ts';

const { db } = await testDatabase();
let world: World;
let id: string;

beforeAll(async () => {
  world = await makeWorld(db);
  id = await makeRound(db, 'city', world.city, world.cityOffice);
});

/** The names under which the round was worked on, and what came of it. */
async function worked(on = id) {
  const names: string[] = [];
  const given = await withRound(db, on, async ({ name }) => {
    names.push(name);
    return name;
  });
  return { names, given };
}
const rename = (name: string) => db.updateTable('round').set({ name }).where('id', '=', id).execute();

test('what is read of a round is read once, and once more where the round has changed since', async () => {
  await rename('甲');
  expect(await worked()).toEqual({ names: ['甲'], given: '甲' });
  expect(await worked()).toEqual({ names: ['甲'], given: '甲' });
  await rename('乙');
  expect(await worked()).toEqual({ names: ['甲', '乙'], given: '乙' });
  expect(await worked()).toEqual({ names: ['乙'], given: '乙' });
});

test('what fails for the round as it was is done for the round as it is; what fails for that has failed', async () => {
  await rename('丙');
  await worked();
  await rename('丁');
  const fail = (name: string) => async (round: { readonly name: string }) => {
    if (round.name === name) throw new HttpError(403, 'error.not-allowed');
    return round.name;
  };
  expect(await withRound(db, id, fail('丙'))).toBe('丁');
  await expect(withRound(db, id, fail('丁'))).rejects.toThrow(HttpError);
});

test('a round that whoever asks does not see is not there for them, though another has seen it', async () => {
  await expect(worked(newId())).rejects.toMatchObject({ status: 404 });
  const gone = await makeRound(db, 'city', world.city, world.cityOffice);
  await worked(gone);
  await db.deleteFrom('round_stage').where('round_id', '=', gone).execute();
  await db.deleteFrom('round').where('id', '=', gone).execute();
  await expect(worked(gone)).rejects.toMatchObject({ status: 404 });
});
