import { sql } from 'kysely';
import { appendAudit, type Change } from '../src/features/audit/queries.ts';
import { insertNotices } from '../src/features/notices/queries.ts';
import {
  insertConsent,
  listHeldTitles,
  putProfile,
  withdrawConsent,
} from '../src/features/privacy/consent/queries.ts';
import { insertCorrection, settleCorrection } from '../src/features/privacy/corrections/queries.ts';
import { auditKey, type Correctable } from '../src/features/privacy/corrections/rules.ts';
import { civilDateOf } from '../src/platform/civil-now.ts';
import { type Db, transaction } from '../src/platform/database.ts';
import type { Services } from '../src/platform/services.ts';
import { ownDataPath } from '../src/web/viewer.ts';
import type { Random } from './random.ts';

/*
 * What people decided about their own data: some who hold a title have agreed to be introduced to the public, one of
 * them took it back; some have asked their office to put something right, which it has done, refused, or not looked at.
 */

const DAY = 86_400_000;
const INTRODUCED = 12;

const INTRODUCTIONS: readonly ((person: Holder) => string)[] = [
  ({ years, subject }) =>
    `任教${subject}${years}年，长期带低年级，喜欢和孩子们一起读书。近年主要研究整本书阅读。`,
  ({ subject }) => `在乡镇学校教${subject}，常和邻近几所小学一起备课，课例放在区里的资源库，欢迎使用。`,
  ({ years }) => `从教${years}年，带过六位新教师。相信好课是改出来的，愿意开放课堂，随时可以来听。`,
  ({ subject }) => `关注${subject}课堂上不举手的学生，做过两轮行动研究，成果在县里交流过。`,
];

interface Holder {
  readonly id: string;
  readonly name: string;
  readonly school: string | null;
  readonly subject: string | null;
  readonly unitPath: string | null;
  readonly years: number;
}

interface Asked {
  readonly field: Correctable;
  readonly was: (person: Asker) => string | null;
  readonly wanted: (person: Asker) => string;
  readonly because: string;
  readonly daysAgo: number;
  /** Absent while nobody has decided. */
  readonly answered?: {
    readonly state: 'accepted' | 'refused';
    readonly answer: string;
    readonly daysAgo: number;
  };
}

interface Asker {
  readonly id: string;
  readonly unitPath: string | null;
  readonly teachingSince: string | null;
  readonly birthDate: string | null;
  readonly education: string | null;
}

/** A day later than the one that is kept, as a paper would have it. */
const nextDay = (date: string | null, otherwise: string): string =>
  date === null ? otherwise : new Date(Date.parse(`${date}T00:00:00Z`) + DAY).toISOString().slice(0, 10);

/** The first is asked by the teacher of the sign-in page, the others by people of their school. */
const REQUESTS: readonly Asked[] = [
  {
    field: 'teachingSince',
    was: ({ teachingSince }) => teachingSince,
    wanted: ({ teachingSince }) => nextDay(teachingSince, '2012-09-01'),
    because: '以人事档案中的首次聘用合同为准，签订日期晚一天',
    daysAgo: 2,
  },
  {
    field: 'birthDate',
    was: ({ birthDate }) => birthDate,
    wanted: ({ birthDate }) => nextDay(birthDate, '1985-05-02'),
    because: '以身份证为准，名册里录早了一天',
    daysAgo: 5,
  },
  {
    field: 'other',
    was: () => null,
    wanted: () => '经历中缺 2016 年到清水镇中心小学支教一年',
    because: '有县教育局支教文件和学校证明',
    daysAgo: 40,
    answered: { state: 'accepted', answer: '已核对支教文件，任职经历已补录。', daysAgo: 36 },
  },
  {
    field: 'education',
    was: ({ education }) => education,
    wanted: () => 'master',
    because: '在职研究生今年毕业',
    daysAgo: 25,
    answered: { state: 'refused', answer: '尚未取得学位证书，取得后请凭证书再次申请。', daysAgo: 22 },
  },
];

export async function loadPrivacy({ db, clock, config }: Services, random: Random): Promise<void> {
  const now = clock().getTime();
  const today = civilDateOf(new Date(now), config.timeZone);
  await transaction(db, async (tx) => {
    await introduce(tx, random, now, today);
    await ask(tx, random, now);
  });
}

async function introduce(tx: Db, random: Random, now: number, today: string): Promise<void> {
  // Of every county a few, so that the public page shows the whole city; people of the sign-in page decide themselves.
  const { rows } = await sql<Holder>`
    SELECT id, name, school, subject, "unitPath", years FROM (
      SELECT person.id, person.name, unit.name AS school, person.subject, person.unit_path AS "unitPath",
             greatest(1, date_part('year', age(${today}::date, person.teaching_since)))::int AS years,
             row_number() OVER (PARTITION BY split_part(person.unit_path, '.', 2) ORDER BY person.id) AS nth
        FROM person JOIN unit ON unit.id = person.unit_id
       WHERE person.state = 'serving' AND person.subject IS NOT NULL
         AND EXISTS (SELECT 1 FROM title_holding WHERE person_id = person.id AND during @> ${today}::date)
         AND NOT EXISTS (SELECT 1 FROM demo_persona WHERE person_id = person.id)) holder
     ORDER BY nth, id LIMIT ${INTRODUCED}`.execute(tx);
  for (const [n, holder] of rows.entries()) {
    const given = now - random.int(10, 60) * DAY;
    const at = new Date(given);
    const introduction = INTRODUCTIONS[n % INTRODUCTIONS.length]?.(holder) ?? '';
    const { id: personId, name, school, subject } = holder;
    const titles = await listHeldTitles(tx, personId, today);
    await insertConsent(tx, {
      id: random.id(given),
      personId,
      purpose: 'public-profile',
      noticeNumber: 1,
      at,
    });
    await putProfile(tx, personId, { name, school: school ?? '', subject, titles, introduction }, at);
    await note(tx, personId, at, { action: 'consent.given', personId, after: { version: 1 } });
    if (n !== 1) continue;
    const later = new Date(given + 6 * DAY);
    await withdrawConsent(tx, personId, 'public-profile', later);
    await note(tx, personId, later, { action: 'consent.withdrawn', personId });
  }
}

async function ask(tx: Db, random: Random, now: number): Promise<void> {
  const personas = await tx
    .selectFrom('demo_persona')
    .innerJoin('person', 'person.id', 'demo_persona.person_id')
    .select(['kind', 'person.id', 'person.unit_id as unitId'])
    .where('kind', 'in', ['teacher', 'school-office'])
    .execute();
  const teacher = personas.find(({ kind }) => kind === 'teacher');
  const office = personas.find(({ kind }) => kind === 'school-office');
  if (!teacher || !office) throw new Error('demo: no teacher, or no office of the school');
  const people = await tx
    .selectFrom('person')
    .select([
      'id',
      'unit_path as unitPath',
      'teaching_since as teachingSince',
      'birth_date as birthDate',
      'education',
    ])
    .where('unit_id', '=', teacher.unitId)
    .where((where) =>
      where.or([
        where('id', '=', teacher.id),
        where('id', 'not in', where.selectFrom('demo_persona').select('person_id')),
      ]),
    )
    .orderBy((order) => order.case().when('id', '=', teacher.id).then(0).else(1).end())
    .orderBy('id')
    .limit(REQUESTS.length)
    .execute();
  for (const [n, person] of people.entries()) {
    const request = REQUESTS[n];
    if (request !== undefined) await askOne(tx, random, now, { person, request, office: office.id });
  }
}

async function askOne(
  tx: Db,
  random: Random,
  now: number,
  { person, request, office }: { readonly person: Asker; readonly request: Asked; readonly office: string },
): Promise<void> {
  const { id: personId, unitPath } = person;
  const { field, because, answered } = request;
  const [was, wanted] = [request.was(person), request.wanted(person)];
  const askedAt = new Date(now - request.daysAgo * DAY);
  const id = random.id(askedAt.getTime());
  await insertCorrection(tx, { id, personId, field, was, wanted, because, askedAt });
  const [before, after] = [{ [auditKey(field)]: was }, { [auditKey(field)]: wanted }];
  await note(tx, personId, askedAt, {
    action: 'correction.asked',
    personId,
    unitPath,
    before,
    after,
    reason: because,
  });
  if (answered === undefined) return;
  const { state, answer } = answered;
  const at = new Date(now - answered.daysAgo * DAY);
  await settleCorrection(tx, id, { state, by: office, at, answer });
  await insertNotices(tx, at, [
    { personId, kind: `correction-${state}`, detail: { field, reason: answer }, href: ownDataPath },
  ]);
  const decided = { personId, unitPath, after };
  await note(
    tx,
    office,
    at,
    state === 'accepted'
      ? { action: 'person.corrected', ...decided, before, reason: because }
      : { action: 'correction.refused', ...decided, reason: answer },
  );
}

const note = (
  tx: Db,
  by: string,
  at: Date,
  entry: Omit<Change, 'subjectType' | 'subjectId'> & { readonly personId: string },
): Promise<void> =>
  appendAudit<Change>(tx, by, at, { ...entry, subjectType: 'person', subjectId: entry.personId });
