import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Table } from '../../../platform/spreadsheet/types.ts';
import { keepRows, readKeptRows } from './kept-rows.ts';

test('every kind of cell comes back as it was read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qinglan-rows-'));
  const path = join(folder, 'rows');
  const table: Table = {
    ok: true,
    format: 'xlsx',
    dateSystem: '1904',
    sheets: [
      { name: '甲', hidden: false, rows: [{ number: 1, cells: [{ text: '不是', kind: 'text' }] }] },
      {
        name: '乙',
        hidden: true,
        rows: [
          {
            number: 3,
            cells: [
              { text: '姓\n名 \u2028 "', kind: 'text' },
              { text: '', kind: 'empty' },
              { text: '110105194912310000', kind: 'number', rounded: true },
              { text: '2020-09-01', kind: 'date' },
              { text: '#N/A', kind: 'error' },
              { text: '同上', kind: 'merged' },
            ],
          },
        ],
      },
    ],
  };
  try {
    await keepRows(path, table);
    expect(await readKeptRows(path, '乙')).toEqual({ sheet: table.sheets[1], dateSystem: '1904' });
    expect(await readKeptRows(path, '丙')).toBeNull();
    expect(await readKeptRows(join(folder, 'none'), '乙')).toBeNull();
  } finally {
    await rm(folder, { recursive: true });
  }
});
