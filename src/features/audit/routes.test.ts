import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { makeWorld, type World } from '../../../tests/support/world.ts';
import { under } from '../../platform/circumstances.ts';
import { transaction } from '../../platform/database.ts';
import { pdfText } from '../../platform/documents/pdf-text.test-data.ts';
import { newId } from '../../platform/ids.ts';
import { checkProof } from './heads/proof.ts';
import { shortHead } from './heads/short.ts';
import { appendAudit, type Change } from './queries.ts';

const { db } = await testDatabase();
const { as } = testApp(db);
let world: World;
const record = newId();
const AT = new Date('2026-11-20T02:00:00Z');

const append = (actor: string, change: Change, at = AT) =>
  under({ address: '10.1.2.3', device: 'Firefox 145 · Windows' }, () =>
    transaction(db, (tx) => appendAudit(tx, actor, at, change)),
  );

beforeAll(async () => {
  world = await makeWorld(db);
  const about = {
    subjectType: 'record',
    subjectId: record,
    personId: world.teacher,
    unitPath: world.group.path,
  };
  await append(world.teacher, {
    ...about,
    action: 'record.change',
    before: { type: 'open-class', title: '古诗公开课', level: 'school' },
    after: { type: 'open-class', title: '古诗公开课', level: 'city', late: true },
  });
  await append(world.schoolOffice, { ...about, action: 'record.return', reason: '缺少证明' });
  await append(
    world.schoolOffice,
    {
      action: 'account.reset',
      subjectType: 'person',
      subjectId: world.teacher,
      personId: world.teacher,
      unitPath: world.school.path,
    },
    new Date('2026-11-22T02:00:00Z'),
  );
});

const text = async (person: string, path: string) => {
  const answer = await (await as(person)).get(path);
  expect(`${path} ${answer.status}`).toBe(`${path} 200`);
  return answer.text();
};

describe('the timeline of a person', () => {
  test('tells in words what changed, by whom and why, and marks late entries and corrections', async () => {
    const page = await text(world.teacher, `/people/${world.teacher}/timeline`);
    expect(page).toContain('修改成长记录');
    expect(page).toContain('级别：校级 → 市级');
    expect(page).toContain('理由：缺少证明');
    expect(page).toContain('补录');
    expect(page).toContain('更正');
    expect(page).toContain('刘洋');
    expect(page).not.toContain('{&quot;');
    const english = await text(world.teacher, `/people/${world.teacher}/timeline?lang=en`);
    expect(english).toContain('Changed a record');
    expect(english).toContain('late entry');
  });

  test('shows an administrator no records, and a group leader no accounts', async () => {
    const path = `/people/${world.teacher}/timeline`;
    const administrator = await text(world.administrator, path);
    expect(administrator).not.toContain('修改成长记录');
    expect(administrator).toContain('重新发放一人的登录码');
    const leader = await text(world.groupLeader, path);
    expect(leader).toContain('修改成长记录');
    expect(leader).not.toContain('重新发放一人的登录码');
  });
});

describe('the auditor', () => {
  test('finds entries by person, act, day, unit and number, with from where they came', async () => {
    const found = async (query: string) => {
      const page = await text(world.auditor, `/audit?${query}`);
      return [...page.matchAll(/\/audit\/entries\/(\d+)\/proof/g)].map((match) => Number(match[1]));
    };
    expect(await found('')).toEqual([3, 2, 1]);
    expect(await found('q=T1001')).toEqual([3, 2, 1]);
    expect(await found(`q=${encodeURIComponent('刘洋')}`)).toEqual([3, 2]);
    expect(await found('action=record.return')).toEqual([2]);
    expect(await found('from=2026-11-21')).toEqual([3]);
    expect(await found('to=2026-11-21')).toEqual([2, 1]);
    expect(await found('from=2026-12-01')).toEqual([]);
    expect(await found('unit=d06-1')).toEqual([3, 2, 1]);
    expect(await found('unit=d02')).toEqual([]);
    expect(await found('entry=2')).toEqual([2]);
    expect(await found('q=nobody')).toEqual([]);
    expect(await text(world.auditor, '/audit')).toContain('10.1.2.3 · Firefox 145 · Windows');
  });

  test('is told of a day there is not at its field, and is shown nothing instead of everything', async () => {
    const auditor = await as(world.auditor);
    for (const format of ['', '&format=csv']) {
      const answer = await auditor.get(`/audit?from=2026-13-45&action=record.change${format}`);
      expect(answer.status).toBe(422);
      const page = await answer.text();
      expect(page).toContain('没有“2026-13-45”这一天');
      expect(page).toContain('id="filter-from-error"');
      expect(page).toContain('value="2026-13-45"');
      expect(page).toContain('<option value="record.change" selected');
      expect(page).not.toContain('/audit/entries/');
    }
  });

  test('takes what was found along as a table', async () => {
    const file = await text(world.auditor, '/audit?format=csv&action=record.change');
    expect(file.split('\r\n')[1]).toContain('级别：校级 → 市级');
  });

  test('takes a proof of an entry along, which stands by itself, and finds its head in the list', async () => {
    const proof: unknown = JSON.parse(await text(world.auditor, '/audit/entries/2/proof.json'));
    expect(checkProof(proof, [])).toMatchObject({ ok: true, entries: [{ number: 2 }] });
    expect(await text(world.auditor, '/audit/heads')).toContain('/audit/heads/4');
    expect(await text(world.auditor, '/audit/heads/4')).toContain('qinglan audit verify --head');
    expect(await text(world.auditor, '/audit/heads/4?format=txt')).toMatch(/\n4\n.*=\n\n— /);
  });

  test('prints a head on a sheet, with the signed text, a short code and a picture of it', async () => {
    const [, short = ''] =
      /<code>(4-[0-9A-Z-]+)<\/code>/.exec(await text(world.auditor, '/audit/heads/4')) ?? [];
    const [, , root = ''] = (await text(world.auditor, '/audit/heads/4?format=txt')).split('\n');
    expect(shortHead({ size: 4, root: Buffer.from(root, 'base64') })).toBe(short);
    const answer = await (await as(world.auditor)).get('/audit/heads/4?format=pdf');
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    const printed = pdfText(new Uint8Array(await answer.arrayBuffer())).replaceAll(/\s/g, '');
    for (const part of [short, root, '第4条时的签名链首', '盖章']) expect(printed).toContain(part);
    // Below the picture and across the sheet: beside it, the signature ran over what stands under the picture.
    expect(printed.indexOf('二维码')).toBeGreaterThan(0);
    expect(printed.indexOf('二维码')).toBeLessThan(printed.indexOf(root));
    for (const person of [world.teacher, world.schoolOffice])
      expect((await (await as(person)).get('/audit/heads/4?format=pdf')).status).toBe(403);
  });

  test('reads units and applicants by name, bodies by their place, and no id or path', async () => {
    const application = newId();
    const about = { subjectType: 'application', subjectId: application, unitPath: world.school.path };
    await append(world.teacher, { ...about, action: 'application.draft', personId: world.teacher });
    await append(world.schoolOffice, {
      ...about,
      action: 'application.recommend',
      after: { application, next: 3, digest: newId() },
    });
    for (const filter of [
      { search: null, unitPath: world.school.path, state: 'serving' },
      { unitPaths: [world.county.path], title: 'city-backbone', state: null },
      { unitPaths: null, title: null, subject: null, state: null },
      { unitPath: '99.98.' },
    ])
      await append(world.schoolOffice, {
        action: 'people.exported',
        subjectType: 'people',
        subjectId: null,
        unitPath: world.school.path,
        after: { format: 'csv', filter },
      });
    const page = await text(world.auditor, '/audit');
    const said = page.replaceAll(/<[^>]*>/g, '\n');
    expect(said).toContain('申报：李华');
    expect(said).toContain('下一环节：第 3 环节');
    expect(said).toContain('单位 青溪县第一小学');
    expect(said).toMatch(/范围：名称 市级骨干教师、单位 青溪县/);
    expect(said).toContain('范围：全部');
    expect(said).toContain('单位 已变动的单位');
    expect(said).not.toMatch(/范围：\n/);
    expect(said).not.toContain(world.school.path);
    expect(said).not.toContain(application);
  });

  test('nobody else takes one', async () => {
    for (const person of [world.teacher, world.schoolOffice, world.otherCountyOffice])
      expect((await (await as(person)).get('/audit/entries/2/proof.json')).status).toBe(403);
  });
});
