import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../tests/support/database.ts';
import { makeRound } from '../../../tests/support/round.ts';
import { makeRecord, makeWorld, type TestUnit, type World } from '../../../tests/support/world.ts';
import { newId } from '../../platform/ids.ts';
import type { Actor, Role } from '../identity/rules.ts';
import { insertCorrection } from '../privacy/corrections/queries.ts';
import { selectOfficeNews, selectOwnNews } from './queries.ts';
import { homeTasks } from './rules.ts';

const { db } = await testDatabase();
let world: World;
let round: string;

const actor = (personId: string, ...held: readonly (readonly [Role, TestUnit])[]): Actor => ({
  personId,
  name: '',
  unitId: null,
  unitPath: null,
  unitName: null,
  assignments: held.map(([role, unit]) => ({ role, unitId: unit.id, unitPath: unit.path, unitName: '' })),
  dutiesApart: false,
});

/** In review at the stage of this body. */
async function apply(personId: string, body: string, roundId = round): Promise<void> {
  const { unit_path: unitPath } = await db
    .selectFrom('person')
    .select('unit_path')
    .where('id', '=', personId)
    .executeTakeFirstOrThrow();
  const { position } = await db
    .selectFrom('round_stage')
    .select('position')
    .where('round_id', '=', roundId)
    .where('body', '=', body)
    .executeTakeFirstOrThrow();
  await db
    .insertInto('application')
    .values({
      id: newId(),
      round_id: roundId,
      person_id: personId,
      unit_path: unitPath ?? '',
      school_id: world.school.id,
      state: 'in-review',
      position,
      form: '{}',
      receipt: newId(),
      submitted_at: new Date(),
      saved_at: new Date(),
    })
    .execute();
}

beforeAll(async () => {
  world = await makeWorld(db);
  round = await makeRound(db, 'city', world.city, world.cityOffice);
  for (const person of [world.teacher, world.schoolOffice, world.otherTeacher])
    await makeRecord(db, person, 'paper', { state: 'submitted' });
  await makeRecord(db, world.teacher, 'paper');
  await apply(world.teacher, 'school-office');
  await apply(world.colleague, 'county');
  for (const person of [world.teacher, world.schoolOffice])
    await insertCorrection(db, {
      id: newId(),
      personId: person,
      field: 'name',
      was: null,
      wanted: '李桦',
      because: '身份证如此',
      askedAt: new Date(),
    });
});

test('an office hears of what waits below it, and of nothing of its holder’s own', async () => {
  const news = await selectOfficeNews(db, actor(world.schoolOffice, ['school-office', world.school]));
  expect(news).toMatchObject({ toVerify: 1, corrections: 1, objections: [] });
  expect(news.queues).toEqual([
    { roundId: round, roundName: '2026年度骨干教师评选', n: 1, body: `2.${world.school.id}` },
  ]);
});

test('what two posts of one person see is told once', async () => {
  const twice = actor(
    world.schoolLeader,
    ['school-office', world.school],
    ['school-office', world.school],
    ['county-office', world.county],
  );
  const news = await selectOfficeNews(db, twice);
  expect(news.toVerify).toBe(2);
  expect(news.corrections).toBe(2);
  expect(news.queues.map(({ n }) => n)).toEqual([2]);
});

test('of several bodies the first for which something waits is led to, not the first there is', async () => {
  const now = new Date('2026-11-23T02:00:00Z');
  const ledTo = async (...held: readonly (readonly [Role, TestUnit])[]) => {
    const who = actor(world.schoolLeader, ...held);
    const { seats: _, ...own } = await selectOwnNews(db, who, now);
    const office = await selectOfficeNews(db, who);
    const first = { teaches: false, unread: 0, judging: [], ...own, ...office };
    return homeTasks(first, now).flatMap(({ kind, href }) => (kind === 'queue' ? [href] : []));
  };
  const queue = `/rounds/${round}/queue`;
  const county = ['county-office', world.county] as const;
  expect(await ledTo(['school-office', world.otherSchool], county)).toEqual([
    `${queue}?body=3.${world.county.id}`,
  ]);
  // By stages, in whatever order the posts were given.
  expect(await ledTo(county, ['school-office', world.school])).toEqual([
    `${queue}?body=2.${world.school.id}`,
  ]);
});

test('the office of a province hears of what waits for it as it would of a city', async () => {
  const higher = await makeRound(db, 'city', world.city, world.cityOffice, {
    edit: (source) =>
      source.replace('    actor: city\n    body: institute', '    actor: province\n    body: institute'),
  });
  await apply(world.teacher, 'province', higher);
  const office = actor(world.cityOffice, ['city-office', world.city]);
  expect((await selectOfficeNews(db, office)).queues).toEqual([
    { roundId: higher, roundName: '2026年度骨干教师评选', n: 1, body: `4.${world.city.id}` },
  ]);
});

test('what somebody stands aside from does not wait for them, nor for whoever acts in their stead', async () => {
  const leader = actor(world.schoolLeader, ['school-office', world.school]);
  const held = { unitId: world.school.id, unitPath: world.school.path, unitName: '' };
  const deputy: Actor = {
    ...actor(world.colleague),
    assignments: [{ ...held, role: 'school-office', for: { personId: world.schoolLeader, name: '' } }],
  };
  const waiting = async (who: Actor) => (await selectOfficeNews(db, who)).queues.map(({ n }) => n);
  expect([await waiting(leader), await waiting(deputy)]).toEqual([[1], [1]]);
  await db
    .insertInto('recusal')
    .values({
      id: newId(),
      round_id: round,
      person_id: world.schoolLeader,
      applicant_id: world.teacher,
      relation: 'mentor',
      declared_by: world.schoolLeader,
      declared_at: new Date(),
    })
    .execute();
  expect([await waiting(leader), await waiting(deputy)]).toEqual([[], []]);
});

test('another county, and whoever stands for no office, hear of nothing', async () => {
  const nothing = { toVerify: 0, queues: [], objections: [], corrections: 0 };
  const county = actor(world.otherCountyOffice, ['county-office', world.otherCounty]);
  expect(await selectOfficeNews(db, county)).toEqual(nothing);
  expect(await selectOfficeNews(db, actor(world.teacher))).toEqual(nothing);
});
