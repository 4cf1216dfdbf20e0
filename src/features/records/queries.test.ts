import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../tests/support/database.ts';
import { newId } from '../../platform/ids.ts';
import { mergePeople } from '../duplicates/merge.ts';
import { insertEvidence, withdrawEvidence } from './evidence/queries.ts';
import { countRecords, listRecords, selectOptionalRecord } from './growth-file/queries.ts';
import {
  decideRecord,
  EVERY_RECORD,
  insertRecord,
  type NewRecord,
  selectRecordFacts,
  updateRecord,
  withdrawRecord,
} from './queries.ts';
import { type Claim, DEFAULT_PARAMETERS } from './rules.ts';
import { noteSimilar } from './similarity/queries.ts';
import { countQueue, listQueue } from './verification/queries.ts';

const { db } = await testDatabase();
const [teacher, colleague, office] = [newId(), newId(), newId()];
const at = new Date('2026-03-01T08:00:00Z');

beforeAll(async () => {
  const school = newId();
  await db
    .insertInto('unit')
    .values({ id: school, path: '7.', level: 'school', name: '青山县第二中学' })
    .execute();
  await db
    .insertInto('person')
    .values(
      [
        [teacher, '𠮷田蓝'],
        [colleague, '李华'],
        [office, '王教导'],
      ].map(([id = '', name = '']) => ({ id, name, name_search: name, unit_id: school, unit_path: '7.' })),
    )
    .execute();
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
async function enter(change: Partial<Claim> = {}, of: Partial<NewRecord> = {}): Promise<string> {
  const id = newId();
  await insertRecord(db, {
    id,
    personId: teacher,
    unitPath: '7.',
    claim: claim(change),
    state: 'submitted',
    late: false,
    enteredBy: teacher,
    at,
    ...of,
  });
  return id;
}

test('the same submission sent twice is one record', async () => {
  const id = await enter();
  const again = await insertRecord(db, {
    id,
    personId: teacher,
    unitPath: '7.',
    claim: claim({ title: 'sent again' }),
    state: 'submitted',
    late: false,
    enteredBy: teacher,
    at,
  });
  expect(again).toBe(false);
  expect((await selectOptionalRecord(db, id))?.title).toBe('《荷塘月色》公开课');
});

test('of two decisions on the same revision the second changes nothing', async () => {
  const id = await enter();
  const decision = { state: 'confirmed', reason: null, decidedBy: office, at, revision: 1 } as const;
  expect(await decideRecord(db, id, decision)).toBe(true);
  expect(await decideRecord(db, id, { ...decision, state: 'returned', reason: '日期不符' })).toBe(false);
  expect(await selectOptionalRecord(db, id)).toMatchObject({
    state: 'confirmed',
    revision: 2,
    decidedByName: '王教导',
  });
});

test('the database itself refuses a record confirmed by its own owner', async () => {
  const id = await enter();
  await expect(
    decideRecord(db, id, { state: 'confirmed', reason: null, decidedBy: teacher, at, revision: 1 }),
  ).rejects.toThrow('record_confirmed_by_another');
});

test('a corrected record waits for the office again', async () => {
  const id = await enter();
  await decideRecord(db, id, { state: 'confirmed', reason: null, decidedBy: office, at, revision: 1 });
  expect(
    await updateRecord(db, id, {
      claim: claim({ level: 'school' }),
      late: true,
      unitPath: '7.',
      revision: 2,
      at,
    }),
  ).toBe(true);
  expect(await selectOptionalRecord(db, id)).toMatchObject({
    state: 'submitted',
    correctedAt: at,
    level: 'school',
    late: true,
    decidedAt: null,
    revision: 3,
  });
});

test('the file is listed newest first, filtered and counted by type, year and state', async () => {
  const person = colleague;
  const of = { personId: person, enteredBy: person };
  const older = await enter({ happenedOn: '2024-05-01', type: 'paper', title: '论文一' }, of);
  const newer = await enter({ happenedOn: '2025-05-01' }, of);
  const gone = await enter({ happenedOn: '2025-06-01' }, of);
  await withdrawRecord(db, gone, 1);
  const page = { limit: 10, offset: 0 };
  const all = await listRecords(db, person, {}, page);
  expect([all.total, all.rows.map(({ id }) => id)]).toEqual([3, [gone, newer, older]]);
  expect((await listRecords(db, person, { year: 2024 }, page)).rows.map(({ id }) => id)).toEqual([older]);
  // The total is reckoned from the tallies: with every filter it is the number of rows.
  for (const filters of [
    {},
    { year: 2024 },
    { state: 'withdrawn' },
    { type: 'lecture', year: 2024 },
  ] as const) {
    const { rows, total } = await listRecords(db, person, filters, { limit: 100, offset: 0 });
    expect(total).toBe(rows.length);
  }
  expect((await listRecords(db, person, { state: 'withdrawn' }, page)).total).toBe(1);
  expect(await countRecords(db, person)).toContainEqual({
    type: 'paper',
    year: 2024,
    state: 'submitted',
    count: 1,
  });
});

test('the queue holds what waits below the school, longest waiting first, never the office holder’s own', async () => {
  const early = await enter(
    { title: '早' },
    { unitPath: '9.1.', at: new Date('2025-01-01T00:00:00Z'), late: true },
  );
  const later = await enter(
    { title: '晚', type: 'lecture' },
    { unitPath: '9.1.2.', at: new Date('2025-02-01T00:00:00Z') },
  );
  await enter({ title: '自己的' }, { unitPath: '9.1.', personId: office, enteredBy: office });
  await enter({ title: '外校的' }, { unitPath: '9.10.' });
  const first = await listQueue(db, ['9.1.'], office, {}, { after: null, limit: 1 });
  expect(first.map(({ id }) => id)).toEqual([early]);
  const [last] = first;
  const rest = await listQueue(db, ['9.1.'], office, {}, { after: last?.id ?? null, limit: 10 });
  expect(rest.map(({ id }) => id)).toEqual([later]);
  expect(await countQueue(db, ['9.1.'], office)).toEqual({ waiting: 2, late: 1, similar: 0 });
  expect(await countQueue(db, ['9.1.'], office, { type: 'lecture' })).toMatchObject({ waiting: 1 });
  expect(await listQueue(db, [], office, {}, { after: null, limit: 10 })).toEqual([]);
});

test('a certificate number another person has already claimed is noticed', async () => {
  const theirs = await enter({ certificate: 'NCRE-001' }, { personId: colleague, enteredBy: colleague });
  const mine = await enter({ certificate: 'NCRE-001', happenedOn: '2020-01-01' });
  const found = await noteSimilar(
    db,
    {
      ...claim({ certificate: 'NCRE-001', happenedOn: '2020-01-01' }),
      id: mine,
      personId: teacher,
      evidence: [],
    },
    DEFAULT_PARAMETERS,
  );
  expect(found).toEqual({ id: theirs, because: 'same-certificate' });
  expect(await selectOptionalRecord(db, mine)).toMatchObject({
    similarTo: theirs,
    similarBecause: 'same-certificate',
  });
});

test('a scan another person has handed in is noticed, and no longer once it is withdrawn', async () => {
  const theirs = await enter({}, { personId: colleague, enteredBy: colleague });
  const mine = await enter({ happenedOn: '2019-01-01' });
  const file = { fileName: '证书.pdf', mediaType: 'application/pdf', size: 10, sha256: 'a'.repeat(64), at };
  const evidence = newId();
  await insertEvidence(db, [
    { ...file, id: evidence, personId: colleague, recordId: theirs, uploadedBy: colleague },
    { ...file, id: newId(), personId: teacher, recordId: mine, uploadedBy: teacher },
  ]);
  const comparable = {
    ...claim({ happenedOn: '2019-01-01' }),
    id: mine,
    personId: teacher,
    evidence: [file.sha256],
  };
  expect(await noteSimilar(db, comparable, DEFAULT_PARAMETERS)).toEqual({ id: theirs, because: 'same-file' });
  expect(await withdrawEvidence(db, evidence, theirs, at)).toBe(true);
  expect(await withdrawEvidence(db, evidence, theirs, at)).toBe(false);
  expect(await selectOptionalRecord(db, theirs)).toMatchObject({ evidenceCount: 0 });
  expect(await noteSimilar(db, comparable, DEFAULT_PARAMETERS)).toBeNull();
});

test('programmes read every record but the withdrawn', async () => {
  const [one, other, nobody] = [newId(), newId(), newId()];
  await db
    .insertInto('person')
    .values([one, other].map((id) => ({ id, name: '龴', name_search: '', unit_path: '8.' })))
    .execute();
  const of = { personId: one, enteredBy: one };
  await enter(
    {
      type: 'paper',
      grade: 'third',
      authorOrder: 2,
      event: '论文评选',
      fields: { outcome: 'award', n: 1.5 },
    },
    of,
  );
  await enter({ happenedOn: '2015-01-01' }, of);
  await withdrawRecord(db, await enter({}, of), 1);
  await enter({ type: 'reflection' }, of);
  await enter({}, { personId: other, enteredBy: other });

  const facts = await selectRecordFacts(db, [one, other, nobody], EVERY_RECORD);
  expect(facts.get(one)?.map(({ type }) => type)).toEqual(['open-class', 'paper', 'reflection']);
  expect(facts.get(nobody)).toEqual([]);
  const needs = { types: ['open-class', 'paper'], after: '2021-01-01' };
  expect((await selectRecordFacts(db, [one], needs)).get(one)).toEqual([
    {
      id: expect.any(String),
      type: 'paper',
      title: '《荷塘月色》公开课',
      on: '2026-01-10',
      level: 'county',
      grade: 'third',
      event: '论文评选',
      authorOrder: 2,
      status: 'submitted',
      fields: { outcome: 'award', n: 1.5 },
      late: null,
      corrected: null,
    },
  ]);
});

test('when two entries turn out to be one person, what one confirmed for the other waits again', async () => {
  const [kept, double] = [newId(), newId()];
  await db
    .insertInto('person')
    .values([kept, double].map((id) => ({ id, name: '张三', name_search: '', unit_path: '7.' })))
    .execute();
  const id = await enter({}, { personId: double, enteredBy: double });
  await decideRecord(db, id, { state: 'confirmed', reason: null, decidedBy: kept, at, revision: 1 });
  await mergePeople(db, double, kept);
  expect(await selectOptionalRecord(db, id)).toMatchObject({ personId: kept, state: 'submitted' });
});
