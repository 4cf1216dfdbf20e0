import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { makeEligible, makeRound } from '../../../tests/support/round.ts';
import { giveRole, makePerson, makeWorld, type World } from '../../../tests/support/world.ts';
import { selectRound } from '../selection/rounds/queries.ts';
import { listAnswers } from './agreement/queries.ts';
import { selectDraft } from './queries.ts';
import { selectLatestRun } from './trials/queries.ts';

const { db } = await testDatabase();
const kept = testApp(db);
let world: World;
let versionId: string;
let colleague: string;

beforeAll(async () => {
  world = await makeWorld(db);
  versionId = (await selectRound(db, await makeRound(db, 'city', world.city, world.cityOffice))).versionId;
  await makeEligible(db, world.teacher);
  colleague = await makePerson(db, world.city, '林主任', {});
  await giveRole(db, colleague, 'city-office', world.city);
});

const office = () => kept.as(world.cityOffice);
const draftIn = (location: string | null) => /\/lab\/drafts\/([0-9a-f-]{36})/.exec(location ?? '')?.[1] ?? '';

async function begin(): Promise<string> {
  const answer = await (await office()).post('/lab', { version: versionId });
  expect(answer.status).toBe(303);
  return draftIn(answer.headers.get('location'));
}
const min = 'k:eligibility.all[5].count.min';

/** Until the trial that was begun is whole. */
async function finished(draftId: string) {
  for (;;) {
    const run = await selectLatestRun(db, { draftId });
    if (run?.state === 'done') return run;
    if (run?.state === 'failed') throw new Error('the trial failed');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the policy lab', () => {
  test('shows the policy with its numbers as fields, and what a turned number does to people', async () => {
    const id = await begin();
    const page = await (await (await office()).get(`/lab/drafts/${id}`)).text();
    // What no clause speaks of is told by where it stands, in words.
    expect(page).toMatch(/<label[^>]*><span class="knob-where">推荐办法与程序 › 个人申报 <\/span>/);
    // Nor is a field named by a word of the file: what kind of thing an attribute is once stood as "numbers 为一组评分".
    expect(page).not.toMatch(/<\/span>[a-z][^<]*<\/label>/);
    expect(page).not.toContain('<code>route[0]');
    // What may be chosen is said in words, and none as the file writes it.
    expect(page).toMatch(/<option value="ordered"[^>]*>须排序<\/option>/);
    expect(page).not.toMatch(/<option[^>]*>[a-z-]+<\/option>/);
    expect(page).toContain('近五年举办校级以上公开课或讲座三次以上');
    expect(page).toContain(`name="${min}"`);
    const answer = await (await office()).post(`/lab/drafts/${id}`, {
      revision: '1',
      act: 'try',
      asOf: '2026-11-30',
      [min]: '4',
    });
    expect(answer.status).toBe(303);
    const run = await finished(id);
    expect(run.figures?.all).toMatchObject({ before: 1, after: 0, lose: 1 });
    const after = await (await (await office()).get(`/lab/drafts/${id}`)).text();
    expect(after).toContain('只因本条不符');
    expect(after).toContain('不显示');
    const lost = await (await (await office()).get(`/lab/drafts/${id}/people?who=lose`)).text();
    expect(lost).toContain('李华');
    const sheet = await (await office()).get(`/lab/drafts/${id}/figures.xlsx`);
    expect(sheet.headers.get('content-type')).toContain('spreadsheetml');
    const compared = await (await (await office()).get(`/lab/drafts/${id}/compare`)).text();
    expect(compared).toContain('二、对象与条件，第 6 条');
    expect(compared).toContain('<del>3</del>');
  });

  test('keeps what was typed when a number is none, and says which', async () => {
    const id = await begin();
    const answer = await (await office()).post(`/lab/drafts/${id}`, {
      revision: '1',
      act: 'save',
      [min]: '三',
    });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('value="三"');
    expect(page).toContain('请填一个数');
    expect((await selectDraft(db, id)).revision).toBe(1);
  });

  test('shows a length of time in words and takes it in words', async () => {
    const id = await begin();
    const within = 'k:eligibility.all[5].count.within';
    const shown = await (await (await office()).get(`/lab/drafts/${id}`)).text();
    expect(shown).toMatch(/name="k:eligibility\.all\[5\]\.count\.within"[^>]*value="5年"/);
    const answer = await (await office()).post(`/lab/drafts/${id}`, {
      revision: '1',
      act: 'save',
      [within]: '42 个月',
    });
    expect(answer.status).toBe(303);
    expect((await selectDraft(db, id)).source).toContain('within: 42m');
  });

  test('tries nothing from a day that is none, and keeps what was typed', async () => {
    const id = await begin();
    const answer = await (await office()).post(`/lab/drafts/${id}`, {
      revision: '1',
      act: 'try',
      asOf: '2026-02-30',
      [min]: '4',
    });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('请填写计算基准日');
    expect(page).toContain('value="2026-02-30"');
    expect(page).toContain('value="4"');
    expect((await selectDraft(db, id)).revision).toBe(1);
    expect(await selectLatestRun(db, { draftId: id })).toBeNull();
  });

  test('asks why a draft is given up at the field that asks it, and keeps the reason given', async () => {
    const id = await begin();
    const path = `/lab/drafts/${id}/agreement`;
    const refused = await (await office()).post(path, { act: 'drop', revision: '1' });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('href="#f-reason"');
    const given = await (await office()).post(path, { act: 'drop', revision: '1', reason: '另起一稿' });
    expect(given.status).toBe(303);
    expect(await selectDraft(db, id)).toMatchObject({ state: 'dropped', endedReason: '另起一稿' });
  });

  test('a file half written is kept, told what is wrong with it, and neither tried nor laid before others', async () => {
    const id = await begin();
    const { source } = await selectDraft(db, id);
    const broken = source.replace('min: 3', 'mim: 3');
    const saved = await (await office()).post(`/lab/drafts/${id}/file`, { revision: '1', source: broken });
    expect(saved.status).toBe(303);
    const page = await (await (await office()).get(`/lab/drafts/${id}/file`)).text();
    expect(page).toContain('mim');
    const live = await (await office()).post(`/lab/drafts/${id}/check`, { source: broken });
    const { ok, problems } = (await live.json()) as {
      ok: boolean;
      problems: { line: number; nearest: string }[];
    };
    expect([ok, problems[0]?.nearest]).toEqual([false, 'min']);
    expect(problems[0]?.line).toBeGreaterThan(50);
    const asked = await (await office()).post(`/lab/drafts/${id}/agreement`, { revision: '2', act: 'ask' });
    expect(asked.status).toBe(422);
  });

  test('is listed by the name its file gives it, sound or not', async () => {
    const id = await begin();
    const listed = async () => {
      const page = await (await (await office()).get('/lab')).text();
      return new RegExp(`<a href="/lab/drafts/${id}">([^<]*)</a>`).exec(page)?.[1];
    };
    const { source } = await selectDraft(db, id);
    expect(await listed()).toMatch(/^市中小学学科骨干教师培训 \d/);
    const faulty = source.replace('eligibility:', 'eligibilty:');
    await (await office()).post(`/lab/drafts/${id}/file`, { revision: '1', source: faulty });
    expect(await listed()).toBe('市中小学学科骨干教师培训');
    const unnamed = source.replace(/^names:\n( .*\n)*/m, 'names: {en: Backbones, zh-CN: 骨干}\nrubbish: 1\n');
    await (await office()).post(`/lab/drafts/${id}/file`, { revision: '2', source: unnamed });
    expect(await listed()).toBe('骨干');
  });

  test('what is being typed is checked with the tables as they are being typed', async () => {
    const id = await begin();
    const { source, tables } = await selectDraft(db, id);
    const [name, text] = Object.entries(tables)[0] ?? ['', ''];
    const check = async (typed: Record<string, string>) => {
      const live = await (await office()).post(`/lab/drafts/${id}/check`, { source, ...typed });
      return ((await live.json()) as { ok: boolean }).ok;
    };
    expect(await check({ [`table:${name}`]: text })).toBe(true);
    expect(await check({ [`table:${name}`]: text.replace(/,\d+/, ',many') })).toBe(false);
    expect(await check({})).toBe(true); // A table that was not sent is as it was kept.
  });

  test('a version to begin from is found by the name of its programme, its unit, or its number', async () => {
    const found = async (query: string) =>
      (await (await office()).get(`/lab?q=${encodeURIComponent(query)}`)).text();
    const option = `<option value="${versionId}"`;
    for (const query of ['', '骨干', 'BACKBONE', '市']) expect(await found(query)).toContain(option);
    for (const query of ['%', 'nothing of the kind']) {
      const page = await found(query);
      expect(page).not.toContain(option);
      expect(page).toContain('没有找到这样的版本');
    }
  });

  test('whatever a file holds is shown as text: no markup of its own, odd characters whole', async () => {
    const nasty = '<script>alert(1)</script></textarea><img src=x onerror=alert(1)>"&\'';
    const odd = '𠮷〇龴\u202eabc\u200d😀 e\u0301';
    const yaml = JSON.stringify(`${nasty} ${odd}`);
    const { source } = await selectDraft(db, await begin());
    const loads = source.replace(/say: \{zh-CN: [^,}]*, en: [^}]*\}/, `say: {zh-CN: ${yaml}, en: ${yaml}}`);
    expect(loads).not.toBe(source);
    const files: [string, 200 | 422][] = [
      [loads, 200],
      [`${nasty}: ${odd}\n`, 422],
      [source.replace('programme:', `${nasty}${odd}:`), 422],
      ['[{&a', 422],
    ];
    for (const [text, paper] of files) {
      const id = await begin();
      const saved = await (await office()).post(`/lab/drafts/${id}/file`, { revision: '1', source: text });
      expect(saved.status).toBe(303);
      expect((await selectDraft(db, id)).source).toBe(text);
      for (const page of ['', '/file', '/compare', '/agreement']) {
        const answer = await (await office()).get(`/lab/drafts/${id}${page}`);
        expect([page, answer.status]).toEqual([page, 200]);
        const html = await answer.text();
        expect(html).not.toContain('<script>alert');
        expect(html).not.toContain('<img src=x');
        if (page === '/file' && text.includes(odd)) expect(html).toContain(odd);
      }
      const live = await (await office()).post(`/lab/drafts/${id}/check`, { source: text });
      expect(live.headers.get('content-type')).toContain('json');
      expect(((await live.json()) as { ok: boolean }).ok).toBe(paper === 200);
      expect((await (await office()).get(`/lab/drafts/${id}/policy.pdf`)).status).toBe(paper);
    }
    expect(await (await (await office()).get('/lab')).text()).not.toContain('<script>alert');
    const id = await begin();
    const nul = await (await office()).post(`/lab/drafts/${id}/file`, { revision: '1', source: 'a\u0000b' });
    expect(nul.status).toBe(422);
    expect((await selectDraft(db, id)).revision).toBe(1);
  });

  test('two people at once: the second is told, and loses nothing', async () => {
    const id = await begin();
    expect(
      (await (await office()).post(`/lab/drafts/${id}`, { revision: '1', act: 'save', [min]: '4' })).status,
    ).toBe(303);
    const late = await (await kept.as(colleague)).post(`/lab/drafts/${id}`, {
      revision: '1',
      act: 'save',
      [min]: '5',
    });
    expect(late.status).toBe(422);
    const page = await late.text();
    expect(page).toContain('别人已经改过这份草稿');
    expect(page).toContain('value="5"');
  });

  test('is agreed to by another, then published with its number and day; nobody agrees to their own', async () => {
    const id = await begin();
    const { source } = await selectDraft(db, id);
    const path = `/lab/drafts/${id}/agreement`;
    await (await office()).post(`/lab/drafts/${id}/file`, {
      revision: '1',
      source: source.replace('version: 2011-1', 'version: 2026-2'),
    });
    expect(
      (await (await office()).post(path, { revision: '2', act: 'publish', effective: '2027-01-01' })).status,
    ).toBe(422);
    expect(
      (await (await office()).post(path, { revision: '2', act: 'ask', note: '请看第六条' })).status,
    ).toBe(303);
    expect((await (await office()).post(path, { revision: '2', act: 'agree' })).status).toBe(422);
    expect(
      (await (await office()).post(`/lab/drafts/${id}`, { revision: '2', act: 'save', [min]: '4' })).status,
    ).toBe(422);
    const other = await kept.as(colleague);
    expect(await (await other.get('/notices')).text()).toContain('请您就方案草稿');
    expect((await other.post(path, { revision: '2', act: 'object' })).status).toBe(422);
    expect((await other.post(path, { revision: '2', act: 'agree' })).status).toBe(303);
    expect(await listAnswers(db, id)).toMatchObject([{ personId: colleague, agrees: true, revision: 2 }]);
    expect(
      (await (await office()).post(path, { revision: '2', act: 'publish', effective: '2027-01-01' })).status,
    ).toBe(303);
    const draft = await selectDraft(db, id);
    expect(draft.state).toBe('published');
    const page = await (await (await office()).get(`/programmes/${draft.versionId}`)).text();
    expect(page).toContain('2026-2');
    const actions = await db
      .selectFrom('audit')
      .select('action')
      .where('subject_id', '=', id)
      .orderBy('seq')
      .execute();
    expect(actions.map(({ action }) => action)).toEqual([
      'lab.draft-begun',
      'lab.draft-saved',
      'lab.draft-asked',
      'lab.draft-agreed',
      'lab.draft-published',
    ]);
  });

  test('an objection needs a reason, and sends the draft back', async () => {
    const id = await begin();
    const path = `/lab/drafts/${id}/agreement`;
    await (await office()).post(path, { revision: '1', act: 'ask' });
    const answer = await (await kept.as(colleague)).post(path, {
      revision: '1',
      act: 'object',
      note: '门槛过高',
    });
    expect(answer.status).toBe(303);
    expect((await selectDraft(db, id)).state).toBe('writing');
    expect(await (await (await office()).get(path)).text()).toContain('门槛过高');
    // Asked again, whoever objected answers anew; the objection stays on record.
    await (await office()).post(path, { revision: '1', act: 'ask' });
    expect((await (await kept.as(colleague)).post(path, { revision: '2', act: 'agree' })).status).toBe(303);
    expect((await listAnswers(db, id)).map(({ revision, agrees }) => [revision, agrees])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  test('a file published before is not published again for another day', async () => {
    const publish = async (effective: string) => {
      const id = await begin();
      const path = `/lab/drafts/${id}/agreement`;
      await (await office()).post(path, { revision: '1', act: 'ask' });
      await (await kept.as(colleague)).post(path, { revision: '1', act: 'agree' });
      return { id, answer: await (await office()).post(path, { revision: '1', act: 'publish', effective }) };
    };
    await publish('2027-01-01');
    const { id, answer: again } = await publish('2028-01-01');
    expect(again.status).toBe(422);
    expect(await again.text()).toContain('此前已经发布过');
    expect((await selectDraft(db, id)).state).toBe('agreed');
  });

  test('the policy as a paper, in both languages', async () => {
    const id = await begin();
    for (const lang of ['zh-CN', 'en']) {
      const paper = await (await office()).get(`/lab/drafts/${id}/policy.pdf?lang=${lang}`);
      expect(paper.headers.get('content-type')).toBe('application/pdf');
      expect((await paper.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
    }
  });

  test('another county sees no draft of this city', async () => {
    const id = await begin();
    expect((await (await kept.as(world.otherCountyOffice)).get(`/lab/drafts/${id}`)).status).toBe(403);
    expect((await (await kept.as(world.teacher)).get('/lab')).status).toBe(403);
  });
});
