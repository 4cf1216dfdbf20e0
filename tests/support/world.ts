import { sql } from 'kysely';
import type { Role, SingleAct } from '../../src/features/identity/rules.ts';
import type { Db } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';

/*
 * A small city to test in: two counties, two schools in the first and one in the second, groups, teachers,
 * and one person for each role. Rows are the real tables' rows.
 */

export interface TestUnit {
  readonly id: string;
  readonly path: string;
}

export async function makeUnit(
  db: Db,
  parent: TestUnit | null,
  level: string,
  name: string,
  more: { code?: string; stages?: string[]; setting?: string; subject?: string } = {},
): Promise<TestUnit> {
  const id = newId();
  const { key } = (
    await sql<{ key: number }>`SELECT nextval(pg_get_serial_sequence('unit', 'key')) AS key`.execute(db)
  ).rows[0] ?? { key: 0 };
  const path = `${parent?.path ?? ''}${key}.`;
  await sql`INSERT INTO unit (id, key, parent_id, path, level, name, code, stages, setting, subject) OVERRIDING SYSTEM VALUE
            VALUES (${id}, ${key}, ${parent?.id ?? null}, ${path}, ${level}, ${name}, ${more.code ?? null}, ${more.stages ?? []}, ${more.setting ?? null}, ${more.subject ?? null})`.execute(
    db,
  );
  return { id, path };
}

export interface PersonMore {
  readonly staffNumber?: string;
  readonly birthDate?: string | null;
  readonly teachingSince?: string | null;
  readonly sex?: 'female' | 'male' | null;
  readonly subject?: string | null;
  readonly stage?: string | null;
  readonly rank?: string | null;
  readonly education?: string | null;
  readonly frontLine?: boolean | null;
  readonly qualified?: boolean | null;
  readonly group?: TestUnit | null;
}

/** A serving teacher of a school since 2010. */
export async function makePerson(
  db: Db,
  school: TestUnit,
  name: string,
  more: PersonMore = {},
): Promise<string> {
  const id = newId();
  const given = <T>(value: T | undefined, otherwise: T): T => (value === undefined ? otherwise : value);
  const path = more.group?.path ?? school.path;
  await sql`INSERT INTO person (id, staff_number, name, name_search, sex, birth_date, teaching_since, unit_id, group_id, unit_path, subject, stage, rank, education, front_line, qualified)
            VALUES (${id}, ${more.staffNumber ?? null}, ${name}, ${name}, ${given(more.sex, 'female')}, ${given(more.birthDate, '1988-05-01')}, ${given(more.teachingSince, '2010-09-01')},
                    ${school.id}, ${more.group?.id ?? null}, ${path}, ${given(more.subject, '语文')}, ${given(more.stage, 'primary')}, ${given(more.rank, 'first')},
                    ${given(more.education, 'bachelor')}, ${given(more.frontLine, true)}, ${given(more.qualified, true)})`.execute(
    db,
  );
  await sql`INSERT INTO employment (id, person_id, unit_id, kind, during) VALUES (${newId()}, ${id}, ${school.id}, 'main', '[2010-09-01,)')`.execute(
    db,
  );
  if (more.group) {
    await sql`INSERT INTO membership (id, person_id, unit_id, during) VALUES (${newId()}, ${id}, ${more.group.id}, '[2010-09-01,)')`.execute(
      db,
    );
  }
  return id;
}

export async function giveRole(
  db: Db,
  personId: string,
  role: Role,
  unit: TestUnit,
  during = '[2020-09-01,)',
): Promise<void> {
  await sql`INSERT INTO role_assignment (id, person_id, role, unit_id, unit_path, during)
            VALUES (${newId()}, ${personId}, ${role}, ${unit.id}, ${unit.path}, ${during}::daterange)`.execute(
    db,
  );
}

export interface RecordMore {
  readonly title?: string;
  readonly on?: string | null;
  readonly level?: string | null;
  readonly grade?: string | null;
  readonly authorOrder?: number | null;
  readonly event?: string | null;
  readonly fields?: Record<string, unknown>;
  readonly state?: 'submitted' | 'confirmed' | 'returned' | 'withdrawn';
}

/** One record in a person's growth file, confirmed unless said otherwise. */
export async function makeRecord(
  db: Db,
  personId: string,
  type: string,
  more: RecordMore = {},
): Promise<string> {
  const id = newId();
  const state = more.state ?? 'confirmed';
  await sql`INSERT INTO record (id, person_id, unit_path, type, title, happened_on, level, grade, author_order, event, fields, state, entered_by, reason)
            SELECT ${id}, p.id, p.unit_path, ${type}, ${more.title ?? type}, ${more.on === undefined ? '2025-05-01' : more.on}, ${more.level ?? null}, ${more.grade ?? null},
                   ${more.authorOrder ?? null}, ${more.event ?? null}, ${JSON.stringify(more.fields ?? {})}::jsonb, ${state}, p.id, ${state === 'returned' ? '缺少证明' : null}
              FROM person p WHERE p.id = ${personId}`.execute(db);
  return id;
}

export async function giveTitle(db: Db, personId: string, title: string, during: string): Promise<void> {
  await sql`INSERT INTO title_holding (id, person_id, title, during) VALUES (${newId()}, ${personId}, ${title}, ${during}::daterange)`.execute(
    db,
  );
}

export interface World {
  readonly city: TestUnit;
  readonly county: TestUnit;
  readonly otherCounty: TestUnit;
  readonly school: TestUnit;
  readonly sisterSchool: TestUnit;
  readonly otherSchool: TestUnit;
  readonly group: TestUnit;
  readonly otherGroup: TestUnit;
  readonly teacher: string;
  readonly colleague: string;
  readonly otherTeacher: string;
  readonly groupLeader: string;
  readonly schoolOffice: string;
  readonly schoolLeader: string;
  readonly countyOffice: string;
  readonly otherCountyOffice: string;
  readonly otherSchoolOffice: string;
  readonly cityOffice: string;
  readonly auditor: string;
  readonly administrator: string;
}

export async function makeWorld(db: Db): Promise<World> {
  const city = await makeUnit(db, null, 'city', '澜江市教育局', { code: 'lanjiang' });
  const county = await makeUnit(db, city, 'county', '青溪县教育局', { code: 'd06' });
  const otherCounty = await makeUnit(db, city, 'county', '江北区教育局', { code: 'd02' });
  const school = await makeUnit(db, county, 'school', '青溪县第一小学', {
    code: 'd06-1',
    stages: ['primary'],
    setting: 'town',
  });
  const sisterSchool = await makeUnit(db, county, 'school', '青溪县第二小学', {
    code: 'd06-2',
    stages: ['primary'],
    setting: 'rural',
  });
  const otherSchool = await makeUnit(db, otherCounty, 'school', '江北区第一小学', {
    code: 'd02-1',
    stages: ['primary'],
    setting: 'urban',
  });
  const group = await makeUnit(db, school, 'group', '语文教研组', { subject: '语文' });
  const otherGroup = await makeUnit(db, school, 'group', '数学教研组', { subject: '数学' });
  const person = (unit: TestUnit, name: string, staffNumber: string, more: PersonMore = {}) =>
    makePerson(db, unit, name, { staffNumber, ...more });
  const world: World = {
    city,
    county,
    otherCounty,
    school,
    sisterSchool,
    otherSchool,
    group,
    otherGroup,
    teacher: await person(school, '李华', 'T1001', { group }),
    colleague: await person(school, '王芳', 'T1002', { group }),
    otherTeacher: await person(otherSchool, '赵敏', 'T2001'),
    groupLeader: await person(school, '陈静', 'T1003', { group }),
    schoolOffice: await person(school, '刘洋', 'T1004', { group: otherGroup, subject: '数学' }),
    schoolLeader: await person(school, '周涛', 'T1005', { group: otherGroup, subject: '数学' }),
    countyOffice: await person(county, '孙伟', 'C0601'),
    otherCountyOffice: await person(otherCounty, '吴磊', 'C0201'),
    otherSchoolOffice: await person(otherSchool, '郑洁', 'T2002'),
    cityOffice: await person(city, '何平', 'M0001'),
    auditor: await person(city, '高敏', 'M0002'),
    administrator: await person(city, '林森', 'M0003'),
  };
  await giveRole(db, world.groupLeader, 'group-leader', group);
  await giveRole(db, world.schoolOffice, 'school-office', school);
  await giveRole(db, world.schoolLeader, 'school-leader', school);
  await giveRole(db, world.countyOffice, 'county-office', county);
  await giveRole(db, world.otherCountyOffice, 'county-office', otherCounty);
  await giveRole(db, world.otherSchoolOffice, 'school-office', otherSchool);
  await giveRole(db, world.cityOffice, 'city-office', city);
  await giveRole(db, world.auditor, 'auditor', city);
  await giveRole(db, world.administrator, 'administrator', city);
  return world;
}

/** A role of one person handed to another for a time; the whole of it unless an act is named. */
export async function handOver(
  db: Db,
  from: string,
  to: string,
  role: Role,
  unit: TestUnit,
  more: { readonly during?: string; readonly act?: SingleAct } = {},
): Promise<string> {
  const id = newId();
  await sql`INSERT INTO delegation (id, from_person_id, to_person_id, role, unit_id, unit_path, act, during, reason, given_at)
            VALUES (${id}, ${from}, ${to}, ${role}, ${unit.id}, ${unit.path}, ${more.act ?? null},
                    ${more.during ?? '[2026-11-01,2026-12-01)'}::daterange, '外出培训', now())`.execute(db);
  return id;
}

export interface FurtherPeople {
  readonly security: string;
  /** Holds nothing of their own; deputises for the school office in November 2026. */
  readonly deputy: string;
  readonly mentor: string;
  /** Holds nothing either; sits in the panel of `placesOf`, if there is one. */
  readonly judge: string;
}

/** People whose roles few tests ask about, so that the others' world stays small. */
export async function makeFurtherPeople(db: Db, world: World): Promise<FurtherPeople> {
  const { city, school, group, otherGroup } = world;
  const security = await makePerson(db, city, '罗成', { staffNumber: 'M0004' });
  const deputy = await makePerson(db, school, '钱进', { staffNumber: 'T1006', group: otherGroup });
  const mentor = await makePerson(db, school, '孔德', { staffNumber: 'T1007', group });
  await giveRole(db, security, 'security-administrator', city);
  await giveRole(db, mentor, 'mentor', group);
  await handOver(db, world.schoolOffice, deputy, 'school-office', school);
  const seated = await db.selectFrom('panel_seat').select('person_id as id').executeTakeFirst();
  const judge = seated?.id ?? (await makePerson(db, world.otherSchool, '秦评', { staffNumber: 'J0001' }));
  return { security, deputy, mentor, judge };
}
