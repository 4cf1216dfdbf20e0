import type { Role } from '../../../src/features/identity/rules.ts';
import { openDraft, saveDraft, submit } from '../../../src/features/selection/applications/acts.ts';
import { selectApplication } from '../../../src/features/selection/applications/queries.ts';
import { recommend } from '../../../src/features/selection/review/acts.ts';
import { newId } from '../../../src/platform/ids.ts';
import { makePerson, makeRecord, type TestUnit, type World } from '../../support/world.ts';
import type { ServedCity } from './city.ts';

/** People who have applied before a journey begins, through the acts that their own pages call. */

export interface Where {
  readonly school?: TestUnit;
  readonly group?: TestUnit | null;
  readonly subject?: string;
}

export function applicants(city: ServedCity, world: World) {
  const { db } = city.services;

  /** A new teacher of the first school's Chinese group unless said otherwise. */
  const teacher = (
    name: string,
    { school = world.school, group = world.group, subject = '语文' }: Where = {},
  ) => makePerson(db, school, name, { group, subject });

  async function apply(round: string, personId: string): Promise<string> {
    const now = city.now();
    const person = await db
      .selectFrom('person')
      .select(['name', 'unit_id', 'unit_path'])
      .where('id', '=', personId)
      .executeTakeFirstOrThrow();
    const self = {
      personId,
      name: person.name,
      unitId: person.unit_id,
      unitPath: person.unit_path,
      unitName: '',
      assignments: [],
    };
    const opened = await openDraft(db, round, self, newId(), now);
    if (!opened.ok) throw new Error(opened.obstacle);
    const statement = { statement: `${person.name}十年来的教育教学实绩。` };
    await saveDraft(db, opened.id, statement, { revision: 1, tab: newId() }, now);
    const sent = await submit(db, opened.id, { now, today: now.toISOString().slice(0, 10) });
    if (!sent.ok) throw new Error(JSON.stringify(sent.desk.obstacles));
    return opened.id;
  }

  /** What a body before the one of the journey has done already. */
  async function recommendedBy(
    personId: string,
    role: Role,
    unit: TestUnit,
    round: string,
    ids: readonly string[],
  ) {
    const actor = {
      personId,
      name: '',
      unitId: unit.id,
      unitPath: unit.path,
      unitName: '',
      assignments: [{ role, unitId: unit.id, unitPath: unit.path, unitName: '' }],
    };
    for (const id of ids) {
      const { position } = await selectApplication(db, id);
      const by = { actor, now: city.now(), submission: newId() };
      const done = await recommend(db, round, position ?? 0, [id], null, by);
      if (!done.ok) throw new Error(JSON.stringify(done.refusal));
    }
  }

  return { teacher, apply, recommendedBy };
}

/** Records, all confirmed, that meet every countable condition of part 5 (R-002-5-06 to 16). */
export async function makeCandidate(db: ServedCity['services']['db'], personId: string): Promise<void> {
  await makeRecord(db, personId, 'project', {
    level: 'city',
    on: '2025-03-01',
    fields: { role: 'member' },
    title: '小学习作单元教学研究',
  });
  await makeRecord(db, personId, 'paper', {
    level: 'city',
    on: '2025-04-01',
    authorOrder: 1,
    fields: { outcome: 'publication' },
    title: '习作教学的支架设计',
  });
  await makeRecord(db, personId, 'open-class', {
    level: 'county',
    on: '2025-03-01',
    title: '《慈母情深》公开课',
  });
  await makeRecord(db, personId, 'honour', {
    level: 'county',
    on: '2025-09-10',
    fields: { kind: 'excellent-teacher' },
    title: '县优秀教师',
  });
  await makeRecord(db, personId, 'work', {
    on: '2024-05-01',
    authorOrder: 1,
    fields: { independent: true },
    title: '《习作课堂》',
  });
}
