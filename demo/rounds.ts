import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Actor, Role } from '../src/features/identity/rules.ts';
import { digestOf } from '../src/features/programmes/compiled.ts';
import { insertVersion, publishVersion } from '../src/features/programmes/queries.ts';
import { openDraft, saveDraft, submit } from '../src/features/selection/applications/acts.ts';
import { recommend } from '../src/features/selection/review/acts.ts';
import { insertRound, replaceQuotas, updateRound } from '../src/features/selection/rounds/queries.ts';
import { loadProgramme } from '../src/language/load.ts';
import type { Programme } from '../src/language/programme.ts';
import { civilDateOf, endOfDay } from '../src/platform/civil-now.ts';
import type { Db } from '../src/platform/database.ts';
import { programmeTables, vocabulary } from '../src/platform/programmes.ts';
import { root } from '../src/platform/root.ts';
import type { Services } from '../src/platform/services.ts';
import type { Random } from './random.ts';

/*
 * Rounds in different states, made through the same acts that people use: what stands in the demo has been
 * applied for, judged and recommended like anything else.
 */

const FILES = {
  city: 'programmes/sources/002-3-city-backbone/2011-1.yaml',
  school: 'programmes/sources/002-4-school-backbone/2011-1.yaml',
  candidates: 'programmes/sources/002-5-school-candidates/2011-1.yaml',
} as const;
/** More would only make the first start longer. */
const CITY_APPLICANTS = 240;
const DAY = 86_400_000;

interface Unit {
  readonly id: string;
  readonly path: string;
  readonly code: string | null;
}

export async function loadRounds(
  services: Services,
  random: Random,
  say: (message: string) => void,
): Promise<void> {
  const { db } = services;
  const now = services.clock();
  const city = await db
    .selectFrom('unit')
    .select(['id', 'path', 'code'])
    .where('level', '=', 'city')
    .executeTakeFirstOrThrow();
  const school = await personaSchool(db);
  const clerk = await officeOf(db, 'city-office', city.id);
  const published = {
    city: await publish(db, random, 'city', city, clerk, now),
    school: await publish(db, random, 'school', school, await officeOf(db, 'school-office', school.id), now),
    candidates: await publish(
      db,
      random,
      'candidates',
      school,
      await officeOf(db, 'school-office', school.id),
      now,
    ),
  };
  say('  programmes published');
  const roundId = await openCityRound(services, random, published.city, city, clerk, now);
  const sent = await apply(db, random, roundId, school, now);
  say(`  ${sent.length} applications to the city's round`);
  await recommendUpwards(db, random, roundId, now);
  const yearStart = await openSchoolRound(services, random, published.school, school, now);
  say(`  rounds ${[roundId, yearStart].length} open`);
}

interface Published {
  readonly versionId: string;
  readonly file: Programme;
}

async function publish(
  db: Db,
  random: Random,
  name: keyof typeof FILES,
  unit: Unit,
  by: Actor,
  now: Date,
): Promise<Published> {
  const path = join(root, FILES[name]);
  const source = readFileSync(path, 'utf8');
  const tables = programmeTables(path);
  const loaded = loadProgramme(source, { vocabulary: vocabulary(), tables, file: FILES[name] });
  if (!loaded.ok) throw new Error(`${FILES[name]}: ${loaded.problems[0]?.message.en}`);
  const at = new Date(now.getTime() - 60 * DAY);
  const versionId = random.id(at.getTime());
  await insertVersion(db, {
    id: versionId,
    programmeId: loaded.programme.programme,
    unitId: unit.id,
    unitPath: unit.path,
    version: loaded.programme.version,
    names: loaded.programme.names,
    source,
    tables,
    digest: digestOf(source, tables),
    createdBy: by.personId,
    createdAt: at,
  });
  await publishVersion(db, versionId, by.personId, at, civilDateOf(at, 'Asia/Shanghai'));
  return { versionId, file: loaded.programme };
}

/** Open for ten more days; places as the file's table gives them to the counties. */
async function openCityRound(
  services: Services,
  random: Random,
  { versionId, file }: Published,
  city: Unit,
  by: Actor,
  now: Date,
): Promise<string> {
  const { db } = services;
  const zone = services.config.timeZone;
  const closesOn = civilDateOf(new Date(now.getTime() + 10 * DAY), zone);
  const id = random.id(now.getTime() - 25 * DAY);
  await insertRound(db, {
    id,
    versionId,
    unitId: city.id,
    unitPath: city.path,
    name: `${closesOn.slice(0, 4)}年市级中小学学科骨干教师评选`,
    documentNumber: `澜教发〔${closesOn.slice(0, 4)}〕17号`,
    contact: '市教师进修学院培训处 朱老师 0000-8812345',
    opensAt: new Date(now.getTime() - 25 * DAY),
    closesAt: endOfDay(closesOn, zone),
    asOf: closesOn,
    places: file.quota?.total ?? null,
    createdBy: by.personId,
    createdAt: new Date(now.getTime() - 30 * DAY),
    stages: (file.route ?? []).map((stage) => ({ stage: stage.id, body: stage.actor, closesAt: null })),
  });
  const counties = await db
    .selectFrom('unit')
    .select(['id', 'path', 'code'])
    .where('parent_id', '=', city.id)
    .where('level', '=', 'county')
    .execute();
  const places = new Map(
    Object.values(file.tables).flatMap((table) => table.rows.map((row) => [row.key, row.places] as const)),
  );
  await replaceQuotas(
    db,
    id,
    { path: city.path, level: 'county' },
    counties.map((county) => ({
      unitId: county.id,
      unitPath: county.path,
      places: places.get(county.code ?? '') ?? 0,
      basis: { from: 'table' },
    })),
  );
  await updateRound(db, id, { state: 'open' });
  return id;
}

async function openSchoolRound(
  services: Services,
  random: Random,
  { versionId, file }: Published,
  school: Unit,
  now: Date,
): Promise<string> {
  const { db } = services;
  const zone = services.config.timeZone;
  const closesOn = civilDateOf(new Date(now.getTime() + 20 * DAY), zone);
  const by = await officeOf(db, 'school-leader', school.id);
  const id = random.id(now.getTime() - 5 * DAY);
  await insertRound(db, {
    id,
    versionId,
    unitId: school.id,
    unitPath: school.path,
    name: `${closesOn.slice(0, 4)}—${Number(closesOn.slice(0, 4)) + 1}学年校级骨干教师选拔`,
    documentNumber: null,
    contact: '教务处',
    opensAt: new Date(now.getTime() - 5 * DAY),
    closesAt: endOfDay(closesOn, zone),
    asOf: closesOn,
    places: null,
    createdBy: by.personId,
    createdAt: new Date(now.getTime() - 6 * DAY),
    stages: (file.route ?? []).map((stage) => ({ stage: stage.id, body: stage.actor, closesAt: null })),
  });
  await updateRound(db, id, { state: 'open' });
  return id;
}

/** Likely people apply; the rest of their story is decided by the rules. Returns the applications that arrived. */
async function apply(db: Db, random: Random, roundId: string, school: Unit, now: Date): Promise<string[]> {
  const ownApplicant = await db
    .selectFrom('demo_persona')
    .select('person_id')
    .where('kind', '=', 'applicant')
    .executeTakeFirst();
  const likely = await likelyApplicants(db, now);
  const atSchool = likely.filter((one) => one.path.startsWith(school.path) && !one.kinds);
  const chosen = [
    ...atSchool,
    ...likely.filter((one) => !one.path.startsWith(school.path)).filter(() => random.chance(0.9)),
  ].slice(0, CITY_APPLICANTS);
  const sent: string[] = [];
  let persona: string | null = null;
  for (const [index, one] of chosen.entries()) {
    const at = new Date(now.getTime() - random.int(1, 20) * DAY + index);
    const actor = plainActor(one);
    const opened = await openDraft(db, roundId, actor, random.id(at.getTime()), at);
    if (!opened.ok) continue;
    const statement =
      `任教以来一直在教学一线,承担${one.subject}教学和教研工作,多次承担公开课与讲座,带动本组教师共同提高。`.replaceAll(
        ',',
        '，',
      );
    await saveDraft(db, opened.id, { statement }, { revision: 1, tab: random.id(at.getTime()) }, at);
    if (index % 12 === 11) continue; // Some drafts are still being written.
    const result = await submit(db, opened.id, { now: at, today: civilDateOf(at, 'Asia/Shanghai') });
    if (!result.ok) continue;
    sent.push(opened.id);
    if (persona === null && one.path.startsWith(school.path)) persona = one.id;
  }
  // The demo's "teacher who has applied" is somebody of the school who really has.
  if (persona !== null && ownApplicant !== undefined) {
    await db
      .updateTable('demo_persona')
      .set({ person_id: persona })
      .where('kind', '=', 'applicant')
      .execute();
  }
  return sent;
}

/** Offices have handled some of what reached them: about two thirds at the school, half of those at the county. */
async function recommendUpwards(db: Db, random: Random, roundId: string, now: Date): Promise<void> {
  const stages = await db
    .selectFrom('round_stage')
    .select(['position', 'body'])
    .where('round_id', '=', roundId)
    .orderBy('position')
    .execute();
  for (const [body, role, share] of [
    ['school-office', 'school-office', 0.66],
    ['county', 'county-office', 0.5],
  ] as const) {
    const position = stages.find((stage) => stage.body === body)?.position;
    if (position === undefined) continue;
    const waiting = await db
      .selectFrom('application')
      .select(['id', 'school_id as schoolId', 'unit_path as path', 'person_id as personId'])
      .where('round_id', '=', roundId)
      .where('position', '=', position)
      .where('state', '=', 'in-review')
      .orderBy('id')
      .execute();
    for (const one of waiting) {
      if (!random.chance(share)) continue;
      const unitId = role === 'school-office' ? one.schoolId : await countyOf(db, one.path);
      const actor = await officeOf(db, role, unitId);
      if (actor.personId === one.personId) continue;
      await recommend(db, roundId, position, [one.id], null, {
        actor,
        now,
        submission: random.id(now.getTime()),
      });
    }
  }
}

interface Likely {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly unitId: string;
  readonly subject: string;
  readonly kinds: string | null;
}

/** People whose files look as if they met the city's conditions; the rules decide when they apply. */
async function likelyApplicants(db: Db, now: Date): Promise<Likely[]> {
  const since = new Date(now.getTime() - 5 * 365 * DAY);
  const { rows } = await sql<Likely>`
    SELECT p.id, p.name, p.unit_path AS path, p.unit_id AS "unitId", p.subject, d.kind AS kinds
      FROM person p
      JOIN record r ON r.person_id = p.id AND r.state = 'confirmed'
      LEFT JOIN demo_persona d ON d.person_id = p.id
     WHERE p.staff_number IS NOT NULL AND p.rank NOT IN ('none', 'third')
       AND NOT EXISTS (SELECT 1 FROM title_holding t WHERE t.person_id = p.id AND t.title IN ('city-backbone', 'province-backbone'))
     GROUP BY p.id, p.name, p.unit_path, p.unit_id, p.subject, d.kind
    HAVING count(*) FILTER (WHERE r.type = 'annual-appraisal' AND r.grade = 'excellent' AND r.happened_on > ${since}) >= 1
       AND count(*) FILTER (WHERE r.type IN ('open-class', 'lecture') AND r.happened_on > ${since}) >= 3
       AND count(*) FILTER (WHERE r.type = 'certificate') >= 1
       AND (count(*) FILTER (WHERE r.type = 'project' AND r.level <> 'school' AND r.grade IS NOT NULL AND r.happened_on > ${since}) >= 1
         OR count(*) FILTER (WHERE r.type = 'paper' AND r.level <> 'school' AND r.happened_on > ${since}) >= 3)
     ORDER BY md5(p.id::text)`.execute(db);
  return rows;
}

const plainActor = (one: Likely): Actor => ({
  personId: one.id,
  name: one.name,
  unitId: one.unitId,
  unitPath: one.path,
  unitName: null,
  assignments: [],
});

const offices = new Map<string, Actor>();

/** Whoever holds a role at a unit, as they are when they sign in. */
async function officeOf(db: Db, role: Role, unitId: string): Promise<Actor> {
  const key = `${role}/${unitId}`;
  const known = offices.get(key);
  if (known !== undefined) return known;
  const row = await db
    .selectFrom('role_assignment')
    .innerJoin('person', 'person.id', 'role_assignment.person_id')
    .innerJoin('unit', 'unit.id', 'role_assignment.unit_id')
    .select([
      'person.id',
      'person.name',
      'person.unit_id as unitId',
      'person.unit_path as unitPath',
      'unit.path',
      'unit.name as unitName',
    ])
    .where('role_assignment.role', '=', role)
    .where('role_assignment.unit_id', '=', unitId)
    .orderBy('role_assignment.id')
    .executeTakeFirstOrThrow();
  const actor: Actor = {
    personId: row.id,
    name: row.name,
    unitId: row.unitId,
    unitPath: row.unitPath,
    unitName: row.unitName,
    assignments: [{ role, unitId, unitPath: row.path, unitName: row.unitName }],
  };
  offices.set(key, actor);
  return actor;
}

async function countyOf(db: Db, path: string): Promise<string> {
  const [city, county] = path.split('.');
  const row = await db
    .selectFrom('unit')
    .select('id')
    .where('path', '=', `${city}.${county}.`)
    .executeTakeFirstOrThrow();
  return row.id;
}

async function personaSchool(db: Db): Promise<Unit> {
  return db
    .selectFrom('demo_persona')
    .innerJoin('person', 'person.id', 'demo_persona.person_id')
    .innerJoin('unit', 'unit.id', 'person.unit_id')
    .select(['unit.id', 'unit.path', 'unit.code'])
    .where('demo_persona.kind', '=', 'school-office')
    .executeTakeFirstOrThrow();
}
