import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { testApp } from '../../../../../tests/support/app.ts';
import { testDatabase } from '../../../../../tests/support/database.ts';
import { makeRound } from '../../../../../tests/support/round.ts';
import {
  makePerson,
  makeRecord,
  makeWorld,
  type TestUnit,
  type World,
} from '../../../../../tests/support/world.ts';
import type { Finding } from '../../../../language/finding.ts';
import { recordOfAttribute } from '../../../../language/own.ts';
import { newId } from '../../../../platform/ids.ts';
import { root } from '../../../../platform/root.ts';
import { atWork } from '../../../../platform/services.ts';
import { selectTakingPart } from '../../review/queries.ts';
import { selectRound } from '../../rounds/queries.ts';
import { assess } from '../assess.ts';
import { populationsByClock } from './keep.ts';

/** The programmes there are whose conditions on one person ask of many, over real people with the facts they ask for. */

const { db } = await testDatabase();
const { services, setNow } = testApp(db);
let hour = 0;
const never = new AbortController().signal;
let world: World;
const teachers: string[] = [];

beforeAll(async () => {
  world = await makeWorld(db);
  for (let i = 0; i < 24; i += 1)
    teachers.push(
      await makePerson(db, i % 2 ? world.school : world.otherSchool, `教师${i}`, {
        subject: i % 4 < 2 ? '语文' : '数学',
      }),
    );
  // Whoever stands in the school counts in its populations: nobody's facts may be open.
  const { teacher, colleague, groupLeader, schoolOffice, schoolLeader } = world;
  teachers.push(teacher, colleague, groupLeader, schoolOffice, schoolLeader);
});

const fact = (id: string, attribute: string, value: number | string | boolean) =>
  makeRecord(db, id, recordOfAttribute(attribute), { on: '2025-09-01', fields: { [attribute]: value } });

/** Outcomes of a clause for everybody, before and after it was reckoned. */
async function outcomes(file: string, unit: TestUnit, clause: string) {
  const source = readFileSync(join(root, 'programmes', file), 'utf8');
  const id = await makeRound(db, 'city', unit, world.cityOffice, { edit: () => source, places: null });
  const round = await selectRound(db, id);
  const found = async () => {
    const each = [];
    for (const person of teachers.slice(0, 24)) {
      const assessment = await assess(db, round, person);
      const finding = assessment && search(assessment.findings.root, clause);
      if (finding) each.push({ person, outcome: finding.outcome });
    }
    return each;
  };
  // What was reckoned for an earlier round of the same programme is too old by now.
  hour += 2;
  setNow(`2026-11-23T${String(hour).padStart(2, '0')}:00:00Z`);
  const before = await found();
  await populationsByClock.run(atWork(services, populationsByClock.name), never);
  return { before, after: await found() };
}

function search(finding: Finding, id: string): Finding | undefined {
  if (finding.id === id) return finding;
  for (const child of finding.children) {
    const found = search(child, id);
    if (found) return found;
  }
  return undefined;
}

test.each([
  ['library/cn10-ganzhou-backbone/2021-1.yaml', 'city', 'results', ['classResults'], { met: 4, unmet: 20 }],
  ['library/cn18-kangning-teams/1.yaml', 'city', 'results', ['classResults'], { met: 12, unmet: 12 }],
  [
    'library/cn31-school-assessment/2013-1.yaml',
    'school',
    'leads-parallel',
    ['classAverage'],
    { met: 2, unmet: 10 },
  ],
  [
    'library/cn31-school-assessment/2013-1.yaml',
    'school',
    'best-progress',
    ['progress'],
    { met: 1, unmet: 11 },
  ],
  ['library/in02-england-npq/2023-1.yaml', 'city', 'premium', ['premiumShare'], { met: 12, unmet: 12 }],
] as const)('%s: peers of a %s, by %s', async (file, at, clause, attributes, expected) => {
  const unit = world[at];
  for (const [i, id] of teachers.slice(0, 24).entries()) {
    for (const attribute of attributes) await fact(id, attribute, 60 + i);
    await fact(id, file.includes('cn18') ? 'gradeTaught' : 'gradeYear', '七');
  }
  const { before, after } = await outcomes(file, unit, clause);
  expect(before.filter(({ outcome }) => outcome !== 'missing')).toEqual([]);
  const inside = at === 'school' ? after.filter((_, i) => i % 2 === 1) : after;
  const number = (outcome: string) => inside.filter((one) => one.outcome === outcome).length;
  expect({ met: number('met'), unmet: number('unmet') }).toEqual(expected);
  // Whoever works elsewhere is nobody's peer in a school's own round.
  expect(after.filter(({ outcome }) => outcome === 'missing')).toHaveLength(after.length - inside.length);
});

test('R-002-2-05: nobody else of the school qualifies, or somebody does', async () => {
  const leads = teachers[1] ?? '';
  for (const id of teachers) {
    await fact(id, 'talentProject', id === leads);
    await fact(id, 'middleLeader', false);
    await fact(id, 'teachesSubject', true);
  }
  const { before, after } = await outcomes('sources/002-2-county-summer/1.yaml', world.city, 'nobody-else');
  expect(new Set(before.map(({ outcome }) => outcome))).toEqual(new Set(['missing']));
  // In the school there is one; of the other, its office has entered nothing, so that the number is not certain.
  const [here, there] = [after.filter((_, i) => i % 2 === 1), after.filter((_, i) => i % 2 === 0)];
  expect(new Set(here.map(({ outcome }) => outcome))).toEqual(new Set(['unmet']));
  expect(new Set(there.map(({ outcome }) => outcome))).toEqual(new Set(['missing']));
});

test('who takes part in a round is read by each work that reckons with it', async () => {
  const id = await makeRound(db, 'city', world.city, world.cityOffice);
  const application = newId();
  await db
    .insertInto('application')
    .values({
      id: application,
      round_id: id,
      person_id: world.teacher,
      unit_path: world.school.path,
      school_id: world.school.id,
      state: 'in-review',
      position: 3,
      receipt: application,
      submitted_at: services.clock(),
    })
    .execute();
  await db
    .insertInto('review')
    .values({
      id: newId(),
      round_id: id,
      application_id: application,
      position: 2,
      unit_id: world.school.id,
      decision: 'recommend',
      decided_by: world.schoolOffice,
      decided_at: services.clock(),
    })
    .execute();
  for (const work of ['populations', 'screening', 'trial'])
    expect(await selectTakingPart(atWork(services, work).db, id)).toEqual([
      { personId: world.teacher, nominated: true },
    ]);
});
