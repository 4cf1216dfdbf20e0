import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { doorsOf, testDatabase } from '../../../../tests/support/database.ts';
import { makeFurtherPeople, makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { examineIdNumbers } from '../../../cli/doctor.ts';
import { idNumbersCommand } from '../../../cli/id-numbers.ts';
import { idKeysFile } from '../../../platform/backup/key-files.ts';
import { sqlState } from '../../../platform/database.ts';
import { atWork } from '../../../platform/services.ts';
import { writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import { mergePeople } from '../../duplicates/merge.ts';
import { insertSession, selectOptionalSession } from '../../identity/queries.ts';
import { standingOf } from '../../identity/standing.ts';
import { selectImport } from '../imports/queries.ts';
import { guessColumns } from '../imports/rules.ts';
import { selectOptionalIdNumber } from './queries.ts';
import { checkDigit, type IdNumber } from './rules.ts';
import { openVault } from './vault.ts';

const { db, url, schema } = await testDatabase();
const city = testApp(db);
const { as, services } = city;
let world: World;

/** Of no region there is: nobody has it. */
const resident = (birthDate: string, order: number): string => {
  const digits = `990101${birthDate.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
  return digits + checkDigit(digits);
};
const HERS = resident('1988-05-01', 22);
const MASKED = `${HERS.slice(0, 3)}***********${HERS.slice(-4)}`;
const path = (person: string) => `/people/${person}/id-number`;
const keep = async (by: string, person: string, number: string, kind = 'resident') =>
  (await as(by)).post(path(person), { kind, number });
const turn = async (on: boolean, fields: Record<string, string> = {}) =>
  (await as(world.administrator)).post('/settings/privacy/id-numbers', {
    keep: on ? 'yes' : 'no',
    ...fields,
  });
const keptOf = async (person: string): Promise<IdNumber | null> => {
  const row = await selectOptionalIdNumber(db, person);
  const number = row === null ? null : (openVault(services.config)?.open(row.id, row) ?? 'unreadable');
  return row === null || number === null ? null : { kind: row.kind, number };
};

beforeAll(async () => {
  world = await makeWorld(db);
});

describe('identity numbers are kept only where an authority asks for it', () => {
  test('by default there are none, and no page for them', async () => {
    expect((await (await as(world.schoolOffice)).get(path(world.teacher))).status).toBe(404);
    expect(await (await (await as(world.schoolOffice)).get(`/people/${world.teacher}`)).text()).not.toContain(
      '身份证件',
    );
    expect((await keep(world.schoolOffice, world.teacher, HERS)).status).not.toBe(303);
    expect(await keptOf(world.teacher)).toBeNull();
  });

  test('an administrator turns it on; offices and auditors do not', async () => {
    for (const other of [world.cityOffice, world.auditor, world.teacher])
      expect((await (await as(other)).post('/settings/privacy/id-numbers', { keep: 'yes' })).status).toBe(
        403,
      );
    expect((await turn(true)).status).toBe(303);
    expect(openVault(services.config)).not.toBeNull();
    const entry = await db
      .selectFrom('audit')
      .select(['before', 'after'])
      .where('action', '=', 'id-number.setting')
      .executeTakeFirstOrThrow();
    expect(entry).toEqual({ before: { kept: false }, after: { kept: true } });
  });
});

describe('a number is sealed, shown in part, and in full only with a reason', () => {
  test('an office enters it; nothing of it stands in the database, the audit or the page', async () => {
    expect((await keep(world.schoolOffice, world.teacher, ` ${HERS.toLowerCase()} `)).status).toBe(303);
    expect(await keptOf(world.teacher)).toEqual({ kind: 'resident', number: HERS });
    const { rows } = await sql<{ text: string }>`
      SELECT string_agg(id_number::text, '') || (SELECT string_agg(audit::text, '') FROM audit) AS text FROM id_number`.execute(
      db,
    );
    expect(rows[0]?.text).not.toContain(HERS.slice(4, 14));
    for (const viewer of [world.schoolOffice, world.countyOffice, world.cityOffice, world.teacher]) {
      for (const page of [`/people/${world.teacher}`, path(world.teacher)]) {
        const html = await (await (await as(viewer)).get(page)).text();
        expect(html).toContain(MASKED);
        expect(html).not.toContain(HERS);
      }
    }
  });

  test('group leaders, mentors, colleagues, auditors, administrators and other places see nothing of it', async () => {
    const { mentor } = await makeFurtherPeople(db, world);
    const others = [world.groupLeader, mentor, world.colleague, world.auditor, world.administrator];
    for (const viewer of [...others, world.otherSchoolOffice, world.otherCountyOffice]) {
      expect((await (await as(viewer)).get(path(world.teacher))).status).toBe(403);
      expect((await (await as(viewer)).post(`${path(world.teacher)}/show`, { reason: '看看' })).status).toBe(
        403,
      );
      expect(await (await (await as(viewer)).get(`/people/${world.teacher}`)).text()).not.toContain(MASKED);
    }
  });

  test('nor does the database show it to them', async () => {
    // Merging two entries moves numbers: whoever may do that may change a row, and nobody else may.
    const merges = [world.administrator, world.otherCountyOffice];
    const reads = async (person: string): Promise<number> => {
      const token = await insertSession(db, person, services.clock(), null);
      const session = await selectOptionalSession(db, token, services.clock(), '2026-11-23');
      if (session === null) throw new Error('no session');
      const standing = doorsOf(db).open(standingOf(session.actor));
      if (!merges.includes(person)) await sql`UPDATE id_number SET kind = 'passport'`.execute(standing);
      return (await sql`SELECT 1 FROM id_number`.execute(standing)).rows.length;
    };
    expect(await reads(world.schoolOffice)).toBe(1);
    expect(await reads(world.teacher)).toBe(1);
    for (const other of [world.groupLeader, world.colleague, world.auditor, world.administrator])
      expect(await reads(other)).toBe(0);
    expect(await reads(world.otherCountyOffice)).toBe(0);
    expect((await keptOf(world.teacher))?.kind).toBe('resident');
  });

  test('in full it is shown once, in an answer no cache keeps, to whoever says why', async () => {
    const office = await as(world.countyOffice);
    expect((await office.post(`${path(world.teacher)}/show`, { reason: ' ' })).status).toBe(422);
    const answer = await office.post(`${path(world.teacher)}/show`, { reason: '核对职称申报身份' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toContain(HERS);
    expect(await (await office.get(path(world.teacher))).text()).not.toContain(HERS);
  });

  test('and who asked, and why, is told to the person and the auditor', async () => {
    await services.reads.flush();
    const entry = await db
      .selectFrom('audit')
      .select(['actor_id', 'reason', 'before', 'after'])
      .where('action', '=', 'id-number.shown')
      .executeTakeFirstOrThrow();
    expect(entry).toEqual({
      actor_id: world.countyOffice,
      reason: '核对职称申报身份',
      before: null,
      after: null,
    });
    const own = await as(world.teacher);
    expect(await (await own.get(`/people/${world.teacher}/readers`)).text()).toContain('身份证件全号');
    expect(await (await own.get(`/people/${world.teacher}/timeline`)).text()).toContain('核对职称申报身份');
  });

  test('one’s own is shown without a reason and leaves no trace', async () => {
    const before = await db.selectFrom('audit').select('seq').execute();
    const answer = await (await as(world.teacher)).post(`${path(world.teacher)}/show`);
    expect(await answer.text()).toContain(HERS);
    expect(await db.selectFrom('audit').select('seq').execute()).toHaveLength(before.length);
  });

  test('nobody enters their own, and a number with a wrong check digit is not sent back', async () => {
    expect((await keep(world.schoolOffice, world.schoolOffice, HERS)).status).toBe(403);
    const wrong = `${HERS.slice(0, 17)}${HERS[17] === '1' ? '2' : '1'}`;
    const answer = await keep(world.schoolOffice, world.colleague, wrong);
    expect(answer.status).toBe(422);
    expect(await answer.text()).not.toContain(wrong);
    for (const [kind, number] of [
      ['resident', ''],
      ['no-such', HERS],
      ['taiwan', HERS],
    ] as const)
      expect((await keep(world.schoolOffice, world.colleague, number, kind)).status).toBe(422);
  });

  test('a number somebody else has is refused, wherever they are, without saying who', async () => {
    const answer = await keep(world.otherSchoolOffice, world.otherTeacher, HERS);
    expect(answer.status).toBe(422);
    expect(await answer.text()).not.toContain('李华');
    // The same digits on another paper are another number.
    expect((await keep(world.otherSchoolOffice, world.otherTeacher, '12345678', 'taiwan')).status).toBe(303);
  });

  test('it moves with its person, and the office of before no longer sees it', async () => {
    await sql`UPDATE person SET unit_path = ${world.otherSchool.path} WHERE id = ${world.teacher}`.execute(
      db,
    );
    expect((await (await as(world.schoolOffice)).get(path(world.teacher))).status).toBe(403);
    expect(await (await (await as(world.otherSchoolOffice)).get(path(world.teacher))).text()).toContain(
      MASKED,
    );
    await sql`UPDATE person SET unit_path = ${world.group.path} WHERE id = ${world.teacher}`.execute(db);
  });

  test('a row moved to another person’s, or changed, no longer opens', async () => {
    const row = await selectOptionalIdNumber(db, world.teacher);
    const vault = openVault(services.config);
    if (row === null || vault === null) throw new Error('nothing kept');
    expect(vault.open(world.colleague, row)).toBeNull();
    expect(vault.open(row.id, { ...row, sealed: `${row.sealed.slice(0, -2)}AA` })).toBeNull();
    expect(vault.open(row.id, row)).toBe(HERS);
  });
});

describe('a roster brings them in', () => {
  const HEADERS = ['姓名', '工号', '身份证号', '证件类型', '单位'];
  async function bring(rows: readonly (readonly (string | null)[])[]) {
    const bytes = await writeWorkbook([
      { name: '花名册', columns: HEADERS.map((header) => ({ header })), rows },
    ]);
    const office = await as(world.countyOffice);
    const uploaded = await office.post('/imports/new', {
      kind: 'roster',
      unit: world.county.id,
      file: new File([new Uint8Array(bytes)], '花名册.xlsx'),
    });
    const id = /\/imports\/([^/?]+)/.exec(uploaded.headers.get('location') ?? '')?.[1] ?? '';
    const columns = Object.entries(guessColumns(HEADERS)).map(([field, at]) => [
      `column-${field}`,
      String(at),
    ]);
    const sheet = (await selectImport(db, id)).summary.outline[0]?.name ?? '';
    await office.post(`/imports/${id}/map`, {
      sheet,
      headerRow: '1',
      asOf: '2026-11-01',
      ...Object.fromEntries(columns),
    });
    await city.jobsDone();
    const kept = await db
      .selectFrom('import_row')
      .select(['row_number as row', 'verdict', 'cells', 'problems'])
      .where('job_id', '=', id)
      .orderBy('row_number')
      .execute();
    const verdicts = kept.map(({ row, verdict, problems }) => [
      row,
      verdict,
      ...(problems as { code: string }[]).map(({ code }) => code),
    ]);
    return { id, office, verdicts, kept: JSON.stringify(kept) };
  }
  const school = '青溪县第一小学';
  const [zhou, qian] = [resident('1990-02-03', 31), resident('1991-04-05', 44)];

  test('sealed from the preview on: no row that waits holds a number', async () => {
    const { id, office, verdicts, kept } = await bring([
      ['周新', 'T3001', zhou, null, school],
      ['钱新', null, qian, '居民身份证', school],
      ['孙新', 'T3003', 'H12345678', '港澳居民来往内地通行证', school],
      ['李华', 'T1001', HERS, null, school],
    ]);
    expect(verdicts).toEqual([
      [2, 'new'],
      [3, 'new'],
      [4, 'new'],
      [5, 'unchanged'],
    ]);
    for (const number of [zhou, qian, HERS, 'H12345678']) expect(kept).not.toContain(number);
    expect(await (await office.get(`/imports/${id}`)).text()).not.toContain(zhou);
    await office.post(`/imports/${id}/confirm`, { suspects: 'add' });
    await city.jobsDone();
    const people = await db
      .selectFrom('person')
      .select(['id', 'name', 'birth_date', 'sex'])
      .where('name', 'in', ['周新', '钱新', '孙新'])
      .orderBy('staff_number')
      .execute();
    expect(people.map(({ name, birth_date, sex }) => [name, birth_date, sex])).toEqual([
      ['周新', '1990-02-03', 'male'],
      ['孙新', null, null],
      ['钱新', '1991-04-05', 'female'],
    ]);
    const numbers = await Promise.all(people.map(async (person) => (await keptOf(person.id))?.number));
    expect(numbers).toEqual([zhou, 'H12345678', qian]);
  });

  test('and know people again by them, whatever else was mistyped', async () => {
    const { verdicts } = await bring([
      ['钱新', 'T3002', qian, null, school], // Had no staff number until now.
      ['周新', 'T3001', resident('1990-02-03', 33), null, school], // Another number: it is named as a change.
    ]);
    expect(verdicts).toEqual([
      [2, 'update'],
      [3, 'update'],
    ]);
  });

  test('a number that is wrong, of a paper unknown, there twice, or of somebody else, names its row', async () => {
    const twice = resident('1992-06-07', 51);
    const { verdicts, id, office } = await bring([
      ['甲', 'T3101', `${twice.slice(0, 17)}?`, null, school],
      ['乙', 'T3102', twice, '户口簿', school],
      ['丙', 'T3103', twice, null, school],
      ['丁', 'T3104', twice, null, school],
      ['王芳', 'T1002', HERS, null, school], // 李华's.
    ]);
    expect(verdicts).toEqual([
      [2, 'faulty', 'id-odd'],
      [3, 'faulty', 'id-kind-unknown'],
      [4, 'faulty', 'id-repeated'],
      [5, 'faulty', 'id-repeated'],
      [6, 'faulty', 'id-of-another'],
    ]);
    const page = await (await office.get(`/imports/${id}?lang=zh-CN`)).text();
    expect(page).toContain('证件号码已登记在李华名下');
    expect(page).not.toContain(HERS);
  });
});

describe('two entries of one person', () => {
  test('the entry that stays keeps its number, or takes the other’s', async () => {
    const [first, second] = [
      await makePerson(db, world.school, '吴一', { staffNumber: 'T4001' }),
      await makePerson(db, world.school, '吴一', { staffNumber: 'T4002' }),
    ];
    const number = resident('1985-01-02', 61);
    expect((await keep(world.schoolOffice, second, number)).status).toBe(303);
    await mergePeople(db, second, first);
    expect(await keptOf(first)).toEqual({ kind: 'resident', number });
    expect(await keptOf(second)).toBeNull();
  });
});

describe('the keys', () => {
  const run = (args: string[]) => idNumbersCommand(args, (work) => work(services, url));
  const file = () => join(services.config.dataDir, idKeysFile(services.config.schema));
  const doctor = () => examineIdNumbers({ ...services.config, schema }, url);
  const numbers = async () => {
    const rows = await db.selectFrom('id_number').select('person_id').orderBy('person_id').execute();
    return Promise.all(rows.map(({ person_id }) => keptOf(person_id)));
  };

  test('lie in a file of the data folder, sealed with the secret, for this user alone', () => {
    const text = readFileSync(file(), 'utf8');
    expect(Object.keys(JSON.parse(text).keys[0])).toEqual(['id', 'madeAt', 'sealed']);
    expect(openVault({ ...services.config, secret: 'another secret of thirty-two signs' })).toBeNull();
  });

  test('are changed by a command: every number is sealed anew, found and read as before', async () => {
    const before = await numbers();
    const old = openVault(services.config)?.keyId ?? '';
    await expect(run(['rotate'])).rejects.toThrow('--reason');
    await run(['rotate', '--reason', '管理员交接']);
    const used = await db.selectFrom('id_number').select('key_id').distinct().execute();
    expect(used).toHaveLength(1);
    expect(used[0]?.key_id).not.toBe(old);
    expect(await numbers()).toEqual(before);
    expect((await keep(world.otherSchoolOffice, world.otherTeacher, HERS)).status).toBe(422);
    const entry = await db
      .selectFrom('audit')
      .select(['after', 'reason'])
      .where('action', '=', 'id-number.keys-rotated')
      .executeTakeFirstOrThrow();
    expect(entry).toEqual({ after: { count: before.length, unreadable: 0 }, reason: '管理员交接' });
  });

  test('that are missing are said by the doctor and on the page, and nothing is entered without them', async () => {
    expect((await doctor()).map(({ level }) => level)).toEqual(['good']);
    renameSync(file(), `${file()}.away`);
    const [finding] = await doctor();
    expect(finding).toMatchObject({ level: 'bad' });
    expect(finding?.advice?.en).toContain('id-keys-');
    const office = await as(world.schoolOffice);
    expect(await (await office.get(path(world.teacher))).text()).toContain('密钥不在');
    expect((await office.post(`${path(world.teacher)}/show`, { reason: '核对' })).status).toBe(422);
    expect((await keep(world.schoolOffice, world.colleague, resident('1988-05-01', 99))).status).toBe(422);
    renameSync(`${file()}.away`, file());
    expect((await doctor()).map(({ level }) => level)).toEqual(['good']);
  });
});

describe('numbers go', () => {
  const clear = async () => {
    const { retention } = await import('../../privacy/retention/clear.ts');
    await retention.run(atWork(services, retention.name), new AbortController().signal);
  };
  const count = async () => (await db.selectFrom('id_number').select('id').execute()).length;

  test('when an office removes one, with a reason', async () => {
    const office = await as(world.otherSchoolOffice);
    expect((await office.post(`${path(world.otherTeacher)}/remove`, { removeReason: '' })).status).toBe(422);
    expect(
      (await office.post(`${path(world.otherTeacher)}/remove`, { removeReason: '本人要求' })).status,
    ).toBe(303);
    expect(await keptOf(world.otherTeacher)).toBeNull();
  });

  test('some time after their person left', async () => {
    const before = await count();
    await sql`UPDATE person SET state = 'left' WHERE id = ${world.teacher}`.execute(db);
    await sql`UPDATE employment SET during = '[2010-09-01,2026-06-30)' WHERE person_id = ${world.teacher}`.execute(
      db,
    );
    await clear();
    expect(await count()).toBe(before);
    await sql`UPDATE employment SET during = '[2010-09-01,2020-06-30)' WHERE person_id = ${world.teacher}`.execute(
      db,
    );
    await clear();
    expect(await count()).toBe(before - 1);
    expect(await keptOf(world.teacher)).toBeNull();
  });

  test('all of them the night after the authority keeps none any more, which must be said to be meant', async () => {
    expect((await turn(false)).status).toBe(422);
    expect((await turn(false, { erase: '1' })).status).toBe(303);
    expect((await (await as(world.schoolOffice)).get(path(world.colleague))).status).toBe(404);
    await clear();
    expect(await count()).toBe(0);
  });
});

test('a number twice is refused by the database itself', async () => {
  const put = (person: string) =>
    sql`INSERT INTO id_number (id, person_id, kind, sealed, key_id, blind, stated_at)
        VALUES (gen_random_uuid(), ${person}, 'resident', 'x', 'k', 'same', now())`.execute(db);
  await put(world.colleague);
  expect(await put(world.groupLeader).catch(sqlState)).toBe('23505');
});
