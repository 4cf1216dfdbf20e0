import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeYears, YEARS } from '../../../../tests/support/numbers.ts';
import { giveRole, makeWorld, type World } from '../../../../tests/support/world.ts';
import { publishVersion } from '../queries.ts';

/* A county sets a number that the city's programme leaves to it. */

const { db } = await testDatabase();
const { as, setNow } = testApp(db);
const world: World = await makeWorld(db);
let version: string;

beforeEach(async () => {
  setNow('2026-11-23T02:00:00Z');
  await sql`DELETE FROM local_number`.execute(db);
  version = await makeYears(db, world.city);
});

const page = () => `/programmes/${version}/numbers`;
const WISH = {
  parameter: 'least-years',
  value: '5 年',
  from: '2026-12-01',
  document: '青教发〔2026〕3号',
  reason: '本县教师队伍年轻，骨干须有较长教龄',
};
const set = async (who: string, unit: string, fields: Partial<typeof WISH> = {}) =>
  (await as(who)).post(`${page()}/${unit}`, { ...WISH, ...fields });
const rows = () =>
  db
    .selectFrom('local_number')
    .select(['parameter', 'value', 'from_on as from', 'until_on as until'])
    .orderBy('from_on')
    .orderBy('set_at')
    .execute();
const said = async (answer: Response) =>
  (await answer.text()).match(/error-summary[\s\S]*?<\/div>/)?.[0] ?? '';

describe('setting a number', () => {
  test('the county’s office sets it from a day, with paper and reason, and everybody there reads it', async () => {
    const answer = await set(world.countyOffice, world.county.id);
    expect(answer.status).toBe(303);
    expect(await rows()).toEqual([{ parameter: 'least-years', value: '5', from: '2026-12-01', until: null }]);
    const text = await (await (await as(world.teacher)).get(page())).text();
    for (const shown of [
      '青溪县教育局',
      '最低教龄',
      '5 年',
      '青教发〔2026〕3号',
      '尚未生效',
      '本县教师队伍年轻',
    ])
      expect(text).toContain(shown);
    // Nobody elsewhere needs it, and nobody but the office finds the form.
    expect(await (await (await as(world.otherTeacher)).get(page())).text()).not.toContain(
      '青教发〔2026〕3号',
    );
    expect(text).not.toContain('name="reason"');
    expect(await (await (await as(world.countyOffice)).get(page())).text()).toContain('name="reason"');
  });

  test('is in the audit with what it was, what it is and why', async () => {
    await set(world.countyOffice, world.county.id, { from: '2026-11-23' });
    await set(world.countyOffice, world.county.id, { value: '6', from: '2026-12-01', reason: '再提高' });
    const entries = await db
      .selectFrom('audit')
      .select(['before', 'after', 'reason', 'unit_path as unitPath'])
      .where('action', '=', 'number.set')
      .orderBy('seq', 'desc')
      .limit(2)
      .execute();
    expect(entries[0]).toMatchObject({
      before: { value: '5', on: '2026-11-23' },
      after: { parameter: { 'zh-CN': '最低教龄' }, value: '6', on: '2026-12-01', unit: '青溪县教育局' },
      reason: '再提高',
      unitPath: world.county.path,
    });
    expect(entries[1]).toMatchObject({
      before: { value: '3' },
      after: { value: '5', document: WISH.document },
    });
    expect(await rows()).toEqual([
      { parameter: 'least-years', value: '5', from: '2026-11-23', until: '2026-12-01' },
      { parameter: 'least-years', value: '6', from: '2026-12-01', until: null },
    ]);
  });

  test.each([
    ['below the least', { value: '0.5' }, '低于方案允许的最小值 1 年'],
    ['above the most', { value: '11 年' }, '高于方案允许的最大值 10 年'],
    ['no number', { value: '五' }, '应是数字'],
    ['another unit', { value: '5 月' }, '单位不符：这个数的单位是年'],
    ['a share of a place', { parameter: 'places', value: '1.5' }, '应为整数'],
    ['nothing', { value: '' }, '请填写数值'],
    ['a day that is past', { from: '2026-11-22' }, '不能早于今天（2026-11-23）'],
    ['no day', { from: '2026-02-30' }, '请填写起始日期'],
    ['no reason', { reason: ' ' }, '请写明设定的理由'],
    ['a number the programme has not', { parameter: 'least-yaers' }, '本方案没有这个数'],
    ['a very long number', { value: '1'.repeat(40) }, '应是数字'],
  ])('%s is refused with a message, and nothing is kept', async (_, fields, message) => {
    const answer = await set(world.countyOffice, world.county.id, fields);
    expect(answer.status).toBe(422);
    expect(await said(answer)).toContain(message);
    expect(await rows()).toEqual([]);
  });

  test('two for one day, or one before what is set already, are refused and name the day', async () => {
    await set(world.countyOffice, world.county.id);
    for (const [from, message] of [
      ['2026-12-01', '已设定过自 2026-12-01 起的数'],
      ['2026-11-25', '已设定自 2026-12-01 起的数，新的设定应晚于这一天'],
    ] as const) {
      const answer = await set(world.countyOffice, world.county.id, { value: '7', from });
      expect(answer.status).toBe(422);
      expect(await said(answer)).toContain(message);
    }
    expect(await said(await set(world.countyOffice, world.county.id, { from: '2027-01-01' }))).toContain(
      '与自 2026-12-01 起的现行数值相同',
    );
    expect(await rows()).toHaveLength(1);
  });

  test('of two at the same moment one is kept, and the other is told', async () => {
    const office = await as(world.countyOffice);
    const [a, b] = await Promise.all([
      office.post(`${page()}/${world.county.id}`, { ...WISH, value: '5' }),
      office.post(`${page()}/${world.county.id}`, { ...WISH, value: '6' }),
    ]);
    expect([a.status, b.status].toSorted()).toEqual([303, 422]);
    expect(await said(a.status === 422 ? a : b)).toMatch(/刚有人为本单位设定了同一个数|已设定过自/);
    expect(await rows()).toHaveLength(1);
  });

  test('sent twice, it is set once and leads to the same page', async () => {
    const office = await as(world.countyOffice);
    const again = { ...WISH, _submission: '0198c0de-0000-7000-8000-00000000a001' };
    const first = await office.post(`${page()}/${world.county.id}`, again);
    const second = await office.post(`${page()}/${world.county.id}`, again);
    expect([first.status, second.status]).toEqual([303, 303]);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(await rows()).toHaveLength(1);
  });

  test('a double click sets it once, and neither answer speaks of somebody else', async () => {
    const office = await as(world.countyOffice);
    for (const n of [1, 2, 3, 4]) {
      const wish = {
        ...WISH,
        value: `${n + 3}`,
        from: `2026-12-0${n}`,
        _submission: `0198c0de-0000-7000-8000-00000000b00${n}`,
      };
      const both = await Promise.all([1, 2].map(() => office.post(`${page()}/${world.county.id}`, wish)));
      expect(both.map(({ status }) => status)).toEqual([303, 303]);
      expect(await rows()).toHaveLength(n);
    }
  });

  test('nobody sets it for another unit: not the city, not another county, not a school, nor below their own', async () => {
    for (const who of [world.cityOffice, world.otherCountyOffice, world.schoolOffice, world.teacher])
      expect((await set(who, world.county.id)).status).toBe(403);
    expect((await set(world.countyOffice, world.school.id)).status).toBe(403);
    // A school's own office may set what is for schools, which these numbers are not.
    const answer = await set(world.schoolOffice, world.school.id);
    expect([answer.status, await said(answer)]).toEqual([422, expect.stringContaining('这个数由县')]);
    expect(await rows()).toEqual([]);
  });

  test('a county of another city finds nothing to set: the programme is not its city’s', async () => {
    const { makeUnit, makePerson } = await import('../../../../tests/support/world.ts');
    const city = await makeUnit(db, null, 'city', '外市教育局');
    const county = await makeUnit(db, city, 'county', '外县教育局');
    const office = await makePerson(db, county, '钱外');
    await giveRole(db, office, 'county-office', county);
    const answer = await set(office, county.id);
    expect([answer.status, await said(answer)]).toEqual([422, expect.stringContaining('这个数由县')]);
    expect(await rows()).toEqual([]);
  });

  test('nothing is set under a draft, which nobody outside the office sees, or a retired version', async () => {
    const draft = await makeYears(db, world.city, { source: YEARS('2028-1'), published: false });
    const county = await as(world.countyOffice);
    expect((await county.post(`/programmes/${draft}/numbers/${world.county.id}`, WISH)).status).toBe(404);
    await sql`UPDATE programme_version SET state = 'retired' WHERE id = ${version}`.execute(db);
    const answer = await set(world.countyOffice, world.county.id);
    expect([answer.status, await said(answer)]).toEqual([
      422,
      expect.stringContaining('方案尚未发布，或已停用'),
    ]);
    await sql`UPDATE programme_version SET state = 'published' WHERE id = ${version}`.execute(db);
  });

  test('who acts for two units has two forms, and an error leads to the field of the one that was sent', async () => {
    const { makePerson } = await import('../../../../tests/support/world.ts');
    const office = await makePerson(db, world.county, '钱双');
    await giveRole(db, office, 'county-office', world.county);
    await giveRole(db, office, 'county-office', world.otherCounty);
    const answer = await set(office, world.otherCounty.id, { value: '五' });
    const text = await answer.text();
    expect(text).toContain('href="#f-value"');
    expect(text.match(/id="f-value"/g)).toHaveLength(1);
    expect(text).toContain(`id="f-value-${world.county.id}"`);
    const form = text.slice(text.indexOf(`action="${page()}/${world.otherCounty.id}"`));
    expect(form.slice(0, form.indexOf('</form>'))).toContain('id="f-value"');
  });

  test('in English the same', async () => {
    const county = await as(world.countyOffice);
    const answer = await county.post(`${page()}/${world.county.id}?lang=en`, { ...WISH, value: '11' });
    const text = await said(answer);
    expect(text).toContain('Above the most the programme allows, 10 years');
    const list = await (await county.get(`${page()}?lang=en`)).text();
    expect(list).toContain('each unit at county level');
    expect(list).not.toContain('level level');
  });
});

describe('taking it back', () => {
  const idOf = async (from: string) =>
    (await db.selectFrom('local_number').select('id').where('from_on', '=', from).executeTakeFirstOrThrow())
      .id;
  const end = async (who: string, decision: string, reason = '市里统一了要求') =>
    (await as(who)).post(`${page()}/${world.county.id}/end`, { decision, 'end-reason': reason });

  test('what holds ends today; what has not begun never will, and what was before goes on', async () => {
    await set(world.countyOffice, world.county.id, { from: '2026-11-23' });
    await set(world.countyOffice, world.county.id, { value: '6' });
    setNow('2026-11-25T02:00:00Z');
    expect((await end(world.countyOffice, await idOf('2026-12-01'))).status).toBe(303);
    expect(await rows()).toEqual([
      { parameter: 'least-years', value: '5', from: '2026-11-23', until: null },
      { parameter: 'least-years', value: '6', from: '2026-12-01', until: '2026-12-01' },
    ]);
    expect((await end(world.countyOffice, await idOf('2026-11-23'))).status).toBe(303);
    expect((await rows())[0]?.until).toBe('2026-11-25');
    const text = await (await (await as(world.countyOffice)).get(page())).text();
    expect(text).toContain('生效前已收回');
    expect(text).toContain('已收回');
    // Then another may be set.
    expect((await set(world.countyOffice, world.county.id, { value: '7' })).status).toBe(303);
  });

  test('what was taken back itself does not come back with it: the programme’s own holds', async () => {
    await set(world.countyOffice, world.county.id, { from: '2026-11-23' });
    setNow('2026-11-25T02:00:00Z');
    await end(world.countyOffice, await idOf('2026-11-23'));
    await set(world.countyOffice, world.county.id, { value: '6', from: '2026-11-25' });
    expect((await end(world.countyOffice, await idOf('2026-11-25'))).status).toBe(303);
    expect(await rows()).toEqual([
      { parameter: 'least-years', value: '5', from: '2026-11-23', until: '2026-11-25' },
      { parameter: 'least-years', value: '6', from: '2026-11-25', until: '2026-11-25' },
    ]);
    const text = await (await (await as(world.countyOffice)).get(page())).text();
    expect(text).toContain('起始当日已收回，视同未设');
    const last = await db
      .selectFrom('audit')
      .select('after')
      .where('action', '=', 'number.taken-back')
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow();
    expect(last.after).toMatchObject({ value: '3' });
  });

  test('what began today and is taken back today leaves what it replaced', async () => {
    await set(world.countyOffice, world.county.id, { from: '2026-11-23' });
    setNow('2026-11-25T02:00:00Z');
    await set(world.countyOffice, world.county.id, { value: '6', from: '2026-11-25' });
    expect(await (await (await as(world.countyOffice)).get(page())).text()).toContain('已被取代');
    await end(world.countyOffice, await idOf('2026-11-25'));
    expect((await rows()).map(({ until }) => until)).toEqual([null, '2026-11-25']);
    expect(await (await (await as(world.countyOffice)).get(page())).text()).toContain('未定止日');
  });

  test('with a reason, once, and only one’s own', async () => {
    await set(world.countyOffice, world.county.id, { from: '2026-11-23' });
    const decision = await idOf('2026-11-23');
    expect((await end(world.otherCountyOffice, decision)).status).toBe(403);
    expect(await said(await end(world.countyOffice, decision, ''))).toContain('请写明收回的理由');
    expect(await said(await end(world.countyOffice, 'nonsense'))).toContain('请选择要收回的设定');
    const county = await as(world.countyOffice);
    const twice = {
      decision,
      'end-reason': '市里统一了要求',
      _submission: '0198c0de-0000-7000-8000-00000000a002',
    };
    for (const _ of [1, 2])
      expect((await county.post(`${page()}/${world.county.id}/end`, twice)).status).toBe(303);
    const answer = await end(world.countyOffice, decision, '再收一次');
    expect([answer.status, await said(answer)]).toEqual([422, expect.stringContaining('已经结束')]);
    const other = await (await as(world.otherCountyOffice)).post(`${page()}/${world.otherCounty.id}/end`, {
      decision,
      'end-reason': '不是我们的',
    });
    expect(other.status).toBe(422);
  });
});

describe('a new version of the programme', () => {
  const NARROWER = `parameters:
  least-years: {names: {zh-CN: 最低教龄, en: least years of teaching}, value: 3, min: 1, max: 4, unit: {zh-CN: 年, en: years}, setBy: county}
  places: {names: {zh-CN: 每校名额, en: places for a school}, value: 2, min: 0, max: 5, setBy: county}`;

  test('uses what was set where it still fits, and says what does not, before it is published', async () => {
    await set(world.countyOffice, world.county.id, { from: '2026-11-23' });
    await set(world.countyOffice, world.county.id, { parameter: 'places', value: '3', from: '2026-11-23' });
    const draft = await makeYears(db, world.city, { source: YEARS('2027-1', NARROWER), published: false });
    const text = await (await (await as(world.cityOffice)).get(`/programmes/${draft}`)).text();
    expect(text).toContain('有 1 处已设定的数不能用于本版本');
    expect(text).toContain('青溪县教育局：最低教龄 5 年——高于最大值 4 年');
    const numbers = await (await (await as(world.cityOffice)).get(`/programmes/${draft}/numbers`)).text();
    expect(numbers).toContain('本版本不采用：高于最大值 4 年');
    expect(numbers).toContain('每校名额');
    // The version in force uses both.
    expect(await (await (await as(world.cityOffice)).get(page())).text()).not.toContain('本版本不采用');
  });

  test('says a number it has no more by the name and unit it had', async () => {
    await set(world.countyOffice, world.county.id, { parameter: 'least-years', from: '2026-11-23' });
    const OTHER = NARROWER.replace('least-years', 'years-asked').replace('最低教龄', '要求教龄');
    const source = YEARS('2027-2', OTHER).replaceAll('parameter: least-years', 'parameter: years-asked');
    const draft = await makeYears(db, world.city, { source, published: false });
    const office = await as(world.cityOffice);
    for (const path of [`/programmes/${draft}`, `/programmes/${draft}/numbers`])
      expect(await (await office.get(path)).text()).toContain(
        '青溪县教育局：最低教龄 5 年——本版本没有这个数',
      );
    // To other systems too, and in the audit of who takes it back from the page of that version.
    await publishVersion(db, draft, null, new Date('2026-11-01T00:00:00Z'), '2027-01-01');
    const read: unknown = await (await office.get(`/api/v1/programmes/${draft}/numbers`)).json();
    expect(read).toMatchObject({ items: [{ names: { en: 'least years of teaching' }, unused: 'unknown' }] });
    const decision = await db.selectFrom('local_number').select('id').executeTakeFirstOrThrow();
    const county = await as(world.countyOffice);
    const ended = await county.post(`/programmes/${draft}/numbers/${world.county.id}/end`, {
      decision: decision.id,
      'end-reason': '新版不再使用',
    });
    expect(ended.status).toBe(303);
    const entry = await db
      .selectFrom('audit')
      .select(['before', 'after'])
      .where('action', '=', 'number.taken-back')
      .orderBy('seq', 'desc')
      .executeTakeFirstOrThrow();
    const parameter = { 'zh-CN': '最低教龄', en: 'least years of teaching' };
    expect(entry).toMatchObject({ before: { parameter, value: '5' }, after: { parameter, value: '3' } });
    await sql`UPDATE programme_version SET state = 'retired' WHERE id = ${draft}`.execute(db);
  });

  test('holds a number to the version in force on its first day, whichever page is open, and says so', async () => {
    const later = await makeYears(db, world.city, { source: YEARS('2027-3', NARROWER), published: false });
    await publishVersion(db, later, null, new Date('2026-11-01T00:00:00Z'), '2027-01-01');
    const refused = await set(world.countyOffice, world.county.id, { from: '2027-02-01' });
    expect(refused.status).toBe(422);
    expect(await said(refused)).toContain(
      '自 2027年1月1日 起施行的是 2027-3 版，按该版核对：高于方案允许的最大值 4 年',
    );
    expect(await rows()).toEqual([]);
    // Before that day the earlier version holds, from its own page and from that of the later one.
    expect((await set(world.countyOffice, world.county.id, { from: '2026-12-01' })).status).toBe(303);
    const county = await as(world.countyOffice);
    const page = await (await county.get(`/programmes/${later}/numbers`)).text();
    expect(page).toContain('现在施行的是 2026-1 版，不是本页的版本');
    await sql`DELETE FROM local_number`.execute(db);
    const early = await county.post(`/programmes/${later}/numbers/${world.county.id}`, {
      ...WISH,
      from: '2026-12-02',
    });
    expect(early.status).toBe(303);
    await sql`UPDATE programme_version SET state = 'retired' WHERE id = ${later}`.execute(db);
  });
});
