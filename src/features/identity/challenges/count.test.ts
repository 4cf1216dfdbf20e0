import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { visit } from '../../../../tests/support/visit.ts';
import { makeWorld, type World } from '../../../../tests/support/world.ts';
import { hashPassword } from '../password.ts';
import { insertAccount } from '../queries.ts';
import { selectSettings, updateSettings } from '../settings/queries.ts';

const PASSWORD = '青溪的早晨很安静';
const MOST = 5;
const { db } = await testDatabase();
const city = testApp(db);
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
  await updateSettings(db, { ...(await selectSettings(db)), addressTries: MOST, closedMinutes: 15 });
});
beforeEach(async () => {
  city.setNow('2026-11-23T02:00:00Z');
  for (const table of ['session', 'sign_in_challenge', 'sign_in_limit', 'account'] as const)
    await db.deleteFrom(table).execute();
  await insertAccount(db, {
    personId: world.teacher,
    signIn: 'T1001',
    passwordHash: await hashPassword(PASSWORD),
  });
});

const ask = async (address: string) =>
  (await visit(city, { address }).post('/sign-in/passkey/challenge')).status;
const kept = async () =>
  (await db.selectFrom('sign_in_challenge').select('kind').execute()).map(({ kind }) => kind);

describe('questions that nobody answers', () => {
  test('are so many from one address and no more, then wait; other addresses and passwords go on', async () => {
    const answers: number[] = [];
    for (let n = 0; n < MOST + 3; n += 1) answers.push(await ask('192.0.2.1'));
    expect(answers).toEqual([...Array(MOST).fill(200), 429, 429, 429]);
    expect(await kept()).toHaveLength(MOST);
    expect(await ask('198.51.100.7')).toBe(200);
    const here = visit(city, { address: '192.0.2.1' });
    expect((await here.signIn('T1001', PASSWORD)).status).toBe(303);
    city.setNow('2026-11-23T02:16:00Z');
    expect(await ask('192.0.2.1')).toBe(200);
  });

  test('sent at once are no more', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('192.0.2.1')));
    expect(answers.filter((status) => status === 200)).toHaveLength(MOST);
    expect(answers.filter((status) => status === 429)).toHaveLength(20 - MOST);
    expect(await kept()).toHaveLength(MOST);
  });

  test('say when to come back, in words', async () => {
    for (let n = 0; n < MOST; n += 1) await ask('192.0.2.1');
    const answer = await visit(city).post('/sign-in/passkey/challenge');
    expect(answer.status).toBe(429);
    expect(await answer.text()).toMatch(/请在.*10:15.*之后再试/);
  });

  test('to make a passkey count by the person, wherever they are signed in', async () => {
    const answers: number[] = [];
    for (let n = 0; n < MOST + 2; n += 1) {
      const browser = visit(city, { address: `192.0.2.${n}` });
      await browser.signIn('T1001', PASSWORD);
      answers.push((await browser.post('/account/passkeys/challenge')).status);
    }
    expect(answers).toEqual([...Array(MOST).fill(200), 429, 429]);
    expect(await kept()).toEqual(Array(MOST).fill('passkey-new'));
  });
});
