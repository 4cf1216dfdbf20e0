import { existsSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { sql } from 'kysely';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeRecord, makeWorld, type World } from '../../../../tests/support/world.ts';
import { connectionOptions } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { atWork } from '../../../platform/services.ts';
import { readTable } from '../../../platform/spreadsheet/read-table.ts';
import type { Correctable } from '../corrections/rules.ts';
import { retention } from '../retention/clear.ts';
import { COLUMN_WORDS, columnWord } from './columns.ts';
import { copyPath } from './make.ts';
import { listOwn, ownRows, selectOwnData } from './queries.ts';
import { NOT_OWN_KINDS, OWN_KINDS } from './rules.ts';

const { db, url, schema } = await testDatabase();
const city = testApp(db);
const { as, services } = city;
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
  const record = await makeRecord(db, world.teacher, 'paper', { title: '赵州桥说课' });
  await makeRecord(db, world.colleague, 'paper', { title: '别人的论文' });
  const sha256 = await services.files.put(Buffer.from('the file itself'));
  for (const name of ['../../证书.pdf', '证书.pdf'])
    await sql`INSERT INTO evidence (id, person_id, record_id, file_name, media_type, size, sha256, uploaded_by, uploaded_at)
              VALUES (${newId()}, ${world.teacher}, ${record}, ${name}, 'application/pdf', 15, ${sha256}, ${world.teacher}, now())`.execute(
      db,
    );
  await sql`INSERT INTO account (person_id, sign_in, password_hash) VALUES (${world.teacher}, 't1001', 'scrypt$secret')`.execute(
    db,
  );
});

const copyOf = async (person: string) =>
  db.selectFrom('own_data_copy').selectAll().where('person_id', '=', person).executeTakeFirstOrThrow();

describe('what is held of somebody', () => {
  test('every table with a person’s rows is shown to them, or stands among those that are not, with its reason', async () => {
    const { rows } = await sql<{ name: string }>`
      SELECT table_name AS name FROM information_schema.columns
       WHERE table_schema = current_schema() AND column_name = 'person_id'
         AND table_name IN (SELECT table_name FROM information_schema.tables
                             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE')`.execute(
      db,
    );
    const known = [...OWN_KINDS, ...Object.keys(NOT_OWN_KINDS)];
    expect(rows.map(({ name }) => name).filter((name) => !known.some((one) => one === name))).toEqual([]);
  });

  test('is listed by kind, for them alone', async () => {
    const page = await (await (await as(world.teacher)).get('/account/data')).text();
    for (const text of ['我的数据', '成长记录', '证明材料', '登录会话', '基本信息'])
      expect(page).toContain(text);
    expect((await (await as(null)).get('/account/data')).status).toBe(303);
  });

  test('is as many of each kind as are handed out', async () => {
    for (const person of [world.teacher, world.schoolOffice]) {
      const { counts } = await selectOwnData(db, person, '2026-11-23');
      for (const kind of OWN_KINDS)
        expect([kind, counts.get(kind)]).toEqual([kind, (await listOwn(db, kind, person)).length]);
    }
    const { counts } = await selectOwnData(db, world.teacher, '2026-11-23');
    expect([...counts.values()].filter((n) => n > 0).length).toBeGreaterThan(3);
  });
});

describe('a copy to take along', () => {
  test('is made as a job and holds data, tables and files, and no secret or anybody else’s', async () => {
    const own = await as(world.teacher);
    expect((await own.post('/account/data/copies')).status).toBe(303);
    await city.jobsDone();
    const copy = await copyOf(world.teacher);
    expect(copy.state).toBe('done');
    const answer = await own.get(`/account/data/copies/${copy.id}`);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(bytes.length).toBe(Number(copy.size));
    const files = unzipSync(bytes);
    const names = Object.keys(files).sort();
    expect(names).toEqual(
      expect.arrayContaining(['data.json', 'data.xlsx', 'csv/成长记录.csv', 'files/证书.pdf']),
    );
    // A name that would lead out of the folder is made plain.
    expect(names.every((name) => !name.includes('..') || name.startsWith('files/_'))).toBe(true);
    expect(Buffer.from(files['files/证书.pdf'] ?? []).toString()).toBe('the file itself');
    const text = Buffer.from(files['data.json'] ?? []).toString();
    const data = JSON.parse(text);
    expect(data.record.map(({ title }: { title: string }) => title)).toEqual(['赵州桥说课']);
    expect(data.person[0]).toMatchObject({ name: '李华', birth_date: '1988-05-01', unit: '青溪县第一小学' });
    for (const secret of ['scrypt$secret', '别人的论文', 'csrf', 'token_hash', 'password_hash'])
      expect(text).not.toContain(secret);
    expect(
      Buffer.from(files['csv/成长记录.csv'] ?? [])
        .toString()
        .replace('\ufeff', '')
        .split('\r\n')[0],
    ).toBe('类别,名称,日期,级别,等次,本人排序,赛事或活动,证书,其他内容,状态,补登,登记时间,决定时间,理由');
    const table = await readTable(files['data.xlsx'] ?? new Uint8Array(), { fileName: 'data.xlsx' });
    expect(table.ok && table.sheets.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['成长记录', '账号']),
    );
  });

  test('has every column of every kind in words, in either language, and no word beside them', async () => {
    const client = new pg.Client({ connectionString: url, options: connectionOptions(schema) });
    await client.connect();
    const columns: string[] = [];
    for (const kind of OWN_KINDS) {
      const { sql: text, parameters } = ownRows(kind, world.teacher).compile(db);
      const { fields } = await client.query(text, [...parameters]);
      for (const { name } of fields) {
        columns.push(name);
        expect([kind, name, columnWord(kind, name, 'zh-CN')]).toEqual([
          kind,
          name,
          expect.stringMatching(/\p{Script=Han}/u),
        ]);
        expect([kind, name, columnWord(kind, name, 'en')]).toEqual([
          kind,
          name,
          expect.not.stringContaining('_'),
        ]);
      }
    }
    await client.end();
    expect(
      COLUMN_WORDS.filter((word) => ![...columns, 'held_title', 'account_there'].includes(word)),
    ).toEqual([]);
  });

  test('is nobody else’s, not even an office’s or an administrator’s', async () => {
    const { id } = await copyOf(world.teacher);
    for (const other of [
      world.colleague,
      world.schoolOffice,
      world.cityOffice,
      world.administrator,
      world.auditor,
    ])
      expect((await (await as(other)).get(`/account/data/copies/${id}`)).status).toBe(404);
    for (const wrong of ['x', newId(), '..%2f..%2fsecret'])
      expect((await (await as(world.teacher)).get(`/account/data/copies/${wrong}`)).status).toBe(404);
  });

  test('goes after some days, with its file', async () => {
    const { id } = await copyOf(world.teacher);
    expect(existsSync(copyPath(services.config, id))).toBe(true);
    city.setNow('2026-12-01T02:00:00Z');
    await retention.run(atWork(services, retention.name), new AbortController().signal);
    expect(existsSync(copyPath(services.config, id))).toBe(false);
    expect((await (await as(world.teacher)).get(`/account/data/copies/${id}`)).status).toBe(404);
    city.setNow('2026-11-23T02:00:00Z');
  });
});

describe('how one is reached is one’s own to say', () => {
  const contact = async (fields: Record<string, string>) => {
    const { revision } = await db
      .selectFrom('person')
      .select('revision')
      .where('id', '=', world.teacher)
      .executeTakeFirstOrThrow();
    return (await as(world.teacher)).post('/account/data/contact', { revision: String(revision), ...fields });
  };

  test('and nothing else changes with it', async () => {
    expect((await contact({ phone: '13812345678', email: 'lihua@example.org', name: '李花' })).status).toBe(
      303,
    );
    const row = await db
      .selectFrom('person')
      .select(['name', 'phone', 'email', 'staff_number', 'birth_date'])
      .where('id', '=', world.teacher)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({
      name: '李华',
      phone: '13812345678',
      email: 'lihua@example.org',
      staff_number: 'T1001',
      birth_date: '1988-05-01',
    });
  });

  test('what is no telephone and no address is refused', async () => {
    for (const fields of [
      { phone: 'call me' },
      { phone: '<script>' },
      { email: 'nowhere' },
      { revision: 'x' },
    ])
      expect((await contact(fields)).status).toBe(422);
  });
});

describe('what one may not change one asks the office to put right', () => {
  const ask = async (person: string, field: string, wanted: string, because = '以身份证为准') =>
    (await as(person)).post('/account/data/corrections', { field, wanted, because });
  const open = async (field: Correctable) =>
    db
      .selectFrom('correction_request')
      .selectAll()
      .where('field', '=', field)
      .orderBy('asked_at', 'desc')
      .executeTakeFirstOrThrow();
  const decide = async (by: string, id: string, fields: Record<string, string>) =>
    (await as(by)).post(`/corrections/${id}`, fields);

  test('what cannot be, is so already, or has no reason is refused', async () => {
    for (const [field, wanted] of [
      ['birthDate', '1988.5.2'],
      ['birthDate', '2999-01-01'],
      ['birthDate', '1988-05-01'],
      ['sex', '不详'],
      ['name', '<b>'],
      ['rank', '特聘'],
      ['no-such', 'x'],
      ['', 'x'],
      ['name', ''],
    ] as const)
      expect((await ask(world.teacher, field, wanted)).status, `${field} ${wanted}`).toBe(422);
    expect((await ask(world.teacher, 'birthDate', '1988-05-02', ' ')).status).toBe(422);
  });

  test('it goes to the offices over them, and waits on their first page', async () => {
    expect((await ask(world.teacher, 'birthDate', '1988-05-02')).status).toBe(303);
    expect((await ask(world.teacher, 'birthDate', '1988-05-03')).status).toBe(422);
    for (const office of [world.schoolOffice, world.countyOffice, world.cityOffice])
      expect(await (await (await as(office)).get('/corrections')).text()).toContain('李华');
    expect(await (await (await as(world.schoolOffice)).get('/')).text()).toContain('办理个人信息更正申请');
    expect(await (await (await as(world.otherSchoolOffice)).get('/corrections')).text()).not.toContain(
      '李华',
    );
    for (const other of [world.colleague, world.groupLeader, world.auditor])
      expect((await (await as(other)).get('/corrections')).status).toBe(403);
    const { id } = await open('birthDate');
    expect((await decide(world.otherSchoolOffice, id, { decision: 'accept' })).status).toBe(403);
    expect((await decide(world.teacher, id, { decision: 'accept' })).status).toBe(403);
  });

  test('a yes is the change, with a mark of correction, and the person is told', async () => {
    const { id } = await open('birthDate');
    expect((await decide(world.schoolOffice, id, { decision: 'maybe' })).status).toBe(422);
    expect(
      (await decide(world.schoolOffice, id, { decision: 'accept', answer: '已核对身份证' })).status,
    ).toBe(303);
    const { birth_date } = await db
      .selectFrom('person')
      .select('birth_date')
      .where('id', '=', world.teacher)
      .executeTakeFirstOrThrow();
    expect(birth_date).toBe('1988-05-02');
    const own = await as(world.teacher);
    expect(await (await own.get(`/people/${world.teacher}/timeline`)).text()).toContain('更正');
    expect(await (await own.get('/notices')).text()).toContain('您申请更正的出生日期已办理');
    expect(await (await own.get('/account/data')).text()).toContain('已核对身份证');
    expect((await decide(world.countyOffice, id, { decision: 'refuse', answer: '晚了' })).status).toBe(422);
  });

  test('a no has its reason and changes nothing', async () => {
    await ask(world.teacher, 'name', '李桦');
    const { id } = await open('name');
    expect((await decide(world.schoolOffice, id, { decision: 'refuse' })).status).toBe(422);
    expect(
      (await decide(world.schoolOffice, id, { decision: 'refuse', answer: '与身份证不符' })).status,
    ).toBe(303);
    const own = await as(world.teacher);
    expect(await (await own.get('/notices')).text()).toContain('与身份证不符');
    expect(await (await own.get('/account/data')).text()).toContain('未予更正');
    const { name } = await db
      .selectFrom('person')
      .select('name')
      .where('id', '=', world.teacher)
      .executeTakeFirstOrThrow();
    expect(name).toBe('李华');
  });

  test('a rank is put right from a day; a unit by hand, and the office says how', async () => {
    await ask(world.teacher, 'rank', '高级教师');
    const rank = await open('rank');
    expect(rank).toMatchObject({ was: 'first', wanted: 'senior' });
    expect(
      (await decide(world.schoolOffice, rank.id, { decision: 'accept', since: '2999-01-01' })).status,
    ).toBe(422);
    expect(
      (await decide(world.schoolOffice, rank.id, { decision: 'accept', since: '2024-12-01' })).status,
    ).toBe(303);
    const person = await db
      .selectFrom('person')
      .select('rank')
      .where('id', '=', world.teacher)
      .executeTakeFirstOrThrow();
    expect(person.rank).toBe('senior');
    await ask(world.teacher, 'unit', '青溪县第二小学', '已调动');
    const unit = await open('unit');
    expect((await decide(world.countyOffice, unit.id, { decision: 'accept' })).status).toBe(422);
    expect(
      (await decide(world.countyOffice, unit.id, { decision: 'accept', answer: '已办调动' })).status,
    ).toBe(303);
  });

  test('a staff number of another is not given, and the request stays open', async () => {
    await ask(world.teacher, 'staffNumber', 't2001');
    const { id } = await open('staffNumber');
    expect((await decide(world.schoolOffice, id, { decision: 'accept' })).status).toBe(422);
    expect((await open('staffNumber')).state).toBe('open');
  });

  test('one takes one’s own back, and nobody else’s', async () => {
    const { id } = await open('staffNumber');
    const path = `/account/data/corrections/${id}/withdraw`;
    expect((await (await as(world.colleague)).post(path)).status).toBe(404);
    expect((await (await as(world.teacher)).post(path)).status).toBe(303);
    expect((await open('staffNumber')).state).toBe('withdrawn');
  });
});
