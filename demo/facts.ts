import { insertNotices } from '../src/features/notices/queries.ts';
import { inBoth } from '../src/features/notices/rules.ts';
import { insertRecords } from '../src/features/records/queries.ts';
import { recordOfAttribute } from '../src/language/own.ts';
import { civilDateOf } from '../src/platform/civil-now.ts';
import type { Services } from '../src/platform/services.ts';
import type { Random } from './random.ts';

/*
 * Facts a programme asks for itself. The second version of the city's programme would rather have teachers of good
 * Mandarin, which no register knows: the demo's teacher has claimed it and the school has not looked yet. That the
 * hours are completed and the examination passed is the school's to enter, and it has.
 */

const DAY = 86_400_000;

const TERM = `    mandarin:
      names: {zh-CN: 普通话水平等级, en: level of Mandarin}
      type: choice
      choices:
        first-b: {zh-CN: 一级乙等, en: first B}
        second-a: {zh-CN: 二级甲等, en: second A}
        second-b: {zh-CN: 二级乙等, en: second B}
      evidence: required
`;
const CLAUSE = `    - id: mandarin
      strength: prefer
      say: {zh-CN: 普通话水平达到二级甲等以上的优先。, en: Those of second A or better in Mandarin are preferred.}
      person: {mandarin: [first-b, second-a]}
`;

/** The file with a fact of its own and a clause that asks for it, the last of its conditions. */
export function askingForMandarin(source: string): string {
  const asked = source
    .replace(/(\nterms:\n(?:(?: .*)?\n)*? {2}attributes:\n)/, `$1${TERM}`)
    .replace(/(\neligibility:\n(?: .*\n|\n(?= ))*)/, `$1${CLAUSE}`);
  if (!asked.includes(TERM) || !asked.includes(CLAUSE))
    throw new Error('demo: no place for a fact of its own');
  return asked;
}

export async function loadFacts({ db, clock, config }: Services, random: Random): Promise<void> {
  const now = clock().getTime();
  const day = (ago: number) => civilDateOf(new Date(now - ago * DAY), config.timeZone);
  const personas = await db
    .selectFrom('demo_persona')
    .innerJoin('person', 'person.id', 'demo_persona.person_id')
    .select(['kind', 'person.id', 'person.unit_path as unitPath'])
    .where('kind', 'in', ['teacher', 'school-office'])
    .execute();
  const teacher = personas.find(({ kind }) => kind === 'teacher');
  const office = personas.find(({ kind }) => kind === 'school-office');
  if (!teacher?.unitPath || !office) throw new Error('demo: no teacher, or no office of the school');
  const entry = (
    attribute: string,
    value: string | boolean,
    title: string,
    since: number,
    entered: number,
  ) => ({
    id: random.id(now - entered * DAY),
    personId: teacher.id,
    unitPath: teacher.unitPath ?? '',
    claim: {
      type: recordOfAttribute(attribute),
      title,
      happenedOn: day(since),
      level: null,
      grade: null,
      authorOrder: null,
      event: null,
      certificate: null,
      fields: { [attribute]: value },
    },
    late: since - entered > 180,
    at: new Date(now - entered * DAY),
  });
  const byOffice = { state: 'confirmed', enteredBy: office.id, decidedBy: office.id } as const;
  const hours = { ...entry('hoursCompleted', true, '是', 300, 60), ...byOffice };
  await insertRecords(db, [
    hours,
    { ...entry('theoryPassed', true, '是', 90, 80), ...byOffice },
    {
      ...entry('mandarin', 'second-a', '二级甲等', 160, 3),
      state: 'submitted',
      enteredBy: teacher.id,
    },
  ]);
  await insertNotices(db, hours.at, [
    {
      personId: teacher.id,
      kind: 'fact-entered',
      detail: {
        ...inBoth('name', { 'zh-CN': '完成规定学时', en: 'prescribed hours completed' }),
        ...inBoth('value', { 'zh-CN': '是', en: 'Yes' }),
      },
      href: `/records/${hours.id}`,
    },
  ]);
}
