import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { unsaid } from '../../../../tests/support/said.ts';
import { makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { root } from '../../../platform/root.ts';
import { selectTimeline } from '../../audit/queries.ts';
import { digestOf } from '../../programmes/compiled.ts';
import { insertVersion, publishVersion } from '../../programmes/queries.ts';
import { selectRound } from './queries.ts';

const { db } = await testDatabase();
const app = testApp(db, '2026-03-02T02:00:00Z');
let world: World;
let versionId: string;
let round = '';

beforeAll(async () => {
  world = await makeWorld(db);
  const folder = join(root, 'programmes/sources/002-3-city-backbone');
  const source = readFileSync(join(folder, '2011-1.yaml'), 'utf8');
  const tables = { 'quotas/2011.csv': readFileSync(join(folder, 'quotas/2011.csv'), 'utf8') };
  versionId = newId();
  await insertVersion(db, {
    id: versionId,
    programme: 'city-backbone-training',
    unitId: world.city.id,
    unitPath: world.city.path,
    version: '2011-1',
    names: { 'zh-CN': '市中小学学科骨干教师培训', en: 'City training' },
    source,
    tables,
    digest: digestOf(source, tables),
    createdBy: null,
    createdAt: new Date(),
  });
  await publishVersion(db, versionId, null, new Date('2026-01-01T00:00:00Z'), '2026-01-01');
});

const fields = (more: Record<string, string> = {}) => ({
  version: versionId,
  unit: world.city.id,
  name: '2026年度市级骨干教师评选',
  document: '',
  contact: '培训处 何老师',
  opens: '2026-03-02',
  deadline: '2026-04-24',
  'as-of': '',
  places: '406',
  ...more,
});

describe('a round is opened from a published version', () => {
  test('of more than fifty those not listed are found by name, and any can be chosen', async () => {
    const version = await db
      .selectFrom('programme_version')
      .select(['source', 'tables', 'digest'])
      .where('id', '=', versionId)
      .executeTakeFirstOrThrow();
    const source = version.source.replace('\nscope: city\n', '\nscope: county\n');
    const made: string[] = [];
    for (let n = 0; n < 51; n += 1) {
      const id = newId();
      await insertVersion(db, {
        id,
        programme: `many-${n}`,
        unitId: world.county.id,
        unitPath: world.county.path,
        version: `2020-${n}`,
        names: { 'zh-CN': `县级评选第${n}号`, en: `County round ${n}` },
        source,
        tables: version.tables as Record<string, string>,
        digest: digestOf(source, version.tables as Record<string, string>),
        createdBy: null,
        createdAt: new Date(),
      });
      await publishVersion(db, id, null, new Date('2026-01-01T00:00:00Z'), '2026-01-01');
      made.push(id);
    }
    const office = await app.as(world.cityOffice);
    const shown = async (query: string) => (await office.get(`/rounds/new${query}`)).text();
    const listed = (page: string) => made.filter((id) => page.includes(`<option value="${id}"`));
    const first = await shown('');
    expect(first).toContain('还有更多');
    const left = made.find((id) => !listed(first).includes(id)) ?? '';
    const found = await shown(`?q=${encodeURIComponent(`第${made.indexOf(left)}号`)}`);
    expect(listed(found)).toEqual([left]);
    expect(await shown(`?version=${left}`)).toContain(`value="${left}"`);
    expect(await shown('?q=nothing')).toContain('没有找到这样的版本');
    await db.updateTable('programme_version').set({ state: 'retired' }).where('id', 'in', made).execute();
  });

  test('the form is filled in from the programme: 406 places, the deadline of 25 April', async () => {
    const page = await (
      await (await app.as(world.cityOffice)).get(`/rounds/new?version=${versionId}`)
    ).text();
    expect(page).toContain('value="406"');
    expect(page).toContain('value="2026-04-25"');
  });

  test('a teacher may not open one, and a deadline before the opening is refused with everything typed kept', async () => {
    expect((await (await app.as(world.teacher)).post('/rounds/new', fields())).status).toBe(403);
    const answer = await (await app.as(world.cityOffice)).post(
      '/rounds/new',
      fields({ deadline: '2026-03-01' }),
    );
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('截止日期不能早于开始日期');
    expect(page).toContain('value="2026年度市级骨干教师评选"');
  });

  test('a county office may not hold a round of the city', async () => {
    const office = await app.as(world.countyOffice);
    expect((await office.post('/rounds/new', fields())).status).toBe(404);
    expect(await (await office.get(`/rounds/new?version=${versionId}`)).text()).not.toContain(
      'name="deadline"',
    );
    const offered = `/rounds/new?version=${versionId}`;
    const programme = async (person: string) =>
      (await (await app.as(person)).get(`/programmes/${versionId}`)).text();
    expect(await programme(world.countyOffice)).not.toContain(offered);
    expect(await programme(world.cityOffice)).toContain(offered);
  });

  test('an office is offered what it may hold a round of, by the unit that keeps it where names are alike', async () => {
    const ids: string[] = [];
    for (const unit of [world.school, world.otherSchool, world.county]) {
      const id = newId();
      const text = `programme: p\nversion: '1'\nnames: {zh-CN: 学校骨干, en: School}\nscope: ${unit === world.county ? 'city' : '"school"'}\n`;
      await insertVersion(db, {
        id,
        programme: 'school-alike',
        unitId: unit.id,
        unitPath: unit.path,
        version: '2011-1',
        names: { 'zh-CN': '学校骨干', en: 'School' },
        source: text,
        tables: {},
        digest: digestOf(text, {}),
        createdBy: null,
        createdAt: new Date(),
      });
      await publishVersion(db, id, null, new Date('2026-01-01T00:00:00Z'), '2026-01-01');
      ids.push(id);
    }
    const offered = async (person: string) => {
      const page = await (await (await app.as(person)).get('/rounds/new')).text();
      return [...page.matchAll(/<option value="([^"]+)">([^<]*)</g)].map(([, value, label]) => ({
        value,
        label,
      }));
    };
    const county = await offered(world.countyOffice);
    // The city's programme is for the city to hold, and nobody below a county is a city.
    expect(county.map(({ value }) => value)).toEqual([ids[0]]);
    expect(county[0]?.label).toBe('学校骨干（版本 2011-1）（青溪县第一小学）');
    const city = await offered(world.cityOffice);
    expect(city.map(({ value }) => value)).toEqual(expect.arrayContaining([versionId, ids[0], ids[1]]));
    expect(city.map(({ value }) => value)).not.toContain(ids[2]);
    await db.updateTable('programme_version').set({ state: 'retired' }).where('id', 'in', ids).execute();
  });

  test('sent twice it is one round, whose as-of date is the deadline unless given', async () => {
    const office = await app.as(world.cityOffice);
    const _submission = newId();
    const opened: string[] = [];
    for (const _ of [1, 2]) {
      const answer = await office.post('/rounds/new', { ...fields(), _submission });
      expect(answer.status).toBe(303);
      opened.push((answer.headers.get('location') ?? '').replace(/\?.*/, ''));
    }
    round = opened[0] ?? '';
    expect(opened).toEqual([round, round]);
    expect(await selectRound(db, round.replace('/rounds/', ''))).toMatchObject({
      state: 'draft',
      asOf: '2026-04-24',
      places: 406,
    });
  });

  test('the draft is hidden from teachers', async () => {
    expect((await (await app.as(world.teacher)).get(round)).status).toBe(404);
    expect((await (await app.as(world.cityOffice)).get(round)).status).toBe(200);
  });
});

describe('quotas are set before the round is opened', () => {
  const quotas = (more = '') => `${round}/quotas${more}`;
  test('without quotas it is not opened', async () => {
    const answer = await (await app.as(world.cityOffice)).post(`${round}/open`);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('还没有设定名额');
  });

  test('the table of the file names districts this city does not have: each line is named and nothing is kept', async () => {
    const answer = await (await app.as(world.cityOffice)).post(quotas('/table'));
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('“d01”：没有这个单位');
  });

  test('SC09: 400 of 406 by hand are kept in the draft and 6 are shown as unallocated', async () => {
    const office = await app.as(world.cityOffice);
    const answer = await office.post(quotas(), {
      [`places-${world.county.id}`]: '250',
      [`places-${world.otherCounty.id}`]: '150',
    });
    expect(answer.status).toBe(303);
    const page = await (await office.get(quotas())).text();
    expect(page).toContain('合计 400，总数 406，还有 6 个名额没有分配给任何单位');
    const refused = await office.post(`${round}/open`);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('还有 6 个没有分配');
  });

  test('a table with a misspelt unit, a number in words and a line that stands twice is refused line by line', async () => {
    const csv = '单位编号,名额\nd06,200\nd06,6\nd02,二百\n青云县,0\n';
    const answer = await (await app.as(world.cityOffice)).post(quotas('/upload'), {
      file: new File([csv], '名额.csv'),
    });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('第 3 行“d06”：出现两次');
    expect(page).toContain('第 4 行“d02”：名额不是整数');
    expect(page).toContain('第 5 行“青云县”：没有这个单位');
  });

  test('an uploaded table is taken by code or by name', async () => {
    const csv = '单位,名额\nd06,206\n江北区教育局,200\n合计,406\n';
    const office = await app.as(world.cityOffice);
    expect((await office.post(quotas('/upload'), { file: new File([csv], '名额.csv') })).status).toBe(303);
    expect(await (await office.get(quotas())).text()).toContain('名额已全部分配');
  });

  test('apportioned by teachers, the methods stand side by side and the one taken is kept with its share', async () => {
    await Promise.all([1, 2, 3, 4].map((n) => makePerson(db, world.sisterSchool, `教师${n}`)));
    const office = await app.as(world.cityOffice);
    const page = await (await office.get(quotas('/apportion'))).text();
    for (const method of ['最大余数法', '韦伯斯特法', '亨廷顿—希尔法', '洪德法', '亚当斯法', '迪安法'])
      expect(page).toContain(method);
    expect(
      (await office.post(quotas('/apportion'), { total: '406', floor: '0', cap: '', method: 'webster' }))
        .status,
    ).toBe(303);
    expect(await (await office.get(quotas())).text()).toContain('按教师数分配（韦伯斯特法');
  });
});

describe('the running round', () => {
  test('it opens, teachers see it, and the deadline moves only later and with a reason', async () => {
    const office = await app.as(world.cityOffice);
    expect((await office.post(`${round}/open`)).status).toBe(303);
    const page = await (await (await app.as(world.teacher)).get(round)).text();
    expect(page).toContain('距截止还有 53 天');
    expect(page).toContain('看看自己符不符合条件');
    expect((await office.post(`${round}/extend`, { deadline: '2026-04-20', reason: '材料多' })).status).toBe(
      422,
    );
    expect((await office.post(`${round}/extend`, { deadline: '2026-05-08', reason: '' })).status).toBe(422);
    expect(
      (await office.post(`${round}/extend`, { deadline: '2026-05-08', reason: '部分乡镇网络中断' })).status,
    ).toBe(303);
    expect(await (await (await app.as(world.teacher)).get(round)).text()).toContain('部分乡镇网络中断');
  });

  test('equal claims are never settled by accident: the lot and its witnesses are asked for and kept', async () => {
    const office = await app.as(world.countyOffice);
    const at = `${round}/quotas/apportion?unit=${world.county.id}`;
    const even = { total: '1', floor: '0', cap: '', method: 'webster' };
    await makePerson(db, world.sisterSchool, '第五位教师');
    const refused = await office.post(at, even);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('请填写抽签结果');
    expect((await office.post(at, { ...even, lot: '青溪县第二小学' })).status).toBe(422);
    expect(
      (await office.post(at, { ...even, lot: '青溪县第二小学', reason: '3月5日教育局二楼会议室,纪检组在场' }))
        .status,
    ).toBe(303);
  });

  test('a county divides its own places only, and never more than it has', async () => {
    const office = await app.as(world.countyOffice);
    const own = `${round}/quotas?unit=${world.county.id}`;
    expect((await office.post(own, { [`places-${world.school.id}`]: '1000' })).status).toBe(422);
    expect((await office.post(`${round}/quotas`, { [`places-${world.county.id}`]: '406' })).status).toBe(403);
    expect((await office.post(`${round}/quotas?unit=${world.otherCounty.id}`, {})).status).toBe(403);
  });

  test('facts no longer change, and every act stands in the history', async () => {
    const office = await app.as(world.cityOffice);
    expect((await office.post(`${round}/change`, fields({ name: '别的名字' }))).status).toBe(422);
    const trail = await selectTimeline(db, { subjectId: round.split('/')[2] ?? '' });
    expect(trail.map(({ action }) => action)).toEqual([
      'quota.set',
      'round.extended',
      'round.opened',
      'quota.set',
      'quota.set',
      'quota.set',
      'round.created',
    ]);
  });

  test('it is in the lists of those below, in either language', async () => {
    expect(await (await (await app.as(world.teacher)).get('/rounds')).text()).toContain(
      '2026年度市级骨干教师评选',
    );
    expect(await (await (await app.as(world.teacher)).get('/rounds?lang=en&list=past')).text()).toContain(
      'There is no round here yet',
    );
  });

  test('cancelled with a reason it is over, and those who applied are told with the reason, once', async () => {
    const office = await app.as(world.cityOffice);
    const gone = await makePerson(db, world.school, '先撤回的教师');
    for (const [person, state] of [
      [world.teacher, 'in-review'],
      [gone, 'withdrawn'],
    ])
      await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, state)
                VALUES (${newId()}, ${round.replace('/rounds/', '')}, ${person}, ${world.school.path}, ${world.school.id}, ${state})`.execute(
        db,
      );
    expect((await office.post(`${round}/cancel`, { 'cancel-reason': '' })).status).toBe(422);
    expect((await office.post(`${round}/cancel`, { 'cancel-reason': '方案调整' })).status).toBe(303);
    expect((await office.post(`${round}/cancel`, { 'cancel-reason': '方案调整' })).status).toBe(422);
    const told = await db
      .selectFrom('notice')
      .select(['person_id', 'detail'])
      .where('kind', '=', 'round-cancelled')
      .execute();
    expect(told).toMatchObject([{ person_id: world.teacher, detail: { reason: '方案调整' } }]);
    expect(await (await (await app.as(world.teacher)).get('/notices')).text()).toContain(
      '已取消，您的申报不再办理：方案调整',
    );
  });
});

test('what was noted is said in words', async () => {
  expect(await unsaid(db)).toEqual([]);
});
