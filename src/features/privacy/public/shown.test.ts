import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeRound } from '../../../../tests/support/round.ts';
import { makeWorld } from '../../../../tests/support/world.ts';
import { features } from '../../../app.ts';
import { newId } from '../../../platform/ids.ts';
import { asShown, SHOWN, SHOWN_VIEWS, SHOWS_NOBODY } from '../../../shared/shown.ts';

const { db } = await testDatabase();
const { as } = testApp(db);

/** A line of a list as its table might one day hold it: with more than is public. */
const ENTRY = {
  number: 77,
  name: '公示甲',
  county: '公示县',
  school: '公示学校',
  subject: '公示学科',
  stage: 'stage-mark',
  title: { 'zh-CN': '公示称号', en: 'title-mark' },
  staffNumber: 'STAFF-MARK',
  birthDate: '1983-02-17',
  phone: '13900001111',
  email: 'mark@example.org',
  idNumber: '110101198302170017',
  rank: 'rank-mark',
};
const LIST = {
  round: '公示评选',
  unit: '公示教育局',
  programme: { 'zh-CN': '公示办法', en: 'programme-mark' },
  documentNumber: '文号-1',
  contact: '受理电话',
  investigator: 'INVESTIGATOR-MARK',
};
const OBJECTION = {
  name: '异议人',
  contact: '13700002222',
  statement: '异议内容',
  investigation: '调查经过',
};
const publicity = newId();

beforeAll(async () => {
  const world = await makeWorld(db);
  const round = await makeRound(db, 'city', world.city, world.cityOffice);
  await sql`INSERT INTO publicity (id, round_id, posted_at, posted_on, closes_on, working_days, list, applications, digest, posted_by)
            VALUES (${publicity}, ${round}, now(), '2026-11-20', '2026-11-27', 5, ${JSON.stringify({ ...LIST, entries: [ENTRY] })}, '{}', 'd', ${world.cityOffice})`.execute(
    db,
  );
  await sql`UPDATE round SET state = 'publicity' WHERE id = ${round}`.execute(db);
  await sql`INSERT INTO objection (id, publicity_id, receipt, signed, name, contact, statement, investigation, received_at, state)
            VALUES (${newId()}, ${publicity}, 'YY2026-ABCDEFGH23', true, ${OBJECTION.name}, ${OBJECTION.contact}, ${OBJECTION.statement}, ${OBJECTION.investigation}, now(), 'investigating')`.execute(
    db,
  );
});

const read = async (path: string) => (await (await as(null)).get(path)).text();
const seen = (text: string, row: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(row)
    .filter(([, value]) => {
      const marks = typeof value === 'object' && value !== null ? Object.values(value) : [value];
      return marks.some((mark) => text.includes(String(mark)));
    })
    .map(([field]) => field)
    .sort();

describe('the public is shown what is in the one list and nothing else', () => {
  test('every page for anybody stands in it, or among those that show nobody', () => {
    const open = features
      .flatMap(({ routes }) => routes)
      .filter(({ method, guard }) => method === 'get' && guard.kind === 'anyone')
      .map(({ path }) => path);
    const listed = [...SHOWN_VIEWS.flatMap((view) => [...SHOWN[view].pages]), ...SHOWS_NOBODY];
    expect(open.filter((path) => !listed.includes(path))).toEqual([]);
    expect(listed.filter((path) => !open.includes(path))).toEqual([]);
  });

  test('a public list, on its page and in the interface, shows of a person the listed fields', async () => {
    const api = await read(`/api/v1/public/${publicity}`);
    expect(seen(api, ENTRY)).toEqual([...SHOWN.entry.fields].sort());
    expect(seen(api, LIST)).toEqual([...SHOWN.list.fields].sort());
    const page = await read(`/public/${publicity}`);
    expect(seen(page, ENTRY)).toEqual([...SHOWN.entry.fields].sort());
    expect(seen(page, LIST)).toEqual([...SHOWN.list.fields].sort());
  });

  test('the form for objecting names who is on the list, and no more', async () => {
    const allowed: readonly string[] = SHOWN.entry.fields;
    expect(
      seen(await read(`/public/${publicity}/object`), ENTRY).filter((one) => !allowed.includes(one)),
    ).toEqual([]);
  });

  test('a receipt never shows who objected, what, or how it is looked into', async () => {
    const page = await read('/public/objections/YY2026-ABCDEFGH23');
    expect(page).toContain('YY2026-ABCDEFGH23');
    expect(seen(page, OBJECTION)).toEqual([]);
  });

  test('the page /privacy reads the list out, in both languages', async () => {
    for (const lang of ['zh-CN', 'en']) {
      const page = await read(`/privacy?lang=${lang}`);
      for (const field of SHOWN.entry.fields) {
        const words = (await import(`../words/${lang}.json`, { with: { type: 'json' } })).default;
        expect(page).toContain(words[`shown.field.${field}`]);
      }
    }
  });
});

test('of a row, what is not listed is left out', () => {
  expect(asShown('entry', ENTRY)).toEqual({
    number: 77,
    name: '公示甲',
    county: '公示县',
    school: '公示学校',
    subject: '公示学科',
    stage: 'stage-mark',
    title: { 'zh-CN': '公示称号', en: 'title-mark' },
  });
});
