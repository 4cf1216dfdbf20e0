import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeEligible, makeRound } from '../../../../tests/support/round.ts';
import { makePerson, makeRecord, makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { autosaveHeader, submissionField } from '../../../web/viewer.ts';
import { selectApplication } from './queries.ts';

const { db } = await testDatabase();
const { as, setNow } = testApp(db);
const NOW = '2026-11-23T02:00:00Z';
let world: World;
let roundId: string;

beforeAll(async () => {
  world = await makeWorld(db);
  roundId = await makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 36]] });
});

async function teacher(name: string, eligible = true): Promise<string> {
  const id = await makePerson(db, world.school, name, { group: world.group });
  if (eligible) await makeEligible(db, id);
  return id;
}
async function begin(personId: string) {
  const browser = await as(personId);
  const answer = await browser.post(`/rounds/${roundId}/apply`);
  expect(answer.status).toBe(303);
  return { browser, path: answer.headers.get('location') ?? '' };
}

describe('the eligibility page', () => {
  test('shows each clause, what counts, the deadline and the places of the county', async () => {
    const browser = await as(await teacher('𠮷田静'));
    const answer = await browser.get(`/rounds/${roundId}/eligibility`);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    for (const text of [
      '您符合本轮评选的各项条件',
      '近五年举办校级以上公开课或讲座三次以上',
      '《匆匆》公开课',
      '青溪县教育局：36 名',
      '2026年11月30日',
      '7 天',
      '开始申报',
    ]) {
      expect(page).toContain(text);
    }
  });

  test('follows a record as soon as it is added, and offers to add just what a clause misses', async () => {
    const person = await teacher('记录待补', false);
    const browser = await as(person);
    const path = `/rounds/${roundId}/eligibility`;
    const before = await (await browser.get(path)).text();
    expect(before).toContain(`/records/new?type=open-class&amp;back=${encodeURIComponent(path)}`);
    expect(before).toContain('您目前不符合本轮评选条件');
    await makeEligible(db, person);
    expect(await (await browser.get(path)).text()).toContain('您符合本轮评选的各项条件');
  });

  test('tells why a record does not count', async () => {
    const person = await teacher('窗口之外');
    await makeRecord(db, person, 'open-class', {
      level: 'school',
      on: '2019-06-01',
      title: '《观潮》公开课',
    });
    const page = await (await (await as(person)).get(`/rounds/${roundId}/eligibility`)).text();
    expect(page).toMatch(/《观潮》公开课[^<]*<\/a><span class="record-reason">不在规定时间内/);
  });

  test('reads in English too', async () => {
    const browser = await as(await teacher('英文'));
    const page = await (await browser.get(`/rounds/${roundId}/eligibility?lang=en`)).text();
    expect(page).toContain('You meet every condition of this round');
  });
});

describe('from draft to receipt', () => {
  test('a teacher types one statement, checks everything and gets a receipt', async () => {
    const { browser, path } = await begin(await teacher('龴小雨'));
    const desk = await (await browser.get(path)).text();
    expect(desk).toContain('龴小雨');
    expect(desk).toContain('尚未填写：主要教育教学业绩');
    const saved = await browser.post(`${path}/statement`, {
      'field.statement': '从教十五年。',
      revision: '1',
    });
    expect(saved.status).toBe(303);
    const check = await (await browser.get(`${path}/check`)).text();
    for (const text of [
      '从教十五年。',
      '小学语文整本书阅读教学研究',
      '一级教师',
      '青溪县第一小学',
      '确认提交',
      '计入评选条件的成长记录',
    ])
      expect(check).toContain(text);
    // No part of the form lists it, but a condition counts it.
    const counts = check.slice(check.indexOf('计入评选条件的成长记录'));
    expect(counts).toContain('<li>certificate（证书，2015-06-01）</li>');
    const sent = await browser.post(`${path}/submit`);
    expect(sent.headers.get('location')).toBe(`${path}/receipt`);
    const again = await browser.post(`${path}/submit`);
    expect(again.headers.get('location')).toBe(`${path}/receipt`);
    expect(await (await browser.get(`${path}/receipt`)).text()).toMatch(/SB2026-\d{6}/);
    const status = await (await browser.get(path)).text();
    expect(status).toContain('提交申报');
    expect(status).toContain('撤回申报');
  });

  test('without the mandatory statement it is refused by name, and the draft stays', async () => {
    const { browser, path } = await begin(await teacher('未填业绩'));
    const sent = await browser.post(`${path}/submit`);
    expect(sent.status).toBe(422);
    expect(await sent.text()).toContain('尚未填写：主要教育教学业绩');
    expect(await selectApplication(db, path.split('/')[2] ?? '')).toMatchObject({ state: 'draft' });
  });

  test('after the deadline it is refused with the time, and what was typed is kept', async () => {
    const { browser, path } = await begin(await teacher('过期'));
    await browser.post(`${path}/statement`, { 'field.statement': '写好了', revision: '1' });
    setNow('2026-11-30T16:00:00Z');
    const late = await as((await selectApplication(db, path.split('/')[2] ?? '')).personId);
    const sent = await late.post(`${path}/submit`);
    setNow(NOW);
    expect(sent.status).toBe(422);
    const page = await sent.text();
    expect(page).toContain('已超过截止时间（2026年11月30日 23:59）');
    expect(page).toContain('写好了');
  });

  test('nobody else writes to it, submits it or withdraws it', async () => {
    const { path } = await begin(await teacher('本人'));
    const colleague = await as(world.colleague);
    const office = await as(world.schoolOffice);
    for (const browser of [colleague, office, await as(world.countyOffice)]) {
      for (const act of ['statement', 'submit', 'withdraw', 'attachments']) {
        expect((await browser.post(`${path}/${act}`, { 'field.statement': '别人写的' })).status).toBe(403);
      }
    }
    expect((await colleague.get(path)).status).toBe(403);
    expect((await (await as(null)).post(`${path}/submit`)).status).toBe(401);
  });

  test('a file that is not what its name says is refused, a picture is kept and given back', async () => {
    const { browser, path } = await begin(await teacher('附件'));
    const program = new File([Uint8Array.from([0x4d, 0x5a, 0x90, 0])], '证明.pdf');
    const refused = await browser.post(`${path}/attachments`, { item: 'class-proof', evidence: program });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('“证明.pdf”是可执行程序');
    const picture = new File([Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1])], '证明.jpg');
    expect(
      (await browser.post(`${path}/attachments`, { item: 'class-proof', evidence: picture })).status,
    ).toBe(303);
    const page = await (await browser.get(`${path}/attachments`)).text();
    const href = /href="(\/applications\/[^"]+\/attachments\/[0-9a-f-]{36})"/.exec(page)?.[1] ?? '';
    expect((await browser.get(href)).headers.get('content-type')).toBe('image/jpeg');
    expect((await (await as(world.colleague)).get(href)).status).toBe(403);
    // Nothing of a draft is read by anyone else.
    expect((await (await as(world.schoolOffice)).get(href)).status).toBe(403);
  });
});

describe('drafts survive', () => {
  test('what is too long is refused with its count and stays as it was typed; an autosave keeps it and says so', async () => {
    const { browser, path } = await begin(await teacher('写得太长'));
    const tab = newId();
    const text = `${'长'.repeat(1505)}末`;
    const sent = { 'field.statement': text, revision: '1', [submissionField]: tab };
    const kept = await browser.post(`${path}/statement`, sent, { [autosaveHeader]: '1' });
    expect([kept.status, kept.headers.get('x-too-long')]).toEqual([204, '1']);
    const refused = await browser.post(`${path}/statement`, sent);
    expect(refused.status).toBe(422);
    const page = await refused.text();
    expect(page).toContain('最多 1500 字，现有 1506 字，请删减 6 字');
    expect(page).toContain(text);
    expect(page).toContain('1506 / 1500');
    expect(page).not.toContain('maxlength');
    // The page refused is the same page: what is shortened there is no conflict with what it saved itself.
    expect(page).toContain(`value="${tab}"`);
    const short = await browser.post(`${path}/statement`, { ...sent, 'field.statement': '短了' });
    expect(short.status).toBe(303);
    const after = await browser.post(
      `${path}/statement`,
      { ...sent, 'field.statement': '再写' },
      { [autosaveHeader]: '1' },
    );
    expect([after.status, after.headers.get('x-too-long')]).toEqual([204, null]);
  });

  test('an autosave answers without a page and says when it was kept', async () => {
    const { browser, path } = await begin(await teacher('自动保存'));
    const tab = newId();
    const save = (text: string) =>
      browser.post(
        `${path}/statement`,
        { 'field.statement': text, revision: '1', [submissionField]: tab },
        { [autosaveHeader]: '1' },
      );
    expect((await save('一')).status).toBe(204);
    const second = await save('一二');
    expect(second.status).toBe(204);
    expect(second.headers.get('x-saved-at')).toBe('2026-11-23T02:00:00.000Z');
    expect(await (await browser.get(`${path}/statement`)).text()).toContain('一二');
  });

  test('two tabs at once: the second sees both texts, and both are kept', async () => {
    const { browser, path } = await begin(await teacher('两个窗口'));
    await browser.post(`${path}/statement`, { 'field.statement': '左边的文字', revision: '1' });
    const conflict = await browser.post(`${path}/statement`, {
      'field.statement': '右边的文字',
      revision: '1',
    });
    expect(conflict.status).toBe(409);
    const page = await conflict.text();
    expect(page).toContain('左边的文字');
    expect(page).toContain('右边的文字');
    // The field is as mandatory as before: what is merged says nothing of that.
    expect(page).not.toContain('选填');
    const revision = /name="revision" value="(\d+)"/.exec(page)?.[1] ?? '';
    expect(
      (await browser.post(`${path}/statement`, { 'field.statement': '合并的文字', revision })).status,
    ).toBe(303);
    const after = await (await browser.get(`${path}/statement`)).text();
    expect(after).toContain('合并的文字');
    expect(after).toContain('右边的文字');
  });

  test('a withdrawn application can be begun again with its text until the deadline', async () => {
    const { browser, path } = await begin(await teacher('撤回'));
    await browser.post(`${path}/statement`, { 'field.statement': '留着的文字', revision: '1' });
    await browser.post(`${path}/submit`);
    expect((await browser.post(`${path}/withdraw`)).status).toBe(303);
    expect(await (await browser.get(path)).text()).toContain('已撤回');
    expect((await browser.post(`/rounds/${roundId}/apply`)).headers.get('location')).toBe(path);
    expect(await (await browser.get(`${path}/statement`)).text()).toContain('留着的文字');
  });
});
