import { strFromU8, unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeEligible, makeRound } from '../../../../tests/support/round.ts';
import { giveTitle, makePerson, makeRecord, makeWorld, type World } from '../../../../tests/support/world.ts';
import { pdfText } from '../../../platform/documents/pdf-text.test-data.ts';
import { newId } from '../../../platform/ids.ts';
import { Stopped } from '../../../platform/jobs/kinds.ts';
import { words } from '../../../web/words.ts';
import { assess } from '../dossier/assess.ts';
import { selectRound } from '../rounds/queries.ts';
import { insertScreening, keepReached, listEligible, selectLatestScreening } from './queries.ts';
import { basisOf, goesOn, isEligible, newTally } from './rules.ts';
import { runScreening, screeningJob } from './run.ts';
import { screen } from './screen.ts';
import { eligibleSheet } from './workbook.ts';

const { db } = await testDatabase();
const { as, services, setNow } = testApp(db);
let world: World;
let roundId: string;
const people: string[] = [];

beforeAll(async () => {
  world = await makeWorld(db);
  roundId = await makeRound(db, 'city', world.city, world.cityOffice);
  for (let i = 0; i < 12; i += 1) {
    const id = await makePerson(db, i % 2 ? world.school : world.otherSchool, `教师${i}`, {
      subject: i % 3 ? '语文' : '数学',
    });
    people.push(id);
    if (i % 4 !== 0) await makeEligible(db, id);
    if (i % 4 === 1)
      await makeRecord(db, id, 'open-class', { level: 'city', on: '2026-05-01', state: 'submitted' });
    if (i === 5) await giveTitle(db, id, 'province-backbone', '[2022-01-01,)');
  }
});

describe('screening', () => {
  test('says of everyone what their own findings say, clause by clause', async () => {
    const round = await selectRound(db, roundId);
    const { tally, eligible: found } = await screen(db, {
      versionId: round.versionId,
      numbers: null,
      asOf: round.asOf,
      unitPath: round.unitPath,
      among: null,
    });
    const everyone = [
      ...people,
      ...Object.values(world).filter((one): one is string => typeof one === 'string'),
    ];
    const each = await Promise.all(everyone.map((id) => assess(db, round, id)));
    const outcomes = each.flatMap((one) => (one === null ? [] : [one.findings]));
    expect(tally.people).toBe(everyone.length);
    for (const outcome of ['met', 'unmet', 'missing', 'needs-decision'] as const) {
      expect(tally.outcomes[outcome]).toBe(outcomes.filter((one) => one.outcome === outcome).length);
    }
    for (const [index, { path, counts }] of tally.clauses.entries()) {
      const own = outcomes.map(({ root }) => root.children[index]);
      expect(own[0]?.path).toBe(path);
      expect(counts.met).toBe(own.filter((one) => one?.effect === 'met').length);
    }
    const eligible = everyone.filter((_, index) => isEligible(outcomes[index]?.outcome ?? 'unmet'));
    expect(found).toEqual(eligible.toSorted());
  });

  test('counts by unit, subject and setting, and lists the eligible of each', async () => {
    const id = newId();
    const total = 40;
    const at = services.clock();
    const { city, cityOffice } = world;
    await insertScreening(db, { id, roundId, unitPath: city.path, total, startedBy: cityOffice, at });
    const tally = await runScreening(services, id);
    expect(tally?.units[world.county.path]?.eligible).toBe(5);
    expect(tally?.units[world.otherCounty.path]?.eligible).toBe(3);
    expect(Object.values(tally?.settings ?? {}).reduce((sum, { people: n }) => sum + n, 0)).toBe(
      tally?.people,
    );
    const screening = await selectLatestScreening(db, roundId, world.city.path);
    expect(screening).toMatchObject({ state: 'done' });
    const listed = await listEligible(
      db,
      screening?.id ?? '',
      { unitPath: world.otherCounty.path, subject: null, setting: null },
      { limit: 10, offset: 0 },
    );
    expect(listed.map(({ unitName }) => unitName)).toEqual(Array(3).fill('江北区第一小学'));
  });

  test('one that was interrupted goes on from where it stood and adds to what it had counted', async () => {
    const round = await selectRound(db, roundId);
    const unitPath = round.unitPath;
    const whole = await screen(db, {
      versionId: round.versionId,
      numbers: null,
      asOf: round.asOf,
      unitPath,
      among: null,
    });
    const half = people[5] ?? '';
    const later = whole.eligible.filter((one) => one > half);
    const serving = await db.selectFrom('person').select('id').where('id', '>', half).execute();
    const id = newId();
    setNow('2026-11-23T02:01:00Z');
    const at = services.clock();
    await insertScreening(db, { id, roundId, unitPath, total: 1028, startedBy: world.cityOffice, at });
    const tally = newTally(whole.tally.clauses.map(({ path }) => path));
    tally.people = 1000;
    tally.outcomes.met = 700;
    const partial = { basis: basisOf(round), tally };
    const reached = { reached: half, partial, eligible: [half], at };
    expect(await keepReached(db, id, null, reached)).toBe(true);
    // Who did not hear of it has lost it to those who did.
    expect(await keepReached(db, id, null, reached)).toBe(false);

    const stop = new AbortController();
    stop.abort();
    await expect(runScreening(services, id, stop.signal)).rejects.toThrow(Stopped);
    expect(await screeningJob.unfinished(db)).toEqual([id]);
    await runScreening(services, id);
    const done = await selectLatestScreening(db, roundId, unitPath);
    expect(done).toMatchObject({ id, partial: null, done: 1000 + serving.length });
    expect(done?.result?.outcomes.met).toBe(700 + later.length);
    const everywhere = { unitPath, subject: null, setting: null };
    const listed = await listEligible(db, id, everywhere, { limit: 100, offset: 0 });
    expect(listed.map(({ personId }) => personId).toSorted()).toEqual([half, ...later]);
  });

  test('one whose round has another day since does not go on', async () => {
    const round = await selectRound(db, roundId);
    const stopped = { state: 'failed', partial: { basis: basisOf(round), tally: newTally([]) } } as const;
    expect(goesOn(stopped, basisOf(round))).toBe(true);
    expect(goesOn(stopped, basisOf({ ...round, asOf: '2026-12-01' }))).toBe(false);
    expect(goesOn({ ...stopped, partial: null }, basisOf(round))).toBe(false);
    expect(goesOn({ ...stopped, state: 'done' }, basisOf(round))).toBe(false);
  });

  test('a county screens its own people, and its page shows the figures', async () => {
    const county = await as(world.countyOffice);
    const path = `/rounds/${roundId}/screening`;
    expect(await (await county.get(path)).text()).toContain('还没有普查过');
    expect((await county.post(path)).status).toBe(303);
    await expect
      .poll(async () => (await selectLatestScreening(db, roundId, world.county.path))?.state)
      .toBe('done');
    const page = await (await county.get(path)).text();
    for (const text of ['青溪县第一小学', '近五年举办校级以上公开课', '教师7']) expect(page).toContain(text);
    expect(page).not.toContain('教师2');
    expect((await (await as(world.teacher)).get(path)).status).toBe(403);
  });

  test('a list too long for a workbook says that it ends before all', () => {
    const row = {
      personId: '',
      name: '教师1',
      staffNumber: null,
      unitName: '一小',
      subject: null,
      setting: null,
    };
    const sheet = (people: number) =>
      eligibleSheet({ t: words('zh-CN'), locale: 'zh-CN' }, Array(people).fill(row), 1000);
    expect(sheet(1000)).toMatchObject({ rows: { length: 1000 } });
    expect(sheet(1000).closing).toBeUndefined();
    expect(sheet(1001)).toMatchObject({
      rows: { length: 1000 },
      closing: [expect.stringContaining('1,000 人')],
    });
  });

  test('its figures go along as a workbook with the list asked for, and as a paper without it', async () => {
    const county = await as(world.countyOffice);
    const path = `/rounds/${roundId}/screening`;
    const page = await (await county.get(`${path}?subject=${encodeURIComponent('数学')}`)).text();
    const [, href = ''] = /href="([^"]*figures\.xlsx[^"]*)"/.exec(page) ?? [];
    const sheets = async (address: string) => {
      const answer = await county.get(address);
      expect(answer.headers.get('content-type')).toContain('spreadsheetml');
      const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
      return Object.values(files).map((bytes) => strFromU8(bytes));
    };
    const all = (await sheets(`${path}/figures.xlsx`)).join('');
    for (const text of [
      '资格普查',
      '近五年举办校级以上公开课',
      '青溪县第一小学',
      '教师7',
      '教师9',
      '学校所在地',
    ])
      expect(all).toContain(text);
    expect(all).not.toContain('教师2');
    const inEnglish = await (await county.get(`${path}?lang=en`)).text();
    expect(inEnglish).toContain('Mathematics');
    expect(inEnglish.replaceAll('value="数学"', '')).not.toContain('数学');
    // Only mathematics, as the page lists.
    const some = (await sheets(href.replaceAll('&amp;', '&'))).join('');
    expect([some.includes('教师9'), some.includes('教师7')]).toEqual([true, false]);
    const english = (await sheets(`${path}/figures.xlsx?lang=en`)).join('');
    for (const text of ['Screening', 'Evidence missing', 'By subject']) expect(english).toContain(text);
    expect(english).toContain('数学');
    const entries = await db
      .selectFrom('audit')
      .select(['after', 'unit_path as unitPath'])
      .where('action', '=', 'round.screening-exported')
      .orderBy('seq')
      .execute();
    expect(entries.map(({ unitPath }) => unitPath)).toEqual(Array(3).fill(world.county.path));
    expect(entries[1]?.after).toMatchObject({ filter: { subject: '数学' } });

    // How an office prepares a round is read by those who see its applications, by its own name.
    const read = async (person: string, page: string) => (await (await as(person)).get(page)).text();
    const timeline = `/rounds/${roundId}/timeline`;
    expect(await read(world.countyOffice, timeline)).toContain('导出资格普查结果');
    for (const person of [world.teacher, world.otherCountyOffice])
      expect(await read(person, timeline)).not.toContain('资格普查');
    for (const person of [world.teacher, world.countyOffice])
      expect(await read(person, `/rounds/${roundId}`)).not.toMatch(/其他办理|导出资格普查/);

    await county.get(`${path}?lang=zh-CN`);
    const paper = await county.get(`${path}/figures.pdf`);
    const text = pdfText(new Uint8Array(await paper.arrayBuffer())).replaceAll('\n', '');
    for (const shown of ['资格普查', '近五年举办校级以上公开课', '青溪县第一小学'])
      expect(text).toContain(shown);
    expect(text).not.toContain('教师7');
    for (const file of ['figures.xlsx', 'figures.pdf']) {
      expect((await (await as(world.teacher)).get(`${path}/${file}`)).status).toBe(403);
      // Nobody has gone through the other county yet.
      expect((await (await as(world.otherCountyOffice)).get(`${path}/${file}`)).status).toBe(404);
    }
  });
});
