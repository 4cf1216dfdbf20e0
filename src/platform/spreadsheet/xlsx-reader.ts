/**
 * Reads the worksheets of an .xlsx file as text cells, row by row while they unpack: 100,000 rows of 15
 * columns in a few seconds without the whole sheet's XML in memory. Formulas are recognised and never
 * computed; merged ranges are filled from their first cell and marked. docs/decisions/003 says why reading
 * is our own and writing is a library's.
 */
import { serialToDate } from './cell-date.ts';
import { columnOf } from './cell-reference.ts';
import { fillMerged } from './merged-cells.ts';
import { type Cell, EMPTY, Refused, type Row, type Sheet, type Table, type TableLimits } from './types.ts';
import { attribute, prefixedAttribute, scanXml, type XmlHandler } from './xml-scan.ts';
import { memberText, openZip, type Zip } from './zip.ts';

export async function readXlsx(bytes: Uint8Array, limits: TableLimits): Promise<Table> {
  const zip = openZip(bytes, limits.unpackedBytes);
  const root = [...(await relationships(zip, '')).values()].find(({ type }) => type === 'officeDocument');
  const names = [...zip.members.keys()];
  if (!root || !names.some((name) => name.startsWith('xl/'))) {
    const word = names.some((name) => name.startsWith('word/'));
    const found = word ? 'word' : names.includes('mimetype') ? 'opendocument' : 'archive';
    throw new Refused({ reason: 'not-a-spreadsheet', found });
  }
  const links = await relationships(zip, root.target);
  const { sheets: entries, dateSystem } = await readWorkbook(zip, root.target);
  const targetOf = (type: string) => [...links.values()].find((link) => link.type === type)?.target;
  const shared = await readSharedStrings(zip, targetOf('sharedStrings'));
  const dateStyles = await readDateStyles(zip, targetOf('styles'));
  const sheets: Sheet[] = [];
  let room = limits.rows;
  for (const { name, hidden, link } of entries) {
    const target = links.get(link);
    if (target?.type !== 'worksheet') continue;
    const rows = await readRows(zip, target.target, { shared, dateStyles, dateSystem, limits, room });
    room -= rows.length;
    sheets.push({ name, hidden, rows });
  }
  return { ok: true, format: 'xlsx', dateSystem, sheets };
}

async function scanMember(zip: Zip, name: string, handler: Partial<XmlHandler>): Promise<void> {
  const member = zip.members.get(name);
  if (!member) throw new Refused({ reason: 'damaged' });
  const nothing = () => {};
  const scanner = scanXml({ open: nothing, text: nothing, close: nothing, ...handler });
  for await (const piece of memberText(zip, member)) scanner.write(piece);
}

type Relationship = { type: string; target: string };

/** Where a part's links lead, by id; the package itself is part ''. */
async function relationships(zip: Zip, part: string): Promise<Map<string, Relationship>> {
  const slash = part.lastIndexOf('/') + 1;
  const folder = part.slice(0, slash);
  const file = `${folder}_rels/${part.slice(slash)}.rels`;
  const links = new Map<string, Relationship>();
  if (!zip.members.has(file)) return links;
  await scanMember(zip, file, {
    open: (name, attributes) => {
      const id = attribute(attributes, 'Id');
      const target = attribute(attributes, 'Target');
      if (name !== 'Relationship' || id === undefined || target === undefined) return;
      const path = new URL(target, `file:///${folder}`).pathname.slice(1);
      links.set(id, {
        type: (attribute(attributes, 'Type') ?? '').split('/').pop() ?? '',
        target: decodeURI(path),
      });
    },
  });
  return links;
}

async function readWorkbook(zip: Zip, part: string) {
  const sheets: { name: string; hidden: boolean; link: string }[] = [];
  let dateSystem: '1900' | '1904' = '1900';
  await scanMember(zip, part, {
    open: (name, attributes) => {
      if (name === 'workbookPr' && /^(1|true)$/.test(attribute(attributes, 'date1904') ?? ''))
        dateSystem = '1904';
      if (name !== 'sheet') return;
      sheets.push({
        name: attribute(attributes, 'name') ?? '',
        hidden: (attribute(attributes, 'state') ?? 'visible') !== 'visible',
        link: prefixedAttribute(attributes, 'id') ?? '',
      });
    },
  });
  return { sheets, dateSystem };
}

/** One cell per shared string, so that a value repeated on a thousand rows is held once. */
async function readSharedStrings(zip: Zip, part: string | undefined): Promise<Cell[]> {
  const cells: Cell[] = [];
  if (part === undefined) return cells;
  let text = '';
  let inText = false;
  let phonetic = false;
  await scanMember(zip, part, {
    open: (name) => {
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inText = !phonetic;
    },
    text: (piece) => {
      if (inText) text += piece;
    },
    close: (name) => {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') cells.push(textCell(text));
    },
  });
  return cells;
}

/** For each cell style, whether it shows a number as a date. */
async function readDateStyles(zip: Zip, part: string | undefined): Promise<boolean[]> {
  const styles: boolean[] = [];
  if (part === undefined) return styles;
  const formats = new Map<number, string>();
  let inCellFormats = false;
  await scanMember(zip, part, {
    open: (name, attributes) => {
      if (name === 'numFmt') {
        formats.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode') ?? '');
      } else if (name === 'cellXfs') inCellFormats = true;
      else if (name === 'xf' && inCellFormats) {
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        styles.push(isDateFormat(id, formats.get(id)));
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inCellFormats = false;
    },
  });
  return styles;
}

function isDateFormat(id: number, code: string | undefined): boolean {
  // Built-in formats: 14–17 and 22 are dates, 27–36 and 50–58 the dates of East Asian editions.
  if (code === undefined)
    return (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]|General/gi, '');
  return /[yd]/i.test(bare) || /^m+$/i.test(bare);
}

type SheetContext = {
  shared: readonly Cell[];
  dateStyles: readonly boolean[];
  dateSystem: '1900' | '1904';
  limits: TableLimits;
  /** Rows still allowed in this file. */
  room: number;
};

async function readRows(zip: Zip, part: string, context: SheetContext): Promise<Row[]> {
  const rows: Row[] = [];
  const merges: string[] = [];
  let row: Row = { number: 0, cells: [] };
  let column = -1;
  let type = '';
  let style = 0;
  let value = '';
  let formula = false;
  let reading = false;
  await scanMember(zip, part, {
    open: (name, attributes) => {
      switch (name) {
        case 'row':
          row = {
            number: Number(/^\d+$/.exec(attribute(attributes, 'r') ?? '')?.[0] ?? row.number + 1),
            cells: [],
          };
          column = -1;
          break;
        case 'c':
          column = columnOf(attribute(attributes, 'r')) ?? column + 1;
          type = attribute(attributes, 't') ?? 'n';
          style = Number(attribute(attributes, 's') ?? 0);
          value = '';
          formula = false;
          break;
        case 'v':
        case 't':
          reading = true;
          break;
        case 'f':
          formula = true;
          break;
        case 'mergeCell':
          merges.push(attribute(attributes, 'ref') ?? '');
          break;
      }
    },
    text: (text) => {
      if (reading) value += text;
    },
    close: (name) => {
      if (name === 'v' || name === 't') reading = false;
      else if (name === 'c') {
        const cell = makeCell(type, value, style, context);
        if (cell.kind === 'empty' && !formula) return;
        if (column >= context.limits.columns) {
          throw new Refused({ reason: 'too-many-columns', limit: context.limits.columns });
        }
        while (row.cells.length < column) row.cells.push(EMPTY);
        row.cells[column] = formula ? { text: cell.text, kind: 'formula' } : cell;
      } else if (name === 'row' && row.cells.length > 0) {
        if (rows.length >= context.room)
          throw new Refused({ reason: 'too-many-rows', limit: context.limits.rows });
        rows.push(row);
      }
    },
  });
  fillMerged(rows, merges, context.limits.columns);
  return rows;
}

function makeCell(type: string, value: string, style: number, context: SheetContext): Cell {
  switch (type) {
    case 's':
      return context.shared[Number(value)] ?? EMPTY;
    case 'inlineStr':
    case 'str':
      return textCell(value);
    case 'b':
      return { text: value === '1' ? 'TRUE' : 'FALSE', kind: 'boolean' };
    case 'e':
      return { text: value, kind: 'error' };
    case 'd':
      return { text: value.replace('T', ' ').replace(/ 00:00:00.*$/, ''), kind: 'date' };
    default:
      return numberCell(value, context.dateStyles[style] === true, context.dateSystem);
  }
}

function textCell(text: string): Cell {
  // The format writes control characters as _x000D_.
  const plain = text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
  // Neither a NUL nor half a surrogate pair, which a file may spell as escapes, is text that can be kept.
  const kept = plain.replaceAll('\0', '').toWellFormed();
  return kept === '' ? EMPTY : { text: kept, kind: 'text' };
}

function numberCell(value: string, isDate: boolean, dateSystem: '1900' | '1904'): Cell {
  if (value === '') return EMPTY;
  if (!isDate && /^-?[1-9]\d{0,14}$/.test(value)) return { text: value, kind: 'number' };
  const number = Number(value);
  if (Number.isNaN(number)) return { text: value, kind: 'text' };
  const date = isDate ? serialToDate(number, dateSystem) : undefined;
  if (date !== undefined) return { text: date, kind: 'date' };
  if (Number.isInteger(number) && Math.abs(number) >= 1e15) {
    const [digits = '', exponent = ''] = number.toExponential(14).split('e+');
    return {
      text: digits.replace('.', '').padEnd(Number(exponent) + (number < 0 ? 2 : 1), '0'),
      kind: 'number',
      rounded: true,
    };
  }
  // 15 digits are what a spreadsheet shows; the rest is noise of the binary form (0.30000000000000004).
  return { text: String(Number(number.toPrecision(15))), kind: 'number' };
}
