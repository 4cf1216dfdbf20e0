import { strFromU8, unzipSync } from 'fflate';
import type { KyselyPlugin } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeYears, YEARS, YEARS_PARAMETERS } from '../../../../tests/support/numbers.ts';
import { makePerson, makeWorld, type World } from '../../../../tests/support/world.ts';
import { pdfText } from '../../../platform/documents/pdf-text.test-data.ts';
import { newId } from '../../../platform/ids.ts';
import { atWork } from '../../../platform/services.ts';
import { putRun, runTrial } from '../../lab/trials/run.ts';
import { judgingProgramme } from '../../programmes/compiled.ts';
import { listUnfit } from '../publicity/recheck.ts';
import { type RoundRow, selectRound } from '../rounds/queries.ts';
import { insertScreening } from '../screening/queries.ts';
import { isEligible } from '../screening/rules.ts';
import { runScreening } from '../screening/run.ts';
import { screen } from '../screening/screen.ts';
import { assess } from './assess.ts';
import { populationFor } from './population/reckon.ts';
import { standings } from './standing.ts';

/*
 * People of several counties in one crowd are each judged by the numbers of their own county, whoever asks: their own
 * findings, a body's queue, the list, a screening, the policy lab.
 */

const { db } = await testDatabase();
const { as, services, setNow } = testApp(db);
const world: World = await makeWorld(db);
const versionId = await makeYears(db, world.city);
const people: string[] = [];
let round: RoundRow;

const COUNTY = {
  parameter: 'least-years',
  from: '2026-11-23',
  document: '青教发〔2026〕3号',
  reason: '本县教龄普遍较长',
};
const setHere = async (value: string, from = COUNTY.from) =>
  (
    await (
      await as(world.countyOffice)
    ).post(`/programmes/${versionId}/numbers/${world.county.id}`, {
      ...COUNTY,
      value,
      from,
    })
  ).status;

async function openRound(opens = '2026-11-23'): Promise<RoundRow> {
  const office = await as(world.cityOffice);
  const made = await office.post('/rounds/new', {
    version: versionId,
    unit: world.city.id,
    name: '2026年度市级教学骨干评选',
    opens,
    deadline: '2026-12-20',
    places: '10',
  });
  const path = (made.headers.get('location') ?? '').replace(/\?.*/, '');
  expect((await office.post(`${path}/open`)).status).toBe(303);
  return selectRound(db, path.replace('/rounds/', ''));
}

beforeAll(async () => {
  // Two, four and six years of teaching at the deadline, in both counties.
  for (const school of [world.school, world.sisterSchool, world.otherSchool])
    for (const since of ['2024-09-01', '2022-09-01', '2020-09-01'])
      people.push(await makePerson(db, school, `教师${since}`, { teachingSince: since }));
  expect(await setHere('5')).toBe(303);
  round = await openRound();
});

const everyone = async () =>
  (await db.selectFrom('person').select('id').orderBy('id').execute()).map(({ id }) => id);
const yearsOf = async (of: RoundRow, id: string) => {
  const found = await assess(db, of, id);
  return found?.findings.root.children.find((clause) => clause.id === 'years');
};
const when = () => ({ at: services.clock(), on: '2026-11-23' });
const MET = ['unmet', 'unmet', 'met', 'unmet', 'unmet', 'met', 'unmet', 'met', 'met'];

describe('each is judged by the number of their own county', () => {
  test('in their own findings, which say who set it and since when', async () => {
    const outcomes = await Promise.all(people.map(async (id) => (await yearsOf(round, id))?.outcome));
    expect(outcomes).toEqual(MET);
    expect((await yearsOf(round, people[1] ?? ''))?.local).toMatchObject([
      { parameter: 'least-years', value: '5', by: '青溪县教育局', since: '2026-11-23', instead: '3' },
    ]);
    expect((await yearsOf(round, people[7] ?? ''))?.local).toBeUndefined();
    const page = await (await (await as(people[1] ?? '')).get(`/rounds/${round.id}/eligibility`)).text();
    expect(page).toContain(
      '“最低教龄”方案定 3 年；青溪县教育局自 2026-11-23 起定为 5 年（青教发〔2026〕3号）。',
    );
    const english = await (
      await (await as(people[1] ?? '')).get(`/rounds/${round.id}/eligibility?lang=en`)
    ).text();
    expect(english).toContain('3 years in the programme; 青溪县教育局 has set 5 years from 2026-11-23');
  });

  test('in what is asked of many: each of those counted by their own county’s number', async () => {
    const { versionId: id, numbers, unitPath, asOf } = round;
    const whole = { unitPath, asOf, roundId: round.id };
    const population = await populationFor(db, { versionId: id, numbers }, whole, when(), { freshMs: -1 });
    const without = await populationFor(db, { versionId: id, numbers: null }, whole, when(), { freshMs: -1 });
    expect(population).not.toBe(without);
    let met = 0;
    for (const one of await everyone()) if ((await yearsOf(round, one))?.outcome === 'met') met += 1;
    const found = await assess(db, round, people[2] ?? '');
    expect(found?.findings.root.children[1]?.value).toBe(met);
    const own = await assess(db, { ...round, numbers: null }, people[2] ?? '');
    expect(own?.findings.root.children[1]?.value).toBe(met + 2); // Four years in the two schools of the county.
  });

  test('in a screening, here and by threads, clause by clause, as their findings say', async () => {
    const { numbers, asOf, unitPath } = round;
    const id = newId();
    await insertScreening(db, {
      id,
      roundId: round.id,
      unitPath,
      total: 20,
      startedBy: world.cityOffice,
      at: services.clock(),
    });
    const tally = await runScreening(atWork(services, 'screening'), id);
    const found = await Promise.all(
      (await everyone()).map(async (one) => ({ one, findings: (await assess(db, round, one))?.findings })),
    );
    const count = (outcome: string, at: number) =>
      found.filter(({ findings }) => findings?.root.children[at]?.outcome === outcome).length;
    expect(tally?.people).toBe(found.length);
    // The page says with which numbers, who set them and since when.
    const office = await as(world.cityOffice);
    const page = await (await office.get(`/rounds/${round.id}/screening`)).text();
    expect(page).toContain('普查采用的地方设定的数');
    expect(page).toContain('与评选相同：评选开启时记下的数。');
    expect(page).toMatch(/青溪县教育局.*最低教龄.*5 年.*3 年.*2026年11月23日.*青教发〔2026〕3号/s);
    for (const [at, { counts }] of (tally?.clauses ?? []).entries())
      for (const outcome of ['met', 'unmet', 'missing'] as const)
        expect(`${at} ${outcome} ${counts[outcome]}`).toBe(`${at} ${outcome} ${count(outcome, at)}`);
    const population = await populationFor(
      db,
      { versionId, numbers },
      { unitPath, asOf, roundId: round.id },
      when(),
    );
    const among = { unitPath, population: population ?? '' };
    const asked = { versionId, numbers, asOf, unitPath, among };
    const here = await screen(db, asked);
    expect(here.tally).toEqual(tally);
    expect(await screen(db, asked, { ways: { few: 0, atOnce: 5, threads: 2, firstHere: false } })).toEqual(
      here,
    );
    expect(here.eligible).toEqual(
      found.filter(({ findings }) => isEligible(findings?.outcome ?? 'unmet')).map(({ one }) => one),
    );
  });

  test('in a body’s queue and when the list is drawn', async () => {
    const ready = await judgingProgramme(db, round);
    const applied = people.map((personId) => ({ id: newId(), personId }));
    const found = await standings(db, ready, round, applied);
    const own = await Promise.all(people.map(async (id) => (await assess(db, round, id))?.findings.outcome));
    expect(applied.map(({ id }) => found.get(id)?.outcome)).toEqual(own);
    const listed = applied.map(({ id, personId }) => ({
      applicationId: id,
      personId,
      name: '',
      schoolName: '',
    }));
    const unfit = await listUnfit(db, round, listed);
    expect(unfit.map(({ personId }) => personId)).toEqual(people.filter((_, at) => own[at] !== 'met'));
  });

  test('in the policy lab, where a version that allows no five falls back to its own', async () => {
    const trial = async (source: string) => {
      const id = newId();
      await putRun(services, {
        id,
        of: { draftId: null, versionId },
        againstId: versionId,
        source,
        tables: {},
        unitPath: world.city.path,
        asOf: round.asOf,
        by: world.cityOffice,
      });
      return await runTrial(atWork(services, 'trial'), id);
    };
    const screened = await runScreeningOf(round);
    const same = await trial(YEARS());
    expect(same?.all).toMatchObject({ gain: 0, lose: 0, after: screened, before: screened });
    const narrower = await trial(YEARS('2027-1', YEARS_PARAMETERS.replace('max: 10', 'max: 4')));
    // Four years in the county's two schools are enough again.
    expect(narrower?.all).toMatchObject({ before: screened, gain: 2, lose: 0 });
  });

  /** The page of a draft of this file, tried. */
  async function tried(source: string): Promise<string> {
    const begun = await (await as(world.cityOffice)).post('/lab', { version: versionId });
    const path = (begun.headers.get('location') ?? '').replace(/\?.*/, '');
    const id = newId();
    await putRun(services, {
      id,
      of: { draftId: path.replace('/lab/drafts/', ''), versionId: null },
      againstId: versionId,
      source,
      tables: {},
      unitPath: world.city.path,
      asOf: round.asOf,
      by: world.cityOffice,
    });
    await runTrial(atWork(services, 'trial'), id);
    return path;
  }

  test('a number the draft dropped is said by the name and unit it had, in both languages', async () => {
    const other = YEARS_PARAMETERS.replace('least-years', 'years-asked').replace('最低教龄', '要求教龄');
    const source = YEARS('2027-2', other).replaceAll('parameter: least-years', 'parameter: years-asked');
    const path = await tried(source);
    const office = await as(world.cityOffice);
    expect(await (await office.get(path)).text()).toContain('青溪县教育局：最低教龄 5 年——本版本没有这个数');
    const english = await (await office.get(`${path}?lang=en`)).text();
    expect(english).toContain('least years of teaching 5 years');
    expect(english).not.toContain('least-years 5');
  });

  test('a trial says with which numbers, on its page, in the workbook and on paper', async () => {
    const office = await as(world.cityOffice);
    const path = await tried(YEARS());
    const line = /青溪县教育局.*最低教龄.*5 年.*3 年.*2026年11月23日.*青教发〔2026〕3号/s;
    const page = await (await office.get(path)).text();
    expect(page).toContain('试算按基准日（2026年12月20日）生效的数。一轮评选则按它的首日生效的数');
    expect(page).toMatch(line);
    expect(await (await office.get(`${path}?lang=en`)).text()).toContain(
      'Numbers set locally that the trial uses',
    );
    const sheet = await office.get(`${path}/figures.xlsx`);
    const files = unzipSync(new Uint8Array(await sheet.arrayBuffer()));
    const texts = Object.entries(files).map(([, bytes]) => strFromU8(bytes));
    expect(texts.some((one) => one.includes('试算采用的地方设定的数'))).toBe(true);
    expect(texts.join('')).toMatch(line);
    const paper = await office.get(`${path}/policy.pdf`);
    const text = pdfText(new Uint8Array(await paper.arrayBuffer())).replaceAll('\n', '');
    expect(text).toContain('试算采用的地方设定的数');
    expect(text).toContain('青溪县教育局');
  });

  test('so does a screening, in its workbook and on paper', async () => {
    await runScreeningOf(round);
    const office = await as(world.cityOffice);
    const path = `/rounds/${round.id}/screening/figures`;
    const sheet = await office.get(`${path}.xlsx?lang=zh-CN`);
    const files = unzipSync(new Uint8Array(await sheet.arrayBuffer()));
    const texts = Object.values(files).map((bytes) => strFromU8(bytes));
    expect(texts.join('')).toMatch(/青溪县教育局.*最低教龄.*5 年.*3 年.*2026年11月23日.*青教发〔2026〕3号/s);
    const paper = await office.get(`${path}.pdf`);
    const text = pdfText(new Uint8Array(await paper.arrayBuffer())).replaceAll('\n', '');
    expect(text).toContain('最低教龄');
    expect(text).toContain('青溪县教育局');
  });

  async function runScreeningOf({ id: roundId, unitPath }: RoundRow): Promise<number> {
    const id = newId();
    await insertScreening(db, {
      id,
      roundId,
      unitPath,
      total: 20,
      startedBy: world.cityOffice,
      at: services.clock(),
    });
    const outcomes = (await runScreening(atWork(services, 'screening'), id))?.outcomes;
    return (outcomes?.met ?? 0) + (outcomes?.['needs-decision'] ?? 0);
  }
});

describe('a round keeps the numbers it was opened with', () => {
  test('what is set later does not touch it, and the page says so; the next round takes it', async () => {
    const before = round.numbers;
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(await setHere('7', '2026-11-24')).toBe(303);
    setNow('2026-11-25T02:00:00Z');
    expect((await selectRound(db, round.id)).numbers).toBe(before);
    expect((await yearsOf(await selectRound(db, round.id), people[2] ?? ''))?.outcome).toBe('met');
    const page = await (await (await as(world.countyOffice)).get(`/rounds/${round.id}`)).text();
    expect(page).toContain('评选开启时已记下，直到结束都按这些数认定');
    expect(page).toContain('5 年');
    const next = await openRound('2026-11-25');
    expect(next.numbers).not.toBe(before);
    expect((await yearsOf(next, people[2] ?? ''))?.outcome).toBe('unmet');
    expect((await yearsOf(next, people[2] ?? ''))?.local).toMatchObject([
      { value: '7', since: '2026-11-24' },
    ]);
    // Nobody can change what was kept.
    await expect(db.deleteFrom('local_number_set').execute()).rejects.toThrow('append-only');
  });

  test('the numbers come with what was read already: no statement more for one person', async () => {
    let statements = 0;
    const counter: KyselyPlugin = {
      transformQuery({ node }) {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const counting = db.withPlugin(counter);
    const asked = async (of: RoundRow) => {
      await assess(counting, of, people[0] ?? ''); // What is kept of versions and numbers is read once.
      statements = 0;
      await assess(counting, of, people[0] ?? '');
      return statements;
    };
    const without = await asked({ ...round, numbers: null });
    expect(await asked(round)).toBe(without);
    expect(without).toBeGreaterThan(0);
  });
});

const programmeNumbers = z.object({
  parameters: z.array(z.looseObject({ id: z.string() })),
  items: z.array(z.object({ value: z.string(), until: z.string().nullable() })),
});

describe('read by other systems', () => {
  test('what a round uses, and what a programme leaves and units have set', async () => {
    const api = async (path: string, who = world.teacher) =>
      (await (await as(who)).get(`/api/v1/${path}`)).json();
    expect(await api(`rounds/${round.id}/numbers`)).toMatchObject({
      digest: round.numbers,
      items: [
        {
          parameter: 'least-years',
          names: { en: 'least years of teaching' },
          unit: { name: '青溪县教育局', level: 'county' },
          value: '5',
          instead: '3',
          from: '2026-11-23',
          document: '青教发〔2026〕3号',
          unused: null,
        },
      ],
    });
    expect(await api(`rounds/${round.id}/numbers`, world.otherTeacher)).toMatchObject({ items: [] });
    const programme = programmeNumbers.parse(await api(`programmes/${versionId}/numbers`));
    expect(programme.parameters[0]).toMatchObject({
      id: 'least-years',
      min: '1',
      max: '10',
      setBy: 'county',
    });
    expect(programme.items.map(({ value, until }) => [value, until])).toEqual([
      ['7', null],
      ['5', '2026-11-24'],
    ]);
  });
});

describe('a draft', () => {
  test('shows what holds for its first day as of now, on its page and to other systems', async () => {
    const office = await as(world.cityOffice);
    const made = await office.post('/rounds/new', {
      version: versionId,
      unit: world.city.id,
      name: '2027年度市级教学骨干评选',
      opens: '2026-12-10',
      deadline: '2026-12-20',
      places: '10',
    });
    const path = (made.headers.get('location') ?? '').replace(/\?.*/, '');
    expect(await setHere('9', '2026-12-10')).toBe(303);
    const page = await (await office.get(path)).text();
    expect(page).toContain('将记下首日（2026年12月10日）生效的数');
    expect(page).toContain('<strong>9 年</strong>');
    const read: unknown = await (await office.get(`/api/v1${path}/numbers`)).json();
    expect(read).toMatchObject({ items: [{ value: '9', from: '2026-12-10' }] });
    // It keeps what was shown.
    expect((await office.post(`${path}/open`)).status).toBe(303);
    const opened = await selectRound(db, path.replace('/rounds/', ''));
    expect(read).toMatchObject({ digest: opened.numbers });
  });
});
