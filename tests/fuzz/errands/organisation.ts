import { sql } from 'kysely';
import { type Errand, type Going, Lost, textFile } from '../errands.ts';

/** People, units and roles: what offices do beside rounds. */

const TODAY = '2026-11-26';
const OFFICE = 'school-office';

/** Teachers of the persona's school whom no other errand is about. */
export async function staff(go: Going, of = OFFICE): Promise<{ id: string; number: string; name: string }[]> {
  const { db } = go.kept.services;
  const { unitId } = await db
    .selectFrom('person')
    .select('unit_id as unitId')
    .where('id', '=', go.persona(of).personId)
    .executeTakeFirstOrThrow();
  const people = await db
    .selectFrom('person')
    .select(['id', 'name', 'staff_number as number'])
    .where('unit_id', '=', unitId)
    .where('state', '=', 'serving')
    .where('staff_number', 'like', 'T%')
    .where('id', 'not in', db.selectFrom('demo_persona').select('person_id'))
    .orderBy('staff_number')
    .execute();
  return people.flatMap(({ number, ...person }) => (number === null ? [] : [{ ...person, number }]));
}

async function numberOf(go: Going, kind: string): Promise<string> {
  const { number } = await go.kept.services.db
    .selectFrom('person')
    .select('staff_number as number')
    .where('id', '=', go.persona(kind).personId)
    .executeTakeFirstOrThrow();
  if (number === null) throw new Lost(`${kind} has no staff number`);
  return number;
}

async function roles(go: Going): Promise<void> {
  const [one, two, three] = await staff(go);
  if (one === undefined || two === undefined || three === undefined) throw new Lost('too few people');
  const root = await go.link('security-administrator', '/units', /^\/units\/[\w-]{36}$/);
  const give = (who: string, number: string, role: string) =>
    go.fill(who, root, /\/roles$/, { number, role, from: TODAY, last: null });
  await give('security-administrator', one.number, 'security-administrator');
  await go.fill('security-administrator', '/duties', /\/duties$/, { separated: '1', secondPerson: '1' });
  await give('security-administrator', two.number, 'auditor');
  await give('security-administrator', three.number, 'auditor');
  await go.fill(one.id, '/duties', /\/agree$/);
  await go.fill(one.id, '/duties', /\/decline$/);
  await go.fill('security-administrator', '/duties', /\/duties$/, { separated: '1', secondPerson: null });
  const leader = go.persona('school-leader').personId;
  await go.fill('school-leader', `/people/${leader}/roles`, /^\/delegations$/, {
    number: await numberOf(go, OFFICE),
    from: TODAY,
    last: '2026-12-20',
    reason: '外出培训',
  });
}

async function people(go: Going): Promise<void> {
  const [, , , one, two] = await staff(go);
  if (one === undefined || two === undefined) throw new Lost('too few people');
  await go.fill(OFFICE, `/people/${one.id}/edit`, /\/edit$/, { phone: '13812345678' });
  const number = `/people/${one.id}/id-number`;
  await go.fill(OFFICE, number, /id-number$/, { kind: 'passport', number: 'E12345678' });
  await go.fill(OFFICE, number, /\/show$/, { reason: '办理证书' });
  await go.fill(OFFICE, number, /\/remove$/, { removeReason: '录错' });
  // Somebody like another, who has no account yet; the city settles that they are two.
  const alike = await go.kept.services.db
    .selectFrom('person')
    .select(['name', 'birth_date as birthDate', 'sex'])
    .where('id', '=', two.id)
    .executeTakeFirstOrThrow();
  const { location } = await go.fill(OFFICE, '/people/new', /\/people\/new$/, {
    ...alike,
    staffNumber: 'X9201',
    joinedOn: TODAY,
    another: '1',
  });
  const unit = await go.link(OFFICE, '/units', /^\/units\/[\w-]{36}$/);
  await go.fill(OFFICE, unit, /\/accounts$/);
  await go.fill('city-office', '/duplicates', /^\/duplicates$/, { act: 'different', reason: '同名不同人' });
  const other = await go.kept.services.db
    .selectFrom('unit')
    .select('name')
    .where('level', '=', 'school')
    .where('id', '<>', unit.split('/')[2] ?? '')
    .orderBy('name')
    .executeTakeFirstOrThrow();
  await go.fill('city-office', location, /\/move$/, { unit: other.name, on: TODAY, post: null });
}

async function units(go: Going): Promise<void> {
  const school = await go.link(OFFICE, '/units', /^\/units\/[\w-]{36}$/);
  const { location } = await go.fill(OFFICE, `${school}/new`, /\/new$/, {
    name: '心理教研组',
    level: 'group',
    code: null,
    stages: null,
    setting: null,
  });
  await go.fill(OFFICE, location, /\/end$/, { on: TODAY });
}

/** A roster of three: one as they are, one new, one faulty. */
async function roster(go: Going): Promise<void> {
  const [, , , , , one] = await staff(go);
  if (one === undefined) throw new Lost('too few people');
  const table = `姓名,工号,性别,出生日期\n${one.name},${one.number},,\n测试甲,X9301,女,1990-05-01\n测试乙,X9302,女,1990-15-41\n`;
  const upload = () =>
    go.fill(OFFICE, '/imports/new?kind=roster', /\/imports\/new$/, {
      file: textFile('名册.csv', 'text/csv', table),
    });
  for (const act of ['confirm', 'abandon'] as const) {
    const { location } = await upload();
    await go.kept.jobsDone();
    await go.fill(OFFICE, location, /\/map$/, { asOf: TODAY });
    await go.kept.jobsDone();
    await go.see(OFFICE, `${location}/marked.xlsx`);
    await go.fill(
      OFFICE,
      location,
      new RegExp(`/${act}$`),
      act === 'confirm' ? { suspects: 'add', skipFaulty: '1' } : {},
    );
    await go.kept.jobsDone();
  }
}

async function ownData(go: Going): Promise<void> {
  const page = '/account/data';
  await go.fill('teacher', page, /corrections\/[\w-]+\/withdraw$/);
  await go.fill('teacher', page, /\/copies$/);
  await go.kept.jobsDone();
  await go.see('teacher', await go.link('teacher', page, /\/copies\/[\w-]+$/));
  const { db } = go.kept.services;
  const holder = await db
    .selectFrom('title_holding')
    .innerJoin('person', 'person.id', 'title_holding.person_id')
    .innerJoin('account', 'account.person_id', 'person.id')
    .select('person.id')
    .where('person.state', '=', 'serving')
    .where(sql<boolean>`title_holding.during @> ${TODAY}::date`)
    .orderBy('person.id')
    .executeTakeFirst();
  const who = holder?.id ?? 'applicant';
  await go.fill(who, page, /consents\/public-profile$/, { introduction: '任教语文十年，愿意开放课堂。' });
  await go.fill(who, page, /consents\/public-profile\/withdraw$/);
}

async function documents(go: Going): Promise<void> {
  for (const address of ['/api/docs', '/api/openapi.json']) await go.see('nobody', address);
  await go.see('city-office', '/lab/schema.json');
}

export const organisationErrands: Readonly<Record<string, Errand>> = {
  'roles and who gives them': roles,
  'people by hand': people,
  'a unit that ends': units,
  'a roster': roster,
  'one’s own data': ownData,
  'the documents of the interfaces': documents,
};
