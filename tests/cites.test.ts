import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { carriedBy, carriedInSources } from '../scripts/lib/carried.ts';
import { readRequirements } from '../scripts/lib/requirements.ts';
import { root } from '../src/platform/root.ts';

const rows = readRequirements();
const sources = carriedInSources();
const inAll = (what: 'cited' | 'carried') =>
  new Set(Object.values(sources).flatMap((source) => [...source[what]]));

test('each source programme cites rows there are, and only those of its own document', () => {
  const known = new Set(rows.map(({ id }) => id));
  for (const [name, { cited }] of Object.entries(sources)) {
    const own = /^\d{3}-\d/.exec(name)?.[0] ?? name;
    expect([...cited].filter((id) => !id.startsWith(`R-${own}-`) || !known.has(id))).toEqual([]);
    expect(cited.size).toBeGreaterThan(0);
  }
});

test('every row stands in a programme', () => {
  const cited = inAll('cited');
  expect(rows.filter(({ id }) => !cited.has(id)).map(({ id }) => id)).toEqual([]);
});

test('every executable row is carried by a clause, or docs/requirements-uncited.md says why not; none is both', () => {
  const page = readFileSync(join(root, 'docs/requirements-uncited.md'), 'utf8');
  const listed = page.match(/\bR-\d{3}-\d{1,2}-\d{2}\b/g) ?? [];
  const carried = inAll('carried');
  const left = rows.filter((row) => row.class === 'E' && !carried.has(row.id)).map(({ id }) => id);
  expect(listed.toSorted()).toEqual(left.toSorted());
});

test('what is only said does not count as carried', () => {
  const text = [
    'principles: [{say: {en: a}, cite: R-001-1-01}]',
    'training:',
    '  content: [{id: a, cite: R-001-1-02}]',
    '  phases: [{id: a, length: 3y, cite: R-001-1-03}, {id: b, cite: R-001-1-04}]',
    'assessment: {cite: R-001-1-05, rules: [{say: {en: a}, cite: R-001-1-06}]}',
    'duties: [{id: a, cite: R-001-1-07}, {id: b, cite: [R-001-1-08], require: {all: [{known: rank, cite: R-001-1-09}]}}]',
  ].join('\n');
  const { cited, carried } = carriedBy(text);
  expect(cited.size).toBe(9);
  expect([...carried]).toEqual(['R-001-1-03', 'R-001-1-05', 'R-001-1-08', 'R-001-1-09']);
});
