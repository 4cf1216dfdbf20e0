import type { Vocabulary } from '../../../language/vocabulary.ts';
import type { Db } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { parseCivilDate } from '../../../platform/spreadsheet/cell-date.ts';
import type { Row, Sheet, Table } from '../../../platform/spreadsheet/types.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { selectHoldings } from '../../titles/queries.ts';
import { DEFAULT_PARAMETERS } from '../rules.ts';
import { type Comparable, findSimilar } from '../similarity/rules.ts';
import {
  type KnownRecord,
  type RecordsMapping,
  type StagedRow,
  selectKnownRecords,
  selectOwners,
} from './queries.ts';
import { fieldColumns, judgeRow, type ReadCell, type ReadRow, type RowContext, sameKey } from './rules.ts';

const BLANK: ReadCell = { text: '', date: null };

export interface PreviewInput {
  readonly table: Extract<Table, { ok: true }>;
  readonly mapping: RecordsMapping;
  /** The rows must be about people of this unit. */
  readonly unitPath: string;
  readonly office: RowContext['office'];
  readonly vocabulary: Vocabulary;
  readonly today: CivilDate;
}

export const sheetOf = (table: Extract<Table, { ok: true }>, name: string): Sheet | undefined =>
  table.sheets.find((sheet) => sheet.name === name);

export const headersOf = (sheet: Sheet, headerRow: number): string[] =>
  sheet.rows.find(({ number }) => number === headerRow)?.cells.map(({ text }) => text.trim()) ?? [];

/**
 * Judges every row. Steps: read whom the rows name and fetch those people at once; judge each row like a typed
 * claim; fetch what these people have already; tell what is new, there already, or like another. Nothing is kept.
 */
export async function previewRecords(db: Db, input: PreviewInput): Promise<StagedRow[]> {
  const { table, mapping } = input;
  const sheet = sheetOf(table, mapping.sheet);
  if (sheet === undefined) return [];
  const rows = sheet.rows.filter(({ number }) => number > mapping.headerRow);
  const read = await readRows(db, input, sheet, rows);

  const claims = read.flatMap((row) => (row.kind === 'record' ? [row.claim] : []));
  const owners = [...new Set(read.flatMap((row) => (row.kind === 'faulty' ? [] : [row.owner.id])))];
  const certificates = claims.flatMap(({ certificate }) => certificate ?? []);
  const [known, holdings] = await Promise.all([
    selectKnownRecords(db, owners, certificates),
    selectHoldings(db, owners),
  ]);
  const stage = stager(known, holdings);
  return rows.map((row, at) => {
    const judged = read[at];
    const text = row.cells.map((cell) => cell.text);
    if (judged === undefined || judged.kind === 'faulty') {
      return {
        rowNumber: row.number,
        verdict: 'faulty',
        personId: null,
        cells: { text },
        problems: judged?.problems ?? [],
      };
    }
    return stage(row.number, text, judged);
  });
}

async function readRows(db: Db, input: PreviewInput, sheet: Sheet, rows: readonly Row[]): Promise<ReadRow[]> {
  const { table, mapping, vocabulary, today } = input;
  const { columns } = mapping;
  const dateSystem = table.format === 'xlsx' ? table.dateSystem : '1900';
  const headers = headersOf(sheet, mapping.headerRow);
  const cellAt = (row: Row, at: number | undefined): ReadCell => {
    const cell = at === undefined ? undefined : row.cells[at];
    if (cell === undefined) return BLANK;
    const parsed = parseCivilDate(cell, dateSystem);
    if (!parsed.ok) return { text: cell.text, date: null };
    const monthOnly = parsed.precision === 'month';
    return { text: cell.text, date: monthOnly ? null : parsed.date, monthOnly };
  };
  const textsOf = (at: number | undefined) =>
    at === undefined
      ? []
      : [...new Set(rows.map((row) => (row.cells[at]?.text ?? '').normalize('NFKC').trim()))];
  const owners = await selectOwners(db, input.unitPath, textsOf(columns.staffNumber), textsOf(columns.name));
  const byNumber = Map.groupBy(owners, ({ staffNumber }) => staffNumber ?? '');
  const byName = Map.groupBy(owners, ({ name }) => name);
  const fieldsOf = new Map(
    Object.keys(vocabulary.records).map((type) => [type, fieldColumns(vocabulary, type, headers)]),
  );
  return rows.map((row) => {
    const number = cellAt(row, columns.staffNumber).text.normalize('NFKC').trim();
    const name = cellAt(row, columns.name).text.normalize('NFKC').trim();
    return judgeRow({
      vocabulary,
      type: mapping.type,
      cell: (target) => cellAt(row, columns[target]),
      fieldCell: (type, field) => cellAt(row, fieldsOf.get(type)?.get(field)),
      candidates: (number === '' ? byName.get(name) : byNumber.get(number)) ?? [],
      office: input.office,
      claim: { today, parameters: DEFAULT_PARAMETERS },
    });
  });
}

/** Tells, row after row, what a readable one would add; rows of the file count as known once they have been seen. */
function stager(known: readonly KnownRecord[], holdings: Awaited<ReturnType<typeof selectHoldings>>) {
  const kept = new Map(known.map((one) => [sameKey(one.personId, one.type, one.happenedOn, one.title), one]));
  const inFile = new Map<string, number>();
  const near = Map.groupBy<string, Comparable>(known, ({ personId }) => personId);
  const withCertificate = Map.groupBy<string, Comparable>(known, ({ certificate }) => certificate ?? '');

  return (
    rowNumber: number,
    text: readonly string[],
    row: Exclude<ReadRow, { kind: 'faulty' }>,
  ): StagedRow => {
    const { owner } = row;
    const staged = (
      verdict: StagedRow['verdict'],
      cells: Omit<StagedRow['cells'], 'text'>,
      problems: StagedRow['problems'] = [],
    ) => ({
      rowNumber,
      verdict,
      personId: owner.id,
      cells: { text, ownerName: owner.name, unitPath: owner.unitPath, ...cells },
      problems,
    });
    const [type, date, title] =
      row.kind === 'record'
        ? [row.claim.type, row.claim.happenedOn, row.claim.title]
        : ['title-held', row.holding.from, row.holding.title];
    const key = sameKey(owner.id, type, date, title);
    const before = inFile.get(key);
    if (before !== undefined)
      return staged('faulty', {}, [{ field: 'title', problem: 'repeated', value: String(before) }]);
    inFile.set(key, rowNumber);

    if (row.kind === 'title') {
      const { holding } = row;
      const held = (holdings.get(owner.id) ?? []).filter(
        (one) =>
          one.title === holding.title &&
          (one.until === null || one.until >= holding.from) &&
          (holding.until === null || one.from <= holding.until),
      );
      if (held.length === 0) return staged('new', { title: { id: newId(), holding } });
      const same = held.some(({ from, until }) => from === holding.from && until === holding.until);
      return staged(same ? 'unchanged' : 'suspect', {});
    }
    const { claim, late } = row;
    const there = kept.get(key);
    if (there !== undefined) {
      const same =
        there.level === claim.level &&
        there.grade === claim.grade &&
        there.authorOrder === claim.authorOrder &&
        there.event === claim.event;
      return staged(same ? 'unchanged' : 'suspect', { like: { id: there.id, because: 'same-title' } });
    }
    const id = newId();
    const comparable: Comparable = { ...claim, id, personId: owner.id, evidence: [] };
    const others = [
      ...(near.get(owner.id) ?? []),
      ...(claim.certificate === null ? [] : (withCertificate.get(claim.certificate) ?? [])),
    ];
    const like = findSimilar(comparable, others, DEFAULT_PARAMETERS);
    near.set(owner.id, [...(near.get(owner.id) ?? []), comparable]);
    if (claim.certificate !== null) {
      withCertificate.set(claim.certificate, [...(withCertificate.get(claim.certificate) ?? []), comparable]);
    }
    return staged('new', { record: { id, claim, late }, ...(like === null ? {} : { like }) });
  };
}
