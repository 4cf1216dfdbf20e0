import { setImmediate as otherWork } from 'node:timers/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import { loadSigner } from '../src/features/audit/heads/key.ts';
import { signHead } from '../src/features/audit/heads/sign.ts';
import { hashPassword } from '../src/features/identity/password.ts';
import { PERSONA_KINDS, type PersonaKind } from '../src/features/identity/queries.ts';
import { nameSearch } from '../src/features/organisation/people/name-search.ts';
import { type Ask, fillInBulk } from '../src/platform/bulk.ts';
import { civilDateOf } from '../src/platform/civil-now.ts';
import { openDatabase, openPool } from '../src/platform/database.ts';
import type { Services } from '../src/platform/services.ts';
import {
  CITY,
  DISTRICTS,
  type District,
  SCHOOL_SIZES,
  type SchoolStage,
  type Setting,
  SUBJECT_NAMES,
  SUBJECTS,
  schoolName,
} from './city.ts';
import { CopyBuffer } from './copy.ts';
import { type DemoFiles, fileFor, fileNameOf, makeEvidence } from './evidence.ts';
import { loadFacts } from './facts.ts';
import { loadIdentities } from './identities.ts';
import { loadLab } from './lab.ts';
import { loadNumbers } from './numbers.ts';
import { loadPanel } from './panels.ts';
import { loadPrivacy } from './privacy.ts';
import { type Random, random } from './random.ts';
import { loadRounds } from './rounds.ts';
import { makeStrongTeacher, makeTeacher, RECORDS_EACH, type Teacher } from './teacher.ts';

export interface DemoOptions {
  readonly teachers: number;
  readonly seed: string;
  /** False for benchmarks that want people and records only. */
  readonly rounds?: boolean;
  /** About so many records each, at most what their years have brought; absent, that. For benchmarks. */
  readonly records?: number;
}

const DEFAULT: DemoOptions = { teachers: 5000, seed: 'qinglan' };
export const DEMO_PASSWORD = 'qinglan';

/** Load the demo city unless somebody is there already. */
export async function loadDemoWhenEmpty(
  services: Services,
  databaseUrl: string,
  say: (message: string) => void,
): Promise<void> {
  const anyone = await services.db.selectFrom('person').select('id').limit(1).executeTakeFirst();
  if (anyone !== undefined) return;
  const started = performance.now();
  say(`Loading a demo city of ${DEFAULT.teachers} teachers (once)`);
  await loadDemo(services, databaseUrl, DEFAULT, say);
  say(`Demo city loaded in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** The school whose people the sign-in page offers, and its neighbour, stand in this county whatever the size. */
const PERSONA_COUNTY = 'd06';
const PERSONA_SCHOOL = 44;
const NEIGHBOUR_SCHOOL = 32;
/** Of the persona school's first teachers, all of Chinese: leader, teacher, applicant, and two more who may apply. */
const CAST = 5;
/** A share of the records of the last years has a file; in a large city a smaller one. */
const WITH_EVIDENCE = { share: 0.4, teachers: 8000, years: 4 } as const;

interface Unit {
  readonly id: string;
  readonly path: string;
}

/** Tables with a row or more for each person. */
const LARGE = [
  'person',
  'account',
  'employment',
  'membership',
  'person_fact',
  'role_assignment',
  'record',
  'title_holding',
];

/**
 * Make the city from its seed and load it: people and growth files by COPY, then rounds through the same
 * acts people use. All of the first part is one transaction: a demo that was interrupted is not there.
 */
export async function loadDemo(
  services: Services,
  databaseUrl: string,
  options: DemoOptions,
  say: (message: string) => void,
): Promise<void> {
  const evidence = await makeEvidence(services.files, options.seed);
  const pool = openPool(databaseUrl, { schema: services.config.schema, max: 1 });
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await skipForeignKeyChecks(client);
    const today = civilDateOf(services.clock(), services.config.timeZone);
    const ask: Ask = (text, values) => client.query(text, [...values]);
    await fillInBulk(ask, LARGE, { references: false }, () =>
      loadPeople(client, options, evidence, today, say),
    );
    await client.query('COMMIT');
    // What autovacuum would do later: statistics, and the map that lets counts read an index alone.
    await client.query(`VACUUM (ANALYZE) unit, evidence, ${LARGE.join(', ')}`);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
    await pool.end();
  }
  if (options.rounds !== false) await loadActsQuickly(services, databaseUrl, options, evidence, say);
}

/** A demo that is lost with the machine is made again, so its commits need not wait for the disk. */
async function loadActsQuickly(
  services: Services,
  databaseUrl: string,
  { seed, teachers }: DemoOptions,
  evidence: DemoFiles,
  say: (message: string) => void,
): Promise<void> {
  const db = openDatabase(databaseUrl, { schema: services.config.schema, max: 1 });
  try {
    await sql`SET synchronous_commit = off`.execute(db);
    await loadRounds({ ...services, db }, random(`${seed}/rounds`), evidence, say);
    await loadPanel({ ...services, db }, random(`${seed}/panels`), say);
    await loadLab({ ...services, db }, random(`${seed}/lab`), teachers, say);
    await loadNumbers({ ...services, db }, random(`${seed}/numbers`), say);
    await loadFacts({ ...services, db }, random(`${seed}/facts`));
    await loadIdentities({ ...services, db }, random(`${seed}/identities`));
    await loadPrivacy({ ...services, db }, random(`${seed}/privacy`));
    // The head of the chain as of now, so that there is one to look at, to print and to check.
    await signHead(db, [loadSigner(services.config)], services.clock());
  } finally {
    await db.destroy();
  }
}

/**
 * The maker of the city sees to it that every reference holds; having the server look up each of them again
 * takes most of the time of a large load. Only a superuser may say so; for others the load is just slower.
 */
async function skipForeignKeyChecks(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ superuser: boolean }>(
    'SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = current_user',
  );
  if (rows[0]?.superuser === true) await client.query("SET LOCAL session_replication_role = 'replica'");
}

async function loadPeople(
  client: pg.PoolClient,
  options: DemoOptions,
  evidence: DemoFiles,
  today: string,
  say: (message: string) => void,
): Promise<void> {
  const city = random(options.seed);
  const password = await hashPassword(DEMO_PASSWORD);
  let tables = copyBuffers();
  let sending = Promise.resolve();
  const personas = new Map<PersonaKind, string>();
  let unitKey = 0;
  let staffNumber = 0;
  const now = Date.parse(`${today}T00:00:00Z`);
  const files: EvidenceShare = {
    files: evidence,
    share: WITH_EVIDENCE.share * Math.min(1, WITH_EVIDENCE.teachers / options.teachers),
    since: `${Number(today.slice(0, 4)) - WITH_EVIDENCE.years}-01-01`,
  };

  const kept = (options.records ?? RECORDS_EACH) / RECORDS_EACH;
  const thinning = random(`${options.seed}/records`);
  const fewerRecords = (teacher: Teacher): Teacher =>
    kept >= 1 ? teacher : { ...teacher, records: teacher.records.filter(() => thinning.chance(kept)) };

  const addUnit = (
    parent: Unit | null,
    r: Random,
    level: string,
    name: string,
    extra: { code?: string; stage?: string; setting?: string; subject?: string } = {},
  ): Unit => {
    unitKey += 1;
    const unit = { id: r.id(Date.UTC(1990, 0, 1)), path: `${parent?.path ?? ''}${unitKey}.` };
    tables.unit.add(
      unit.id,
      unitKey,
      parent?.id ?? null,
      unit.path,
      level,
      name,
      extra.code ?? null,
      extra.stage === undefined ? [] : [extra.stage],
      extra.setting ?? null,
      extra.subject ?? null,
    );
    return unit;
  };
  const addAccount = (personId: string, signIn: string, path: string) =>
    tables.account.add(personId, signIn.toLowerCase(), password, path);
  const addRole = (r: Random, personId: string, role: string, unit: Unit, since: string, at = now) =>
    tables.role.add(r.id(at), personId, role, unit.id, unit.path, `[${since},)`);

  const root = addUnit(null, city, 'city', CITY.name, { code: CITY.code });
  const offices: [PersonaKind, string, string, Unit][] = [
    ['city-office', 'city', 'city-office', root],
    ['auditor', 'audit', 'auditor', root],
    ['administrator', 'admin', 'administrator', root],
  ];
  const official = (r: Random, signIn: string, unit: Unit): string => {
    const teacher = makeTeacher(r, 'primary', 'urban', 'chinese', today);
    addPerson(tables, { ...teacher, records: [], titles: [] }, r, files, {
      number: null,
      unit,
      group: null,
      stage: null,
      post: '经办人',
      today,
      search: nameSearch(teacher.name),
    });
    addAccount(teacher.id, signIn, unit.path);
    return teacher.id;
  };
  for (const [kind, signIn, role, unit] of offices) {
    const id = official(city, signIn, unit);
    addRole(city, id, role, unit, '2020-09-01');
    personas.set(kind, id);
  }

  const targets = targetsOf(options.teachers);
  for (const district of DISTRICTS) {
    const r = city.fork(district.code);
    const county = addUnit(root, r, 'county', `${district.name}教育局`, { code: district.code });
    for (const clerk of ['', '-2']) {
      const id = official(r, `${district.code}${clerk}`, county);
      addRole(r, id, 'county-office', county, '2021-09-01');
      if (clerk === '' && district.code === PERSONA_COUNTY) personas.set('county-office', id);
    }
    const target = targets.get(district.code) ?? 0;
    let placed = 0;
    const ordinals = new Map<string, number>();
    if (district.code === PERSONA_COUNTY) {
      for (const [size, setting] of [
        [PERSONA_SCHOOL, 'town'],
        [NEIGHBOUR_SCHOOL, 'rural'],
      ] as const) {
        const { school } = addSchool(r, county, district, 'primary', ordinals, setting);
        await fillSchool(r, school, 'primary', setting, size, setting === 'town' ? 'personas' : 'neighbour');
        placed += size;
      }
    }
    while (placed < target) {
      const stage = r.weighted([
        ['kindergarten', 2.2],
        ['primary', 4],
        ['junior', 2.4],
        ['senior', 1],
      ] as readonly (readonly [SchoolStage, number])[]);
      const [least, most] = SCHOOL_SIZES[stage];
      const size = Math.min(r.int(least, most), target - placed);
      placed += size;
      const { school, setting } = addSchool(r, county, district, stage, ordinals);
      const free = await fillSchool(r, school, stage, setting, size, null);
      // Who judges in the demo is a teacher of another county than the others of the sign-in page.
      const [judge] = free.slice(-1);
      if (judge !== undefined && district.code !== PERSONA_COUNTY && !personas.has('judge'))
        personas.set('judge', judge);
      if (tables.record.size > 60_000) {
        // The database takes one batch in while the next is made.
        await sending;
        sending = flush(client, tables);
        sending.catch(() => undefined); // Reported where it is awaited.
        tables = copyBuffers();
        say(`  ${staffNumber} teachers`);
      }
    }
  }
  // Last, so that the rest of the city is as it was before there were these.
  const security = official(city, 'security', root);
  addRole(city, security, 'security-administrator', root, '2020-09-01');
  personas.set('security-administrator', security);
  // Whoever drafts a policy cannot agree to it: another of the same office can.
  const colleague = official(city, 'city-2', root);
  addRole(city, colleague, 'city-office', root, '2021-09-01', now + 1); // The first of the office acts in the rounds.
  personas.set('city-colleague', colleague);
  PERSONA_KINDS.forEach((kind, position) => {
    const id = personas.get(kind);
    if (id === undefined) throw new Error(`the demo has no ${kind}`);
    tables.persona.add(kind, position, id);
  });
  await sending;
  await flush(client, tables);
  await client.query("SELECT setval(pg_get_serial_sequence('unit', 'key'), (SELECT max(key) FROM unit))");
  // The three keep the system as three people, and the teaching office has somebody act in its stead for a while.
  await client.query('UPDATE duty_rule SET separated = true');
  await client.query(
    `INSERT INTO delegation (id, from_person_id, to_person_id, role, unit_id, unit_path, during, reason, given_at)
     SELECT $1, person_id, $3, role, unit_id, unit_path, daterange($4::date, $4::date + 90), '外出培训', now()
       FROM role_assignment WHERE person_id = $2 AND role = 'school-office'`,
    [city.id(now), personas.get('school-office'), personas.get('deputy'), today],
  );

  function addSchool(
    r: Random,
    county: Unit,
    district: District,
    stage: SchoolStage,
    ordinals: Map<string, number>,
    given?: Setting,
  ) {
    const setting: Setting =
      given ??
      (stage === 'senior'
        ? r.weighted([
            ['urban', 6],
            ['town', 4],
          ] as const)
        : r.weighted(district.settings));
    const place = r.pick(district.places);
    const nameKey = `${stage}/${setting === 'rural'}/${place}`;
    const ordinal = (ordinals.get(nameKey) ?? 0) + 1;
    ordinals.set(nameKey, ordinal);
    const school = addUnit(county, r, 'school', schoolName(district, place, stage, setting, ordinal), {
      code: `${district.code}-${String(unitKey + 1).padStart(5, '0')}`,
      stage,
      setting,
    });
    return { school, setting };
  }

  async function fillSchool(
    r: Random,
    school: Unit,
    stage: SchoolStage,
    setting: Setting,
    size: number,
    part: 'personas' | 'neighbour' | null,
  ): Promise<readonly string[]> {
    const groups = new Map<string, Unit>();
    const members = new Map<string, string[]>();
    const seniors: string[] = [];
    for (let n = 0; n < size; n += 1) {
      if (n % 16 === 0) await otherWork();
      const inCast = part === 'personas' && n < CAST;
      const subjectCode = inCast ? 'chinese' : r.weighted(SUBJECTS[stage]);
      let group = groups.get(subjectCode);
      if (group === undefined) {
        const subject = SUBJECT_NAMES[subjectCode] ?? subjectCode;
        group = addUnit(school, r, 'group', `${subject}教研组`, { subject });
        groups.set(subjectCode, group);
      }
      staffNumber += 1;
      const number = `T${String(staffNumber).padStart(7, '0')}`;
      // Those who apply in the demo's rounds meet the conditions, there and in the school beside it.
      const strong = inCast ? n >= 2 : part === 'neighbour' && n < 3;
      const make = strong ? makeStrongTeacher : makeTeacher;
      const whole = make(r, stage, setting, subjectCode, today);
      const teacher = part === null ? fewerRecords(whole) : whole;
      addPerson(tables, teacher, r, files, {
        number,
        unit: school,
        group,
        stage,
        post: null,
        today,
        search: nameSearch(teacher.name),
      });
      addAccount(teacher.id, number, group.path);
      members.set(subjectCode, [...(members.get(subjectCode) ?? []), teacher.id]);
      if (teacher.ranks.at(-1)?.rank === 'senior' && !inCast) seniors.push(teacher.id);
    }
    const everyone = [...members.values()].flat();
    for (const [subjectCode, group] of groups) {
      const leader = members.get(subjectCode)?.[0];
      if (leader !== undefined) addRole(r, leader, 'group-leader', group, '2022-09-01');
    }
    const cast = part === 'personas' ? (members.get('chinese') ?? []).slice(0, CAST) : [];
    const others = [...seniors, ...everyone.filter((id) => !seniors.includes(id) && !cast.includes(id))];
    const [office, head, deputy] = others;
    if (office !== undefined) addRole(r, office, 'school-office', school, '2021-09-01');
    if (head !== undefined) addRole(r, head, 'school-leader', school, '2020-09-01');
    if (part !== 'personas') return others.slice(2);
    const [leader, teacher, applicant] = cast;
    for (const [kind, id] of Object.entries({
      teacher,
      applicant,
      'group-leader': leader,
      'school-office': office,
      'school-leader': head,
      deputy,
    }) as [PersonaKind, string | undefined][]) {
      if (id !== undefined) personas.set(kind, id);
    }
    return others.slice(3);
  }
}

/** How many teachers each district has: by its share, but the county of the personas enough for its two schools. */
function targetsOf(teachers: number): Map<string, number> {
  const all = DISTRICTS.reduce((sum, { share }) => sum + share, 0);
  const least = PERSONA_SCHOOL + NEIGHBOUR_SCHOOL;
  const own = DISTRICTS.find(({ code }) => code === PERSONA_COUNTY)?.share ?? 0;
  const kept = Math.max(least, Math.round((teachers * own) / all));
  return new Map(
    DISTRICTS.map(({ code, share }) => [
      code,
      code === PERSONA_COUNTY ? kept : Math.max(2, Math.round(((teachers - kept) * share) / (all - own))),
    ]),
  );
}

function copyBuffers() {
  return {
    unit: new CopyBuffer('unit', [
      'id',
      'key',
      'parent_id',
      'path',
      'level',
      'name',
      'code',
      'stages',
      'setting',
      'subject',
    ]),
    person: new CopyBuffer('person', [
      'id',
      'staff_number',
      'name',
      'name_search',
      'sex',
      'birth_date',
      'teaching_since',
      'phone',
      'unit_id',
      'group_id',
      'unit_path',
      'subject',
      'stage',
      'rank',
      'education',
      'post',
      'front_line',
      'qualified',
      'special_post',
      'facts_since',
    ]),
    employment: new CopyBuffer('employment', [
      'id',
      'person_id',
      'unit_id',
      'kind',
      'post',
      'during',
      'unit_path',
    ]),
    membership: new CopyBuffer('membership', ['id', 'person_id', 'unit_id', 'during', 'unit_path']),
    fact: new CopyBuffer('person_fact', ['id', 'person_id', 'attribute', 'value', 'during', 'unit_path']),
    account: new CopyBuffer('account', ['person_id', 'sign_in', 'password_hash', 'unit_path']),
    role: new CopyBuffer('role_assignment', ['id', 'person_id', 'role', 'unit_id', 'unit_path', 'during']),
    title: new CopyBuffer('title_holding', ['id', 'person_id', 'title', 'during', 'unit_path']),
    record: new CopyBuffer('record', [
      'id',
      'person_id',
      'unit_path',
      'type',
      'title',
      'happened_on',
      'level',
      'grade',
      'author_order',
      'event',
      'fields',
      'state',
      'late',
      'entered_by',
      'entered_at',
      'decided_by',
      'decided_at',
      'reason',
      'evidence_count',
    ]),
    evidence: new CopyBuffer('evidence', [
      'id',
      'person_id',
      'record_id',
      'file_name',
      'media_type',
      'size',
      'sha256',
      'uploaded_by',
      'uploaded_at',
      'unit_path',
    ]),
    persona: new CopyBuffer('demo_persona', ['kind', 'position', 'person_id']),
  };
}
type Buffers = ReturnType<typeof copyBuffers>;

/** In an order that satisfies the foreign keys. */
async function flush(client: pg.PoolClient, tables: Buffers): Promise<void> {
  for (const buffer of Object.values(tables)) await buffer.flush(client);
}

interface Standing {
  readonly number: string | null;
  readonly unit: Unit;
  readonly group: Unit | null;
  readonly stage: SchoolStage | null;
  readonly post: string | null;
  readonly today: string;
  readonly search: string;
}

const DAY = 86_400_000;

/** Which records get a file. */
interface EvidenceShare {
  readonly files: DemoFiles;
  readonly share: number;
  /** Earlier records stand in paper files. */
  readonly since: string;
}

function addPerson(
  tables: Buffers,
  teacher: Teacher,
  r: Random,
  evidence: EvidenceShare,
  standing: Standing,
): void {
  const now = Date.parse(`${standing.today}T00:00:00Z`);
  const rank = teacher.ranks.at(-1);
  const path = (standing.group ?? standing.unit).path;
  tables.person.add(
    teacher.id,
    standing.number,
    teacher.name,
    standing.search,
    teacher.sex,
    teacher.birthDate,
    teacher.teachingSince,
    teacher.phone,
    standing.unit.id,
    standing.group?.id ?? null,
    path,
    teacher.subject,
    standing.stage,
    rank?.rank ?? null,
    teacher.education,
    standing.post,
    teacher.frontLine,
    true,
    teacher.specialPost,
    [rank?.since ?? '', teacher.joinedOn].toSorted().at(-1) ?? null,
  );
  tables.employment.add(
    r.id(now),
    teacher.id,
    standing.unit.id,
    'main',
    standing.post,
    `[${teacher.joinedOn},)`,
    path,
  );
  if (standing.group !== null)
    tables.membership.add(r.id(now), teacher.id, standing.group.id, `[${teacher.joinedOn},)`, path);
  teacher.ranks.forEach((step, index) => {
    tables.fact.add(
      r.id(now),
      teacher.id,
      'rank',
      step.rank,
      `[${step.since},${teacher.ranks[index + 1]?.since ?? ''})`,
      path,
    );
  });
  for (const title of teacher.titles)
    tables.title.add(r.id(now), teacher.id, title.title, `[${title.since},${title.until})`, path);
  for (const record of teacher.records) {
    const entered = Math.min(Date.parse(`${record.on}T02:00:00Z`) + record.enteredAfter * DAY, now);
    const enteredAt = new Date(entered).toISOString();
    const decided =
      record.state === 'submitted' ? null : new Date(Math.min(entered + 3 * DAY, now)).toISOString();
    const id = r.id(entered);
    const file =
      record.on < evidence.since
        ? null
        : fileFor(evidence.files, { id, type: record.type }, record.proven ? 1 : evidence.share);
    if (file !== null)
      tables.evidence.add(
        r.id(entered),
        teacher.id,
        id,
        fileNameOf(file),
        file.mediaType,
        file.size,
        file.sha256,
        teacher.id,
        enteredAt,
        path,
      );
    tables.record.add(
      id,
      teacher.id,
      path,
      record.type,
      record.title,
      record.on,
      record.level,
      record.grade,
      record.authorOrder,
      record.event,
      { json: record.fields },
      record.state,
      record.enteredAfter > 180,
      teacher.id,
      enteredAt,
      null,
      decided,
      record.state === 'returned' ? '请补充证明材料扫描件' : null,
      file === null ? 0 : 1,
    );
  }
}
