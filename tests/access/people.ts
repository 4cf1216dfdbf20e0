import type { Db } from '../../src/platform/database.ts';
import { type FurtherPeople, makeFurtherPeople, type World } from '../support/world.ts';

/** Who asks, about things of 李华 (teacher) at a school of 青溪县. */
export const PEOPLE = {
  'signed out': null,
  'the teacher': 'teacher',
  'a colleague': 'colleague',
  'a teacher elsewhere': 'otherTeacher',
  'own group leader': 'groupLeader',
  'own school office': 'schoolOffice',
  'own school leader': 'schoolLeader',
  'another school office': 'otherSchoolOffice',
  'own county office': 'countyOffice',
  'another county office': 'otherCountyOffice',
  'city office': 'cityOffice',
  auditor: 'auditor',
  'security administrator': 'security',
  administrator: 'administrator',
  'deputy of the school office': 'deputy',
  'mentor in the group': 'mentor',
  'judge of the panel': 'judge',
} as const satisfies Record<string, keyof (World & FurtherPeople) | null>;
export type Person = keyof typeof PEOPLE;

/** Their ids, in the order of the columns of `matrix.txt`; null for nobody. */
export async function everybody(db: Db, world: World): Promise<ReadonlyMap<Person, string | null>> {
  const people = { ...world, ...(await makeFurtherPeople(db, world)) };
  return new Map(
    (Object.keys(PEOPLE) as Person[]).map((one) => {
      const key = PEOPLE[one];
      return [one, key === null ? null : people[key]];
    }),
  );
}
