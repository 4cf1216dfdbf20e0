import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readTable } from './read-table.ts';
import type { Sheet } from './types.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const texts = (sheet: Sheet | undefined) => sheet?.rows.map(({ cells }) => cells.map(({ text }) => text));
async function rowsOf(bytes: Uint8Array) {
  const table = await readTable(bytes);
  if (!table.ok) throw new Error(table.reason);
  return texts(table.sheets[0]);
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relationships = (links: string) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${links}</Relationships>`;

/** A workbook made by hand, to hold what no writer of ours would produce. */
function workbook({
  sheet,
  shared = '',
  numFmts = '',
  xfs = '<xf numFmtId="0"/>',
  date1904 = false,
}: {
  sheet: string;
  shared?: string;
  numFmts?: string;
  xfs?: string;
  date1904?: boolean;
}) {
  return zipSync({
    '_rels/.rels': strToU8(
      relationships(`<Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/>`),
    ),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="${main}" xmlns:r="${office}"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets><sheet name="名册 &amp; 表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      relationships(
        `<Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="${office}/styles" Target="styles.xml"/>`,
      ),
    ),
    'xl/sharedStrings.xml': strToU8(`<sst xmlns="${main}">${shared}</sst>`),
    'xl/styles.xml': strToU8(
      `<styleSheet xmlns="${main}"><numFmts>${numFmts}</numFmts><cellXfs>${xfs}</cellXfs></styleSheet>`,
    ),
    'xl/worksheets/sheet1.xml': strToU8(`<?xml version="1.0"?>${sheet}`),
  });
}

describe('a workbook', () => {
  it('gives each cell as text with what it was', async () => {
    const table = await readTable(
      workbook({
        shared:
          '<si><t>姓名</t></si><si><r><t>李</t></r><r><t xml:space="preserve">华 </t></r><rPh><t>lihua</t></rPh></si>',
        numFmts: '<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>',
        xfs: '<xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="57"/>',
        sheet: `<x:worksheet xmlns:x="${main}"><x:sheetData>
          <x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="C1" t="inlineStr"><x:is><x:t>备注 &lt;1&gt;</x:t></x:is></x:c></x:row>
          <x:row r="4"><x:c r="A4" t="s"><x:v>1</x:v></x:c><x:c r="B4" s="1"><x:v>40658</x:v></x:c><x:c r="C4" s="2"><x:v>40658.5</x:v></x:c><x:c r="D4"><x:v>0.30000000000000004</x:v></x:c><x:c r="E4"><x:f>A1&amp;"x"</x:f><x:v>7</x:v></x:c><x:c r="F4" t="b"><x:v>1</x:v></x:c><x:c r="G4" t="e"><x:v>#N/A</x:v></x:c><x:c r="H4"><x:v>1.10105199001011E+17</x:v></x:c></x:row>
          </x:sheetData></x:worksheet>`,
      }),
    );
    expect(table).toEqual({
      ok: true,
      format: 'xlsx',
      dateSystem: '1900',
      sheets: [
        {
          name: '名册 & 表',
          hidden: false,
          rows: [
            {
              number: 1,
              cells: [
                { text: '姓名', kind: 'text' },
                { text: '', kind: 'empty' },
                { text: '备注 <1>', kind: 'text' },
              ],
            },
            {
              number: 4,
              cells: [
                { text: '李华 ', kind: 'text' },
                { text: '2011-04-25', kind: 'date' },
                { text: '2011-04-25 12:00', kind: 'date' },
                { text: '0.3', kind: 'number' },
                { text: '7', kind: 'formula' },
                { text: 'TRUE', kind: 'boolean' },
                { text: '#N/A', kind: 'error' },
                { text: '110105199001011000', kind: 'number', rounded: true },
              ],
            },
          ],
        },
      ],
    });
  });

  it('fills merged cells from the first and marks them', async () => {
    const sheet = `<worksheet><sheetData>
      <row r="1"><c r="A1" t="str"><v>第一小学</v></c><c r="B1" t="str"><v>甲</v></c></row>
      <row r="2"><c r="B2" t="str"><v>乙</v></c></row></sheetData>
      <mergeCells><mergeCell ref="A1:A2"/></mergeCells></worksheet>`;
    const table = await readTable(workbook({ sheet }));
    expect(table.ok && table.sheets[0]?.rows[1]?.cells).toEqual([
      { text: '第一小学', kind: 'merged' },
      { text: '乙', kind: 'text' },
    ]);
  });

  it('counts days from 1904 when it says so', async () => {
    const sheet = '<worksheet><sheetData><row><c s="0"><v>39196</v></c></row></sheetData></worksheet>';
    expect(await rowsOf(workbook({ sheet, xfs: '<xf numFmtId="14"/>', date1904: true }))).toEqual([
      ['2011-04-25'],
    ]);
  });

  it('that merges a whole sheet does not grow beyond its rows', async () => {
    const sheet =
      '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>';
    const table = await readTable(workbook({ sheet }), { limits: { columns: 20 } });
    expect(table.ok && table.sheets[0]?.rows.map(({ cells }) => cells.length)).toEqual([20]);
  });

  it('with too many rows or columns is refused with the limit', async () => {
    const row = (at: number) => `<row r="${at}"><c r="A${at}"><v>1</v></c></row>`;
    const sheet = `<worksheet><sheetData>${[1, 2, 3].map(row).join('')}</sheetData></worksheet>`;
    expect(await readTable(workbook({ sheet }), { limits: { rows: 2 } })).toEqual({
      ok: false,
      reason: 'too-many-rows',
      limit: 2,
    });
    const wide = '<worksheet><sheetData><row><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>';
    expect(await readTable(workbook({ sheet: wide }))).toMatchObject({
      ok: false,
      reason: 'too-many-columns',
    });
  });

  it('that declares document types is refused', async () => {
    const sheet = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>';
    expect(await readTable(workbook({ sheet }))).toEqual({ ok: false, reason: 'damaged' });
  });

  it('cut off in transfer is refused as damaged', async () => {
    const whole = workbook({ sheet: '<worksheet><sheetData/></worksheet>' });
    expect(await readTable(whole.subarray(0, whole.length - 40))).toEqual({ ok: false, reason: 'damaged' });
    const corrupt = whole.slice();
    corrupt.fill(0xff, 60, 90);
    expect(await readTable(corrupt)).toMatchObject({ ok: false, reason: 'damaged' });
  });
});

describe('a hostile or mistaken file', () => {
  const refusal = async (bytes: Uint8Array) => {
    const result = await readTable(bytes);
    return result.ok ? 'accepted' : 'found' in result ? `${result.reason}: ${result.found}` : result.reason;
  };
  const compound = (stream: string) => {
    const file = Buffer.alloc(2048);
    file.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    file.write(stream, 1024, 'utf16le');
    return file;
  };

  it('is named for what it is, whatever its name says', async () => {
    expect(await refusal(Buffer.concat([Buffer.from('MZ\x90\0\x03\0'), Buffer.alloc(100)]))).toBe(
      'not-a-spreadsheet: program',
    );
    expect(await refusal(utf8('%PDF-1.7'))).toBe('not-a-spreadsheet: pdf');
    expect(await refusal(utf8('<html><table><tr><td>姓名</td></tr></table></html>'))).toBe(
      'not-a-spreadsheet: web-page',
    );
    expect(await refusal(zipSync({ 'word/document.xml': strToU8('<w/>') }))).toBe('not-a-spreadsheet: word');
    expect(await refusal(zipSync({ 'notes.txt': strToU8('x') }))).toBe('not-a-spreadsheet: archive');
    expect(await refusal(compound('Workbook'))).toBe('legacy-xls');
    expect(await refusal(compound('EncryptedPackage'))).toBe('encrypted');
  });

  it('that is empty, or a workbook without a filled cell, is refused as empty', async () => {
    expect(await refusal(new Uint8Array())).toBe('empty');
    expect(await refusal(workbook({ sheet: '<worksheet><sheetData/></worksheet>' }))).toBe('empty');
    expect(await refusal(utf8('\n,,\n'))).toBe('empty');
  });

  it('of 50 MB is refused before it is read', async () => {
    expect(await readTable(new Uint8Array(50 * 1024 * 1024))).toEqual({
      ok: false,
      reason: 'too-large',
      limit: 32 * 1024 * 1024,
    });
  });

  it('that unpacks to far more than it weighs is refused before unpacking', async () => {
    const bomb = zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(40 * 1024 * 1024) });
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refusal(bomb)).toBe('zip-bomb');
  });

  it('that lies about its unpacked size is stopped while unpacking', async () => {
    const sheet = `<worksheet><sheetData>${' '.repeat(2_000_000)}</sheetData></worksheet>`;
    const liar = workbook({ sheet });
    const view = new DataView(liar.buffer, liar.byteOffset);
    for (let at = 0; at < liar.length - 46; at += 1) {
      const directory = view.getUint32(at, true) === 0x02014b50;
      if (directory && view.getUint32(at + 24, true) > 1_000_000) view.setUint32(at + 24, 1000, true);
    }
    expect(await refusal(liar)).toBe('zip-bomb');
  });

  it('never brings the reader down, however it is corrupted', async () => {
    const whole = workbook({
      shared: '<si><t>姓名</t></si>',
      sheet:
        '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>',
    });
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
    const answers = async (bytes: Uint8Array) => {
      expect(typeof (await readTable(bytes)).ok).toBe('boolean');
    };
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(whole.length), async (changes, length) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        await answers(bytes);
        await answers(bytes.subarray(0, length));
      }),
      { numRuns: 300 },
    );
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), answers), { numRuns: 300 });
  });

  it('that is neither UTF-8 nor GB 18030 is refused for its encoding', async () => {
    expect(await refusal(Uint8Array.of(0xd0, 0xd5, 0xff, 0xff, 0x0a))).toBe('bad-encoding');
  });
});

describe('a CSV file', () => {
  const gb = (bytes: number[], ascii: string) => Uint8Array.of(...bytes, ...utf8(ascii));

  it('is read as UTF-8 with or without a byte order mark', async () => {
    expect(await rowsOf(utf8('姓名,工号\n𠮷䶮㛃龴𬭊,007\n'))).toEqual([
      ['姓名', '工号'],
      ['𠮷䶮㛃龴𬭊', '007'],
    ]);
    expect(await rowsOf(utf8('\ufeff姓名,工号\r\n'))).toEqual([['姓名', '工号']]);
  });

  it('is read as GB 18030 with its four-byte characters', async () => {
    // 姓名 and 龴 in two bytes each, 𠮷 in four.
    const bytes = gb([0xd0, 0xd5, 0xc3, 0xfb, 0x0a, 0x95, 0x34, 0xb2, 0x35, 0xfe, 0x59], ',1\n');
    const table = await readTable(bytes);
    expect(table.ok && table.format === 'csv' && table.encoding).toBe('gb18030');
    expect(table.ok && texts(table.sheets[0])).toEqual([['姓名'], ['𠮷龴', '1']]);
  });

  it('is read as UTF-16, the "Unicode text" of spreadsheet programs, with tabs', async () => {
    const little = Buffer.from('\ufeff姓名\t工号\r\n李华\t7\r\n', 'utf16le');
    expect(await rowsOf(little)).toEqual([
      ['姓名', '工号'],
      ['李华', '7'],
    ]);
    const big = Buffer.from('姓名\t工号\r\n李华\t7\r\n', 'utf16le').swap16();
    expect(await rowsOf(big)).toEqual([
      ['姓名', '工号'],
      ['李华', '7'],
    ]);
  });

  it('may quote separators, line ends and quotes', async () => {
    expect(await rowsOf(utf8('a,"b,1\n2","说""好"""\n,x\n'))).toEqual([
      ['a', 'b,1\n2', '说"好"'],
      ['', 'x'],
    ]);
  });

  it('finds its separator even when another character is frequent', async () => {
    expect(await rowsOf(utf8('姓名;论文\n李华;一,二,三\n王芳;四\n'))).toEqual([
      ['姓名', '论文'],
      ['李华', '一,二,三'],
      ['王芳', '四'],
    ]);
  });

  it('keeps the row numbers people see, blank rows counted', async () => {
    const table = await readTable(utf8('姓名\n\n\n李华'));
    expect(table.ok && table.sheets[0]?.rows.map(({ number }) => number)).toEqual([1, 4]);
  });

  it('gives the text of ="007" and of a disarmed formula', async () => {
    expect(await rowsOf(utf8('="007",\'=1+1,\'t\n'))).toEqual([['007', '=1+1', "'t"]]);
  });
});
