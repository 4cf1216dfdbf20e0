import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { around, vocabulary } from '../../tests/support/language.ts';
import { root } from '../platform/root.ts';
import { operatorDocs, operators } from './grammar/condition.ts';
import { programme } from './grammar/programme.ts';
import { loadProgramme } from './load.ts';

const reference = readFileSync(join(root, 'docs/language.md'), 'utf8');
const examples = [...reference.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text.trimEnd());

test.each(examples)("the author's reference shows only what loads: %s", (example) => {
  const result = loadProgramme(around(example), { vocabulary });
  expect(result.ok ? [] : result.problems).toEqual([]);
});

test("the author's reference names every operator and every section of a file", () => {
  for (const operator of Object.keys(operators)) {
    expect(reference).toContain(`| \`${operator}\` | `);
    expect(operatorDocs[operator as keyof typeof operators]).toBeDefined();
  }
  const sections = programme.kind === 'object' ? Object.keys(programme.fields) : [];
  for (const section of sections) expect(reference).toContain(`\`${section}\``);
});
