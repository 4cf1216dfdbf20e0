import type { Db } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import type { Sheet } from '../../../platform/spreadsheet/types.ts';
import type { IdVault, SealedId } from '../id-numbers/vault.ts';
import { nameSearch } from '../people/name-search.ts';
import { selectUnit, selectUnitsAt } from '../units/queries.ts';
import { employs } from '../units/rules.ts';
import { findKnown, type KnownRow } from './known/queries.ts';
import type { Org, RowOrgs } from './oneroster/read.ts';
import {
  deleteRows,
  type ImportJob,
  insertRows,
  type Mapping,
  type PreviewSummary,
  type StagedRow,
  updateProgress,
} from './queries.ts';
import { type ReadRow, readRosterRow } from './roster-row.ts';
import { type ColumnMap, judgeRow, type Problem, type Verdict } from './rules.ts';
import { type FoundUnit, UnitIndex } from './units-index.ts';

const BATCH = 4000;

export interface PreviewInput {
  readonly job: ImportJob;
  readonly mapping: Mapping;
  readonly sheet: Sheet;
  readonly dateSystem: '1900' | '1904';
  readonly today: string;
  /** What seals identity numbers; null where none are kept. */
  readonly vault: IdVault | null;
  /** A file that describes its own units (OneRoster's orgs) and says of each row which it belongs to. */
  readonly bundle?: {
    readonly orgs: readonly Org[];
    readonly orgOf: ReadonlyMap<number, RowOrgs>;
    readonly columns: ColumnMap;
  };
}

interface NumberedRow extends ReadRow {
  readonly number: number;
  /** By what its identity number is found; empty where none is kept. */
  readonly idBlinds: readonly string[];
}
interface PlacedRow extends NumberedRow {
  readonly unit: FoundUnit | null;
  readonly groupId: string | null;
}

/**
 * Judges every row and keeps it with its verdict. Steps: read each row's cells; find or plan its unit and group;
 * mark numbers and people that the file has twice; ask the database, some thousand rows at a time, who is there
 * already; judge; store. What was previewed before is replaced.
 */
export async function previewRoster(db: Db, input: PreviewInput): Promise<PreviewSummary> {
  const { job, mapping, sheet } = input;
  const root = await selectUnit(db, job.unitId);
  const index = new UnitIndex(root, await selectUnitsAt(db, root.path), { create: mapping.createUnits });
  const adopted = index.adopt(input.bundle?.orgs ?? []);
  const headers =
    sheet.rows.find(({ number }) => number === mapping.headerRow)?.cells.map(({ text }) => text.trim()) ?? [];
  const columns = input.bundle?.columns ?? mapping.columns;
  const rows: NumberedRow[] = [];
  for (const row of sheet.rows) {
    if (row.number <= mapping.headerRow) continue;
    const read = readRosterRow(row.cells, { columns, dateSystem: input.dateSystem, today: input.today });
    const idBlinds = read.idNumber === null ? [] : (input.vault?.blinds(read.idNumber) ?? []);
    rows.push({ number: row.number, ...read, idBlinds });
    // Read cells are let go: a large sheet is not held twice.
    row.cells = [];
  }
  const repeats = findRepeats(rows);

  await deleteRows(db, job.id);
  const counts: Record<Verdict, number> = { new: 0, update: 0, unchanged: 0, suspect: 0, faulty: 0 };
  const problems: Record<string, number> = {};
  const unitRows = new Map<string, number>();
  // The database stores two batches and looks for the people of the next while one is judged: a batch waits for the
  // one before the last.
  let [storing, last] = [Promise.resolve(), Promise.resolve()];
  let asked = ask(0);
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = await asked;
    asked = ask(start + BATCH);
    const staged = judge(batch, input, root.path);
    await storing;
    storing = last;
    last = insertRows(db, job.id, staged).then(() =>
      updateProgress(db, job.id, Math.min(0.99, (start + BATCH) / rows.length)),
    );
    last.catch(() => undefined); // Heard when it is waited for.
    for (const row of staged) {
      counts[row.verdict] += 1;
      for (const { code } of row.problems) problems[code] = (problems[code] ?? 0) + 1;
      const { unitId, groupId } = row.cells.values;
      if (row.verdict !== 'faulty')
        for (const id of [unitId, groupId]) if (id) unitRows.set(id, (unitRows.get(id) ?? 0) + 1);
    }
  }
  await Promise.all([storing, last]);
  return {
    total: rows.length,
    counts,
    problems,
    headers,
    units: index.planned
      .filter(({ id }) => unitRows.has(id))
      .map((unit) => ({
        id: unit.id,
        parentId: unit.parentId ?? root.id,
        parentName: unit.parentName,
        level: unit.level === 'group' ? 'group' : unit.level === 'county' ? 'county' : 'school',
        name: unit.name,
        code: unit.code ?? null,
        stages: unit.stages ?? [],
        setting: unit.setting ?? null,
        subject: unit.subject ?? null,
        rows: unitRows.get(unit.id) ?? 0,
      })),
  };

  function ask(start: number): Promise<Batch> {
    const batch = findPeople(db, rows.slice(start, start + BATCH).map(place));
    batch.catch(() => undefined); // Heard when it is waited for.
    return batch;
  }

  function place(row: NumberedRow): PlacedRow {
    const found: Problem[] = [...row.problems];
    const repeated = repeats.get(row.number);
    if (repeated) found.push(repeated);
    const told = input.bundle?.orgOf.get(row.number);
    const unit = told ? adopt(told) : index.find(row.place, row.values.stage);
    // A unit has a code of its own; only what is wrong says of which field.
    if ('field' in unit) return { ...row, problems: [...found, unit], unit: null, groupId: null };
    const group = told
      ? (adopted.get(told.department ?? '')?.id ?? null)
      : index.findGroup(unit, row.place.group, row.values.subject);
    if (typeof group === 'object' && group !== null)
      return { ...row, problems: [...found, group], unit, groupId: null };
    return { ...row, problems: found, unit, groupId: group };
  }

  function adopt(told: RowOrgs): FoundUnit | Problem {
    const unit = told.org === null ? undefined : adopted.get(told.org);
    if (unit && employs(unit.level)) return unit;
    return {
      field: 'school',
      code: told.org === null ? 'unit-missing' : 'unit-unknown',
      value: told.org ?? '',
    };
  }
}

/** Staff numbers, and people without one, that the file has more than once; and identity numbers. */
function findRepeats(rows: readonly NumberedRow[]): Map<number, Problem> {
  const byPerson = repeated(rows, ({ values }) => {
    const { name, staffNumber, birthDate } = values;
    if (staffNumber !== null)
      return {
        key: staffNumber,
        problem: { field: 'staffNumber', code: 'number-repeated', value: staffNumber },
      };
    if (birthDate === null || name === '') return null;
    return { key: ` ${name} ${birthDate}`, problem: { field: 'name', code: 'person-repeated', value: name } };
  });
  const byId = repeated(rows, ({ idBlinds: [key] }) =>
    key === undefined ? null : { key, problem: { field: 'idNumber', code: 'id-repeated', value: '' } },
  );
  return new Map([...byId, ...byPerson]);
}

/** Rows that have the same key: every one of them is at fault, and names another. */
function repeated(
  rows: readonly NumberedRow[],
  of: (row: NumberedRow) => { readonly key: string; readonly problem: Problem } | null,
): Map<number, Problem> {
  const first = new Map<string, number>();
  const repeats = new Map<number, Problem>();
  for (const row of rows) {
    const found = of(row);
    if (found === null) continue;
    const other = first.get(found.key);
    if (other === undefined) {
      first.set(found.key, row.number);
      continue;
    }
    repeats.set(row.number, { ...found.problem, detail: String(other) });
    if (!repeats.has(other)) repeats.set(other, { ...found.problem, detail: String(row.number) });
  }
  return repeats;
}

/** Rows, and for the number of each that stands somewhere and has no fault, who is there already and may be them. */
interface Batch {
  readonly rows: readonly PlacedRow[];
  readonly knownOf: ReadonlyMap<number, readonly KnownRow[]>;
}

async function findPeople(db: Db, rows: readonly PlacedRow[]): Promise<Batch> {
  const good = rows.filter(
    (row): row is PlacedRow & { unit: FoundUnit } => row.unit !== null && row.problems.length === 0,
  );
  const known = await findKnown(
    db,
    good.map(({ values, unit, idBlinds }) => ({ ...values, unitId: unit.id, idBlinds })),
  );
  return { rows, knownOf: new Map(good.map((row, at) => [row.number, known[at] ?? []])) };
}

function judge({ rows, knownOf }: Batch, input: PreviewInput, rootPath: string): StagedRow[] {
  const sealedId = ({ idNumber }: PlacedRow): Pick<Detail, 'sealedId'> => {
    if (idNumber === null || input.vault === null) return {};
    const id = newId();
    return { sealedId: { id, ...input.vault.seal(id, idNumber) } };
  };
  return rows.map((row) => {
    const people = knownOf.get(row.number);
    if (people === undefined || row.unit === null)
      return staged(row, 'faulty', null, { problems: row.problems });
    const verdict = judgeRow({
      values: row.values,
      unit: row.unit,
      groupId: row.groupId,
      idBlinds: row.idBlinds,
      known: people,
      rootPath,
      asOf: input.mapping.asOf,
      today: input.today,
      by: input.mapping.by,
    });
    switch (verdict.verdict) {
      case 'faulty':
        return staged(row, 'faulty', null, { problems: [verdict.problem] });
      case 'new':
        return staged(row, 'new', newId(), sealedId(row));
      case 'suspect':
        return staged(row, 'suspect', newId(), { suspects: verdict.suspects, ...sealedId(row) });
      case 'unchanged':
        return staged(row, 'unchanged', verdict.personId, {});
      case 'update': {
        const revision = people.find(({ id }) => id === verdict.personId)?.revision ?? 0;
        return staged(row, 'update', verdict.personId, {
          changes: verdict.changes,
          how: verdict.how,
          revision,
          ...(verdict.changes.includes('idNumber') ? sealedId(row) : {}),
        });
      }
      default:
        return verdict satisfies never;
    }
  });
}

interface Detail {
  readonly problems?: readonly Problem[];
  readonly changes?: StagedRow['cells']['changes'];
  readonly suspects?: StagedRow['cells']['suspects'];
  readonly how?: 'stay' | 'start' | 'follow' | 'correct';
  readonly revision?: number;
  readonly sealedId?: SealedId & { readonly id: string };
}

function staged(row: PlacedRow, verdict: Verdict, personId: string | null, detail: Detail): StagedRow {
  const values: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(row.values)) if (value !== null) values[field] = value;
  if (row.unit !== null) values.unitId = row.unit.id;
  if (row.groupId !== null) values.groupId = row.groupId;
  if (verdict !== 'faulty' && verdict !== 'unchanged') values.nameSearch = nameSearch(row.values.name);
  if (detail.how !== undefined) {
    values.how = detail.how;
    values.revision = detail.revision ?? 0;
  }
  // Never the number itself.
  if (detail.sealedId !== undefined) {
    values.idRow = detail.sealedId.id;
    values.idKind = detail.sealedId.kind;
    values.idSealed = detail.sealedId.sealed;
    values.idKey = detail.sealedId.keyId;
    values.idBlind = detail.sealedId.blind;
  }
  return {
    rowNumber: row.number,
    verdict,
    personId,
    cells: {
      values: values as unknown as StagedRow['cells']['values'],
      ...(row.unit === null ? {} : { unitName: row.unit.name }),
      ...(detail.changes === undefined ? {} : { changes: detail.changes }),
      ...(detail.suspects === undefined ? {} : { suspects: detail.suspects }),
    },
    problems: detail.problems ?? [],
  };
}
