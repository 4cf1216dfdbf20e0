import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeEligible } from '../../../../tests/support/round.ts';
import { makePerson, makeRecord, makeWorld, type World } from '../../../../tests/support/world.ts';
import { transaction } from '../../../platform/database.ts';
import { pdfText } from '../../../platform/documents/pdf-text.test-data.ts';
import { newId } from '../../../platform/ids.ts';
import { root } from '../../../platform/root.ts';
import { readTable } from '../../../platform/spreadsheet/read-table.ts';
import { digestOf } from '../../programmes/compiled.ts';
import { insertVersion, publishVersion } from '../../programmes/queries.ts';
import { insertRound } from '../rounds/planning/queries.ts';
import { updateRound } from '../rounds/queries.ts';
import { replaceQuotas } from '../rounds/quotas/queries.ts';

const { db } = await testDatabase();
const app = testApp(db, '2026-04-28T02:00:00Z');
let world: World;
const roundId = newId();
let application = '';

beforeAll(async () => {
  world = await makeWorld(db);
  const folder = join(root, 'programmes/sources/002-3-city-backbone');
  const source = readFileSync(join(folder, '2011-1.yaml'), 'utf8');
  const tables = { 'quotas/2011.csv': readFileSync(join(folder, 'quotas/2011.csv'), 'utf8') };
  const versionId = newId();
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
  await insertRound(db, {
    id: roundId,
    versionId,
    unitId: world.city.id,
    unitPath: world.city.path,
    name: '2026年度市级骨干教师评选',
    documentNumber: '市教发〔2026〕8号',
    contact: '培训处',
    opensAt: new Date('2026-03-01T00:00:00Z'),
    closesAt: new Date('2026-04-25T15:59:59.999Z'),
    asOf: '2026-04-25',
    places: 406,
    createdBy: world.cityOffice,
    createdAt: new Date(),
    stages: [1, 2, 3, 4, 5, 6].map((n) => ({ stage: `s${n}`, body: 'city', closesAt: null })),
  });
  await updateRound(db, roundId, { state: 'open' });
  await transaction(db, (tx) =>
    replaceQuotas(tx, roundId, { path: world.city.path, level: 'county' }, [
      { unitId: world.county.id, unitPath: world.county.path, places: 8, basis: { from: 'hand' } },
    ]),
  );
  const person = await makePerson(db, world.school, '李𠮷䶮', { group: world.group, staffNumber: 'T7788' });
  await makeEligible(db, person);
  await makeRecord(db, person, 'annual-appraisal', {
    title: '2025年度考核',
    grade: 'excellent',
    on: '2025-12-31',
    fields: { result: 'excellent' },
  });
  application = newId();
  await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, group_id, subject, stage, state, position, receipt, submitted_at, outcome, form)
            VALUES (${application}, ${roundId}, ${person}, ${world.group.path}, ${world.school.id}, ${world.group.id}, '语文', 'primary', 'in-review', 5, '20260407', now(), 'met',
                    ${JSON.stringify({ fields: { statement: '坚持单元整体教学' } })}::jsonb)`.execute(db);
  for (const [position, unit] of [
    [2, world.school],
    [3, world.county],
  ] as const) {
    await sql`INSERT INTO review (id, application_id, round_id, position, unit_id, decision, place, decided_by, decided_at)
              VALUES (${newId()}, ${application}, ${roundId}, ${position}, ${unit.id}, 'recommend', 1, ${world.countyOffice}, '2026-04-20T02:00:00Z')`.execute(
      db,
    );
  }
});

const papers = `/rounds/${roundId}/papers`;
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());

describe('papers come out filled in', () => {
  test('the county prints its recommendation summary with its quota and seal boxes, rare characters right', async () => {
    const answer = await (await app.as(world.countyOffice)).get(
      `${papers}/summary.pdf?unit=${world.county.id}&stage=3`,
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    const text = pdfText(await bytesOf(answer)).replaceAll(/\s/g, '');
    for (const part of ['推荐汇总表', '李𠮷䶮', '青溪县教育局', '名额8人，推荐1人'])
      expect(text).toContain(part);
  });

  test('the same as a workbook, with a line for the seal', async () => {
    const answer = await (await app.as(world.countyOffice)).get(
      `${papers}/summary.xlsx?unit=${world.county.id}&stage=3`,
    );
    const table = await readTable(await bytesOf(answer));
    const cells = table.ok ? table.sheets[0]?.rows.flatMap(({ cells }) => cells.map(({ text }) => text)) : [];
    expect(cells).toContain('李𠮷䶮');
    expect(cells?.some((text) => text.includes('（盖章）'))).toBe(true);
  });

  test('the summary of the city’s institute bears the seal of the institute, in either file', async () => {
    const office = await app.as(world.cityOffice);
    const address = (format: string) => `${papers}/summary.${format}?unit=${world.city.id}&stage=4`;
    const text = pdfText(await bytesOf(await office.get(address('pdf')))).replaceAll(/\s/g, '');
    expect(text).toContain('市教学院培训处审查材料');
    expect(text.replace('市教学院培训处审查材料', '')).toContain('市教学院培训处');
    expect(text).not.toContain('人事科');
    const table = await readTable(await bytesOf(await office.get(address('xlsx'))));
    const cells = table.ok ? table.sheets[0]?.rows.flatMap(({ cells }) => cells.map(({ text }) => text)) : [];
    const seals = cells?.filter((cell) => cell.includes('（盖章）')).map((cell) => cell.split('　')[0]);
    expect([...new Set(seals)]).toEqual(['市教学院培训处']);
  });

  test('another county does not see it, and a teacher none', async () => {
    const address = `${papers}/summary.pdf?unit=${world.county.id}&stage=3`;
    expect((await (await app.as(world.otherCountyOffice)).get(address)).status).toBe(403);
    expect((await (await app.as(world.teacher)).get(address)).status).toBe(403);
    expect((await (await app.as(world.teacher)).get(papers)).status).toBe(403);
  });

  test('the page of papers offers a body its own summary', async () => {
    expect(await (await (await app.as(world.countyOffice)).get(papers)).text()).toContain(
      `summary.pdf?unit=${world.county.id}&amp;stage=3`,
    );
  });

  test('the declaration form carries what is known, each clause with its records, and what the bodies decided', async () => {
    const answer = await (await app.as(world.schoolOffice)).get(`/applications/${application}/form.pdf`);
    expect(answer.status).toBe(200);
    const text = pdfText(await bytesOf(answer)).replaceAll(/\s/g, '');
    for (const part of [
      '申报表',
      '李𠮷䶮',
      'T7788',
      '坚持单元整体教学',
      '20260407',
      'R-002-3-12',
      '同意推荐',
    ])
      expect(text).toContain(part);
    expect(
      (await (await app.as(world.otherSchoolOffice)).get(`/applications/${application}/form.pdf`)).status,
    ).toBe(403);
  });

  test('the notice and the list are printed once the list is public', async () => {
    expect((await (await app.as(world.cityOffice)).get(`${papers}/named.pdf`)).status).toBe(404);
    const office = await app.as(world.cityOffice);
    expect((await office.post(`/rounds/${roundId}/selection/post`)).status).toBe(303);
    const notice = pdfText(await bytesOf(await office.get(`${papers}/publicity.pdf`))).replaceAll(/\s/g, '');
    for (const part of ['公示', '李𠮷䶮', '5个工作日', '市教发〔2026〕8号']) expect(notice).toContain(part);
    expect(notice).not.toContain('T7788');
    const list = pdfText(await bytesOf(await office.get(`${papers}/named.pdf`))).replaceAll(/\s/g, '');
    expect(list).toContain('李𠮷䶮');
    expect((await office.get(`${papers}/named.xlsx`)).status).toBe(200);
  });
});
