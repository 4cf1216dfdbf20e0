import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING, expectTheSameFacts, readCrowd } from '../../../../tests/support/crowd.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import {
  giveTitle,
  makePerson,
  makeRecord,
  makeUnit,
  type TestUnit,
} from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { mergePeople } from '../../duplicates/merge.ts';
import { changeFact, leaveService, movePerson } from '../../organisation/career/queries.ts';
import {
  decideRecord,
  insertRecord,
  insertRecords,
  type NewRecord,
  updateRecord,
  withdrawRecord,
} from '../../records/queries.ts';
import type { Claim } from '../../records/rules.ts';
import { endHolding, insertHoldings } from '../../titles/queries.ts';

/*
 * Programmes asked over a crowd read fact sheets, one person's findings read the tables. Whatever was written in
 * between, and by whom, both must see the same facts.
 */

const { db } = await testDatabase();
const expectTheSame = () => expectTheSameFacts(db, city.path);
const crowd = (unitPath = city.path) => readCrowd(db, unitPath, [EVERYTHING]);
const at = new Date('2026-11-01T00:00:00Z');
let city: TestUnit;
let school: TestUnit;
let elsewhere: TestUnit;
let office: string;
let teachers: string[];

beforeAll(async () => {
  city = await makeUnit(db, null, 'city', '青溪市');
  school = await makeUnit(db, city, 'school', '第一小学', { setting: 'urban' });
  elsewhere = await makeUnit(db, city, 'school', '第二小学', { setting: 'rural' });
  office = await makePerson(db, school, '办公室');
  teachers = [];
  for (let n = 0; n < 4; n += 1) teachers.push(await makePerson(db, school, `教师${n}`));
});

const claim = (change: Partial<Claim> = {}): Claim => ({
  type: 'open-class',
  title: '《荷塘月色》公开课',
  happenedOn: '2026-01-10',
  level: 'county',
  grade: null,
  authorOrder: null,
  event: null,
  certificate: null,
  fields: {},
  ...change,
});
const record = (personId: string, change: Partial<Claim> = {}): NewRecord => ({
  id: newId(),
  personId,
  unitPath: school.path,
  claim: claim(change),
  state: 'submitted',
  late: false,
  enteredBy: personId,
  at,
});
const one = (number = 0): string => teachers[number] ?? '';

describe('the facts of a crowd are those of the tables', () => {
  test('with nobody, with nothing, and with everything a record can say', async () => {
    await expectTheSame();
    await insertRecords(db, [
      record(one(), {
        type: 'paper',
        grade: 'first',
        authorOrder: 12,
        fields: { outcome: 'award', n: 1.5, own: true },
      }),
      record(one(), { event: '说“课”\\比赛\u001f\u001e\n第一场', fields: { topic: '𠮷田\t的春天' } }),
      record(one(), { event: '', level: null }),
      record(one(), { happenedOn: '1000-01-01' }),
      record(one(), { happenedOn: '9999-12-31' }),
      record(one(1), { type: 'reflection', level: null }),
    ]);
    await makeRecord(db, one(), 'paper', { on: null, authorOrder: 2 });
    await giveTitle(db, one(), 'city-backbone', '[2020-01-01,2023-01-01)');
    await giveTitle(db, one(), 'province-backbone', '[2024-01-01,)');
    await expectTheSame();
    expect(await crowd(elsewhere.path)).toEqual(new Map());
  });

  test('after a record was added, confirmed, returned, corrected, withdrawn', async () => {
    const added = record(one(1));
    await insertRecord(db, added);
    await expectTheSame();
    const decision = { reason: null, decidedBy: office, at };
    await decideRecord(db, added.id, { ...decision, state: 'confirmed', revision: 1 });
    await expectTheSame();
    const change = { claim: claim({ level: 'city' }), late: true, unitPath: school.path, at };
    await updateRecord(db, added.id, { ...change, revision: 2 });
    await expectTheSame();
    await decideRecord(db, added.id, { ...decision, state: 'returned', reason: '看不清', revision: 3 });
    await expectTheSame();
    await withdrawRecord(db, added.id, 4);
    await expectTheSame();
    expect((await crowd()).get(one(1))?.records).toHaveLength(1);
  });

  test('after a title was entered, granted, prolonged and ended', async () => {
    const holding = { personId: one(2), title: 'county-backbone', grantedBy: city.id, document: null };
    await insertHoldings(db, [
      { ...holding, id: newId(), from: '2020-01-01', until: '2022-12-31', roundId: null },
    ]);
    await expectTheSame();
    const granted = newId();
    await insertHoldings(db, [
      { ...holding, id: granted, from: '2023-01-01', until: null, roundId: newId() },
    ]);
    await expectTheSame();
    expect(await endHolding(db, granted, '2024-06-30')).toBe(true);
    await expectTheSame();
    expect((await crowd()).get(one(2))?.titles.at(-1)?.until).toBe('2024-06-30');
  });

  test('after a person moved, changed rank as of an earlier and of a later day, and left', async () => {
    const [from, to] = ['2026-09-01', '2026-12-01'];
    await movePerson(db, {
      id: newId(),
      personId: one(3),
      unitId: elsewhere.id,
      on: from,
      post: null,
      how: 'follow',
    });
    await expectTheSame();
    for (const [value, on] of [
      ['senior', from],
      ['full-senior', to],
    ] as const) {
      await changeFact(db, { personId: one(3), attribute: 'rank', value, since: on });
      await expectTheSame();
    }
    expect((await crowd(elsewhere.path)).get(one(3))?.person.rank).toBe('senior');
    await leaveService(db, one(3), '2026-11-01', 'left');
    await expectTheSame();
  });

  test('after two entries of one person were merged', async () => {
    const double = await makePerson(db, school, '教师重');
    await insertRecord(db, record(double, { title: '重' }));
    await giveTitle(db, double, 'school-backbone', '[2019-01-01,)');
    await expectTheSame();
    await db.transaction().execute((tx) => mergePeople(tx, double, one(1)));
    await expectTheSame();
    const kept = (await crowd()).get(one(1));
    expect([kept?.records.length, kept?.titles.length]).toEqual([2, 1]);
  });

  test('after statements nobody thought of', async () => {
    await sql`UPDATE record SET fields = fields || '{"kind": "research"}' WHERE person_id = ${one()}`.execute(
      db,
    );
    await expectTheSame();
    await sql`UPDATE record SET person_id = ${one(2)} WHERE person_id = ${one()} AND type = 'paper'`.execute(
      db,
    );
    await expectTheSame();
    await sql`DELETE FROM record WHERE person_id = ${one(2)}`.execute(db);
    await sql`DELETE FROM title_holding WHERE person_id = ${one(2)}`.execute(db);
    await expectTheSame();
  });
});

describe('while others write', () => {
  test('what is not yet committed is not seen, and is once it is', async () => {
    const before = (await crowd()).get(one())?.records.length ?? 0;
    await db.transaction().execute(async (tx) => {
      await insertRecord(tx, record(one()));
      // A second writer does not wait for the first, and its note makes the sheet be made again meanwhile.
      await insertRecord(db, record(one()));
      expect((await crowd()).get(one())?.records).toHaveLength(before + 1);
    });
    expect((await crowd()).get(one())?.records).toHaveLength(before + 2);
    await expectTheSame();
  });

  test('what is committed while a sheet is being made is in the next one', async () => {
    await crowd();
    const before = (await crowd()).get(one())?.records.length ?? 0;
    await insertRecord(db, record(one()));
    const making = await db.transaction().execute(async (tx) => {
      await sql`SELECT 1 FROM fact_sheet WHERE person_id = ${one()} FOR UPDATE`.execute(tx);
      const reading = crowd();
      // It has read the records once it waits for the row.
      await expect
        .poll(async () => (await sql`SELECT 1 FROM pg_locks WHERE NOT granted`.execute(tx)).rows.length)
        .toBeGreaterThan(0);
      await insertRecord(db, record(one()));
      return [reading];
    });
    expect((await making[0])?.get(one())?.records).toHaveLength(before + 1);
    expect((await crowd()).get(one())?.records).toHaveLength(before + 2);
  });

  test('what is rolled back was never there', async () => {
    const before = await crowd();
    const undone = db.transaction().execute(async (tx) => {
      await insertRecord(tx, record(one()));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await crowd()).toEqual(before);
  });

  test('several who read and write at once leave nobody behind', async () => {
    await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        if (n % 3 === 0) await crowd();
        else
          await insertRecord(
            db,
            record(one(n % 4), { level: n % 2 ? 'school' : 'nation', authorOrder: n + 50 }),
          );
      }),
    );
    await expectTheSame();
  });
});

test('any writes in any order leave the facts of a crowd those of the tables', async () => {
  const level = fc.constantFrom('school', 'county', 'city', null);
  const day = fc.constantFrom('2019-05-01', '2022-03-12', '2024-09-30', '2026-10-01');
  const who = fc.integer({ min: 0, max: 2 });
  const change = fc.record({
    type: fc.constantFrom('open-class', 'paper', 'project', 'certificate', 'annual-appraisal'),
    happenedOn: day,
    level,
    grade: fc.constantFrom('third', 'first', 'excellent', 'intermediate', null),
    event: fc.constantFrom(null, 'a', 'b'),
    fields: fc.constantFrom({}, { outcome: 'award' }, { kind: 'computer-rank' }, { role: 'lead' }),
  });
  const some = async (personId: string) =>
    db
      .selectFrom('record')
      .select(['id', 'revision'])
      .where('person_id', '=', personId)
      .where('state', '<>', 'withdrawn')
      .orderBy(sql`md5(id::text)`)
      .limit(1)
      .executeTakeFirst();
  const steps = fc.array(
    fc.oneof(
      fc.tuple(fc.constant('add' as const), who, change),
      fc.tuple(fc.constant('confirm' as const), who, change),
      fc.tuple(fc.constant('correct' as const), who, change),
      fc.tuple(fc.constant('withdraw' as const), who, change),
      fc.tuple(fc.constant('title' as const), who, change),
      fc.tuple(fc.constant('read' as const), who, change),
    ),
    { minLength: 4, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      for (const [step, number, given] of plan) {
        const personId = one(number);
        if (step === 'read') await crowd();
        else if (step === 'add') await insertRecord(db, record(personId, given));
        else if (step === 'title')
          await insertHoldings(db, [
            {
              id: newId(),
              personId,
              title: 'city-backbone',
              from: given.happenedOn,
              until: given.happenedOn,
              roundId: null,
              grantedBy: null,
              document: null,
            },
          ]);
        else {
          const standing = await some(personId);
          if (standing === undefined) continue;
          const { id, revision } = standing;
          if (step === 'confirm')
            await decideRecord(db, id, { state: 'confirmed', reason: null, decidedBy: office, at, revision });
          else if (step === 'withdraw') await withdrawRecord(db, id, revision);
          else
            await updateRecord(db, id, {
              claim: claim(given),
              late: false,
              unitPath: school.path,
              revision,
              at,
            });
        }
      }
      await expectTheSame();
    }),
    { numRuns: 20 },
  );
});
