import { strFromU8, unzipSync } from 'fflate';
import { readXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { readTable } from './read-table.ts';
import { writeCsv, writeWorkbook } from './write-table.ts';

const rare = ['𠮷', '䶮', '㛃', '龴', '𬭊'];
const dangerous = ['=HYPERLINK("http://x")', '+cmd|1', '-2+3', '@SUM(A1)', '\t=1'];

async function cellsOf(bytes: Uint8Array) {
  const table = await readTable(bytes);
  if (!table.ok) throw new Error(table.reason);
  return table.sheets.map(({ rows }) => rows.map(({ cells }) => cells));
}

describe('a written workbook', () => {
  it('reads back as it was given, rare characters, leading zeros and formulas-to-be included', async () => {
    const rows = [...rare, ...dangerous].map((text, at) => [text, `00${at}`, at + 0.5, '2011-04-25']);
    const bytes = await writeWorkbook([
      {
        name: '名册',
        columns: [
          { header: '姓名' },
          { header: '工号' },
          { header: '分', kind: 'number' },
          { header: '日期', kind: 'date' },
        ],
        rows,
      },
    ]);
    const [sheet] = await cellsOf(bytes);
    expect(sheet?.slice(1)).toEqual(
      rows.map(([text, id, score, date]) => [
        { text, kind: 'text' },
        { text: id, kind: 'text' },
        { text: String(score), kind: 'number' },
        { text: date, kind: 'date' },
      ]),
    );
  });

  it('has merged titles, a frozen header, column widths, landscape paper and closing lines', async () => {
    const bytes = await writeWorkbook([
      {
        name: '汇总',
        titles: ['推荐汇总表', '白云区'],
        columns: [{ header: '序号', kind: 'number', width: 6 }, { header: '姓名' }],
        rows: [[1, '李华']],
        closing: ['盖章:            年   月   日'],
        landscape: true,
      },
    ]);
    const xml = strFromU8(unzipSync(bytes)['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
    expect(xml).toContain('ref="A1:B1"');
    expect(xml).toContain('ref="A5:B5"');
    expect(xml).toMatch(/<pane[^>]*ySplit="3"[^>]*state="frozen"/);
    expect(xml).toMatch(/<col [^>]*width="6/);
    expect(xml).toMatch(/<pageSetup[^>]*orientation="landscape"/);
  });

  it('colours a faulty cell, comments it, and lists the faults of each row in a last column', async () => {
    const bytes = await writeWorkbook([
      {
        name: '名册',
        columns: [{ header: '姓名' }, { header: '出生' }],
        rows: [
          ['李华', '1990-01-01'],
          ['王芳', '1990-02-30'],
        ],
        marks: [
          { row: 1, column: 1, note: '没有这一天' },
          { row: 1, column: 0, note: '与第 7 行重复' },
        ],
        notesHeader: '问题',
      },
    ]);
    const [sheet] = await cellsOf(bytes);
    expect(sheet?.map((cells) => cells.at(2)?.text)).toEqual([
      '问题',
      undefined,
      '没有这一天; 与第 7 行重复',
    ]);
    const files = unzipSync(bytes);
    const comments = Object.entries(files).find(([name]) => /comments\d*\.xml$/.test(name))?.[1];
    expect(strFromU8(comments ?? new Uint8Array())).toContain('没有这一天');
    expect(strFromU8(files['xl/styles.xml'] ?? new Uint8Array())).toContain('FFD9D6');
  });

  it('is understood by another reader: values, merged titles, comments', async () => {
    const bytes = await writeWorkbook([
      {
        name: '名册',
        titles: ['市级骨干教师 <名册> & "备注"'],
        columns: [{ header: '姓名' }, { header: '日期', kind: 'date' }],
        rows: [['𠮷\n龴', '2011-04-25']],
        marks: [{ row: 0, column: 0, note: '重复' }],
      },
    ]);
    const [sheet] = (await readXlsx(bytes)).sheets;
    expect(sheet?.rows.slice(1)).toEqual([
      ['姓名', '日期'],
      ['𠮷\n龴', new Date('2011-04-25T00:00:00Z')],
    ]);
    expect(sheet?.rows[0]?.[0]).toBe('市级骨干教师 <名册> & "备注"');
    expect(sheet?.merges).toEqual([{ startRow: 0, startCol: 0, endRow: 0, endCol: 1 }]);
    expect(sheet?.cells?.get('2,0')?.comment?.text).toBe('重复');
  });

  it('keeps control characters and text that looks like their escape', async () => {
    const values = ['a\u0007b', '_x0007_', 'c\r\nd'];
    const [sheet] = await cellsOf(
      await writeWorkbook([{ name: 's', columns: [{ header: 'v' }], rows: values.map((value) => [value]) }]),
    );
    expect(sheet?.slice(1).map((cells) => cells[0]?.text)).toEqual(values);
  });

  it('a NUL or half a surrogate pair in a cell is read as text that can be kept', async () => {
    const rows = [['a\u0000b'], ['c\ud800d'], ['\u0000']];
    const table = await readTable(await writeWorkbook([{ name: 's', columns: [{ header: 'v' }], rows }]));
    const texts = table.ok ? table.sheets[0]?.rows.map(({ cells }) => cells[0]?.text) : [];
    expect(texts).toEqual(['v', 'ab', 'c\ufffdd']);
  });

  it('of the same content is the same file', async () => {
    const write = () => writeWorkbook([{ name: 's', columns: [{ header: 'v' }], rows: [['1']] }]);
    expect(await write()).toEqual(await write());
  });

  it('gives sheets names the format accepts, each different', async () => {
    const sheet = { columns: [{ header: 'a' }], rows: [['1']] };
    const names = ['语文/数学', '语文:数学', '很长的名字'.repeat(10)];
    const table = await readTable(await writeWorkbook(names.map((name) => ({ ...sheet, name }))));
    expect(table.ok && table.sheets.map(({ name }) => name)).toEqual([
      '语文 数学',
      '语文 数学 2',
      `${'很长的名字'.repeat(6)}很`,
    ]);
  });
});

describe('a written CSV file', () => {
  it('reads back as it was given', async () => {
    const values = [...rare, ...dangerous, '说"好"', '两\n行', 'a,b', '-5'];
    const [sheet] = await cellsOf(
      writeCsv(
        ['值', '号'],
        values.map((value, at) => [value, at]),
      ),
    );
    expect(sheet?.slice(1).map((cells) => cells[0]?.text)).toEqual(values);
  });

  it('starts with a byte order mark and runs no formula', () => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      writeCsv(
        ['a'],
        dangerous.map((value) => [value]),
      ),
    );
    expect(text.startsWith('\ufeffa\r\n')).toBe(true);
    for (const line of text.split('\r\n').slice(1)) expect(line).not.toMatch(/^"?[=+\-@\t]/);
  });
});
