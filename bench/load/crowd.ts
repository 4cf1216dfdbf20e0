import { sql } from 'kysely';
import { SESSION_COOKIE } from '../../src/features/identity/ask.ts';
import { insertSession } from '../../src/features/identity/queries.ts';
import { openDraft } from '../../src/features/selection/applications/acts.ts';
import { selectOptionalApplicationOf } from '../../src/features/selection/applications/queries.ts';
import { newId } from '../../src/platform/ids.ts';
import { benchCity, cityRound, option } from '../lib.ts';
import type { Visitor } from './steps.ts';

/** People of every kind with a session each; some teachers have begun an application. */
export async function prepare(count: number, drafts: number, place: string): Promise<Visitor[]> {
  const city = await benchCity(option('teachers', 20_000), true, place);
  try {
    const { db } = city.services;
    const now = new Date();
    const roundId = (await cityRound(db)).id;
    const staff = await sql<{ id: string; role: string }>`
      (SELECT DISTINCT ON (person_id) person_id AS id, CASE WHEN role LIKE 'school%' THEN 'office' ELSE 'overseer' END AS role
         FROM role_assignment WHERE upper_inf(during) AND role IN ('school-office', 'county-office', 'city-office')
        ORDER BY person_id LIMIT ${Math.ceil(count * 0.12)})`.execute(db);
    const teachers = await sql<{ id: string; name: string; unitId: string; unitPath: string }>`
      SELECT id, name, unit_id AS "unitId", unit_path AS "unitPath" FROM person p
       WHERE state = 'serving' AND group_id IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM role_assignment r WHERE r.person_id = p.id)
       ORDER BY md5(id::text) LIMIT ${count - staff.rows.length}`.execute(db);
    const visitors: Visitor[] = [];
    const add = async (id: string, role: string, application: string | null) => {
      const token = await insertSession(db, id, now, null);
      const { rows } = await sql<{ csrf: string; revision: number }>`
        SELECT csrf, coalesce((SELECT revision FROM application WHERE id = ${application}), 0) AS revision
          FROM session WHERE person_id = ${id} ORDER BY created_at DESC LIMIT 1`.execute(db);
      visitors.push({
        role,
        cookie: `${SESSION_COOKIE}=${token}`,
        csrf: rows[0]?.csrf ?? '',
        application,
        revision: rows[0]?.revision ?? 0,
        roundId,
      });
    };
    for (const { id, role } of staff.rows) await add(id, role, null);
    let begun = 0;
    for (const { id, ...person } of teachers.rows) {
      let application: string | null = null;
      if (begun < drafts) {
        const opened = await openDraft(
          db,
          roundId,
          { personId: id, ...person, unitName: null, assignments: [] },
          newId(),
          now,
        );
        // Of those who applied earlier some have handed in, and there is nothing left to write.
        const there = opened.ok ? await selectOptionalApplicationOf(db, roundId, id) : null;
        if (there?.state === 'draft') {
          application = there.id;
          begun += 1;
        }
      }
      await add(id, application === null ? 'teacher' : 'applicant', application);
    }
    await sql`ANALYZE session`.execute(db);
    // The first of them are a mixture like all of them.
    const mixed = visitors.map((visitor, index) => ({ visitor, at: (index * 7919) % visitors.length }));
    const ordered = mixed.toSorted((a, b) => a.at - b.at).map(({ visitor }) => visitor);
    const writing = ordered.filter(({ application }) => application !== null);
    console.log(
      `${visitors.length} people, ${begun} with an application begun, ${staff.rows.length} of offices`,
    );
    // Those who write are among the first, so that they are there from the beginning.
    return [...writing, ...ordered.filter((one) => !writing.includes(one))];
  } finally {
    await city.close();
  }
}
