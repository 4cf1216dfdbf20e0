import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../../tests/support/app.ts';
import { testDatabase } from '../../../../../tests/support/database.ts';
import { makeRound } from '../../../../../tests/support/round.ts';
import {
  makePerson,
  makeRecord,
  makeUnit,
  makeWorld,
  type TestUnit,
  type World,
} from '../../../../../tests/support/world.ts';
import type { Findings } from '../../../../language/finding.ts';
import type { Participant } from '../../../../language/population/participant.ts';
import { newId } from '../../../../platform/ids.ts';
import { atWork } from '../../../../platform/services.ts';
import { comparedWith } from '../../../lab/trials/compared.ts';
import { putRun, runTrial } from '../../../lab/trials/run.ts';
import { judgingProgramme, programmeOf } from '../../../programmes/compiled.ts';
import { type RoundRow, selectRound } from '../../rounds/queries.ts';
import { insertScreening } from '../../screening/queries.ts';
import type { Tally } from '../../screening/rules.ts';
import { runScreening } from '../../screening/run.ts';
import { screen } from '../../screening/screen.ts';
import { assess } from '../assess.ts';
import { loadDossiers } from '../load.ts';
import { standings } from '../standing.ts';
import { rootOf } from './facts.ts';
import { populationsByClock } from './keep.ts';
import { populationFor } from './reckon.ts';

const { db } = await testDatabase();
const { as, services, setNow } = testApp(db);
const when = () => ({ at: services.clock(), on: '2026-11-23' });
const never = new AbortController().signal;

const SOURCE = `programme: peers
version: '1'
names: {zh-CN: 同类比较, en: Among peers}
scope: city
measures:
  papers: {count: {record: paper, within: 5y}}
  place: {names: {zh-CN: 论文名次, en: place by papers}, peers: {of: {measure: papers}, among: [subject], in: county, take: rank}}
  share: {names: {zh-CN: 论文前百分之几, en: percentile by papers}, peers: {of: {measure: papers}, take: percentile}}
  gain: {subtract: [{measure: papers}, {peers: {of: {measure: papers}, in: school, take: mean}}]}
  best: {peers: {of: {measure: gain}, order: lower, take: rank-from-last}}
populations:
  staff: {names: {zh-CN: 本校教师, en: teachers of the school}, of: school}
  seniors: {names: {zh-CN: 本校高级教师, en: senior teachers of the school}, of: school, who: {person: {rank: {atLeast: senior}}}}
  subjects: {names: {zh-CN: 学科, en: subjects}, of: county, distinct: [subject]}
  ahead: {names: {zh-CN: 论文高于同校均值者, en: those ahead of the mean of their school}, of: school, who: {amount: {of: {measure: gain}, moreThan: 0}}}
eligibility:
  all:
    - {id: place, amount: {of: {measure: place}, atMost: 6}}
    - {id: share, amount: {of: {measure: share}, atMost: 30}}
    - {id: best, amount: {of: {measure: best}, atMost: 25}}
    - {id: seniors, amount: {of: {divide: {of: {size: seniors}, by: {size: staff}}}, below: 0.5}}
    - {id: subjects, amount: {of: {size: subjects}, atLeast: 3}}
    - {id: ahead, amount: {of: {size: ahead}, atLeast: 4}}
`;

let world: World;
let round: RoundRow;
const people: string[] = [];
/** Schools directly under the city, once they are there. */
const citySchools: TestUnit[] = [];
beforeAll(async () => {
  world = await makeWorld(db);
  const schools = [world.school, world.sisterSchool, world.otherSchool];
  for (let i = 0; i < 36; i += 1) {
    const id = await makePerson(db, schools[i % 3] ?? world.school, `教师${i}`, {
      subject: ['语文', '数学', '英语'][i % 7] ?? '语文',
      // Of two in one school it is not known whether they are senior teachers.
      rank: i % 3 === 2 && i < 8 ? null : i % 4 === 0 ? 'senior' : 'first',
      group: i % 3 === 0 && i % 2 === 0 ? world.group : null,
    });
    people.push(id);
    for (let n = 0; n < (i * 5) % 9; n += 1)
      await makeRecord(db, id, 'paper', { on: n % 2 ? '2025-03-01' : '2019-03-01', level: 'county' });
    if (i % 15 === 5) await makeRecord(db, id, 'paper', { on: '2026-01-01', state: 'submitted' });
  }
  const id = await makeRound(db, 'city', world.city, world.cityOffice, { edit: () => SOURCE, quotas: [] });
  round = await selectRound(db, id);
});

/** Everyone's findings by the pure evaluator, over all dossiers at once. */
async function purely(): Promise<Map<string, Findings>> {
  const { compiled } = await programmeOf(db, round.versionId);
  const rows = await db
    .selectFrom('person')
    .select(['id', 'unit_path'])
    .where('state', '=', 'serving')
    .execute();
  const read = { versionId: round.versionId, asOf: round.asOf };
  const dossiers = await loadDossiers(
    db,
    rows.map(({ id }) => id),
    read,
    compiled.needs,
  );
  const placeOf = (path: string | null, units: readonly { path: string }[]) =>
    units.find((unit) => path?.startsWith(unit.path))?.path;
  const { school, sisterSchool, otherSchool, county, otherCounty } = world;
  const all = rows.flatMap(({ id, unit_path: path }): Participant[] => {
    const dossier = dossiers.get(id);
    const own = placeOf(path, [school, sisterSchool, otherSchool, ...citySchools]);
    // Those directly under the city stand together as one county.
    const over =
      placeOf(path, [county, otherCounty]) ?? (path?.startsWith(world.city.path) ? 'direct' : undefined);
    const belongs = { ...(own ? { school: own } : {}), ...(over ? { county: over } : {}) };
    return dossier ? [{ id, dossier, belongs }] : [];
  });
  const context = { asOf: round.asOf };
  const ranks = compiled.standings(all, context);
  const found = new Map<string, Findings>();
  for (const one of all) {
    const standing = ranks.get(one.id) ?? {};
    const near = (level: 'school' | 'county') =>
      all
        .filter(({ belongs }) => belongs?.[level] === one.belongs?.[level])
        .map((other) => ({ ...other, own: { standing: ranks.get(other.id) ?? {} } }));
    const sizes = (members: readonly Participant[]) => compiled.populations(members, context).sizes;
    const [inSchool, inCounty] = [sizes(near('school')), sizes(near('county'))];
    const known = {
      ...(one.belongs?.school
        ? { staff: inSchool.staff, seniors: inSchool.seniors, ahead: inSchool.ahead }
        : {}),
      ...(one.belongs?.county ? { subjects: inCounty.subjects } : {}),
    };
    const certain = Object.entries(known).flatMap(([id, size]) =>
      size === undefined ? [] : [[id, size] as const],
    );
    found.set(
      one.id,
      compiled.evaluate(one.dossier, { ...context, standing, sizes: Object.fromEntries(certain) }),
    );
  }
  return found;
}

const outcomes = ({ root }: Findings) => root.children.map(({ id, outcome }) => `${id}: ${outcome}`);

describe('conditions on peers and sizes over real people', () => {
  test('are missing until they were reckoned, and say so', async () => {
    const found = await assess(db, round, people[0] ?? '');
    expect(new Set(found?.findings.root.children.map(({ outcome }) => outcome))).toEqual(
      new Set(['missing']),
    );
  });

  test('everyone’s own findings are those of the pure evaluator over all people at once', async () => {
    await populationsByClock.run(atWork(services, populationsByClock.name), never);
    const pure = await purely();
    expect(pure.size).toBeGreaterThan(45);
    const seen = new Set<string>();
    for (const [id, findings] of pure) {
      const own = await assess(db, round, id);
      expect([id, own && outcomes(own.findings)]).toEqual([id, outcomes(findings)]);
      for (const one of outcomes(findings)) seen.add(one);
    }
    // Each way, so that agreement says something.
    expect([...seen].sort()).toEqual([
      'ahead: met',
      'ahead: missing',
      'best: met',
      'best: missing',
      'best: unmet',
      'place: met',
      'place: unmet',
      'seniors: met',
      'seniors: missing',
      'share: met',
      'share: unmet',
      'subjects: met',
      'subjects: unmet',
    ]);
  });

  test('a screening counts them so, whoever walks, and so do the lists of offices', async () => {
    const { versionId, asOf, unitPath } = round;
    const population = await populationFor(
      db,
      { versionId, numbers: null },
      { unitPath, asOf, roundId: round.id },
      when(),
    );
    const pure = await purely();
    const counts = (tally: Tally) =>
      tally.clauses.map(({ counts: { met, unmet, missing } }) => [met, unmet, missing]);
    const expected = [0, 1, 2, 3, 4, 5].map((at) => {
      const number = (outcome: string) =>
        [...pure.values()].filter(({ root }) => root.children[at]?.outcome === outcome).length;
      return [number('met'), number('unmet'), number('missing')];
    });
    const among = { unitPath, population: population ?? '' };
    const here = await screen(db, { versionId, numbers: null, asOf, unitPath, among });
    expect(counts(here.tally)).toEqual(expected);
    const ways = { few: 0, atOnce: 7, threads: 2, firstHere: false };
    expect(await screen(db, { versionId, numbers: null, asOf, unitPath, among }, { ways })).toEqual(here);
    const ready = await judgingProgramme(db, { versionId, numbers: null });
    const listed = await standings(
      db,
      ready,
      round,
      people.map((id) => ({ id, personId: id })),
    );
    for (const id of people) expect(listed.get(id)?.outcome).toBe(pure.get(id)?.outcome);
  });

  test('so does the policy lab, of a draft beside the version in force', async () => {
    const pure = await purely();
    const asked = {
      id: newId(),
      of: { draftId: null, versionId: round.versionId },
      againstId: round.versionId,
      source: SOURCE.replace('atMost: 30', 'atMost: 60'),
      tables: {},
      unitPath: round.unitPath,
      asOf: round.asOf,
      by: world.cityOffice,
    };
    await putRun(services, asked);
    const figures = await runTrial(services, asked.id);
    const met = [...pure.values()].filter(({ outcome }) => outcome === 'met').length;
    expect(met).toBeGreaterThan(0);
    expect(figures?.all.before).toBe(met);
    expect(figures?.all.after).toBeGreaterThan(met);
    const counts = figures?.clauses.map(({ counts: { met: yes, missing } }) => [yes, missing]);
    const [, share, ...others] = counts ?? [];
    const expected = [0, 1, 2, 3, 4, 5].map((at) => {
      const number = (outcome: string) =>
        [...pure.values()].filter(({ root }) => root.children[at]?.outcome === outcome).length;
      return [number('met'), number('missing')];
    });
    expect(counts?.[0]).toEqual(expected[0]);
    expect(others).toEqual(expected.slice(2));
    expect(share?.[0]).toBeGreaterThan(expected[1]?.[0] ?? 0);
  });

  test('reckoned by threads, in blocks of any size, it is the same', async () => {
    const { versionId, asOf, unitPath } = round;
    const rows = async (id: string | null) =>
      await db
        .selectFrom('population_value')
        .select(['asked', 'place', 'key', 'value', 'n', 'd', 'people', 'above'])
        .where('population_id', '=', id ?? '')
        .orderBy('asked')
        .orderBy('place')
        .orderBy('key')
        .orderBy('value')
        .execute();
    const whole = { unitPath, asOf, roundId: round.id };
    const here = await populationFor(db, { versionId, numbers: null }, whole, when());
    const ways = { few: 0, atOnce: 5, threads: 2, firstHere: false };
    const there = await populationFor(db, { versionId, numbers: null }, whole, when(), { freshMs: -1, ways });
    expect(there).not.toBe(here);
    expect(await rows(there)).toEqual(await rows(here));
    expect((await rows(here)).length).toBeGreaterThan(20);
  });

  test('a screening of one county judges by everyone of the round, and keeps what it reckoned', async () => {
    const id = newId();
    const unitPath = world.otherCounty.path;
    setNow('2026-11-24T03:00:00Z');
    await insertScreening(db, {
      id,
      roundId: round.id,
      unitPath,
      total: 14,
      startedBy: world.cityOffice,
      at: services.clock(),
    });
    const tally = await runScreening(services, id);
    const pure = await purely();
    const rows = await db
      .selectFrom('person')
      .select('id')
      .where('unit_path', '>=', unitPath)
      .where('unit_path', '<', `${unitPath.slice(0, -1)}/`)
      .execute();
    const met = rows.filter((row) => pure.get(row.id)?.outcome === 'met').length;
    expect(tally?.outcomes.met).toBe(met);
    expect(tally?.people).toBe(rows.length);
    const page = await (await (await as(people[1] ?? '')).get(`/rounds/${round.id}/eligibility`)).text();
    expect(page).toContain('2026-11-24 统计');
  });
});

describe('what a teacher is shown of it', () => {
  test('with whom they are compared, how many they are and of which day, in both languages', async () => {
    const teacher = await as(people[1] ?? '');
    const zh = await (await teacher.get(`/rounds/${round.id}/eligibility`)).text();
    expect(zh).toContain('本县（区）同任教学科者');
    expect(zh).toMatch(/全体：\d+ 人，2026-11-2\d 统计/);
    const en = await (await teacher.get(`/rounds/${round.id}/eligibility?lang=en`)).text();
    expect(en).toContain('those of the same subject in the county');
    expect(en).toMatch(/all: \d+ people, reckoned on 2026-11-2\d/);
  });

  test('nothing that is reckoned over fewer than five, and nobody else', async () => {
    const found = await assess(db, round, people[1] ?? '');
    const text = JSON.stringify(found?.findings);
    for (const id of people.slice(2)) expect(text).not.toContain(id);
    const seniors = found?.findings.root.children.find(({ id }) => id === 'seniors');
    expect(seniors?.outcome).toBe('met');
    expect(seniors?.value).toBeNull();
  });
});

describe('those directly under a city stand together as one county', () => {
  const direct: string[] = [];
  beforeAll(async () => {
    for (const name of ['市直第一小学', '市直第二小学'])
      citySchools.push(await makeUnit(db, world.city, 'school', name));
    for (let i = 0; i < 8; i += 1) {
      const id = await makePerson(db, citySchools[i % 2] ?? world.school, `市直教师${i}`, {
        subject: '音乐',
      });
      direct.push(id);
      for (let n = 0; n < i; n += 1) await makeRecord(db, id, 'paper', { on: '2025-03-01', level: 'county' });
    }
    setNow('2026-11-25T03:00:00Z');
    await populationsByClock.run(atWork(services, populationsByClock.name), never);
  });

  test('each is ranked among them, whoever looks: by eight, and in no county beside', async () => {
    const pure = await purely();
    const places = async (id: string) => {
      const own = await assess(db, round, id);
      const found = own?.findings.root.children.find((child) => child.id === 'place');
      expect(own && outcomes(own.findings)).toEqual(pure.get(id) && outcomes(pure.get(id) as Findings));
      return found?.outcome;
    };
    // The one with the fewest papers stands eighth of eight, where six are wanted; so does the next.
    expect(await Promise.all(direct.map(places))).toEqual([
      'unmet',
      'unmet',
      ...Array<string>(6).fill('met'),
    ]);
    const { versionId, asOf, unitPath } = round;
    const among = {
      unitPath,
      population:
        (await populationFor(
          db,
          { versionId, numbers: null },
          { unitPath, asOf, roundId: round.id },
          when(),
        )) ?? '',
    };
    const { tally } = await screen(db, { versionId, numbers: null, asOf, unitPath, among });
    const met = [...pure.values()].filter(({ root }) => root.children[0]?.outcome === 'met').length;
    expect(tally.clauses[0]?.counts.met).toBe(met);
    // Nobody of a county is compared with them.
    const { rows } = await sql<{ place: string; people: number }>`
      SELECT g.place, g.people FROM population_group g WHERE g.population_id = ${among.population}
         AND g.asked = (SELECT min(asked) FROM population_group WHERE population_id = ${among.population} AND place LIKE '=%')
         AND g.key = '音乐' ORDER BY g.place`.execute(db);
    expect(rows.filter(({ place }) => place.startsWith('='))).toEqual([
      { place: `=${world.city.path}`, people: 8 },
    ]);
    expect(rows.some(({ place }) => place === world.city.path)).toBe(false);
  });

  test('and is told so, in both languages; who has a county is not', async () => {
    const address = `/rounds/${round.id}/eligibility`;
    const own = await as(direct[3] ?? '');
    expect(await (await own.get(address)).text()).toContain(
      '本县（区）同任教学科者（同一市的市直单位合在一起，视同一个县）：8 人，',
    );
    expect(await (await own.get(`${address}?lang=en`)).text()).toContain(
      'in the county (those directly under one city stand together as one county): 8 people',
    );
    const other = await (await (await as(people[1] ?? '')).get(`${address}?lang=zh-CN`)).text();
    expect(other).toContain('本县（区）同任教学科者：');
  });

  test('a trial on one school says its own county and school, and nothing of others', async () => {
    const { versionId, asOf } = round;
    const at = async (unitPath: string) => {
      const now = await populationFor(
        db,
        { versionId, numbers: null },
        { unitPath, asOf, roundId: null },
        when(),
      );
      const tables = {};
      const among = { now, before: null };
      const found = await comparedWith(db, { source: SOURCE, tables, againstId: null, unitPath, among });
      const of = (end: string) => {
        const { people, unsure, groups } = found.find(({ name }) => name.endsWith(end))?.counted ?? {};
        return [Number(people) + Number(unsure), groups];
      };
      return { staff: of('staff'), county: of('place') };
    };
    const ranked = async (unitPath: string, below: readonly string[]) => {
      const { n } = await db
        .selectFrom('person')
        .select(sql<number>`count(*)::int`.as('n'))
        .where('state', '=', 'serving')
        .where('subject', 'is not', null)
        .where(
          sql<boolean>`starts_with(unit_path, ${unitPath}) AND NOT unit_path ^@ ANY(${[...below]}::text[])`,
        )
        .executeTakeFirstOrThrow();
      return n;
    };
    const counties = [world.county.path, world.otherCounty.path];
    const [own] = citySchools;
    const direct = await at(own?.path ?? '');
    expect(direct.staff).toEqual([4, 1]);
    expect(direct.county[0]).toBe(await ranked(world.city.path, counties));
    const inCounty = await at(world.school.path);
    expect(inCounty.staff[1]).toBe(1);
    expect(inCounty.county[0]).toBe(await ranked(world.county.path, []));
  });

  test('a round of such a school asks of all under its city', async () => {
    const [school] = await db.selectFrom('unit').select('path').where('name', '=', '市直第一小学').execute();
    expect(await rootOf(db, { unitPath: school?.path ?? '' }, ['county'])).toBe(world.city.path);
    expect(await rootOf(db, { unitPath: world.school.path }, ['county'])).toBe(world.county.path);
  });
});
