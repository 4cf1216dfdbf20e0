import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { around, vocabulary } from '../../tests/support/language.ts';
import { root } from '../platform/root.ts';
import { loadCases } from './cases/load.ts';
import { contextOf, parametersOf, runCase } from './cases/run.ts';
import { casesFile } from './cases/shape.ts';
import { compile } from './evaluate.ts';
import { amountAnnotations, amountDocs, amountOperators } from './grammar/amount.ts';
import { operatorDocs, operators } from './grammar/condition.ts';
import { programme } from './grammar/programme.ts';
import { annotations } from './grammar/selection.ts';
import { type Field, type ShapeDef, wordsOf } from './grammar/shape.ts';
import { vocabulary as vocabularyShape } from './grammar/vocabulary.ts';
import { loadProgramme } from './load.ts';
import type { Names } from './problem.ts';
import { amountExamples } from './reference/amounts.ts';
import { conditionExamples } from './reference/conditions.ts';
import { exampleMeasure, renderReference } from './reference/render.ts';
import { sectionExamples } from './reference/sections.ts';

const locales = ['zh-CN', 'en'] as const;
const file = (name: string) => readFileSync(join(root, 'docs', name), 'utf8');

/** What a case, written without its id and day, is told by a programme. */
function answers(text: string, facts: string, expected: string) {
  const result = loadProgramme(text, { vocabulary });
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  const { programme: loaded, vocabulary: words, warnings } = result;
  const body = `${facts}\nexpect: ${expected}`.replace(/^/gm, '    ').trimStart();
  const cases = loadCases(`cases:\n  - id: example\n    asOf: 2025-04-25\n    ${body}\n`, words);
  if (!cases.ok) throw new Error(JSON.stringify(cases.problems, null, 2));
  return cases.cases.flatMap((one) => {
    expect(contextOf(one).asOf).toBe('2025-04-25');
    return runCase(one, { compiled: compile(loaded, words, parametersOf(one)), warnings });
  });
}

describe("the author's reference", () => {
  test.each(locales)('%s is what the grammar says; `npm run reference` writes it', (locale) => {
    expect(file(`language-reference.${locale}.md`)).toBe(renderReference(locale));
  });

  test.each(Object.entries(conditionExamples))(
    'the condition `%s` gives its example the verdict stated',
    (_, example) => {
      const { policy, more, facts, gives } = example;
      const found = answers(around(policy, more), facts, `{eligible: ${gives}}`);
      expect(found).toMatchObject([{ what: 'eligible', found: gives, agrees: true }]);
    },
  );

  test.each(Object.entries(amountExamples))(
    'the amount `%s` comes to what its example states',
    (_, example) => {
      const { amount, more, facts, gives } = example;
      const text = around('known: rank', exampleMeasure(amount, more));
      const found = answers(text, facts, `{measures: {example: ${gives}}}`);
      expect(found).toMatchObject([{ what: 'measures.example', found: gives, agrees: true }]);
    },
  );

  test.each(Object.entries(sectionExamples))(
    'the section `%s` loads as its example shows it, without a warning',
    (_, example) => {
      const bare = ['programme: trial', 'version: 2025-1', 'names: {zh-CN: 试, en: trial}', 'scope: city'];
      const own = bare.filter((line) => !example.startsWith(line.slice(0, line.indexOf(':') + 1)));
      const result = loadProgramme([...own, example, ''].join('\n'), { vocabulary });
      expect(result.ok ? result.warnings : result.problems).toEqual([]);
    },
  );

  test('has an example of every section', () => {
    const sections = programme.kind === 'object' ? Object.keys(programme.fields) : [];
    expect(Object.keys(sectionExamples).sort()).toEqual(sections.sort());
  });
});

test('every field, operator and choice says what it means, in Chinese and in English', () => {
  const silent: string[] = [];
  const say = (path: string, doc: Names) => {
    const right =
      /[\u4e00-\u9fff]/.test(doc['zh-CN']) && /[a-z]/.test(doc.en) && !/[\u4e00-\u9fff]/.test(doc.en);
    if (!right) silent.push(path);
  };
  const met = new Set<ShapeDef>();
  const visit = (shape: ShapeDef, path: string): void => {
    if (met.has(shape)) return;
    met.add(shape);
    if (shape.kind === 'object') fields(shape.fields, path);
    else if (shape.kind === 'list' || shape.kind === 'map') visit(shape.of, path);
    else if (shape.kind === 'either') for (const one of shape.of) visit(one, path);
    else if (shape.kind === 'choice')
      for (const one of shape.of) say(`${path}: ${one}`, shape.words[one] ?? { 'zh-CN': '', en: '' });
  };
  function fields(of: Readonly<Record<string, Field>>, path: string): void {
    for (const [key, { shape, doc }] of Object.entries(of)) {
      say(`${path}.${key}`, doc);
      visit(shape, `${path}.${key}`);
    }
  }
  visit(programme, 'programme');
  visit(vocabularyShape, 'vocabulary');
  visit(casesFile, 'cases');
  fields(annotations, 'condition');
  fields(amountAnnotations, 'amount');
  for (const shapes of [operators, amountOperators])
    for (const [op, shape] of Object.entries(shapes)) visit(shape, op);
  for (const [op, doc] of Object.entries({ ...operatorDocs, ...amountDocs })) say(op, doc);
  expect(silent).toEqual([]);
});

const introduction = file('language.md');
const examples = [...introduction.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text.trimEnd());

test.each(examples)('the introduction shows only what loads: %s', (example) => {
  const key = example.slice(0, example.indexOf(':'));
  const section = programme.kind === 'object' && key in programme.fields;
  const text = section ? around('{id: preferred, known: rank}', example) : around(example);
  const result = loadProgramme(text, { vocabulary });
  expect(result.ok ? [] : result.problems).toEqual([]);
});

test('what may be chosen is not said again by the key it stands at', () => {
  const twice: string[] = [];
  const visit = (shape: ShapeDef, path: string, doc: Names): void => {
    if (shape.kind === 'object')
      for (const [key, field] of Object.entries(shape.fields))
        visit(field.shape, `${path}.${key}`, field.doc);
    else if (shape.kind === 'list' || shape.kind === 'map') visit(shape.of, path, doc);
    else if (shape.kind === 'either') for (const one of shape.of) visit(one, path, doc);
    else if (shape.kind === 'choice')
      for (const locale of ['zh-CN', 'en'] as const) {
        // One or two may be named: what holds unless another is given, or what only some of them mean.
        const said = Object.values(wordsOf(shape)).filter(
          ({ [locale]: words }) => words.length > 1 && doc[locale].includes(words),
        );
        const most = Math.max(1, Math.min(2, shape.of.length - 2));
        if (said.length > most) twice.push(`${path}: ${doc[locale]}`);
      }
  };
  const none = { 'zh-CN': '', en: '' };
  visit(programme, '', none);
  for (const [key, { shape, doc }] of Object.entries(annotations)) visit(shape, key, doc);
  for (const shapes of [operators, amountOperators])
    for (const [op, shape] of Object.entries(shapes)) visit(shape, op, none);
  expect(twice).toEqual([]);
});
