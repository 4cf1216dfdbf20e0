import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { saysDone } from '../../src/platform/answer.ts';
import { root } from '../../src/platform/root.ts';
import { words } from '../../src/web/words.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { makeWorld, type World } from '../support/world.ts';

const { db } = await testDatabase();
const { as } = testApp(db);
let world: World;
beforeAll(async () => {
  world = await makeWorld(db);
});

test('a link makes no success of words that do not say that something was done', async () => {
  const browser = await as(world.teacher);
  const forged = await (await browser.get('/records?done=error.ours')).text();
  expect(forged).not.toContain(words('zh-CN')('error.ours'));
  expect(await (await browser.get('/records?done=records.done.changed')).text()).toContain('修改已提交');
});

test('whatever a form says when it was done is shown', () => {
  const said = globSync('src/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !file.includes('.test.'))
    .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/\banswerDone\((.*?)\);/gs)])
    .flatMap(([call]) => [...call.matchAll(/'([a-z-]+(?:\.[a-z-]+)+)'/g)].map(([, key = '']) => key));
  expect(said.length).toBeGreaterThan(40);
  expect(said.filter((key) => !saysDone(key))).toEqual([]);
});

test('pages of a signed-in person stay in no cache, refusals among them; what everybody may read is not kept back', async () => {
  const browser = await as(world.teacher);
  const kept = async (path: string, from = browser) => (await from.get(path)).headers.get('cache-control');
  expect(await kept('/records')).toBe('no-store');
  expect(await kept('/records/imports')).toBe('no-store');
  expect(await kept('/no-such-page')).toBe('no-store');
  expect(await kept('/public', await as(null))).toBeNull();
});
