import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Actor, Role } from '../src/features/identity/rules.ts';
import { digestOf } from '../src/features/programmes/compiled.ts';
import { keepInForce } from '../src/features/programmes/numbers/queries.ts';
import { insertVersion, publishVersion } from '../src/features/programmes/queries.ts';
import { programmeKey } from '../src/features/programmes/rules.ts';
import { insertEvidence } from '../src/features/records/evidence/queries.ts';
import { openDraft, saveDraft, submit } from '../src/features/selection/applications/acts.ts';
import { decideRound, postPublicity } from '../src/features/selection/publicity/acts.ts';
import { receiveObjection } from '../src/features/selection/publicity/objections/acts.ts';
import { recommend } from '../src/features/selection/review/acts.ts';
import { noteRound } from '../src/features/selection/rounds/history.ts';
import { insertRound } from '../src/features/selection/rounds/planning/queries.ts';
import { updateRound, updateRoundNumbers } from '../src/features/selection/rounds/queries.ts';
import { replaceQuotas } from '../src/features/selection/rounds/quotas/queries.ts';
import { loadProgramme } from '../src/language/load.ts';
import type { Programme } from '../src/language/programme.ts';
import { civilDateOf, endOfDay } from '../src/platform/civil-now.ts';
import type { Db } from '../src/platform/database.ts';
import { newId } from '../src/platform/ids.ts';
import { commonVocabulary, programmeTables } from '../src/platform/programmes.ts';
import { root } from '../src/platform/root.ts';
import type { Acting } from '../src/platform/routing.ts';
import type { Services } from '../src/platform/services.ts';
import { daysBetween } from '../src/shared/civil-date.ts';
import { type DemoFiles, fileFor, fileNameOf } from './evidence.ts';
import type { Random } from './random.ts';

/*
 * Rounds in different states, made through the same acts that people use: what stands in the demo has been
 * applied for, judged and recommended like anything else.
 */

const FILES = {
  city: 'programmes/sources/002-3-city-backbone/2011-1.yaml',
  school: 'programmes/sources/002-4-school-backbone/2011-1.yaml',
  candidates: 'programmes/sources/002-5-school-candidates/2011-1.yaml',
  lessons: 'demo/county-lessons.yaml',
  young: 'demo/city-young.yaml',
} as const;
/** More would only make the first start longer. */
const CITY_APPLICANTS = 150;
const DAY = 86_400_000;

export interface Unit {
  readonly id: string;
  readonly name: string;
  readonly path: string;
}

export async function loadRounds(
  services: Services,
  random: Random,
  evidence: DemoFiles,
  say: (message: string) => void,
): Promise<void> {
  const maker = new Maker(services.db, services.config.timeZone, random, services.clock());
  const { db } = maker;
  const city = await db
    .selectFrom('unit')
    .select(['id', 'path', 'name'])
    .where('level', '=', 'city')
    .executeTakeFirstOrThrow();
  const school = await personaSchool(db);
  const neighbour = await neighbourSchool(db, school);
  const cityProgramme = await maker.publish('city', city, 'city-office');
  const schoolProgramme = await maker.publish('school', school, 'school-office');
  const neighbourProgramme = await maker.publish('school', neighbour, 'school-office');
  await maker.publish('candidates', school, 'school-office');
  say('  programmes published');

  const last = await maker.open(cityProgramme, city, 'city-office', {
    opens: -420,
    closes: -400,
    quotas: true,
  });
  // Whoever got the title last year cannot apply again, and the personas' school applies this year.
  const before = (await likelyApplicants(db, maker.day(-400))).filter(
    ({ path }) => !path.startsWith(school.path),
  );
  await maker.apply(last, before.slice(0, 45), -405);
  for (const body of ['school-office', 'county', 'city'] as const) await maker.pass(last, body, 0.8, -390);
  if (await maker.post(last, city, 'city-office', -385)) {
    await maker.decide(last, city, 'city-office');
    say("  last year's round decided");
  } else say("  nobody met the conditions of last year's round");

  const noticed = await maker.open(neighbourProgramme, neighbour, 'school-leader', {
    opens: -30,
    closes: -10,
    quotas: false,
  });
  await maker.apply(noticed, await teachersOf(db, neighbour), -14);
  for (const body of ['group', 'school-office', 'school-leading-group'] as const)
    await maker.pass(noticed, body, 0.9, -6);
  if (await maker.post(noticed, neighbour, 'school-leader', -2)) {
    await maker.object(noticed, -1);
    say('  a school\u2019s list in its publicity period');
  } else say('  nobody met the conditions of the neighbour\u2019s round');

  const running = await maker.open(cityProgramme, city, 'city-office', {
    opens: -25,
    closes: 10,
    quotas: true,
  });
  const likely = await likelyApplicants(db, maker.day(0));
  const atSchool = likely.filter((one) => one.path.startsWith(school.path));
  const sent = await maker.apply(
    running,
    [
      ...atSchool.filter(({ kind }) => kind === null),
      ...likely.filter((one) => !atSchool.includes(one)),
    ].slice(0, CITY_APPLICANTS),
    -3,
  );
  await nameApplicant(db, running, school);
  await maker.pass(running, 'school-office', 0.66, -1);
  await maker.pass(running, 'county', 0.5, -1);
  say(`  the city\u2019s round open, ${sent} applications`);

  const own = await maker.open(schoolProgramme, school, 'school-leader', {
    opens: -5,
    closes: 20,
    quotas: false,
  });
  await maker.apply(own, (await teachersOf(db, school)).filter(({ kind }) => kind === null).slice(0, 12), -1);
  await proveApplications(db, evidence);
  say('  a school\u2019s round open');
}

/** Does what offices and teachers do, as of a day before or after now. */
export class Maker {
  readonly db: Db;
  readonly zone: string;
  readonly #random: Random;
  readonly #now: Date;
  readonly #offices = new Map<string, Actor>();

  constructor(db: Db, zone: string, random: Random, now: Date) {
    this.db = db;
    this.zone = zone;
    this.#random = random;
    this.#now = now;
  }

  /** The instant `days` from now. */
  day(days: number): Date {
    return new Date(this.#now.getTime() + days * DAY);
  }

  civil(days: number): string {
    return civilDateOf(this.day(days), this.zone);
  }

  async acting(role: Role, unitId: string, days: number): Promise<Acting> {
    return {
      db: this.db,
      actor: await officeOf(this.db, this.#offices, role, unitId),
      now: this.day(days),
      today: this.civil(days),
    };
  }

  async publish(name: keyof typeof FILES, unit: Unit, role: Role): Promise<Published> {
    const path = join(root, FILES[name]);
    const source = readFileSync(path, 'utf8');
    const tables = programmeTables(path);
    const loaded = loadProgramme(source, { vocabulary: commonVocabulary(), tables, file: FILES[name] });
    if (!loaded.ok) throw new Error(`${FILES[name]}: ${loaded.problems[0]?.message.en}`);
    const { programme: file } = loaded;
    const { actor } = await this.acting(role, unit.id, -430);
    const versionId = this.#random.id(this.day(-430).getTime());
    await insertVersion(this.db, {
      id: versionId,
      programme: file.programme,
      unitId: unit.id,
      unitPath: unit.path,
      version: file.version,
      names: file.names,
      source,
      tables,
      digest: digestOf(source, tables),
      createdBy: actor.personId,
      createdAt: this.day(-430),
    });
    await publishVersion(this.db, versionId, actor.personId, this.day(-430), this.civil(-430));
    return { versionId, file };
  }

  /** Open a round from `opens` to the end of the day `closes`; with places from the programme's own table. */
  async open(
    { versionId, file }: Published,
    unit: Unit,
    role: Role,
    when: { opens: number; closes: number; quotas: boolean; name?: string },
  ): Promise<string> {
    const closesOn = this.civil(when.closes);
    const year = closesOn.slice(0, 4);
    const acting = await this.acting(role, unit.id, when.opens);
    const id = this.#random.id(this.day(when.opens).getTime());
    await insertRound(this.db, {
      id,
      versionId,
      unitId: unit.id,
      unitPath: unit.path,
      name: when.name ?? (when.quotas ? `${year}年市级中小学学科骨干教师评选` : `${year}年校级骨干教师选拔`),
      documentNumber: when.quotas ? `澜教发〔${year}〕17号` : null,
      contact: when.quotas ? '市教师进修学院培训处 0000-8812345' : '学校教务处',
      opensAt: this.day(when.opens),
      closesAt: endOfDay(closesOn, this.zone),
      asOf: closesOn,
      places: file.quota?.total ?? null,
      createdBy: acting.actor.personId,
      createdAt: this.day(when.opens),
      stages: (file.route ?? []).map((stage) => ({ stage: stage.id, body: stage.actor, closesAt: null })),
    });
    if (when.quotas) await this.#divide(id, unit, file);
    await updateRound(this.db, id, { state: 'open' });
    const programmeId = programmeKey(unit.id, file.programme);
    await updateRoundNumbers(this.db, id, await keepInForce(this.db, programmeId, this.civil(when.opens)));
    await noteRound(acting, this.db, { id, unitPath: unit.path }, 'round.opened', {});
    return id;
  }

  async #divide(roundId: string, city: Unit, file: Programme): Promise<void> {
    const counties = await this.db
      .selectFrom('unit')
      .select(['id', 'path', 'code'])
      .where('parent_id', '=', city.id)
      .where('level', '=', 'county')
      .execute();
    const places = new Map(
      Object.values(file.tables).flatMap((table) => table.rows.map((row) => [row.key, row.places] as const)),
    );
    await replaceQuotas(
      this.db,
      roundId,
      { path: city.path, level: 'county' },
      counties.map((county) => ({
        unitId: county.id,
        unitPath: county.path,
        places: places.get(county.code ?? '') ?? 0,
        basis: { from: 'table' },
      })),
    );
  }

  /** Each begins an application; most submit. How many arrived: the rules decide who may. */
  async apply(
    roundId: string,
    people: readonly Likely[],
    day: number,
    write: (one: Likely) => string = onTheJob,
  ): Promise<number> {
    let sent = 0;
    for (const [index, one] of people.entries()) {
      const at = new Date(this.day(day).getTime() + index * 60_000);
      const actor = {
        personId: one.id,
        name: one.name,
        unitId: one.unitId,
        unitPath: one.path,
        unitName: null,
        assignments: [],
      };
      const opened = await openDraft(this.db, roundId, actor, this.#random.id(at.getTime()), at);
      if (!opened.ok) continue;
      await saveDraft(
        this.db,
        opened.id,
        { statement: write(one) },
        { revision: 1, tab: this.#random.id(at.getTime()) },
        at,
      );
      if (index % 12 === 11) continue; // Some are still being written.
      const result = await submit(this.db, opened.id, { now: at, today: civilDateOf(at, this.zone) });
      if (result.ok) sent += 1;
    }
    return sent;
  }

  /** A body has handled a share of what reached it. */
  async pass(roundId: string, body: keyof typeof ROLE_OF_BODY, share: number, day: number): Promise<void> {
    const stage = await this.db
      .selectFrom('round_stage')
      .select('position')
      .where('round_id', '=', roundId)
      .where('body', '=', body)
      .orderBy('position')
      .executeTakeFirstOrThrow();
    const waiting = await this.db
      .selectFrom('application')
      .select([
        'id',
        'school_id as schoolId',
        'group_id as groupId',
        'unit_path as path',
        'person_id as personId',
      ])
      .where('round_id', '=', roundId)
      .where('position', '=', stage.position)
      .where('state', '=', 'in-review')
      .orderBy('id')
      .execute();
    for (const one of waiting) {
      if (!this.#random.chance(share)) continue;
      const unitId =
        body === 'group'
          ? one.groupId
          : body === 'county' || body === 'city'
            ? await unitAbove(this.db, one.path, body)
            : one.schoolId;
      if (unitId === null) continue;
      const { actor, now } = await this.acting(ROLE_OF_BODY[body], unitId, day);
      if (actor.personId === one.personId) continue;
      await recommend(this.db, roundId, stage.position, [one.id], null, {
        actor,
        now,
        submission: this.#random.id(now.getTime()),
      });
    }
  }

  /**
   * Freeze the list and make it public. The last day is given by hand too, for years the calendar lacks. False when
   * nobody is on it.
   */
  async post(roundId: string, unit: Unit, role: Role, day: number): Promise<boolean> {
    const answer = await postPublicity(await this.acting(role, unit.id, day), roundId, {
      id: this.#random.id(this.day(day).getTime()),
      confirmed: true,
      closesOn: this.civil(day + 8),
      reason: null,
    });
    if (answer.ok) return true;
    if ('reasons' in answer && answer.reasons.every((reason) => reason === 'nobody')) return false;
    throw new Error(`demo publicity: ${JSON.stringify(answer)}`);
  }

  /** On the day after the period, which a festival may make long. */
  async decide(roundId: string, unit: Unit, role: Role): Promise<void> {
    const { closesOn } = await this.db
      .selectFrom('publicity')
      .select('closes_on as closesOn')
      .where('round_id', '=', roundId)
      .executeTakeFirstOrThrow();
    const day = daysBetween(this.civil(0), closesOn) + 1;
    const answer = await decideRound(await this.acting(role, unit.id, day), roundId);
    if (!answer.ok) throw new Error(`demo decision: ${answer.reasons.join(', ')}`);
  }

  async object(roundId: string, day: number): Promise<void> {
    const publicity = await this.db
      .selectFrom('publicity')
      .select('id')
      .where('round_id', '=', roundId)
      .executeTakeFirstOrThrow();
    await receiveObjection(this.db, this.day(day), this.civil(day), {
      id: this.#random.id(this.day(day).getTime()),
      publicityId: publicity.id,
      applicationId: null,
      signed: true,
      name: '周建国',
      contact: '13800001234',
      statement: '名单中有一位老师本学年没有在教学一线任课，请核实。',
      receivedAt: this.day(day),
    });
  }
}

const onTheJob = ({ subject }: Likely): string =>
  `任教以来一直在教学一线，承担${subject}教学和教研工作，多次承担公开课与讲座，带动本组教师共同提高。`;

const ROLE_OF_BODY = {
  group: 'group-leader',
  'school-office': 'school-office',
  'school-leading-group': 'school-leader',
  county: 'county-office',
  city: 'city-office',
} as const satisfies Record<string, Role>;

interface Published {
  readonly versionId: string;
  readonly file: Programme;
}

/** The demo's "teacher who has applied" is somebody of the school who really has. */
async function nameApplicant(db: Db, roundId: string, school: Unit): Promise<void> {
  const applicant = await db
    .selectFrom('application')
    .select('person_id')
    .where('round_id', '=', roundId)
    .where('school_id', '=', school.id)
    .where('state', '=', 'in-review')
    .orderBy('submitted_at')
    .executeTakeFirst();
  if (applicant === undefined) return;
  await db
    .updateTable('demo_persona')
    .set({ person_id: applicant.person_id })
    .where('kind', '=', 'applicant')
    .execute();
}

/** Most records of those who applied have a file to open. */
const PROVEN = 0.8;
async function proveApplications(db: Db, evidence: DemoFiles): Promise<void> {
  const records = await db
    .selectFrom('record')
    .select(['id', 'type', 'person_id as personId', 'entered_at as at'])
    .where('evidence_count', '=', 0)
    .where('person_id', 'in', (where) => where.selectFrom('application').select('person_id'))
    .where('happened_on', '>', sql<string>`now() - interval '6 years'`)
    .orderBy('id')
    .execute();
  for (const record of records) {
    const file = fileFor(evidence, record, PROVEN);
    if (file === null) continue;
    await insertEvidence(db, [
      {
        id: newId(),
        personId: record.personId,
        recordId: record.id,
        fileName: fileNameOf(file),
        mediaType: file.mediaType,
        size: file.size,
        sha256: file.sha256,
        uploadedBy: record.personId,
        at: record.at,
      },
    ]);
  }
}

export interface Likely {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly unitId: string;
  readonly subject: string;
  /** The kind of demo person they are, if one. */
  readonly kind: string | null;
}

/** People whose files look as if they met the city's conditions; the rules decide when they apply. */
async function likelyApplicants(db: Db, now: Date): Promise<Likely[]> {
  const since = new Date(now.getTime() - 5 * 365 * DAY);
  const { rows } = await sql<Likely>`
    SELECT p.id, p.name, p.unit_path AS path, p.unit_id AS "unitId", p.subject, d.kind
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

/** Teachers of one school in an order of chance; whoever holds an office there decides and does not apply. */
export async function teachersOf(db: Db, school: Unit): Promise<Likely[]> {
  const { rows } = await sql<Likely>`
    SELECT p.id, p.name, p.unit_path AS path, p.unit_id AS "unitId", p.subject, d.kind
      FROM person p LEFT JOIN demo_persona d ON d.person_id = p.id
     WHERE p.unit_id = ${school.id} AND p.group_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM role_assignment a WHERE a.person_id = p.id AND a.role IN ('school-office', 'school-leader'))
     ORDER BY md5(p.id::text) LIMIT 40`.execute(db);
  return rows;
}

/** Whoever holds a role at a unit, as they are when they sign in. */
async function officeOf(db: Db, offices: Map<string, Actor>, role: Role, unitId: string): Promise<Actor> {
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

async function unitAbove(db: Db, path: string, level: 'county' | 'city'): Promise<string> {
  const keys = path.split('.').slice(0, level === 'city' ? 1 : 2);
  const row = await db
    .selectFrom('unit')
    .select('id')
    .where('path', '=', `${keys.join('.')}.`)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Another school of the same county with people of its own to recommend. */
export async function neighbourSchool(db: Db, school: Unit): Promise<Unit> {
  const [city, county] = school.path.split('.');
  return db
    .selectFrom('unit')
    .innerJoin('role_assignment as head', (join) =>
      join.onRef('head.unit_id', '=', 'unit.id').on('head.role', '=', 'school-leader'),
    )
    .select(['unit.id', 'unit.path', 'unit.name'])
    .where('unit.path', 'like', `${city}.${county}.%`)
    .where('unit.level', '=', 'school')
    .where('unit.id', '!=', school.id)
    .orderBy('unit.path')
    .executeTakeFirstOrThrow();
}

export async function personaSchool(db: Db): Promise<Unit> {
  return db
    .selectFrom('demo_persona')
    .innerJoin('person', 'person.id', 'demo_persona.person_id')
    .innerJoin('unit', 'unit.id', 'person.unit_id')
    .select(['unit.id', 'unit.path', 'unit.name'])
    .where('demo_persona.kind', '=', 'school-office')
    .executeTakeFirstOrThrow();
}
