import { type Kysely, sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { insertSession, selectOptionalSession } from '../../src/features/identity/queries.ts';
import { type Act, type Actor, allows, holdsFor, type Place } from '../../src/features/identity/rules.ts';
import { standingOf } from '../../src/features/identity/standing.ts';
import { type Database, openDatabase, sqlState, transaction } from '../../src/platform/database.ts';
import { aboutPerson } from '../../src/platform/doors.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { NOBODY, PASSES, type Pass, type Standing } from '../../src/platform/standing.ts';
import { WALLS } from '../../src/platform/walls/tables.ts';
import { doorsOf, testDatabase, worksOf } from '../support/database.ts';
import { makeRecord, makeWorld, type World } from '../support/world.ts';
import { placesOf } from './things.ts';

/*
 * Opens the database as each kind of person, past all routes and guards, and counts what can be read and changed of
 * each table. What may be is reckoned from the same policy table that guards the routes, row by row.
 */

const { db, url } = await testDatabase();
const doors = doorsOf(db);
const NOW = new Date('2026-11-23T02:00:00Z');

const PEOPLE = [
  'teacher',
  'colleague',
  'otherTeacher',
  'groupLeader',
  'schoolOffice',
  'schoolLeader',
  'otherSchoolOffice',
  'countyOffice',
  'otherCountyOffice',
  'cityOffice',
  'auditor',
  'administrator',
] as const satisfies readonly (keyof World)[];
type Kind = (typeof PEOPLE)[number];

let world: World;
const actors = new Map<Kind, Actor>();

beforeAll(async () => {
  world = await makeWorld(db);
  await placesOf(db, world);
  for (const person of [world.colleague, world.otherTeacher, world.otherSchoolOffice])
    await makeRecord(db, person, 'open-class');
  for (const person of PEOPLE) {
    await sql`INSERT INTO account (person_id, sign_in) VALUES (${world[person] as string}, ${`in-${person.toLowerCase()}`})`.execute(
      db,
    );
    await sql`INSERT INTO person_fact (id, person_id, attribute, value, during)
              VALUES (gen_random_uuid(), ${world[person] as string}, 'rank', 'first', '[2015-09-01,)')`.execute(
      db,
    );
    await sql`INSERT INTO title_holding (id, person_id, title, during)
              VALUES (gen_random_uuid(), ${world[person] as string}, 'school-backbone', '[2020-09-01,2023-09-01)')`.execute(
      db,
    );
    const token = await insertSession(db, world[person] as string, NOW, null);
    const session = await selectOptionalSession(db, token, NOW, '2026-11-23');
    if (session === null) throw new Error(`${person} has no session`);
    actors.set(person, session.actor);
  }
});

const actorOf = (kind: Kind): Actor => {
  const actor = actors.get(kind);
  if (actor === undefined) throw new Error(`${kind} is nobody`);
  return actor;
};
const as = (kind: Kind): Database => doors.open(standingOf(actorOf(kind)));

type Row = Readonly<Record<string, unknown>> & { readonly unit_path: string | null };
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const placeOf = (row: Row, owner = 'person_id'): Place => ({
  unitPath: row.unit_path ?? '',
  personId: text(row[owner]),
});
const anyOf =
  (...acts: readonly Act[]) =>
  (actor: Actor, row: Row): boolean =>
    acts.some((act) => allows(actor, act, placeOf(row)));
type Says = (actor: Actor, row: Row) => boolean;

/** Of the tables with people's data: who may read a row and who may change it, by the policy table. */
const RULES: Readonly<Record<string, { readonly read: Says; readonly change: Says }>> = {
  person: {
    read: (actor, row) => allows(actor, 'person.see', placeOf(row, 'id')),
    change: (actor, row) => allows(actor, 'person.change', placeOf(row, 'id')) || row.id === actor.personId,
  },
  employment: { read: anyOf('person.see'), change: anyOf('person.change') },
  membership: { read: anyOf('person.see'), change: anyOf('person.change') },
  person_fact: { read: anyOf('person.see'), change: anyOf('person.change') },
  account: {
    read: (actor, row) =>
      anyOf('person.change', 'account.change')(actor, row) || row.person_id === actor.personId,
    change: (actor, row) =>
      anyOf('person.change', 'account.change')(actor, row) || row.person_id === actor.personId,
  },
  session: {
    read: (actor, row) =>
      anyOf('person.change', 'account.change')(actor, row) || row.person_id === actor.personId,
    change: (actor, row) => row.person_id === actor.personId,
  },
  record: {
    read: anyOf('record.see'),
    change: anyOf('record.claim', 'record.confirm', 'record.import', 'person.merge'),
  },
  evidence: { read: anyOf('record.see'), change: anyOf('record.claim', 'record.import', 'person.merge') },
  application: {
    read: anyOf('application.see'),
    change: anyOf('application.make', 'application.review', 'round.decide', 'person.merge'),
  },
  import_job: {
    read: anyOf('roster.import', 'record.import'),
    change: anyOf('roster.import', 'record.import'),
  },
  programme_draft: { read: anyOf('programme.publish'), change: anyOf('programme.publish') },
  correction_request: {
    read: (actor, row) => anyOf('person.change')(actor, row) || row.person_id === actor.personId,
    change: (actor, row) => anyOf('person.change')(actor, row) || row.person_id === actor.personId,
  },
  objection: {
    read: anyOf('round.decide', 'application.review'),
    change: anyOf('round.decide', 'application.review'),
  },
  panel: { read: anyOf('panel.form'), change: anyOf('panel.form') },
  panel_seat: {
    read: (actor, row) => anyOf('panel.form')(actor, row) || row.person_id === actor.personId,
    change: anyOf('panel.form'),
  },
  // Not the applicant: what a panel said is for those who decide.
  panel_entry: {
    read: (actor, row) => allows(actor, 'application.see', { unitPath: row.unit_path ?? '' }),
    change: anyOf('panel.form'),
  },
};

/** A column of each that may be set to what it is: the walls say how many rows that reaches. */
const touched: Readonly<Record<string, string>> = {
  person: 'name',
  employment: 'post',
  membership: 'during',
  person_fact: 'value',
  account: 'theme',
  session: 'csrf',
  record: 'title',
  evidence: 'file_name',
  application: 'form',
  import_job: 'file_name',
  programme_draft: 'note',
  correction_request: 'answer',
  objection: 'answer',
  panel: 'conclusion',
  panel_seat: 'ended_why',
  panel_entry: 'code',
};

const idsOf = async (on: Kysely<never> | Database, table: string): Promise<string[]> => {
  const rows = await sql<{
    key: string;
  }>`SELECT to_jsonb(t)::text AS key FROM ${sql.id(table)} t ORDER BY 1`.execute(on);
  return rows.rows.map(({ key }) => key);
};
const allRows = async (table: string): Promise<Row[]> =>
  (await sql<Row>`SELECT t.* FROM ${sql.id(table)} t`.execute(db)).rows;

/** How many rows a person changes when they try to change all; nothing stays changed. */
async function changeAll(kind: Kind, table: string): Promise<number> {
  const column = sql.id(touched[table] ?? '');
  let reached = -1;
  await transaction(as(kind), async (tx) => {
    const { numAffectedRows } = await sql`UPDATE ${sql.id(table)} SET ${column} = ${column}`.execute(tx);
    reached = Number(numAffectedRows);
    throw new Error('nothing stays');
  }).catch((error: unknown) => {
    if (!(error instanceof Error) || error.message !== 'nothing stays') throw error;
  });
  return reached;
}

describe('past every guard, the database itself shows and changes only what the policy table allows', () => {
  for (const [table, rules] of Object.entries(RULES)) {
    test(`${table}: everybody reads and changes as many rows as the rules say`, async () => {
      const rows = await allRows(table);
      expect(rows.length).toBeGreaterThan(0);
      const said: string[] = [];
      const found: string[] = [];
      for (const kind of PEOPLE) {
        const actor = actorOf(kind);
        const line = (read: number, change: number) => `${kind} reads ${read}, changes ${change}`;
        said.push(
          line(
            rows.filter((row) => rules.read(actor, row)).length,
            rows.filter((row) => rules.change(actor, row) && rules.read(actor, row)).length,
          ),
        );
        found.push(line((await idsOf(as(kind), table)).length, await changeAll(kind, table)));
      }
      expect(found).toEqual(said);
      // The test would prove nothing if everybody read the same.
      expect(new Set(found.map((line) => line.replace(/^\w+ /, ''))).size).toBeGreaterThan(1);
    });
  }

  test('somebody moves, and with them who reads their file', async () => {
    const county = as('otherCountyOffice');
    const facts = () => sql`SELECT 1 FROM person_fact WHERE person_id = ${world.colleague}`.execute(county);
    expect((await facts()).rows).toHaveLength(0);
    const move = (path: string) =>
      db.updateTable('person').set({ unit_path: path }).where('id', '=', world.colleague).execute();
    await move(world.otherSchool.path);
    expect((await facts()).rows).toHaveLength(1);
    await move(world.group.path);
    expect((await facts()).rows).toHaveLength(0);
  });
});

describe('names are for those who may find people, and for whoever read an id', () => {
  test('each kind of person lists the names of whom they may find, and no others', async () => {
    const people = await allRows('person');
    const said: string[] = [];
    const found: string[] = [];
    for (const kind of PEOPLE) {
      const actor = actorOf(kind);
      // Judges of a panel come from anywhere.
      const finds = (row: Row) =>
        holdsFor(actor, 'panel.form') || allows(actor, 'person.find', placeOf(row, 'id'));
      said.push(`${kind} ${people.filter(finds).length}`);
      found.push(`${kind} ${(await sql`SELECT id FROM named`.execute(as(kind))).rows.length}`);
    }
    expect(found).toEqual(said);
    expect(found).toContain('teacher 0');
    expect(found).toContain(`cityOffice ${people.length}`);
    expect(new Set(found.map((line) => line.replace(/^\w+ /, ''))).size).toBeGreaterThan(2);
  });

  test('who decided is named to everybody who knows their id, and to nobody signed out', async () => {
    const ask = async (on: Database) =>
      (
        await sql<{ name: string | null; unit: string | null }>`
          SELECT name_of(${world.cityOffice}) AS name, unit_of(${world.cityOffice}) AS unit`.execute(on)
      ).rows[0];
    const known = await db
      .selectFrom('person')
      .select(['name', 'unit_id as unit'])
      .where('id', '=', world.cityOffice)
      .executeTakeFirstOrThrow();
    for (const kind of PEOPLE) expect([kind, await ask(as(kind))]).toEqual([kind, known]);
    expect(await ask(doors.open(NOBODY))).toEqual({ name: null, unit: null });
    expect(await ask(worksOf(db).open('own-data'))).toEqual(known);
  });

  test('a teacher finds no name by its beginning, neither by the view nor by the table', async () => {
    const mine = as('teacher');
    const { name } = await db
      .selectFrom('person')
      .select('name')
      .where('id', '=', world.colleague)
      .executeTakeFirstOrThrow();
    for (const table of ['named', 'person'])
      expect((await sql`SELECT 1 FROM ${sql.id(table)} WHERE name = ${name}`.execute(mine)).rows).toEqual([]);
  });
});

/** What the authority says of itself, and counters; each is in WALLS with its reason. */
const OPEN_TO_NOBODY = [
  'unit',
  'programme',
  'programme_version',
  'round',
  'round_stage',
  'publicity',
  'retention_rule',
  'privacy_notice',
];

describe('who is nobody, or has one pass, reads only what that is for', () => {
  const readable = async (standing: Standing): Promise<string[]> => {
    const open: string[] = [];
    for (const table of Object.keys(WALLS))
      if ((await idsOf(doors.open(standing), table)).length > 0) open.push(table);
    return open.sort();
  };

  test('signed out one reads what is public and no name', async () => {
    expect(await readable(NOBODY)).toEqual([...OPEN_TO_NOBODY].sort());
    expect((await sql`SELECT 1 FROM named`.execute(doors.open(NOBODY))).rows).toEqual([]);
  });

  test('a session is known by its token whomever the connection stood for, and its reading leaves no door open', async () => {
    const token = await insertSession(db, world.teacher, NOW, null);
    const people = async (standing: Standing) => (await idsOf(doors.open(standing), 'person')).length;
    const office = await selectOptionalSession(
      db,
      await insertSession(db, world.cityOffice, NOW, null),
      NOW,
      '2026-11-23',
    );
    if (office === null) throw new Error('no session');
    expect(await people(standingOf(office.actor))).toBeGreaterThan(1);
    for (const at of [db, doors.open(NOBODY), doors.open(standingOf(office.actor))]) {
      const found = await selectOptionalSession(at, token, NOW, '2026-11-23');
      expect([found?.actor.personId, found?.actor.assignments]).toEqual([world.teacher, []]);
      expect(await selectOptionalSession(at, `${token}x`, NOW, '2026-11-23')).toBeNull();
    }
    expect(await people(NOBODY)).toBe(0);
    expect((await idsOf(doors.open(NOBODY), 'session')).length).toBe(0);
  });

  const MORE: Readonly<Record<Pass, readonly string[]>> = {
    'sign-in': [
      'account',
      'delegation',
      'duty_rule',
      'notice',
      'person',
      'post_role',
      'role_assignment',
      'session',
      'sign_in_setting',
    ],
    guard: [
      'application',
      'correction_request',
      'delegation',
      'employment',
      'evidence',
      'import_job',
      'membership',
      'objection',
      'panel',
      'panel_seat',
      'person',
      'person_fact',
      'programme_draft',
      'record',
      'role_assignment',
      'role_request',
      'title_holding',
    ],
    public: ['objection'],
    similar: ['evidence', 'person', 'record'],
    merged: [],
    figures: ['account', 'person', 'title_holding'],
    result: ['person'],
    sealed: ['panel', 'panel_code', 'panel_entry', 'panel_mark', 'panel_sheet'],
    applicants: ['employment', 'evidence', 'fact_change', 'person', 'person_fact', 'record', 'title_holding'],
    participants: ['application'],
  };
  for (const pass of PASSES) {
    test(`${pass}: ${MORE[pass].join(', ')}`, async () => {
      const open = await readable({ ...NOBODY, pass });
      expect(open.filter((table) => !OPEN_TO_NOBODY.includes(table))).toEqual([...MORE[pass]]);
    });
  }

  test('a connection that was told nothing at all reads nothing', async () => {
    const bare = openDatabase(url, { schema: 'qinglan', max: 1 });
    await sql`SET ROLE qinglan_web`.execute(bare);
    for (const table of Object.keys(WALLS))
      expect(`${table} ${(await idsOf(bare, table)).length}`).toBe(`${table} 0`);
    await bare.destroy();
  });
});

describe('a judge of a panel, past every guard', () => {
  const judgeOf = async (): Promise<Actor> => {
    const { person_id: id } = await db.selectFrom('panel_seat').select('person_id').executeTakeFirstOrThrow();
    const session = await selectOptionalSession(
      db,
      await insertSession(db, id, NOW, null),
      NOW,
      '2026-11-23',
    );
    if (session === null) throw new Error('the judge has no session');
    return session.actor;
  };

  test('reads their own seat, sheets and marks, and no row of whoever is judged', async () => {
    const mine = doors.open(standingOf(await judgeOf()));
    for (const table of ['panel_seat', 'panel_sheet', 'panel_mark'])
      expect(`${table} ${(await idsOf(mine, table)).length}`).toBe(`${table} 1`);
    for (const table of ['panel', 'panel_code', 'panel_entry', 'panel_material'])
      expect(`${table} ${(await idsOf(mine, table)).length}`).toBe(`${table} 0`);
    for (const table of [
      'application',
      'application_attachment',
      'review',
      'record',
      'evidence',
      'person_fact',
    ])
      expect(`${table} ${(await idsOf(mine, table)).length}`).toBe(`${table} 0`);
    // Of people, themselves.
    expect((await sql`SELECT 1 FROM person`.execute(mine)).rows).toHaveLength(1);
  });

  test('with the panel and the candidate that a guard has found, those copies and still nobody’s code', async () => {
    const { panel_id: panel, candidate } = await db
      .selectFrom('panel_sheet')
      .select(['panel_id', 'candidate'])
      .executeTakeFirstOrThrow();
    const judge = doors.open(standingOf(await judgeOf()));
    const mine = aboutPerson(aboutPerson(judge, 'panel.judge', panel), 'panel.judge', candidate);
    for (const table of ['panel', 'panel_material'])
      expect(`${table} ${(await idsOf(mine, table)).length}`).toBe(`${table} 1`);
    for (const table of ['panel_code', 'panel_entry', 'application', 'record', 'evidence'])
      expect(`${table} ${(await idsOf(mine, table)).length}`).toBe(`${table} 0`);
  });

  test('neither does the office read a code, a sheet or a mark before judging is closed', async () => {
    for (const kind of ['countyOffice', 'cityOffice'] as const)
      for (const table of ['panel_code', 'panel_material', 'panel_sheet', 'panel_mark'])
        expect(`${kind} ${table} ${(await idsOf(as(kind), table)).length}`).toBe(`${kind} ${table} 0`);
  });

  test('marks another’s sheet or moves their own to another candidate no more than anyone', async () => {
    const stranger = as('otherTeacher');
    const { sheet_id: sheet, panel_id: panel } = await db
      .selectFrom('panel_mark')
      .select(['sheet_id', 'panel_id'])
      .executeTakeFirstOrThrow();
    const add = sql`INSERT INTO panel_mark (sheet_id, criterion, panel_id, person_id, mark)
                    VALUES (${sheet}, 'research', ${panel}, ${(await judgeOf()).personId}, '40')`.execute(
      stranger,
    );
    expect(await add.then(() => null, sqlState)).toBe('42501');
    const mine = doors.open(standingOf(await judgeOf()));
    const moved = sql`UPDATE panel_sheet SET code = 'XX-XX'`.execute(mine);
    expect(await moved.then(() => null, sqlState)).toBe('P0001');
  });
});

describe('what no request can do', () => {
  const refused = async (work: Promise<unknown>): Promise<string | null> =>
    work.then(
      () => null,
      (error: unknown) => sqlState(error),
    );

  test('write the audit other than by its one function, change it, or take a row away', async () => {
    const office = as('cityOffice');
    const written = sql`INSERT INTO audit (seq, at, action, subject_type, previous_hash, hash)
                        VALUES (1, now(), 'sign-in', 'person', '', 'x')`.execute(office);
    expect(await refused(written)).toBe('42501');
    const before = await idsOf(db, 'audit');
    await sql`UPDATE audit_head SET hash = 'x'`.execute(office);
    await refused(sql`UPDATE audit SET action = 'x'`.execute(office));
    await refused(sql`DELETE FROM audit`.execute(office));
    expect(await idsOf(db, 'audit')).toEqual(before);
    expect(await db.selectFrom('audit_head').select('hash').where('hash', '=', 'x').execute()).toEqual([]);
  });

  test('change a table, lift a wall, or change anything through the view of names', async () => {
    const office = as('cityOffice');
    expect(await refused(sql`ALTER TABLE person DISABLE ROW LEVEL SECURITY`.execute(office))).toBe('42501');
    expect(await refused(sql`CREATE TABLE mine (id int)`.execute(office))).toBe('42501');
    expect(await refused(sql`UPDATE named SET name = 'x'`.execute(office))).toBe('42501');
    expect(await refused(sql`SELECT * FROM migration`.execute(office))).toBe('42501');
  });

  test('read or name anything of another authority in the same database', async () => {
    await migrate(url, { schema: 'beyond' });
    const there = openDatabase(url, { schema: 'beyond', max: 1 });
    await makeWorld(there);
    await there.destroy();
    const office = as('cityOffice');
    expect(await refused(sql`SELECT * FROM beyond.person`.execute(office))).toBe('42501');
    expect(await refused(sql`INSERT INTO beyond.counter VALUES ('x', 1)`.execute(office))).toBe('42501');
  });
});
