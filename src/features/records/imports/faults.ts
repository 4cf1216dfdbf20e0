import { vocabulary } from '../../../platform/programmes.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import type { Table } from '../../../platform/spreadsheet/types.ts';
import { type SheetMark, writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import { recordWords } from '../show.ts';
import { headersOf, sheetOf } from './preview.ts';
import type { RecordsMapping, StagedRow } from './queries.ts';
import { type Columns, TARGETS } from './rules.ts';
import { problemText } from './show.ts';

/** The faulty rows as they came, each wrong cell marked with what is wrong, to be corrected and sent again. */
export async function faultsWorkbook(
  faulty: readonly StagedRow[],
  mapping: RecordsMapping,
  table: Extract<Table, { ok: true }>,
  ask: ActorAsk,
): Promise<Uint8Array> {
  const sheet = sheetOf(table, mapping.sheet);
  const headers = sheet === undefined ? [] : headersOf(sheet, mapping.headerRow);
  const words = recordWords(vocabulary(), ask.locale, ask.t);
  const marks = faulty.flatMap((row, at) =>
    row.problems.map((problem): SheetMark => {
      const column = columnOf(mapping.columns, problem.field, headers, vocabulary());
      return {
        row: at,
        ...(column === undefined ? {} : { column }),
        note: problemText(problem, words, ask.t),
      };
    }),
  );
  return writeWorkbook([
    {
      name: ask.t('records.imports.faults'),
      columns: headers.map((header) => ({ header })),
      rows: faulty.map((row) => headers.map((_, at) => row.cells.text[at] ?? null)),
      marks,
      notesHeader: ask.t('records.imports.problem'),
    },
  ]);
}

/** The column that holds a field; undefined marks the whole row. */
function columnOf(
  columns: Columns,
  field: string,
  headers: readonly string[],
  words: ReturnType<typeof vocabulary>,
) {
  const target = TARGETS.find((one) => one === field);
  if (target !== undefined) return columns[target];
  const name = field.replace(/^fields\./, '');
  const ways = Object.values(words.records).flatMap(({ fields }) => {
    const names = fields?.[name]?.names;
    return names ? [names['zh-CN'], names.en] : [];
  });
  const at = headers.findIndex((header) => ways.includes(header));
  return at < 0 ? undefined : at;
}
