/** The parts of a workbook as XML text: ECMA-376, with the few styles that our tables use. */
import { daysBetween, isCivilDate } from '../../shared/civil-date.ts';
import { columnLetters } from './cell-reference.ts';
import type { ZipPart } from './zip.ts';

export type StyleName =
  | 'plain'
  | 'title'
  | 'subtitle'
  | 'closing'
  | 'header'
  | 'text'
  | 'number'
  | 'date'
  | 'faulty-text'
  | 'faulty-number'
  | 'faulty-date'
  /** Of whole columns: what people add later keeps its format, and no border runs on to the last row. */
  | 'column-text'
  | 'column-number'
  | 'column-date';

export type PlacedCell = { value: string | number | null; style: StyleName };

/** A sheet with everything placed; rows and columns count from 0. */
export type PlacedSheet = {
  name: string;
  columns: { width: number; style: StyleName }[];
  rows: Iterable<readonly PlacedCell[]>;
  /** The header, which stays in view and repeats in print; rows above it stay too. */
  headerRow: number;
  /** Rows whose first cell stretches across the table. */
  merged: readonly number[];
  comments: readonly { row: number; column: number; text: string }[];
  landscape: boolean;
};

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const media = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

export function* workbookParts(
  sheets: readonly PlacedSheet[],
  properties: { title?: string; creator?: string },
): Generator<ZipPart> {
  const commented = sheets.map(({ comments }) => comments.length > 0);
  const part = (name: string, ...pieces: string[]): ZipPart => ({ name, pieces: [head, ...pieces] });
  yield part('[Content_Types].xml', contentTypes(commented));
  yield part(
    '_rels/.rels',
    relationships(
      [`${office}/officeDocument`, 'xl/workbook.xml'],
      [`${packaged}/relationships/metadata/core-properties`, 'docProps/core.xml'],
    ),
  );
  yield part('docProps/core.xml', coreProperties(properties));
  yield part('xl/workbook.xml', workbook(sheets));
  yield part(
    'xl/_rels/workbook.xml.rels',
    relationships(
      ...sheets.map((_, at): [string, string] => [`${office}/worksheet`, `worksheets/sheet${at + 1}.xml`]),
      [`${office}/styles`, 'styles.xml'],
    ),
  );
  yield part('xl/styles.xml', styleSheet());
  for (const [at, sheet] of sheets.entries()) {
    const number = at + 1;
    yield { name: `xl/worksheets/sheet${number}.xml`, pieces: worksheet(sheet) };
    if (!commented[at]) continue;
    yield part(
      `xl/worksheets/_rels/sheet${number}.xml.rels`,
      relationships(
        [`${office}/comments`, `../comments${number}.xml`],
        [`${office}/vmlDrawing`, `../drawings/vmlDrawing${number}.vml`],
      ),
    );
    yield part(`xl/comments${number}.xml`, comments(sheet));
    yield { name: `xl/drawings/vmlDrawing${number}.vml`, pieces: [commentBoxes(sheet)] };
  }
}

function contentTypes(commented: readonly boolean[]): string {
  const override = (name: string, type: string) => `<Override PartName="${name}" ContentType="${type}"/>`;
  const ofSheets = commented.map((has, at) => {
    const sheet = override(`/xl/worksheets/sheet${at + 1}.xml`, `${media}.worksheet+xml`);
    return has ? sheet + override(`/xl/comments${at + 1}.xml`, `${media}.comments+xml`) : sheet;
  });
  return `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>${override('/xl/workbook.xml', `${media}.sheet.main+xml`)}${override('/xl/styles.xml', `${media}.styles+xml`)}${override('/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml')}${ofSheets.join('')}</Types>`;
}

function relationships(...links: [type: string, target: string][]): string {
  const each = links.map(
    ([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${packaged}/relationships">${each.join('')}</Relationships>`;
}

function coreProperties({ title, creator }: { title?: string; creator?: string }): string {
  const element = (name: string, text: string | undefined) =>
    text ? `<dc:${name}>${xmlText(text)}</dc:${name}>` : '';
  return `<cp:coreProperties xmlns:cp="${packaged}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">${element('title', title)}${element('creator', creator)}</cp:coreProperties>`;
}

function workbook(sheets: readonly PlacedSheet[]): string {
  const entries = sheets.map(
    ({ name }, at) => `<sheet name="${xmlText(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`,
  );
  const titles = sheets.map(({ name, headerRow }, at) => {
    const row = headerRow + 1;
    const range = `'${name.replaceAll("'", "''")}'!$${row}:$${row}`;
    return `<definedName name="_xlnm.Print_Titles" localSheetId="${at}">${xmlText(range)}</definedName>`;
  });
  return `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${entries.join('')}</sheets><definedNames>${titles.join('')}</definedNames></workbook>`;
}

const TEXT_FORMAT = 49;
const DATE_FORMAT = 164;

/** Fonts, fills and borders by position in the lists of `styleSheet`. */
const styles: Record<
  StyleName,
  { font?: number; fill?: number; border?: 1; format?: number; align?: string }
> = {
  plain: {},
  title: { font: 2, align: 'horizontal="center" vertical="center"' },
  subtitle: { align: 'horizontal="center" vertical="center"' },
  closing: { align: 'vertical="center" wrapText="1"' },
  header: {
    font: 1,
    fill: 2,
    border: 1,
    format: TEXT_FORMAT,
    align: 'horizontal="center" vertical="center" wrapText="1"',
  },
  text: { border: 1, format: TEXT_FORMAT, align: 'vertical="center" wrapText="1"' },
  number: { border: 1, align: 'vertical="center"' },
  date: { border: 1, format: DATE_FORMAT, align: 'vertical="center"' },
  'faulty-text': {
    font: 3,
    fill: 3,
    border: 1,
    format: TEXT_FORMAT,
    align: 'vertical="center" wrapText="1"',
  },
  'faulty-number': { font: 3, fill: 3, border: 1, align: 'vertical="center"' },
  'faulty-date': { font: 3, fill: 3, border: 1, format: DATE_FORMAT, align: 'vertical="center"' },
  'column-text': { format: TEXT_FORMAT },
  'column-number': {},
  'column-date': { format: DATE_FORMAT },
};
const styleIds = new Map(Object.keys(styles).map((name, at) => [name, at]));

function styleSheet(): string {
  const font = (size: number, more = '') =>
    `<font>${more}<sz val="${size}"/><name val="宋体"/><family val="3"/><charset val="134"/></font>`;
  const fill = (colour: string) =>
    `<fill><patternFill patternType="solid"><fgColor rgb="FF${colour}"/><bgColor indexed="64"/></patternFill></fill>`;
  const side = (name: string) => `<${name} style="thin"><color rgb="FF9AA3B2"/></${name}>`;
  const formats = Object.values(styles).map(({ font = 0, fill = 0, border = 0, format = 0, align = '' }) => {
    const flags = 'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"';
    return `<xf numFmtId="${format}" fontId="${font}" fillId="${fill}" borderId="${border}" xfId="0" ${flags}><alignment ${align}/></xf>`;
  });
  return `<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="${DATE_FORMAT}" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="4">${font(11)}${font(11, '<b/>')}${font(16, '<b/>')}<font><sz val="11"/><color rgb="FF9C0006"/><name val="宋体"/><family val="3"/><charset val="134"/></font></fonts><fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${fill('DCE6F2')}${fill('FFD9D6')}</fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>${['left', 'right', 'top', 'bottom'].map(side).join('')}<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${formats.length}">${formats.join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
}

/** In pieces of some hundred rows, so that a large sheet is packed while it is still being written. */
function* worksheet(sheet: PlacedSheet): Generator<string> {
  const letters = sheet.columns.map((_, at) => columnLetters(at));
  const last = letters.at(-1) ?? 'A';
  const { headerRow } = sheet;
  const columns = sheet.columns.map(
    ({ width, style }, at) =>
      `<col min="${at + 1}" max="${at + 1}" width="${width}" style="${styleIds.get(style)}" customWidth="1"/>`,
  );
  yield `${head}<worksheet xmlns="${main}" xmlns:r="${office}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="${headerRow + 1}" topLeftCell="A${headerRow + 2}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="16.5"/><cols>${columns.join('')}</cols><sheetData>`;
  let piece = '';
  let number = 0;
  for (const cells of sheet.rows) {
    number += 1;
    piece += `<row r="${number}"${number === 1 && headerRow > 0 ? ' ht="30" customHeight="1"' : ''}>`;
    for (const [at, cell] of cells.entries()) piece += cellXml(`${letters[at]}${number}`, cell);
    piece += '</row>';
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}</sheetData>`;
  if (sheet.merged.length > 0 && letters.length > 1) {
    const ranges = sheet.merged.map((row) => `<mergeCell ref="A${row + 1}:${last}${row + 1}"/>`);
    yield `<mergeCells count="${ranges.length}">${ranges.join('')}</mergeCells>`;
  }
  const orientation = sheet.landscape ? 'landscape' : 'portrait';
  yield `<printOptions horizontalCentered="1"/><pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="${orientation}" fitToWidth="1" fitToHeight="0"/><headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter>`;
  yield `${sheet.comments.length > 0 ? '<legacyDrawing r:id="rId2"/>' : ''}</worksheet>`;
}

function cellXml(reference: string, { value, style }: PlacedCell): string {
  const open = `<c r="${reference}" s="${styleIds.get(style)}"`;
  if (value === null || value === '') return `${open}/>`;
  if (typeof value === 'number' && Number.isFinite(value)) return `${open}><v>${value}</v></c>`;
  const serial = style.endsWith('date') ? dateSerial(String(value)) : undefined;
  if (serial !== undefined) return `${open}><v>${serial}</v></c>`;
  return `${open} t="inlineStr"><is><t xml:space="preserve">${xmlText(String(value))}</t></is></c>`;
}

/** The day number of a civil date; before March 1900 the numbering is wrong everywhere and text is safer. */
function dateSerial(text: string): number | undefined {
  return isCivilDate(text) && text >= '1900-03-01' ? daysBetween('1899-12-30', text) : undefined;
}

function comments(sheet: PlacedSheet): string {
  const each = sheet.comments.map(
    ({ row, column, text }) =>
      `<comment ref="${columnLetters(column)}${row + 1}" authorId="0"><text><t xml:space="preserve">${xmlText(text)}</t></text></comment>`,
  );
  return `<comments xmlns="${main}"><authors><author>Qinglan</author></authors><commentList>${each.join('')}</commentList></comments>`;
}

/** Comments are drawn in VML, the one corner of the format that never moved on. */
function commentBoxes(sheet: PlacedSheet): string {
  const boxes = sheet.comments.map(
    ({ row, column }, at) =>
      `<v:shape id="_x0000_s${1025 + at}" type="#_x0000_t202" style="position:absolute;width:180pt;height:60pt;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>${column + 1},15,${row},2,${column + 4},15,${row + 4},2</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>${row}</x:Row><x:Column>${column}</x:Column></x:ClientData></v:shape>`,
  );
  return `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>${boxes.join('')}</xml>`;
}

const special: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters XML cannot hold are written as _x0007_, and a text that looks like that is protected by _x005F_. */
function xmlText(text: string): string {
  if (!/[&<>"\p{Cc}\p{Cs}\ufffe\uffff]|_x[0-9A-Fa-f]{4}_/u.test(text)) return text;
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[&<>"]/g, (char) => special[char] ?? char)
    .replace(/[^\P{Cc}\t\n]|\p{Cs}|[\ufffe\uffff]/gu, (char) => {
      return `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
    });
}
