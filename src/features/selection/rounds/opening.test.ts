import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeEligible, PROGRAMMES } from '../../../../tests/support/round.ts';
import { makePerson, makeWorld, type TestUnit, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { programmeTables } from '../../../platform/programmes.ts';
import { root } from '../../../platform/root.ts';
import { selectTimeline } from '../../audit/queries.ts';
import { digestOf } from '../../programmes/compiled.ts';
import { insertVersion, publishVersion } from '../../programmes/queries.ts';
import { updateStageDates } from './planning/queries.ts';
import { listRoundStages, moveStageDates, selectRound } from './queries.ts';

const { db } = await testDatabase();
const app = testApp(db, '2026-03-02T02:00:00Z');
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});

async function publish(programme: keyof typeof PROGRAMMES, unit: TestUnit): Promise<string> {
  const file = join(root, PROGRAMMES[programme]);
  const source = readFileSync(file, 'utf8');
  const tables = programmeTables(file);
  const id = newId();
  await insertVersion(db, {
    id,
    programme: `${programme}-${id}`,
    unitId: unit.id,
    unitPath: unit.path,
    version: '2011-1',
    names: { 'zh-CN': '骨干教师', en: 'Backbone teachers' },
    source,
    tables,
    digest: digestOf(source, tables),
    createdBy: null,
    createdAt: new Date('2020-01-01T00:00:00Z'),
  });
  await publishVersion(db, id, null, new Date('2020-01-01T00:00:00Z'), '2020-01-01');
  return id;
}

/** What the form of a new round holds before anything is typed. */
async function filledIn(person: string, version: string): Promise<Record<string, string>> {
  const page = await (await (await app.as(person)).get(`/rounds/new?version=${version}`)).text();
  const fields: Record<string, string> = {};
  for (const [tag] of page.matchAll(/<input [^>]*>/g)) {
    const name = / name="([^"]*)"/.exec(tag)?.[1];
    if (name !== undefined && !name.startsWith('_')) fields[name] = / value="([^"]*)"/.exec(tag)?.[1] ?? '';
  }
  return fields;
}

async function draft(person: string, fields: Record<string, string>): Promise<string> {
  const answer = await (await app.as(person)).post('/rounds/new', fields);
  expect(answer.status).toBe(303);
  return (answer.headers.get('location') ?? '').replace(/\?.*/, '');
}

/** A round opened as filled in, with one application that waits for the county. */
async function waitingForCounty(version: string, change: Record<string, string>): Promise<string> {
  app.setNow('2026-03-02T02:00:00Z');
  const fields = { ...(await filledIn(world.cityOffice, version)), unit: world.city.id, ...change };
  const round = await draft(world.cityOffice, fields);
  const office = await app.as(world.cityOffice);
  const places = {
    [`places-${world.county.id}`]: '206',
    [`places-${world.otherCounty.id}`]: '200',
  };
  expect((await office.post(`${round}/quotas`, places)).status).toBe(303);
  expect((await office.post(`${round}/open`)).status).toBe(303);
  const teacher = await makePerson(db, world.school, '申报人', { group: world.group });
  await makeEligible(db, teacher);
  const own = await app.as(teacher);
  const path = (await own.post(`${round}/apply`)).headers.get('location') ?? '';
  await own.post(`${path}/statement`, { 'field.statement': '教学实绩', revision: '1' });
  expect((await own.post(`${path}/submit`)).status).toBe(303);
  const school = await app.as(world.schoolOffice);
  expect((await school.post(`${path}/review/recommend`, { position: '2' })).status).toBe(303);
  return path;
}
const recommended = async (path: string) =>
  (await app.as(world.countyOffice)).post(`${path}/review/recommend`, { position: '3' });

describe('a new round is filled in from its file', () => {
  let version: string;
  beforeAll(async () => {
    version = await publish('city', world.city);
  });

  test('the day on which a body must be done and whom to ask stand in the form (R-002-3-26, R-002-3-28)', async () => {
    const fields = await filledIn(world.cityOffice, version);
    expect(fields).toMatchObject({
      deadline: '2026-04-25',
      'stage-county-recommendation': '2026-04-25',
      'stage-school-recommendation': '',
      contact: '市教学院培训处',
    });
    app.setNow('2026-04-26T02:00:00Z');
    expect(await filledIn(world.cityOffice, version)).toMatchObject({
      'stage-county-recommendation': '2027-04-25',
    });
    app.setNow('2026-03-02T02:00:00Z');
  });

  test('a county cannot recommend after 25 April, the day its file gives', async () => {
    const path = await waitingForCounty(version, {});
    app.setNow('2026-04-26T02:00:00Z');
    const late = await recommended(path);
    expect(late.status).toBe(422);
    expect(await late.text()).toContain('本环节已截止');
    app.setNow('2026-04-25T15:59:00Z');
    expect((await recommended(path)).status).toBe(303);
  });

  test('unless the office gave it more time before the round was opened', async () => {
    const path = await waitingForCounty(version, { 'stage-county-recommendation': '2026-05-10' });
    app.setNow('2026-04-26T02:00:00Z');
    expect((await recommended(path)).status).toBe(303);
  });
});

describe('a body that would be done too early', () => {
  let version: string;
  beforeAll(async () => {
    app.setNow('2026-03-02T02:00:00Z');
    version = await publish('city', world.city);
  });

  test('is pointed out at its date, and everything typed is kept', async () => {
    const fields = { ...(await filledIn(world.cityOffice, version)), unit: world.city.id, version };
    const office = await app.as(world.cityOffice);
    const answer = await office.post('/rounds/new', {
      ...fields,
      name: '试一试',
      deadline: '2026-05-08',
      'stage-city-examination': '2026-05-20',
      'stage-school-recommendation': '2026-05-30',
    });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('早于申报截止日期，其后提交的申报将无法审核');
    expect(page).toContain('早于前面的环节“学校推荐”');
    for (const kept of ['试一试', '2026-05-08', '2026-04-25', '2026-05-20', '2026-05-30'])
      expect(page).toContain(`value="${kept}"`);
  });

  test('keeps an older draft from being opened, and the page says which body and why', async () => {
    const fields = { ...(await filledIn(world.cityOffice, version)), unit: world.city.id, version };
    const round = await draft(world.cityOffice, fields);
    await updateStageDates(
      db,
      round.replace('/rounds/', ''),
      new Map([['county-recommendation', new Date('2026-04-20T15:59:59.999Z')]]),
    );
    const office = await app.as(world.cityOffice);
    const page = await (await office.get(round)).text();
    expect(page).toContain('“县（区）教育局审核推荐”的完成日期 2026年4月20日 早于申报截止日期');
    const answer = await office.post(`${round}/open`, { 'quota-reason': '统筹' });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('有 1 个环节的完成日期早于申报截止日期');
  });
});

describe('a deadline is moved later while the round is open', () => {
  let version: string;
  let path = '';
  let round = '';
  const extend = async (fields: Record<string, string>) =>
    (await app.as(world.cityOffice)).post(`${round}/extend`, { reason: '部分乡镇网络中断', ...fields });
  const stageDates = async () => {
    const stages = await listRoundStages(db, round.replace('/rounds/', ''));
    return Object.fromEntries(stages.map(({ stage, closesAt }) => [stage, closesAt?.toISOString() ?? null]));
  };
  beforeAll(async () => {
    version = await publish('city', world.city);
    path = await waitingForCounty(version, {});
    const { round_id: id } = await db
      .selectFrom('application')
      .select('round_id')
      .where('id', '=', path.replace('/applications/', ''))
      .executeTakeFirstOrThrow();
    round = `/rounds/${id}`;
    app.setNow('2026-04-26T02:00:00Z');
  });

  test('the form shows the days as they stand', async () => {
    const page = await (await (await app.as(world.cityOffice)).get(round)).text();
    expect(page).toMatch(/name="stage-county-recommendation"[^>]*value="2026-04-25"/);
  });

  test('neither a day that is over nor no change at all nor a day without a reason is taken', async () => {
    const asked = [
      { 'stage-county-recommendation': '2026-04-20' },
      { deadline: '2026-04-25', 'stage-county-recommendation': '2026-04-25' },
      { 'stage-county-recommendation': '2026-05-06', reason: '' },
      { 'stage-county-recommendation': '五月' },
    ];
    for (const fields of asked) expect((await extend(fields)).status).toBe(422);
    expect((await recommended(path)).status).toBe(422);
  });

  test('giving the applicants more time gives it to the bodies that would end before them, and they go on', async () => {
    expect((await recommended(path)).status).toBe(422);
    expect((await extend({ deadline: '2026-05-08' })).status).toBe(303);
    expect(await stageDates()).toMatchObject({
      'county-recommendation': '2026-05-08T15:59:59.999Z',
      'school-recommendation': null,
    });
    const [entry] = await selectTimeline(db, { subjectId: round.replace('/rounds/', '') });
    const county = (closesAt: string) => ({
      steps: [
        { step: { 'zh-CN': '县（区）教育局审核推荐', en: 'county review and recommendation' }, closesAt },
      ],
    });
    expect(entry).toMatchObject({
      action: 'round.extended',
      reason: '部分乡镇网络中断',
      before: county('2026-04-25T15:59:59.999Z'),
      after: county('2026-05-08T15:59:59.999Z'),
    });
  });

  test('a body alone may get more time, the applicants not', async () => {
    app.setNow('2026-05-09T02:00:00Z');
    expect((await recommended(path)).status).toBe(422);
    expect(
      (await extend({ deadline: '2026-05-08', 'stage-county-recommendation': '2026-05-12' })).status,
    ).toBe(303);
    expect(await stageDates()).toMatchObject({ 'county-recommendation': '2026-05-12T15:59:59.999Z' });
    const { closesAt } = await selectRound(db, round.replace('/rounds/', ''));
    expect(closesAt.toISOString()).toBe('2026-05-08T15:59:59.999Z');
    expect((await recommended(path)).status).toBe(303);
  });

  test('and those after it that would end before it get as much', async () => {
    expect((await extend({ 'stage-county-recommendation': '2026-05-14' })).status).toBe(303);
    const id = round.replace('/rounds/', '');
    await moveStageDates(db, id, [
      { stage: 'city-examination', closesAt: new Date('2026-05-16T15:59:59.999Z') },
    ]);
    expect((await extend({ 'stage-county-recommendation': '2026-05-20' })).status).toBe(303);
    expect(await stageDates()).toMatchObject({
      'county-recommendation': '2026-05-20T15:59:59.999Z',
      'city-examination': '2026-05-20T15:59:59.999Z',
    });
  });
});

describe('opening a round', () => {
  const told = async (href: string) => {
    const rows = await db
      .selectFrom('notice')
      .select('person_id as id')
      .where('kind', '=', 'round-opened')
      .where('href', '=', href)
      .execute();
    return rows.map(({ id }) => id).toSorted();
  };
  let version: string;
  let first: string;
  const open = async (round: string, fields: Record<string, string> = {}) =>
    (await app.as(world.schoolOffice)).post(`${round}/open`, fields);
  const newRound = (opens: string, deadline: string) =>
    draft(world.schoolOffice, {
      version,
      unit: world.school.id,
      name: '校级骨干教师候选人评选',
      opens,
      deadline,
      places: '8',
    });

  beforeAll(async () => {
    version = await publish('candidates', world.school);
    app.setNow('2026-03-02T02:00:00Z');
    first = await newRound('2026-03-02', '2026-03-20');
  });

  test('tells those who act for the bodies on its route, once, and not every teacher', async () => {
    expect((await open(first)).status).toBe(303);
    expect((await open(first)).status).toBe(422);
    // The school office opened it; the group leaders and the leading group have their stages before them.
    expect(await told(first)).toEqual([world.groupLeader, world.schoolLeader].toSorted());
    const inbox = await (await (await app.as(world.groupLeader)).get('/notices')).text();
    expect(inbox).toContain('“校级骨干教师候选人评选”开始申报');
  });

  test('again before three years are over is pointed out, and opens only with a reason kept in the audit (R-002-5-23)', async () => {
    app.setNow('2027-03-02T02:00:00Z');
    const second = await newRound('2027-03-02', '2027-03-20');
    const page = await (await (await app.as(world.schoolOffice)).get(second)).text();
    expect(page).toContain('上一轮于 2026年3月2日 开始，下一轮应在 2029年3月1日 以后');
    const refused = await open(second);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('评选周期未满');
    expect((await open(second, { 'early-reason': '三名骨干教师调离，按程序补选' })).status).toBe(303);
    const [entry] = await selectTimeline(db, { subjectId: second.split('/')[2] ?? '' });
    expect(entry).toMatchObject({ action: 'round.opened', reason: '三名骨干教师调离，按程序补选' });
    expect(entry?.after).toMatchObject({ early: { last: '2026-03-02', due: '2029-03-01' } });
  });

  test('in the month in which it is due, or after a round that was cancelled, nothing is asked', async () => {
    app.setNow('2030-02-25T02:00:00Z');
    const due = await newRound('2030-03-01', '2030-03-20');
    expect((await open(due)).status).toBe(303);
    const office = await app.as(world.schoolOffice);
    expect((await office.post(`${due}/cancel`, { 'cancel-reason': '方案调整' })).status).toBe(303);
    const again = await newRound('2030-03-01', '2030-03-20');
    expect((await open(again)).status).toBe(303);
  });
});
