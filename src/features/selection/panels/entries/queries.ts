import { sql } from 'kysely';
import type { Db } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import { isId } from '../../../../platform/ids.ts';
import { nameOf } from '../../../../platform/names.ts';
import type { FindPlace } from '../../../../platform/routing.ts';
import { type PanelRow, panelPlace } from '../queries.ts';
import type { Judged } from '../rules.ts';

/* Whom a panel judges, as its office sees them, and what it came to for those who review. */

/** The same for `/panels/:panel/entries/:candidate`: it is about whoever applied. */
export const entryPlace: FindPlace = async (ask) => {
  const place = await panelPlace(ask);
  const id = ask.c.req.param('candidate') ?? '';
  if (place === null || !isId(id)) return null;
  const { rows } = await passing(ask.db, 'sealed', (db) =>
    sql<{ personId: string }>`
      SELECT person_id AS "personId" FROM panel_entry WHERE id = ${id} AND panel_id = ${ask.c.req.param('panel')}`.execute(
      db,
    ),
  );
  return rows[0] === undefined ? null : { ...place, ...rows[0] };
};

export interface EntryRow extends Judged {
  readonly id: string;
  readonly applicationId: string;
  readonly personName: string;
  readonly schoolName: string;
  /** Its application still stands where the panel found it. */
  readonly waiting: boolean;
  readonly shown: readonly string[] | null;
  readonly code: string | null;
  readonly result: string | null;
  readonly place: number | null;
  readonly markedBy: number | null;
}
/** The candidates by school and name, which says nothing of codes. `position` is where applications wait. */
export async function listEntries(db: Db, panelId: string, position: number): Promise<EntryRow[]> {
  const rows = await db
    .selectFrom('panel_entry as entry')
    .innerJoin('application', 'application.id', 'entry.application_id')
    .innerJoin('unit as school', 'school.id', 'application.school_id')
    .select([
      'entry.id',
      'entry.application_id as applicationId',
      'application.person_id as personId',
      nameOf('application.person_id').as('personName'),
      'application.unit_path as unitPath',
      'application.school_id as schoolId',
      'school.name as schoolName',
      'entry.shown',
      'entry.code',
      'entry.result',
      'entry.place',
      'entry.marked_by as markedBy',
      sql<boolean>`application.state = 'in-review' AND application.position = ${position}`.as('waiting'),
    ])
    .where('entry.panel_id', '=', panelId)
    .orderBy('school.path')
    .orderBy('personName')
    .orderBy('entry.id')
    .execute();
  return rows;
}

/** Those waiting at a position under the panel's unit become its candidates, if they are not; how many did. */
export async function insertEntries(
  tx: Db,
  panel: Pick<PanelRow, 'id' | 'roundId' | 'position' | 'unitId' | 'unitPath'>,
  position: number,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    WITH added AS (
      INSERT INTO panel_entry (id, panel_id, application_id, position, unit_id, unit_path)
      SELECT gen_random_uuid(), ${panel.id}, a.id, ${panel.position}, ${panel.unitId}, a.unit_path
        FROM application a
       WHERE a.round_id = ${panel.roundId} AND a.state = 'in-review' AND a.position = ${position}
         AND a.unit_path >= ${panel.unitPath} AND starts_with(a.unit_path, ${panel.unitPath})
         AND NOT EXISTS (SELECT 1 FROM panel_entry e WHERE e.panel_id = ${panel.id} AND e.application_id = a.id)
      RETURNING 1)
    SELECT count(*)::int AS n FROM added`.execute(tx);
  return rows[0]?.n ?? 0;
}

export async function updateShown(
  tx: Db,
  id: string,
  look: { readonly shown: readonly string[]; readonly by: string; readonly at: Date },
): Promise<void> {
  await tx
    .updateTable('panel_entry')
    .set({ shown: [...look.shown], looked_by: look.by, looked_at: look.at })
    .where('id', '=', id)
    .execute();
}

/** Everybody who applied in the round and has not withdrawn, and who stands aside for whom in it. */
export async function selectInterests(
  db: Db,
  roundId: string,
): Promise<{ applicants: Set<string>; related: Map<string, Set<string>> }> {
  return passing(db, 'guard', async (guard) => {
    const applied = await guard
      .selectFrom('application')
      .select('person_id as id')
      .where('round_id', '=', roundId)
      .where('state', 'not in', ['draft', 'withdrawn'])
      .execute();
    const recusals = await guard
      .selectFrom('recusal')
      .select(['person_id as personId', 'applicant_id as applicantId'])
      .where('round_id', '=', roundId)
      .execute();
    const related = new Map<string, Set<string>>();
    for (const { personId, applicantId } of recusals)
      related.set(personId, (related.get(personId) ?? new Set()).add(applicantId));
    return { applicants: new Set(applied.map(({ id }) => id)), related };
  });
}

/** The places a closed panel gave, by application. */
export async function selectResultPlaces(db: Db, panelId: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('panel_entry')
    .select(['application_id as id', 'place'])
    .where('panel_id', '=', panelId)
    .where('closed_at', 'is not', null)
    .execute();
  return new Map(rows.flatMap(({ id, place }) => (place === null ? [] : [[id, place] as const])));
}

export interface PanelResult {
  readonly position: number;
  readonly unitName: string;
  readonly result: string | null;
  readonly place: number | null;
  readonly among: number | null;
  readonly markedBy: number;
  readonly closedAt: Date;
}
/** What closed panels said of an application, oldest first. */
export const panelResults = (applicationId: string) => sql<PanelResult>`
    SELECT e.position, u.name AS "unitName", e.result, e.place, e.among, e.marked_by AS "markedBy", e.closed_at AS "closedAt"
      FROM panel_entry e JOIN unit u ON u.id = e.unit_id
     WHERE e.application_id = ${applicationId} AND e.closed_at IS NOT NULL
     ORDER BY e.closed_at, e.id`;
