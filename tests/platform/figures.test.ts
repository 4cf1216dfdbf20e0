import { expect, test } from 'vitest';
import { transaction } from '../../src/platform/database.ts';
import { keepFigures } from '../../src/platform/figures.ts';
import { testDatabase } from '../support/database.ts';

const { db } = await testDatabase();
const MINUTE = 60_000;

function figures(dear: boolean) {
  let [now, reckoned] = [0, 0];
  const keep = keepFigures<number>(
    () => dear,
    () => now,
  );
  const ask = (key = 'city', on = db) =>
    keep(on, key, async () => {
      reckoned += 1;
      return reckoned;
    });
  return { ask, keep, pass: (ms: number) => (now += ms) };
}

test('figures that are quickly reckoned are always of this moment', async () => {
  const { ask } = figures(false);
  expect([await ask(), await ask()]).toEqual([1, 2]);
});

test('dear figures are kept for a minute, each under its own name', async () => {
  const { ask, pass } = figures(true);
  expect([await ask(), await ask('county')]).toEqual([1, 2]);
  pass(MINUTE);
  expect([await ask(), await ask('county')]).toEqual([1, 2]);
});

test('after a minute the page takes them once more while new ones are reckoned', async () => {
  const { ask, pass } = figures(true);
  await ask();
  pass(MINUTE + 1);
  expect(await ask()).toBe(1);
  await expect.poll(() => ask()).toBe(2);
});

test('the longer they take to reckon the longer they are kept, up to five minutes', async () => {
  let now = 0;
  const keep = keepFigures<number>(
    () => true,
    () => now,
  );
  const reckoning = (ms: number, value: number) => async () => {
    now += ms;
    return value;
  };
  await keep(db, 'second', reckoning(400, 1));
  now += 400 * 500;
  expect(await keep(db, 'second', reckoning(60_000, 2))).toBe(1);
  expect(await keep(db, 'second', reckoning(0, 3))).toBe(1);
  now += 1;
  expect(await keep(db, 'second', reckoning(60_000, 4))).toBe(1);
  await expect.poll(() => keep(db, 'second', reckoning(0, 5))).toBe(4);
  now += 5 * MINUTE;
  expect(await keep(db, 'second', reckoning(0, 6))).toBe(4);
  now += 1;
  await keep(db, 'second', reckoning(0, 7));
  await expect.poll(() => keep(db, 'second', reckoning(0, 8))).toBe(7);
});

test('after ten minutes the page waits for new ones', async () => {
  const { ask, pass } = figures(true);
  await ask();
  pass(10 * MINUTE + 1);
  expect(await ask()).toBe(2);
});

test('an act reckons within its transaction, whatever is kept', async () => {
  const { ask, keep } = figures(true);
  await ask();
  expect(await transaction(db, (tx) => keep(tx, 'city', async () => 7))).toBe(7);
});

test('when new figures cannot be had, the page goes on with the old and tries again', async () => {
  const { keep, pass } = figures(true);
  await keep(db, 'city', async () => 1);
  pass(MINUTE + 1);
  const fail = async () => Promise.reject(new Error('the database is away'));
  expect(await keep(db, 'city', fail)).toBe(1);
  expect(await keep(db, 'city', fail)).toBe(1);
  await expect.poll(() => keep(db, 'city', async () => 2)).toBe(2);
});

test('an act that changes them has them forgotten, also while they are being renewed', async () => {
  const { keep, pass } = figures(true);
  await keep(db, 'city', async () => 1);
  keep.forget(db);
  expect(await keep(db, 'city', async () => 2)).toBe(2);
  pass(MINUTE + 1);
  const { promise: slow, resolve } = Promise.withResolvers<number>();
  expect(await keep(db, 'city', () => slow)).toBe(2);
  keep.forget(db);
  resolve(3);
  await slow;
  expect(await keep(db, 'city', async () => 4)).toBe(4);
});
