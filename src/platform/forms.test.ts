import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { HttpError } from './errors.ts';
import { MOST_FIELDS, readRawForm } from './forms.ts';
import type { Ask } from './routing.ts';

const app = new Hono();
app.post('/', async (c) => {
  const { values, all } = await readRawForm({ c, csrf: null, actor: null } as unknown as Ask);
  return c.json({ values, all });
});
app.onError((error, c) => c.text(error.message, error instanceof HttpError ? error.status : 500));
const send = async (body: string | URLSearchParams | FormData, headers: Record<string, string> = {}) =>
  await app.request('/', { method: 'POST', body, headers });

const FIELDS: readonly (readonly [string, string])[] = [
  ['name', '张 三+四&五=六 %2B 𠮷'],
  ['note', 'one\r\ntwo'],
  ['chosen', 'a'],
  ['chosen', 'b'],
  ['constructor', 'x'],
  ['__proto__', 'y'],
  ['empty', ''],
  ['list[]', '1'],
];

test('a form says the same, whichever of the two ways a browser may send it in', async () => {
  const parts = new FormData();
  for (const [name, value] of FIELDS) parts.append(name, value);
  const sent = FIELDS.map(([name, value]) => [name, value] as [string, string]);
  const [plain, multipart] = await Promise.all([send(new URLSearchParams(sent)), send(parts)]);
  const read = await plain.text();
  expect(read).toBe(await multipart.text());
  const { all } = JSON.parse(read) as { all: Record<string, string[]> };
  expect(all.chosen).toEqual(['a', 'b']);
  expect(all.note).toEqual(['one\ntwo']);
  expect(all.name).toEqual(['张 三+四&五=六 %2B 𠮷']);
  expect(Object.hasOwn(all, 'constructor')).toBe(true);
});

test('what is no form has no fields, and what pretends to be one is refused', async () => {
  expect(await (await send('{"a": 1}', { 'content-type': 'application/json' })).json()).toMatchObject({
    all: {},
  });
  const broken = await send('--x\r\nnothing', { 'content-type': 'multipart/form-data; boundary=y' });
  expect(broken.status).toBe(400);
});

test('a form may have many fields, and no more than that', async () => {
  const full = await send(new URLSearchParams('a&'.repeat(MOST_FIELDS)));
  expect(full.status).toBe(200);
  const { all } = (await full.json()) as { all: Record<string, string[]> };
  expect(all.a).toHaveLength(MOST_FIELDS);
  expect((await send(new URLSearchParams('a&'.repeat(MOST_FIELDS + 1)))).status).toBe(413);
});
