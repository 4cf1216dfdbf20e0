import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceText } from '../../tests/support/language.ts';
import { root } from '../platform/root.ts';

const sources = {
  'R-002-3-': '002-3-city-backbone',
  'R-002-4-': '002-4-school-backbone',
  'R-002-5-': '002-5-school-candidates',
};
const citedBy = (name: string) => new Set(sourceText(name).match(/R-\d{3}-\d-\d+/g) ?? []);

test('each source programme cites only the rows of its own document', () => {
  for (const [prefix, name] of Object.entries(sources)) {
    expect([...citedBy(name)].filter((id) => !id.startsWith(prefix))).toEqual([]);
  }
});

test('every executable row of 002-3, 002-4 and 002-5 is cited by its programme, and every citation exists', () => {
  const text = readFileSync(join(root, 'docs/requirements.json'), 'utf8');
  const rows = JSON.parse(text) as readonly { id: string; class: string }[];
  for (const [prefix, name] of Object.entries(sources)) {
    const cited = citedBy(name);
    const asked = rows.filter(({ id }) => id.startsWith(prefix));
    expect(asked.filter((row) => row.class === 'E' && !cited.has(row.id)).map(({ id }) => id)).toEqual([]);
    const known = new Set(asked.map(({ id }) => id));
    expect([...cited].filter((id) => !known.has(id))).toEqual([]);
  }
});
