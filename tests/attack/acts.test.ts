import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { placesOf, type Things } from '../access/things.ts';
import { namesInSource } from '../fuzz/requests.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { unsaid } from '../support/said.ts';
import { changes, snapshot } from '../support/snapshot.ts';
import { makeRecord, makeWorld, type World } from '../support/world.ts';
import { formsShown } from './kit.ts';

/* What one who is signed in can send beyond what their forms hold: more fields, and the ids of others. */

const [one, two, three] = [await testDatabase(), await testDatabase(), await testDatabase()];
const apps = new Map<TestDatabase, TestApp>(
  [one, two, three].map((database) => [database, testApp(database.db)]),
);

async function setUp(database: TestDatabase): Promise<{ kept: TestApp; world: World; things: Things }> {
  const kept = apps.get(database);
  if (kept === undefined) throw new Error('a database of this file');
  const world = await makeWorld(database.db);
  return { kept, world, things: await placesOf(database.db, world) };
}

describe('fields a form does not have', () => {
  test('change nothing: every column of every table, sent with every form, leaves what the form alone leaves', async () => {
    const columns = await columnNames();
    // What the source itself asks a form for is a field of some form, not an extra one.
    const asked = new Set(namesInSource());
    const extra = columns.filter((name) => !asked.has(name));
    expect(extra).toEqual(
      expect.arrayContaining(['unit_path', 'person_id', 'entered_by', 'decided_by', 'created_at']),
    );
    const left = await Promise.all(
      [one, two].map(async (database, at) => {
        const { kept, world, things } = await setUp(database);
        const answers: string[] = [];
        for (const who of ['teacher', 'schoolOffice', 'cityOffice', 'administrator'] as const) {
          const browser = await kept.as(world[who]);
          for (const { action, fields } of await formsShown(browser, things)) {
            const more =
              at === 0 ? {} : Object.fromEntries(extra.map((name) => [name, valueFor(name, world)]));
            const answer = await browser.post(action, { ...more, ...fields });
            answers.push(`${who} ${plain(action)} ${answer.status}`);
          }
        }
        await kept.jobsDone();
        const rows = await snapshot(database.db, [
          'session',
          'totp',
          'sign_in_limit',
          'audit_checkpoint',
          'done_act',
        ]);
        return {
          answers,
          rows: [...rows].flatMap(([table, found]) => found.map((row) => `${table} ${plain(row)}`)).sort(),
        };
      }),
    );
    expect(left[0]?.answers.length).toBeGreaterThan(30);
    expect(await unsaid(one.db)).toEqual([]);
    expect(left[1]?.answers).toEqual(left[0]?.answers);
    expect(left[1]?.rows).toEqual(left[0]?.rows);
  }, 300_000);

  async function columnNames(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      SELECT DISTINCT column_name AS name FROM information_schema.columns WHERE table_schema = ${one.schema} ORDER BY 1`.execute(
      one.db,
    );
    return rows.map(({ name }) => name);
  }
  /** Something each would take, were it taken: another's id, a better state, a higher place. */
  const valueFor = (name: string, world: World): string =>
    name.endsWith('unit_id')
      ? world.city.id
      : name.endsWith('path')
        ? world.city.path
        : name.endsWith('_id') || name.endsWith('_by')
          ? world.otherTeacher
          : name.endsWith('_at') || name.endsWith('_on')
            ? '2020-01-01'
            : /position|places|version|size|count/.test(name)
              ? '99'
              : 'confirmed';
  /** Without what is never the same twice: ids, digests and instants. */
  const plain = (text: string): string =>
    text
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id')
      .replaceAll(/(?:\\\\x)?[0-9a-f]{32,}/g, 'digest')
      .replaceAll(/(?:code\$)?[A-Za-z0-9+/_-]{30,}=*/g, 'digest')
      .replaceAll(/qinglan[-+][0-9a-f]{8}/g, 'key')
      .replaceAll(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[\d.]*(?:\+00|Z)?/g, 'instant')
      .replaceAll(/\$(?:scrypt|argon2id)\$[^,)]+/g, 'hash')
      // How many bytes a packed copy of one's data has: ids and instants are packed in it.
      .replaceAll(/(done,(?:zh-CN|en),\d+),\d+/g, '$1,bytes');
});

test('ids of others in the fields of one’s forms touch nothing of theirs', async () => {
  const { kept, world, things } = await setUp(three);
  const theirs = {
    person: world.otherTeacher,
    unit: world.otherSchool.id,
    county: world.otherCounty.id,
    record: await makeRecord(three.db, world.otherTeacher, 'open-class', { state: 'submitted' }),
    office: world.otherSchoolOffice,
  };
  const before = await aboutThem();
  let sent = 0;
  const answers: string[] = [];
  for (const who of ['teacher', 'groupLeader', 'schoolOffice'] as const) {
    for (const id of Object.values(theirs)) {
      const browser = await kept.as(world[who]);
      for (const { action, fields } of await formsShown(browser, things)) {
        if (action.startsWith('/password')) continue;
        const swapped = Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [name, isId(value) ? id : value]),
        );
        const inAddress = action.replace(/[0-9a-f-]{36}/, id);
        for (const [address, body] of [
          [action, swapped],
          [inAddress, fields],
          [inAddress, swapped],
        ] as const) {
          if (address === action && !Object.values(fields).some(isId)) continue;
          sent += 1;
          const answer = await browser.post(address, body);
          if (answer.status >= 500) answers.push(`${address}: ${answer.status}`);
        }
      }
    }
  }
  await kept.jobsDone();
  expect(answers).toEqual([]);
  expect(sent).toBeGreaterThan(60);
  expect(changes(before, await aboutThem())).toEqual([]);

  /** Every row that names them, but for their sessions and what the chain says of the refusals. */
  async function aboutThem() {
    const ids = Object.values(theirs);
    const rows = await snapshot(three.db, ['session']);
    return new Map(
      [...rows].map(([table, found]) => [table, found.filter((row) => ids.some((id) => row.includes(id)))]),
    );
  }
}, 300_000);

const isId = (value: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value);
