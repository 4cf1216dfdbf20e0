import { sql } from 'kysely';
import type { Sheet } from '../../../../language/work/judging.ts';
import type { Db } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import type { Material } from '../materials/rules.ts';
import type { CandidateResult, Judged } from '../rules.ts';

/*
 * What lies sealed while judges mark: which code is whose, and what each marked. Only drawing, closing and keeping judges
 * off what they may not judge ask for it, each within one act; no page of a panel that is judging does.
 */

export interface Drawn {
  readonly candidate: string;
  readonly code: string;
  readonly entryId: string;
}
export async function insertCodes(tx: Db, panelId: string, drawn: readonly Drawn[]): Promise<void> {
  await tx
    .insertInto('panel_code')
    .values(
      drawn.map(({ candidate, code, entryId }) => ({
        candidate,
        panel_id: panelId,
        code,
        entry_id: entryId,
      })),
    )
    .execute();
}

/** What judges read of one candidate, numbered as it comes. */
export async function insertMaterials(
  tx: Db,
  panelId: string,
  candidate: string,
  materials: readonly Material[],
): Promise<void> {
  if (materials.length === 0) return;
  await tx
    .insertInto('panel_material')
    .values(
      materials.map((one, index) => ({
        candidate,
        number: index + 1,
        panel_id: panelId,
        label: JSON.stringify(one.label),
        content: one.kind === 'text' ? JSON.stringify(one.content) : null,
        sha256: one.kind === 'file' ? one.sha256 : null,
        media_type: one.kind === 'file' ? one.mediaType : null,
      })),
    )
    .execute();
}

export interface NewSheet {
  readonly id: string;
  readonly seatId: string;
  readonly personId: string;
  readonly candidate: string;
  readonly code: string;
}
export async function insertSheets(tx: Db, panelId: string, sheets: readonly NewSheet[]): Promise<void> {
  if (sheets.length === 0) return;
  await tx
    .insertInto('panel_sheet')
    .values(
      sheets.map((sheet) => ({
        id: sheet.id,
        panel_id: panelId,
        seat_id: sheet.seatId,
        person_id: sheet.personId,
        candidate: sheet.candidate,
        code: sheet.code,
      })),
    )
    .execute();
}

/** Whom the codes of a panel mean: to give a judge who comes later their sheets. */
export async function selectSealed(tx: Db, panelId: string): Promise<(Drawn & Judged)[]> {
  const codes = await passing(tx, 'sealed', (sealed) =>
    sealed
      .selectFrom('panel_code')
      .select(['candidate', 'code', 'entry_id as entryId'])
      .where('panel_id', '=', panelId)
      .execute(),
  );
  const { rows } = await sql<Judged & { entryId: string }>`
    SELECT e.id AS "entryId", a.person_id AS "personId", a.unit_path AS "unitPath", a.school_id AS "schoolId"
      FROM panel_entry e JOIN application a ON a.id = e.application_id WHERE e.panel_id = ${panelId}`.execute(
    tx,
  );
  const of = new Map(rows.map((row) => [row.entryId, row]));
  return codes.flatMap((code) => {
    const judged = of.get(code.entryId);
    return judged === undefined ? [] : [{ ...code, ...judged }];
  });
}

/**
 * Where those stand whom a judge has sheets of, and whether the judge stands aside for them by now: to stop a judge whose
 * post or whose relations changed. It is not said of whom.
 */
export const selectPlacesOf = (
  db: Db,
  panelId: string,
  personId: string,
): Promise<{ unitPath: string; personId: string; related: boolean }[]> =>
  passing(db, 'sealed', async (sealed) => {
    const { rows } = await sql<{ unitPath: string; personId: string; related: boolean }>`
      SELECT e.unit_path AS "unitPath", e.person_id AS "personId",
             EXISTS (SELECT 1 FROM recusal r JOIN panel p ON p.id = e.panel_id
                      WHERE r.round_id = p.round_id AND r.person_id = ${personId} AND r.applicant_id = e.person_id) AS related
        FROM panel_sheet s JOIN panel_code c ON c.candidate = s.candidate JOIN panel_entry e ON e.id = c.entry_id
       WHERE s.panel_id = ${panelId} AND s.person_id = ${personId}`.execute(sealed);
    return rows;
  });

/** How many sheets of judges who still sit are not done with. */
export const countOpenSheets = async (db: Db, panelId: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    SELECT coalesce(sum(sheets - done), 0)::int AS n FROM panel_seat
     WHERE panel_id = ${panelId} AND ended_at IS NULL`.execute(db);
  return rows[0]?.n ?? 0;
};

/** Every code of a panel with the sheets that were handed in by judges who still sit. */
export const selectHandedIn = (tx: Db, panelId: string): Promise<Map<string, Sheet[]>> =>
  passing(tx, 'sealed', async (sealed) => {
    const codes = await sealed
      .selectFrom('panel_code')
      .select('candidate')
      .where('panel_id', '=', panelId)
      .execute();
    const found = new Map(codes.map(({ candidate }): [string, Sheet[]] => [candidate, []]));
    const { rows } = await sql<{ candidate: string; judge: string; marks: Record<string, string> }>`
      SELECT s.candidate, s.person_id AS judge, json_object_agg(m.criterion, m.mark) AS marks
        FROM panel_sheet s JOIN panel_mark m ON m.sheet_id = s.id
       WHERE s.panel_id = ${panelId} AND s.state = 'submitted'
         AND s.seat_id IN (SELECT id FROM panel_seat WHERE panel_id = ${panelId} AND ended_at IS NULL)
       GROUP BY s.id, s.candidate, s.person_id`.execute(sealed);
    for (const { candidate, judge, marks } of rows) found.get(candidate)?.push({ judge, marks });
    return found;
  });

/**
 * The seal is broken: codes and results stand with the candidates, sheets and marks are the office's to read. What came
 * out, a line for each code in their order, to be made again from the candidates.
 */
export async function breakSeal(
  tx: Db,
  panelId: string,
  results: readonly CandidateResult[],
  at: Date,
): Promise<string[]> {
  const codes = await passing(tx, 'sealed', async (sealed) => {
    await sealed.updateTable('panel_sheet').set({ opened: true }).where('panel_id', '=', panelId).execute();
    await sealed.updateTable('panel_mark').set({ opened: true }).where('panel_id', '=', panelId).execute();
    return sealed
      .selectFrom('panel_code')
      .select(['candidate', 'code', 'entry_id as entryId'])
      .where('panel_id', '=', panelId)
      .execute();
  });
  const among = results.filter(({ result }) => result !== null).length;
  const of = new Map(results.map((one) => [one.candidate, one]));
  for (const { candidate, code, entryId } of codes) {
    const one = of.get(candidate);
    await tx
      .updateTable('panel_entry')
      .set({
        code,
        result: one?.result ?? null,
        place: one?.place ?? null,
        among,
        marked_by: one?.markedBy ?? 0,
        closed_at: at,
      })
      .where('id', '=', entryId)
      .execute();
  }
  return codes
    .map(({ candidate, code }) => {
      const one = of.get(candidate);
      return `${code} ${one?.result ?? '-'} ${one?.place ?? '-'} ${one?.markedBy ?? 0}`;
    })
    .toSorted();
}

export interface OpenedSheet {
  readonly id: string;
  /** Its judge sat to the end. */
  readonly counts: boolean;
  readonly code: string;
  readonly judge: string;
  readonly state: 'open' | 'submitted' | 'aside';
  readonly why: string | null;
  readonly marks: Readonly<Record<string, { readonly mark: string; readonly reason: string }>>;
}
/** Who marked what, once judging is closed; nothing before. */
export async function listOpenedSheets(db: Db, panelId: string): Promise<OpenedSheet[]> {
  const { rows } = await sql<OpenedSheet>`
    SELECT s.id, s.code, name_of(s.person_id) AS judge, seat.ended_at IS NULL AS counts, s.state, s.why,
           coalesce((SELECT json_object_agg(m.criterion, json_build_object('mark', m.mark, 'reason', m.reason))
                       FROM panel_mark m WHERE m.sheet_id = s.id), '{}') AS marks
      FROM panel_sheet s JOIN panel_seat seat ON seat.id = s.seat_id
     WHERE s.panel_id = ${panelId} AND s.opened
     ORDER BY s.code, judge, s.id`.execute(db);
  return rows;
}
