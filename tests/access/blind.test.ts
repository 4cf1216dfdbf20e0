import { strFromU8, unzipSync } from 'fflate';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import {
  type Applied,
  appliedTo,
  codesOf,
  formedPanel,
  judgedRound,
  lookedThrough,
  makeJudges,
} from '../support/panel.ts';
import { makePerson, makeWorld, type World } from '../support/world.ts';

/*
 * A blind panel leaks nothing, whichever way one asks: a judge tries every page, list, file, address and error for who a
 * candidate is, and the office for whose a code is before judging is closed.
 */

const { db } = await testDatabase();
const app = testApp(db);
const { as } = app;
let world: World;
let round: string;
let panel: string;
let candidates: Applied[];
let judges: string[];
/** What would tell who somebody is or where: of each candidate, and of their units. */
let telling: string[];
let ids: string[];

const judge = () => as(judges[0] ?? '');
const office = () => as(world.countyOffice);
const read = async (path: string, browser = judge()): Promise<string> =>
  (await (await browser).get(path)).text();

beforeAll(async () => {
  world = await makeWorld(db);
  round = await judgedRound(db, world);
  candidates = [];
  for (const name of ['尉迟敬修', '司马若兰', '欧阳乐山'])
    candidates.push(await appliedTo({ app, files: app.services.files, db }, world, round, name));
  judges = await makeJudges(db, world, 4);
  panel = await formedPanel(await office(), round, world.county, judges);
  await lookedThrough(await office(), db, panel, true);
  const opened = await (await office()).post(`/panels/${panel}/open`);
  expect(opened.status).toBe(303);
  const people = await db
    .selectFrom('person')
    .select(['name', 'staff_number as number', 'phone', 'id'])
    .where(
      'id',
      'in',
      candidates.map(({ person }) => person),
    )
    .execute();
  telling = [
    ...people.flatMap(({ name, number, phone }) => [name, number ?? name, phone ?? name]),
    '青溪县',
    '第一小学',
    '语文教研组',
  ];
  const rows = await sql<{ id: string }>`
    SELECT id FROM application WHERE round_id = ${round}
    UNION ALL SELECT record.id FROM record JOIN application a ON a.person_id = record.person_id
    UNION ALL SELECT evidence.id FROM evidence JOIN application a ON a.person_id = evidence.person_id
    UNION ALL SELECT id FROM panel_entry UNION ALL SELECT candidate FROM panel_code`.execute(db);
  ids = [...people.map(({ id }) => id), ...rows.rows.map(({ id }) => id)];
});

/** Which of these words are in a page, besides the unit that holds the panel and the judge's own, which are no secret. */
function leaks(page: string): string[] {
  const text = page.replaceAll('青溪县教育局', '').replaceAll('江北区第一小学', '');
  return [...telling, ...ids].filter((word) => text.includes(word));
}
const sheets = async (): Promise<string[]> => codesOf(await judge(), panel);

describe('a judge', () => {
  test('reads of the candidates what was let through, and nothing that names them or their unit', async () => {
    const codes = await sheets();
    expect(codes).toHaveLength(3);
    for (const path of ['/judging', `/judging/${panel}`, ...codes.map((code) => `/judging/${panel}/${code}`)])
      expect(`${path}: ${leaks(await read(path))}`).toBe(`${path}: `);
    // The pages are not empty: what they wrote is there, struck out.
    expect(await read(`/judging/${panel}/${codes[0]}`)).toMatch(/▇▇.*任教，带动本组教师共同提高/s);
  });

  test('finds nobody by searching', async () => {
    for (const { name } of candidates) {
      const text = encodeURIComponent(name);
      for (const path of [
        `/people?q=${text}`,
        `/people?search=${text}`,
        `/titles?search=${text}`,
        `/rounds/${round}/queue?search=${text}`,
        `/rounds/${round}/panels?find=${text}`,
        `/panels/${panel}?find=${text}`,
      ]) {
        const answer = await (await judge()).get(path);
        expect(`${path} ${answer.status}`).toBe(`${path} 403`);
        expect(leaks(await answer.text()).filter((word) => word !== name)).toEqual([]);
      }
    }
  });

  test('gets the same order however it is asked for: by code, which follows from nothing', async () => {
    const order = await sheets();
    expect(order).toEqual(order.toSorted());
    for (const query of [
      'sort=name',
      'sort=-name',
      'sort=id',
      'sort=total',
      'sort=unit&page=2',
      'search=a',
      'cols=name',
    ]) {
      const page = await read(`/judging/${panel}?${query}`);
      const found = [...page.matchAll(/<th scope="row"[^>]*>.*?\/judging\/[^/]+\/([A-Z0-9-]{5})"/g)].map(
        ([, code]) => code,
      );
      expect(`${query} ${found}`).toBe(`${query} ${order}`);
    }
    // What others give does not move them either.
    const other = await as(judges[1] ?? '');
    await other.post(`/judging/${panel}/${order[2]}/hand-in`, {
      'mark.teaching': '60',
      'mark.research': '40',
      'reason.research': '好',
    });
    expect(await sheets()).toEqual(order);
  });

  test('learns from no number how many there are or where they come from', async () => {
    const page = await read(`/judging/${panel}`);
    expect(page).not.toMatch(/共\s*\d+\s*(人|名|份)/);
    for (const path of [`/rounds/${round}`, `/rounds/${round}/quotas`, `/rounds/${round}/timeline`]) {
      const text = await read(path);
      expect(leaks(text).filter((word) => !['青溪县', '第一小学'].includes(word))).toEqual([]);
      expect(text).not.toContain(panel);
    }
  });

  test('takes nothing along as a file', async () => {
    for (const format of ['csv', 'xlsx', 'json']) {
      for (const path of ['/judging', `/judging/${panel}`]) {
        const answer = await (await judge()).get(`${path}?format=${format}`);
        expect(answer.headers.get('content-type')).toContain('text/html');
        expect(leaks(await answer.text())).toEqual([]);
      }
    }
    for (const paper of ['named.xlsx', 'summary.xlsx']) {
      const answer = await (await judge()).get(`/rounds/${round}/papers/${paper}`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const text =
        answer.headers.get('content-type')?.includes('spreadsheet') === true
          ? Object.values(unzipSync(bytes))
              .map((part) => strFromU8(part))
              .join('\n')
          : strFromU8(bytes);
      expect(
        `${paper} ${leaks(text).filter((word) => candidates.some(({ name, application, person }) => [name, application, person].includes(word)))}`,
      ).toBe(`${paper} `);
    }
  });

  test('sees no id in any address but the panel’s and their own, and none that tells when it was made', async () => {
    const [me = ''] = judges;
    for (const path of ['/judging', `/judging/${panel}`, `/judging/${panel}/${(await sheets())[0]}`]) {
      const page = await read(path);
      const addresses = [...page.matchAll(/(?:href|action|src|formaction|data-autosave)="([^"]*)"/g)].map(
        ([, address = '']) => address,
      );
      const found = addresses.flatMap((address) => [
        ...address.matchAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g),
      ]);
      expect(new Set(found.map(([id]) => id).filter((id) => id !== panel && id !== me)).size).toBe(0);
    }
    // UUIDv7 would tell who applied first; these are of chance, and no row says when it was made.
    const rows = await sql<{ id: string }>`
      SELECT candidate AS id FROM panel_code UNION ALL SELECT id FROM panel_sheet`.execute(db);
    for (const { id } of rows.rows) expect(id).toMatch(/^.{8}-.{4}-4/);
    const { rows: columns } = await sql<{ name: string }>`
      SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = current_schema() AND table_name IN ('panel_code', 'panel_material', 'panel_sheet', 'panel_mark')
         AND (data_type LIKE 'timestamp%' OR data_type IN ('date', 'bigint') OR column_default LIKE 'nextval%')`.execute(
      db,
    );
    expect(columns.map(({ name }) => name)).toEqual(['panel_sheet.settled_at']);
  });

  test('gets a file under its code and number, with no name, date or mark of its own', async () => {
    const [code = ''] = await sheets();
    const page = await read(`/judging/${panel}/${code}`);
    const [, path = ''] = /href="(\/judging\/[^"]+\/files\/\d+)"/.exec(page) ?? [];
    const answer = await (await judge()).get(path);
    expect(answer.status).toBe(200);
    const number = path.split('/').at(-1);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${code}-${number}.pdf"`);
    for (const header of ['etag', 'last-modified', 'x-sha256', 'link', 'content-location'])
      expect(`${header} ${answer.headers.get(header)}`).toBe(`${header} null`);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(leaks([...answer.headers].join('\n'))).toEqual([]);
    // What is in a file the machine cannot judge; the office let these through, and the guide says what that means.
    expect(await answer.text()).toContain('的证书');
  });

  test('gets no file that was kept back, nor by any other address', async () => {
    const [code = ''] = await sheets();
    const browser = await judge();
    for (const number of ['0', '999', '-1', '1.5', 'x', '1%27'])
      expect((await browser.get(`/judging/${panel}/${code}/files/${number}`)).status).toBe(404);
    const files = await sql<{
      id: string;
    }>`SELECT evidence.id FROM evidence JOIN application a ON a.person_id = evidence.person_id`.execute(db);
    for (const { id } of files.rows) expect((await browser.get(`/evidence/${id}`)).status).toBe(403);
    for (const { application, person } of candidates) {
      for (const path of [
        `/applications/${application}`,
        `/applications/${application}/review`,
        `/applications/${application}/form.pdf`,
        `/applications/${application}/timeline`,
        `/people/${person}`,
        `/people/${person}/records`,
        `/people/${person}/timeline`,
        `/panels/${panel}`,
      ])
        expect(`${path} ${(await browser.get(path)).status}`).toBe(`${path} 403`);
    }
  });

  test('learns nothing through the interface', async () => {
    const browser = await judge();
    for (const { application } of candidates)
      expect((await browser.get(`/api/v1/applications/${application}`)).status).toBe(403);
    const list = await browser.get(`/api/v1/rounds/${round}/applications`);
    expect(leaks(await list.text())).toEqual([]);
    const described = await browser.get('/api/v1/openapi.json');
    expect(await described.text()).not.toContain('panel');
  });

  test('reads in their own trail that they judged, not whom', async () => {
    const [code = ''] = await sheets();
    await (await as(judges[2] ?? '')).post(`/judging/${panel}/${code}/aside`, { why: '认出了所附照片' });
    for (const id of judges) {
      const trail = await read(`/people/${id}/timeline`, as(id));
      expect(leaks(trail)).toEqual([]);
      for (const one of await sheets()) expect(trail).not.toContain(one);
    }
  });

  test('is told in notices of the panel, and of no candidate', async () => {
    const notices = await read('/notices');
    expect(notices).toContain('评审已开始');
    expect(leaks(notices)).toEqual([]);
    for (const code of await sheets()) expect(notices).not.toContain(code);
    const home = await read('/');
    expect(home).toContain('份待评');
    expect(leaks(home)).toEqual([]);
  });

  test('hears the same of a code that is another’s as of one that is nobody’s', async () => {
    const browser = await judge();
    const plain = (text: string): string =>
      text.replaceAll(/[A-Z0-9]{2}-[A-Z0-9]{2}/g, '').replaceAll(/[0-9a-f-]{32,36}/g, '');
    const unknown = await browser.get(`/judging/${panel}/ZZ-ZZ`);
    expect(unknown.status).toBe(404);
    const [code = ''] = await sheets();
    await sql`DELETE FROM panel_mark WHERE sheet_id IN (SELECT id FROM panel_sheet WHERE code = ${code} AND person_id = ${judges[3] ?? ''})`.execute(
      db,
    );
    await sql`DELETE FROM panel_sheet WHERE code = ${code} AND person_id = ${judges[3] ?? ''}`.execute(db);
    const fourth = await as(judges[3] ?? '');
    const others = await fourth.get(`/judging/${panel}/${code}`);
    const nobodys = await fourth.get(`/judging/${panel}/ZZ-ZZ`);
    expect(others.status).toBe(404);
    expect(plain(await others.text())).toBe(plain(await nobodys.text()));
    expect((await fourth.get(`/judging/${panel}/${code}/files/4`)).status).toBe(404);
    expect((await fourth.post(`/judging/${panel}/${code}`, { 'mark.teaching': '1' })).status).toBe(404);
  });

  test('reads no word of who it is in any error', async () => {
    const [code = ''] = await sheets();
    const browser = await judge();
    const answers = [
      await browser.post(`/judging/${panel}/${code}/hand-in`, { 'mark.teaching': '99' }),
      await browser.post(`/judging/${panel}/${code}/aside`, { why: '' }),
      await browser.post(`/judging/${panel}/${code}/files/1`),
      await browser.get(`/panels/${panel}/entries/${candidates[0]?.application}`),
      await browser.post(`/applications/${candidates[0]?.application}/review/recuse`, { relation: 'spouse' }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      // What the judge sent in the address comes back in it.
      const asked = [candidates[0]?.application];
      expect(leaks(await answer.text()).filter((word) => !asked.includes(word))).toEqual([]);
    }
  });
});

describe('the office, until judging is closed', () => {
  test('reads no code, no mark and no reason on any of its pages or files', async () => {
    const codes = await sheets();
    const [code = ''] = codes;
    await (await judge()).post(`/judging/${panel}/${code}/hand-in`, {
      'mark.teaching': '47.5',
      'mark.research': '23',
      'reason.research': '论据充分且有推广价值',
    });
    const paths = [
      `/panels/${panel}`,
      `/rounds/${round}/panels`,
      `/rounds/${round}/timeline`,
      `/rounds/${round}/queue`,
      '/notices',
      ...candidates.map(({ application }) => `/applications/${application}/review`),
      ...candidates.map(({ application }) => `/applications/${application}/timeline`),
    ];
    for (const person of [world.countyOffice, world.cityOffice]) {
      for (const path of paths) {
        const text = await read(path, as(person));
        for (const word of [...codes, '47.5', '论据充分'])
          expect(`${path} ${text.includes(word) ? word : ''}`).toBe(`${path} `);
      }
    }
    const trail = await read('/audit', as(world.auditor));
    for (const word of [...codes, '47.5', '论据充分']) expect(trail).not.toContain(word);
  });

  test('sees how far each judge is, not with whom', async () => {
    const page = await read(`/panels/${panel}`, office());
    expect(page).toContain('评委甲');
    expect(page).toMatch(/1\/3/);
  });

  test('an applicant reads neither that a panel has their file nor which code it bears', async () => {
    for (const { person, application } of candidates) {
      const browser = as(person);
      for (const path of [
        `/applications/${application}`,
        `/applications/${application}/timeline`,
        '/',
        '/notices',
        `/people/${person}/timeline`,
        `/people/${person}/readers`,
      ]) {
        const text = await read(path, browser);
        for (const word of [...(await sheets()), '评委甲', panel])
          expect(`${path} ${text.includes(word) ? word : ''}`).toBe(`${path} `);
      }
      expect((await (await browser).get(`/judging/${panel}`)).status).toBe(403);
    }
  });
});

describe('who could know whom is kept off', () => {
  test('a judge of a school of the county who may open nothing has sheets; one of its office has none of its own', async () => {
    const second = await judgedRound(db, world);
    const own = await appliedTo({ app, files: app.services.files, db }, world, second, '南宫问天');
    const sister = await appliedTo({ app, files: app.services.files, db }, world, second, '东郭先生', {
      at: world.sisterSchool,
      group: null,
    });
    const plain = await makePerson(db, world.sisterSchool, '县内评委', { staffNumber: 'J9001' });
    const further = await makeJudges(db, world, 3);
    const made = await formedPanel(await office(), second, world.county, [
      plain,
      world.schoolOffice,
      ...further,
    ]);
    await lookedThrough(await office(), db, made);
    expect((await (await office()).post(`/panels/${made}/open`)).status).toBe(303);
    expect(await codesOf(await as(plain), made)).toHaveLength(2);
    const seen = await codesOf(await as(world.schoolOffice), made);
    expect(seen).toHaveLength(1);
    const { rows } = await sql<{ application: string }>`
      SELECT e.application_id AS application FROM panel_code c JOIN panel_entry e ON e.id = c.entry_id
       WHERE c.panel_id = ${made} AND c.code = ${seen[0] ?? ''}`.execute(db);
    expect(rows[0]?.application).toBe(sister.application);
    expect(own.application).not.toBe(sister.application);
  });
});
