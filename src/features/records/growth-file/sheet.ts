import type { Vocabulary } from '../../../language/vocabulary.ts';
import type { SheetColumn, SheetToWrite, TableValue } from '../../../platform/spreadsheet/write-table.ts';
import type { Translate } from '../../../web/words.ts';
import type { RecordWords } from '../show.ts';
import type { RecordRow } from './queries.ts';

interface SheetContext {
  readonly vocabulary: Vocabulary;
  readonly words: RecordWords;
  readonly t: Translate;
  readonly owner: {
    readonly name: string;
    readonly staffNumber: string | null;
    readonly unitName: string | null;
  };
}

/**
 * Records as a table in a person's language: who, the common columns, then one column for each field that the
 * types at hand have. Fields of the same name share a column. The bulk import reads it back as it is.
 */
export function recordSheet(
  rows: readonly RecordRow[],
  context: SheetContext,
): SheetToWrite & { rows: TableValue[][] } {
  const { vocabulary, words, t, owner } = context;
  const headers = fieldHeaders(
    rows.map(({ type }) => type),
    vocabulary,
    words,
  );
  const columns: SheetColumn[] = [
    { header: t('records.staff-number') },
    { header: t('records.owner') },
    { header: t('records.unit') },
    { header: t('records.type') },
    { header: t('records.title') },
    { header: t('records.happenedOn'), kind: 'date' },
    { header: t('records.level') },
    { header: t('records.grade') },
    { header: t('records.authorOrder'), kind: 'number' },
    { header: t('records.event') },
    { header: t('records.certificate') },
    ...headers.map((header): SheetColumn => ({ header })),
    { header: t('records.state') },
    { header: t('records.marks') },
  ];
  return {
    name: t('records.growth-file'),
    columns,
    rows: rows.map((row) => [
      owner.staffNumber,
      owner.name,
      owner.unitName,
      words.type(row.type),
      words.called(row),
      row.happenedOn,
      words.level(row.level),
      words.grade(row.type, row.grade),
      row.authorOrder,
      row.event,
      row.certificate,
      ...headers.map((header) => fieldValue(row, header, words)),
      t(`records.state.${row.state}`),
      marks(row, t),
    ]),
  };
}

const marks = ({ late, correctedAt }: RecordRow, t: Translate): string =>
  [late ? t('records.late') : '', correctedAt === null ? '' : t('records.corrected')]
    .filter((mark) => mark !== '')
    .join(' ');

const fieldHeaders = (types: readonly string[], vocabulary: Vocabulary, words: RecordWords): string[] => [
  ...new Set(
    [...new Set(types)].flatMap((type) =>
      Object.keys(vocabulary.records[type]?.fields ?? {}).map((field) => words.field(type, field)),
    ),
  ),
];

function fieldValue(row: RecordRow, header: string, words: RecordWords): TableValue {
  const field = Object.keys(row.fields).find((name) => words.field(row.type, name) === header);
  const value = field === undefined ? undefined : row.fields[field];
  return field === undefined || value === undefined ? null : words.value(row.type, field, value);
}
