import { unzipSync } from 'fflate';
import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeEligible, makeRound } from '../../../../tests/support/round.ts';
import { giveRole, giveTitle, makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { readTable } from '../../../platform/spreadsheet/read-table.ts';
import { OWN_KINDS } from './rules.ts';

/* What stands in the tables of one's own copy is words, whoever's language it is; the JSON beside them keeps what the database has. */

const { db } = await testDatabase();
const city = testApp(db);
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
  const { teacher } = world;
  await giveRole(db, teacher, 'mentor', world.group);
  await giveTitle(db, teacher, 'school-backbone', '[2024-01-01,2027-01-01)');
  const round = await makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 3]] });
  await makeEligible(db, teacher);
  await sql`INSERT INTO account (person_id, sign_in, theme, locale) VALUES (${teacher}, 't1001', 'dark', 'en')`.execute(
    db,
  );
  const own = await city.as(teacher);
  const path = (await own.post(`/rounds/${round}/apply`)).headers.get('location') ?? '';
  await own.post(`${path}/statement`, { 'field.statement': '教学实绩', revision: '1' });
  expect((await own.post(`${path}/submit`)).status).toBe(303);
  const queue = `/rounds/${round}/queue`;
  const id = path.split('/')[2] ?? '';
  await (await city.as(world.schoolOffice)).post(`${queue}/recommend`, {
    application: [id],
    position: '2',
    back: queue,
  });
  await own.post('/account/data/corrections', { field: 'rank', wanted: '高级教师', because: '聘书' });
  await own.post('/records/new', {
    type: 'open-class',
    title: '公开课',
    happenedOn: '2026-10-12',
    level: 'county',
  });
  await sql`INSERT INTO consent (id, person_id, purpose, notice_number, given_at) VALUES (${newId()}, ${teacher}, 'public-profile', 1, now())`.execute(
    db,
  );
  await sql`INSERT INTO public_profile (person_id, name, school, subject, titles, introduction, since)
            VALUES (${teacher}, '李华', '青溪县第一小学', '语文', '{school-backbone}', '教书', now())`.execute(
    db,
  );
  await sql`INSERT INTO person_fact (id, person_id, attribute, value, during) VALUES (${newId()}, ${teacher}, 'stage', 'primary', '[2020-01-01,)')`.execute(
    db,
  );
  await sql`INSERT INTO application_attachment (id, application_id, item, file_name, media_type, size, sha256, uploaded_at)
            VALUES (${newId()}, ${id}, 'no-longer-there', '扫描.pdf', 'application/pdf', 10, ${'0'.repeat(64)}, now())`.execute(
    db,
  );
  await sql`INSERT INTO wrong_try (id, person_id, place, hour, how, times, last_at)
            VALUES (${newId()}, ${teacher}, '198.51.100.*', '2026-11-20T02:00:00Z', 'second', 2, '2026-11-20T02:10:00Z')`.execute(
    db,
  );
  await sql`INSERT INTO sensitive_read (id, day, at, reader_id, person_id, kind, subject)
            VALUES (${newId()}, '2026-11-20', '2026-11-20T02:00:00Z', ${world.schoolOffice}, ${teacher}, 'growth-file', '/people/1/records')`.execute(
    db,
  );
});

/** The tables of a copy as it is made in a language, by name: heads and rows. */
async function tables(lang: string) {
  const own = await city.as(world.teacher);
  await db.deleteFrom('own_data_copy').execute();
  await own.post(`/account/data/copies?lang=${lang}`);
  await city.jobsDone();
  const { id, state } = await db
    .selectFrom('own_data_copy')
    .select(['id', 'state'])
    .executeTakeFirstOrThrow();
  expect(state).toBe('done');
  const files = unzipSync(new Uint8Array(await (await own.get(`/account/data/copies/${id}`)).arrayBuffer()));
  const found = new Map<string, { head: string[]; rows: string[][] }>();
  for (const [name, bytes] of Object.entries(files)) {
    const [, title] = /^csv\/(.+)\.csv$/.exec(name) ?? [];
    if (title === undefined) continue;
    const table = await readTable(bytes, { fileName: name });
    if (!table.ok) throw new Error(name);
    const [head = [], ...rows] =
      table.sheets[0]?.rows.map(({ cells }) => cells.map(({ text }) => text)) ?? [];
    found.set(title, { head, rows });
  }
  return { found, data: JSON.parse(Buffer.from(files['data.json'] ?? []).toString()) };
}

/** What looks like a code: words of the program, joined by signs or not, or an object of it. */
const CODE = { 'zh-CN': /^[a-z]+(?:[-._][a-z]+)*$|[{}"]/, en: /^[a-z]+(?:[-._][a-z]+)+$|[{}"]/ };
/** What people say so: titles of records, a sign-in name; and the id of a paper no programme names any more. */
const NOT_OURS = ['名称', 'title', '登录名', 'sign-in name', 'no-longer-there'];

test.for(['zh-CN', 'en'] as const)('no code stands in a cell (%s)', async (lang) => {
  const { found, data } = await tables(lang);
  // Every kind there can be a row of was filled.
  expect(OWN_KINDS.filter((kind) => data[kind].length === 0)).toEqual([
    'evidence',
    'passkey',
    'sign_in_link',
  ]);
  expect(found.size).toBe(OWN_KINDS.length - 3);
  const left = [...found].flatMap(([table, { head, rows }]) =>
    rows.flatMap((cells) =>
      cells.flatMap((cell, at) =>
        CODE[lang].test(cell) && !NOT_OURS.includes(cell) && !NOT_OURS.includes(head[at] ?? '')
          ? [`${table}.${head[at]}: ${cell}`]
          : [],
      ),
    ),
  );
  expect([...new Set(left)]).toEqual([]);
});

test('a subject is said in the language of the copy, and kept as it is in the data', async () => {
  const { found, data } = await tables('en');
  expect(found.get('Public introduction')?.rows[0]).toContain('Chinese');
  expect(data.public_profile[0].subject).toBe('语文');
});

test('words say what the codes did', async () => {
  const { found, data } = await tables('zh-CN');
  const all = (table: string) =>
    found
      .get(table)
      ?.rows.map((cells) => cells.join('|'))
      .join('\n') ?? '';
  expect(all('基本信息')).toContain('女');
  expect(all('成长记录')).toContain('公开课');
  expect(all('成长记录')).toContain('已提交');
  expect(data.record.map(({ type }: { type: string }) => type)).toContain('open-class');
  expect(data.review[0].decision).toBe('recommend');
});
