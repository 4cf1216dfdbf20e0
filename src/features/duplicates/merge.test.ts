import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { placesOf, type Things } from '../../../tests/access/things.ts';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import {
  giveRole,
  giveTitle,
  handOver,
  makePerson,
  makeRecord,
  makeWorld,
  type World,
} from '../../../tests/support/world.ts';
import { transaction } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { appendAudit } from '../audit/queries.ts';
import { insertNotices } from '../notices/queries.ts';
import { insertSuspicion, lockPeople } from '../organisation/people/doubles/queries.ts';
import { listOwn } from '../privacy/own-data/queries.ts';
import { mergePeople, STAYS } from './merge.ts';

/* Whatever is kept of a person goes to the entry that is kept when two are merged, or stays for a reason that is written down. */

const { db } = await testDatabase();
const city = testApp(db);
let world: World;
let things: Things;
/** Entered twice: `from` is merged into `to`. */
let from: string;
let to: string;

const consent = (person: string, given: string, withdrawn: string | null = null) =>
  sql`INSERT INTO consent (id, person_id, purpose, notice_number, given_at, withdrawn_at)
      VALUES (${newId()}, ${person}, 'public-profile', 1, ${given}, ${withdrawn})`.execute(db);
const profile = (person: string, introduction: string) =>
  sql`INSERT INTO public_profile (person_id, name, school, subject, titles, introduction, since)
      VALUES (${person}, '吴一', '青溪县第一小学', '语文', '{school-backbone}', ${introduction}, now())`.execute(
    db,
  );
const correction = (person: string, field: string, more: { by?: string } = {}) =>
  sql`INSERT INTO correction_request (id, person_id, field, wanted, because, state, asked_at, decided_by, decided_at)
      VALUES (${newId()}, ${person}, ${field}, '1988-05-02', '以身份证为准', ${more.by === undefined ? 'open' : 'accepted'}, now(), ${more.by ?? null}, ${more.by === undefined ? null : new Date()})`.execute(
    db,
  );
const merge = async (keep: string, gone: string) => {
  await insertSuspicion(db, keep, gone, 'name-birth', new Date('2026-11-01'));
  return (await city.as(world.countyOffice)).post('/duplicates', {
    a: keep,
    b: gone,
    act: 'merge',
    keep,
    reason: '身份证核对',
  });
};
const twins = async (): Promise<readonly [string, string]> => [
  await makePerson(db, world.school, '吴一', { group: world.group }),
  await makePerson(db, world.school, '吴一', { group: world.group }),
];
const consents = (person: string) =>
  db
    .selectFrom('consent')
    .select(['given_at', 'withdrawn_at'])
    .where('person_id', '=', person)
    .orderBy('given_at')
    .execute();
const introduction = async (person: string) =>
  (
    await db
      .selectFrom('public_profile')
      .select('introduction')
      .where('person_id', '=', person)
      .executeTakeFirst()
  )?.introduction ?? null;

beforeAll(async () => {
  world = await makeWorld(db);
  things = await placesOf(db, world);
  [to, from] = await twins();
  for (const person of [from, to])
    await sql`INSERT INTO account (person_id, sign_in) VALUES (${person}, ${`u${person.slice(-8)}`})`.execute(
      db,
    );
  for (const person of [from, to])
    await sql`INSERT INTO wrong_try (id, person_id, place, hour, how, times, last_at)
              VALUES (${newId()}, ${person}, '198.51.100.*', '2026-11-20T02:00:00Z', 'password', 2, '2026-11-20T02:10:00Z')`.execute(
      db,
    );
  await sql`INSERT INTO totp (person_id, secret, made_at, confirmed_at) VALUES (${from}, 'v1', now(), now())`.execute(
    db,
  );
  await sql`INSERT INTO recovery_code (person_id, hash) VALUES (${from}, 'h')`.execute(db);
  await city.cookie(from);
  await giveRole(db, from, 'mentor', world.group);
  await giveTitle(db, from, 'school-backbone', '[2024-01-01,2027-01-01)');
  await makeRecord(db, from, 'open-class');
  // Made while they stood in another county, which the one that merges does not see.
  const elsewhere = await makeRecord(db, from, 'paper');
  await db
    .updateTable('record')
    .set({ unit_path: world.otherSchool.path })
    .where('id', '=', elsewhere)
    .execute();
  await handOver(db, world.schoolOffice, from, 'school-office', world.school);
  await consent(from, '2026-03-01');
  await profile(from, '教书二十年');
  await correction(from, 'birthDate');
  await correction(from, 'sex');
  await correction(to, 'birthDate');
  await correction(from, 'rank', { by: to });
  await sql`INSERT INTO own_data_copy (id, person_id, state, locale, asked_at) VALUES (${newId()}, ${from}, 'done', 'en', now())`.execute(
    db,
  );
  await sql`INSERT INTO notice (id, person_id, kind, detail) VALUES (${newId()}, ${from}, 'round-opened', '{}')`.execute(
    db,
  );
  for (const [who, about] of [
    [from, world.colleague],
    [from, to],
    [world.groupLeader, from],
  ])
    await sql`INSERT INTO recusal (id, round_id, person_id, applicant_id, relation, declared_by, declared_at)
              VALUES (${newId()}, ${things.round}, ${who}, ${about}, '亲属', ${who}, now())`.execute(db);
  for (const by of [world.administrator, to])
    await sql`INSERT INTO role_request (id, person_id, role, unit_id, unit_path, starts_on, asked_by, asked_at)
              VALUES (${newId()}, ${from}, 'auditor', ${world.school.id}, ${world.school.path}, '2026-11-01', ${by}, now())`.execute(
      db,
    );
  await sql`INSERT INTO demo_persona (kind, position, person_id) VALUES ('teacher', 1, ${from})`.execute(db);
  await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, group_id, subject, state, position)
            VALUES (${newId()}, ${things.round}, ${from}, ${world.group.path}, ${world.school.id}, ${world.group.id}, '语文', 'draft', 0)`.execute(
    db,
  );
});

describe('two entries of one person become one', () => {
  test('so that nothing of theirs stays behind without a reason', async () => {
    expect((await merge(to, from)).status).toBe(303);
    // Who acted is named as they were then; whom something is about or belongs to is the person that is kept.
    const { rows } = await sql<{ name: string; column: string }>`
      SELECT table_name AS name, column_name AS "column" FROM information_schema.columns
       WHERE table_schema = current_schema() AND data_type = 'uuid' AND column_name ~ '(person|applicant|other|reader|actor)_id$'
         AND table_name IN (SELECT table_name FROM information_schema.tables
                             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE')`.execute(
      db,
    );
    expect(rows.length).toBeGreaterThan(35);
    const left: string[] = [];
    for (const { name, column } of rows) {
      const { rows: found } =
        await sql`SELECT 1 FROM ${sql.id(name)} WHERE ${sql.id(column)} = ${from}`.execute(db);
      if (found.length > 0 && STAYS[`${name}.${column}`] === undefined) left.push(`${name}.${column}`);
    }
    expect(left).toEqual([]);
    const known = new Set(rows.map(({ name, column }) => `${name}.${column}`));
    expect(Object.keys(STAYS).filter((one) => !known.has(one))).toEqual([]);
  });

  test('consents, what the public sees, copies, notices and where one stands aside are theirs', async () => {
    expect(await consents(to)).toMatchObject([{ withdrawn_at: null }]);
    expect(await introduction(to)).toBe('教书二十年');
    const count = async (table: 'own_data_copy' | 'notice' | 'demo_persona') =>
      (await db.selectFrom(table).select('person_id').where('person_id', '=', to).execute()).length;
    expect([await count('own_data_copy'), await count('notice'), await count('demo_persona')]).toEqual([
      1, 1, 1,
    ]);
    const aside = await db
      .selectFrom('recusal')
      .select(['person_id', 'applicant_id'])
      .where((where) => where.or([where('person_id', '=', to), where('applicant_id', '=', to)]))
      .execute();
    expect(aside).toEqual(
      expect.arrayContaining([
        { person_id: to, applicant_id: world.colleague },
        { person_id: world.groupLeader, applicant_id: to },
      ]),
    );
  });

  test('what both asked to have corrected is asked once; what the one kept decided is not their own now', async () => {
    const rows = await db
      .selectFrom('correction_request')
      .select(['person_id', 'field', 'state'])
      .where('person_id', 'in', [from, to])
      .execute();
    expect(
      rows.filter(({ state }) => state === 'open').map(({ person_id, field }) => [person_id, field]),
    ).toEqual(
      expect.arrayContaining([
        [to, 'birthDate'],
        [to, 'sex'],
      ]),
    );
    expect(rows.filter(({ state }) => state !== 'open')).toEqual(
      expect.arrayContaining([
        { person_id: to, field: 'birthDate', state: 'withdrawn' },
        { person_id: from, field: 'rank', state: 'accepted' },
      ]),
    );
  });

  test('nobody is signed in as the one that went, and its second factor opens nothing', async () => {
    for (const table of ['session', 'totp', 'recovery_code', 'passkey', 'sign_in_link'] as const)
      expect(await db.selectFrom(table).select('person_id').where('person_id', '=', from).execute()).toEqual(
        [],
      );
    const account = await db
      .selectFrom('account')
      .select(['password_hash', 'code_expires_at'])
      .where('person_id', '=', from)
      .executeTakeFirstOrThrow();
    expect(account).toEqual({ password_hash: null, code_expires_at: null });
  });

  test('wrong tries at either account are theirs, from one place in one hour too', async () => {
    expect(await listOwn(db, 'wrong_try', to)).toHaveLength(2);
    expect(await listOwn(db, 'wrong_try', from)).toEqual([]);
  });

  test('one’s own data tells of both: the copy holds what was done with, and who read, the merged entry', async () => {
    await sql`INSERT INTO sensitive_read (id, day, at, reader_id, person_id, kind, subject)
              VALUES (${newId()}, '2026-11-20', '2026-11-20T02:00:00Z', ${world.schoolOffice}, ${from}, 'person', '/people/1')`.execute(
      db,
    );
    const page = await (await (await city.as(to)).get('/account/data')).text();
    expect(page).toContain('我的数据');
    expect(await listOwn(db, 'sensitive_read', to)).toHaveLength(1);
    // What was done with the entry that went, whose entries of the chain are never written anew.
    await transaction(db, (tx) =>
      appendAudit(tx, world.schoolOffice, new Date('2026-11-20'), {
        action: 'person.corrected',
        subjectType: 'person',
        subjectId: from,
        personId: from,
      }),
    );
    const again = await (await (await city.as(to)).get('/account/data')).text();
    const counted = (kind: string) =>
      Number(new RegExp(`${kind}(?:</a>)?</th>\\s*<td[^>]*>(?:<[^>]*>)*(\\d+)`).exec(again)?.[1]);
    for (const [kind, word] of [
      ['sensitive_read', '谁看过您的资料'],
      ['audit', '关于您的操作记录'],
    ] as const)
      expect([kind, counted(word)]).toEqual([kind, (await listOwn(db, kind, to)).length]);
  });
});

describe('of consents in both entries the last word holds', () => {
  test.for([
    ['given in both: the later stays', ['2026-01-01', null], ['2026-02-01', null], 'later'],
    [
      'given in the one that goes, taken back later in the other',
      ['2026-02-01', null],
      ['2026-01-01', '2026-03-01'],
      null,
    ],
    [
      'taken back in the one that goes, given later in the other',
      ['2026-01-01', '2026-01-15'],
      ['2026-02-01', null],
      'later',
    ],
    [
      'given in the one kept, taken back later in the one that goes',
      ['2026-01-01', '2026-03-01'],
      ['2026-02-01', null],
      null,
    ],
  ] as [string, [string, string | null], [string, string | null], string | null][])(
    '%s',
    async ([, gone, kept, shown]) => {
      const [keep, double] = await twins();
      await consent(double, ...gone);
      await consent(keep, ...kept);
      await profile(double, 'earlier');
      await profile(keep, 'later');
      if (gone[1] !== null) await db.deleteFrom('public_profile').where('person_id', '=', double).execute();
      if (kept[1] !== null) await db.deleteFrom('public_profile').where('person_id', '=', keep).execute();
      expect((await merge(keep, double)).status).toBe(303);
      const all = await consents(keep);
      expect(all).toHaveLength(2);
      expect(all.filter(({ withdrawn_at }) => withdrawn_at === null)).toHaveLength(shown === null ? 0 : 1);
      expect(await introduction(keep)).toBe(shown);
      expect(await introduction(double)).toBeNull();
    },
  );
});

describe('whoever judges', () => {
  test('is not merged away while their panel judges', async () => {
    const judge = (await db.selectFrom('panel_seat').select('person_id').executeTakeFirstOrThrow()).person_id;
    await db
      .updateTable('person')
      .set({ unit_id: world.school.id, unit_path: world.school.path })
      .where('id', '=', judge)
      .execute();
    const double = await makePerson(db, world.school, '秦评');
    const answer = await merge(double, judge);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('未结束的评审组');
    await insertSuspicion(db, judge, world.teacher, 'name-birth', new Date('2026-11-01'));
    const judged = await merge(judge, world.teacher);
    expect(judged.status).toBe(422);
    expect(await judged.text()).toContain('未结束的评审组');
    // The one that is kept may judge: its seat stays its own.
    expect((await merge(judge, double)).status).toBe(303);
  });
});

describe('of three entries', () => {
  test('what was turned down at the first merge does not come before what the second brings', async () => {
    const [first, second] = await twins();
    const [third] = await twins();
    await giveTitle(db, first, 'school-backbone', '[2023-01-01,2026-01-01)');
    await giveTitle(db, second, 'school-backbone', '[2024-01-01,2027-01-01)');
    expect((await merge(second, first)).status).toBe(303);
    expect((await merge(third, second)).status).toBe(303);
    const held = await db
      .selectFrom('title_holding')
      .select(['person_id', sql<string>`lower(during)::text`.as('since')])
      .where('person_id', 'in', [first, second, third])
      .orderBy('since')
      .execute();
    expect(held).toEqual([
      { person_id: first, since: '2023-01-01' },
      { person_id: third, since: '2024-01-01' },
    ]);
    const into = await db
      .selectFrom('person')
      .select('merged_into')
      .where('id', 'in', [first, second])
      .execute();
    expect(into).toEqual([{ merged_into: third }, { merged_into: third }]);
  });
});

describe('what was handed over for a time', () => {
  const given = async (person: string, side: 'from_person_id' | 'to_person_id') =>
    (
      await db
        .selectFrom('delegation')
        .select(['act', 'revoked_on'])
        .where(side, '=', person)
        .orderBy(sql`act NULLS FIRST`)
        .execute()
    ).map(({ act, revoked_on }) => [act, revoked_on !== null]);
  const takeBack = (id: string) =>
    sql`UPDATE delegation SET revoked_on = '2026-11-02' WHERE id = ${id}`.execute(db);

  test('by both to the same person stays once; an act is not the role, and what was taken back is in nobody’s way', async () => {
    const [keep, double] = await twins();
    for (const person of [keep, double])
      await handOver(db, person, world.colleague, 'school-office', world.school);
    await takeBack(await handOver(db, double, world.groupLeader, 'school-office', world.school));
    await handOver(db, keep, world.groupLeader, 'school-office', world.school);
    expect((await merge(keep, double)).status).toBe(303);
    expect(await given(double, 'from_person_id')).toEqual([[null, false]]);
    expect((await given(keep, 'from_person_id')).toSorted()).toEqual([
      [null, false],
      [null, false],
      [null, true],
    ]);
  });

  test('to both by the same person stays once, and so on', async () => {
    const [keep, double] = await twins();
    await handOver(db, world.schoolOffice, keep, 'school-office', world.school);
    await handOver(db, world.schoolOffice, double, 'school-office', world.school, {
      act: 'record.confirm',
    });
    await takeBack(await handOver(db, world.groupLeader, keep, 'group-leader', world.group));
    await handOver(db, world.groupLeader, double, 'group-leader', world.group);
    expect((await merge(keep, double)).status).toBe(303);
    expect(await given(double, 'to_person_id')).toEqual([]);
    expect(await given(keep, 'to_person_id')).toHaveLength(4);
  });
});

describe('whoever reviewed', () => {
  test.for(['decided_by', 'decided_for'] as const)(
    'an application of the other that is not over is not merged with it (%s)',
    async (column) => {
      const [keep, double] = await twins();
      const [application, review] = [newId(), newId()];
      await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, group_id, subject, state, position, receipt, submitted_at)
                VALUES (${application}, ${things.round}, ${double}, ${world.group.path}, ${world.school.id}, ${world.group.id}, '语文', 'in-review', 2, ${`SB-${column}`}, now())`.execute(
        db,
      );
      await sql`INSERT INTO review (id, application_id, round_id, position, unit_id, decision, decided_by, decided_for, decided_at)
                VALUES (${review}, ${application}, ${things.round}, 1, ${world.school.id}, 'recommend',
                        ${column === 'decided_by' ? keep : world.colleague}, ${column === 'decided_for' ? keep : null}, now())`.execute(
        db,
      );
      for (const [to, from] of [
        [keep, double],
        [double, keep],
      ] as const) {
        const answer = await merge(to, from);
        expect(answer.status).toBe(422);
        expect(await answer.text()).toContain('审核过另一人尚未结束的申报');
      }
      await sql`UPDATE review SET superseded_at = now() WHERE id = ${review}`.execute(db);
      expect((await merge(keep, double)).status).toBe(303);
    },
  );
});

test('records that one entry confirmed for the other wait again, also in its stead, and the entry says how many', async () => {
  const [keep, double] = await twins();
  const records = await Promise.all([1, 2, 3].map(() => makeRecord(db, double, 'paper')));
  const [byKeep, forKeep, byOther] = records;
  await sql`UPDATE record SET decided_by = ${keep}, decided_at = now() WHERE id = ${byKeep}`.execute(db);
  await sql`UPDATE record SET decided_by = ${world.colleague}, decided_for = ${keep}, decided_at = now() WHERE id = ${forKeep}`.execute(
    db,
  );
  await sql`UPDATE record SET decided_by = ${world.colleague}, decided_at = now() WHERE id = ${byOther}`.execute(
    db,
  );
  expect((await merge(keep, double)).status).toBe(303);
  const now = await db
    .selectFrom('record')
    .select(['id', 'person_id', 'state', 'decided_by', 'decided_for'])
    .where('id', 'in', records)
    .execute();
  const of = (id: string | undefined) => now.find((row) => row.id === id);
  const waits = { person_id: keep, state: 'submitted', decided_by: null, decided_for: null };
  expect(of(byKeep)).toMatchObject(waits);
  expect(of(forKeep)).toMatchObject(waits);
  expect(of(byOther)).toMatchObject({ state: 'confirmed', decided_by: world.colleague });
  const { after } = await db
    .selectFrom('audit')
    .select('after')
    .where('action', '=', 'person.merged')
    .where('subject_id', '=', keep)
    .executeTakeFirstOrThrow();
  expect(after).toEqual({ recordsReset: 2 });
  // The next one resets none, and says nothing of it.
  const [other, gone] = await twins();
  expect((await merge(other, gone)).status).toBe(303);
  const entry = await db
    .selectFrom('audit')
    .select('after')
    .where('action', '=', 'person.merged')
    .where('subject_id', '=', other)
    .executeTakeFirstOrThrow();
  expect(entry.after).toBeNull();
});

describe('what comes at the very moment of a merge', () => {
  const evidence = (person: string, record: string | null = null) =>
    sql`INSERT INTO evidence (id, record_id, person_id, file_name, media_type, size, sha256, uploaded_by)
        VALUES (${newId()}, ${record}, ${person}, '证书.pdf', 'application/pdf', 1, ${'0'.repeat(64)}, ${person})`;
  const record = { type: 'open-class', title: '合并时提交', happenedOn: '2026-10-12', level: 'county' };
  const titles = async (person: string) =>
    (await db.selectFrom('record').select('title').where('person_id', '=', person).execute()).map(
      ({ title }) => title,
    );
  /** Resolves when a connection waits for a lock that another holds. */
  async function someoneWaits(): Promise<void> {
    for (;;) {
      const { rows } = await sql`
        SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(
        db,
      );
      if (rows.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  /** Acts while the merge is under way, and lets it end once somebody waits for it. */
  async function amidst<T>(gone: string, keep: string, act: () => Promise<T>): Promise<T> {
    const merging = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const merged = transaction(db, async (tx) => {
      await lockPeople(tx, [gone, keep]);
      await mergePeople(tx, gone, keep);
      merging.resolve();
      await goOn.promise;
    });
    await Promise.race([merging.promise, merged]);
    const acted = act();
    acted.catch(() => undefined);
    await someoneWaits();
    goOn.resolve();
    await merged;
    return await acted;
  }

  test('a record and evidence that were begun before it go over', async () => {
    const [keep, gone] = await twins();
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const writing = transaction(db, async (tx) => {
      await evidence(gone, await makeRecord(tx, gone, 'open-class', { title: '合并前提交' })).execute(tx);
      begun.resolve();
      await goOn.promise;
    });
    await Promise.race([begun.promise, writing]);
    const merged = merge(keep, gone);
    await someoneWaits();
    goOn.resolve();
    await writing;
    expect((await merged).status).toBe(303);
    expect([await titles(gone), await titles(keep)]).toEqual([[], ['合并前提交']]);
    expect(
      await db.selectFrom('evidence').select('person_id').where('person_id', 'in', [gone, keep]).execute(),
    ).toEqual([{ person_id: keep }]);
  });

  test('a record that comes while it is under way is refused in words, and nothing of it stays', async () => {
    const [keep, gone] = await twins();
    const browser = await city.as(gone);
    const answer = await amidst(gone, keep, () => browser.post('/records/new', record));
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('刚刚合并为一份');
    expect([await titles(gone), await titles(keep)]).toEqual([[], []]);
    expect(city.complaints).toEqual([]);
  });

  test('so is evidence, also of several people in one statement', async () => {
    const [keep, gone] = await twins();
    await expect(amidst(gone, keep, () => evidence(gone).execute(db))).rejects.toMatchObject({
      code: 'QL001',
    });
    await expect(
      sql`INSERT INTO record (id, person_id, unit_path, type, title, happened_on, state, entered_by)
          SELECT gen_random_uuid(), id, unit_path, 'open-class', '两人', '2026-10-12', 'submitted', id
            FROM person WHERE id IN (${gone}, ${keep})`.execute(db),
    ).rejects.toMatchObject({ code: 'QL001' });
  });

  test('a notice reaches whoever is kept', async () => {
    const [keep, gone] = await twins();
    const notice = { kind: 'round-opened', detail: {}, href: null } as const;
    await amidst(gone, keep, () =>
      insertNotices(db, new Date('2026-11-01'), [
        { personId: gone, ...notice },
        { personId: world.colleague, ...notice },
      ]),
    );
    const told = await db
      .selectFrom('notice')
      .select('person_id')
      .where('person_id', 'in', [gone, keep, world.colleague])
      .execute();
    expect(told.map(({ person_id }) => person_id).toSorted()).toEqual([keep, world.colleague].toSorted());
  });

  test('every table that keeps something of a person refuses it, but those where a merged entry stays named', async () => {
    const { rows } = await sql<{ name: string; guarded: boolean }>`
      SELECT table_name AS name, EXISTS (
             SELECT 1 FROM pg_trigger WHERE tgrelid = table_name::regclass AND tgname LIKE '%_of_merged') AS guarded
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
       WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND column_name = 'person_id'
       ORDER BY 1`.execute(db);
    expect(rows.filter(({ guarded }) => !guarded).map(({ name }) => name)).toEqual([
      'audit',
      'demo_persona',
      'duplicate_suspicion',
      'fact_change',
      'fact_sheet',
      'import_row',
      'panel_mark', // of a seat there is
      'panel_sheet', // of a seat there is
      'sensitive_read',
      'sign_in_challenge', // minutes old, and opens nothing for a merged entry
      'wrong_try', // its name may still be tried; a refusal would tell that there is one
    ]);
  });
});
