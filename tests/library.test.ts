import { describe, expect, test } from 'vitest';
import { loadCases } from '../src/language/cases/load.ts';
import { parametersOf, runCase } from '../src/language/cases/run.ts';
import { compile } from '../src/language/evaluate.ts';
import { explainProgramme } from '../src/language/explain.ts';
import { loadProgramme } from '../src/language/load.ts';
import { formatProblem } from '../src/language/problem.ts';
import { vocabulary as common } from './support/language.ts';
import { allProgrammes } from './support/library.ts';

describe.each(allProgrammes())('$file', ({ file, text, tables, cases }) => {
  const loaded = loadProgramme(text, { vocabulary: common, file, tables });

  test('is a programme, and reads as a policy in both languages', () => {
    expect(loaded.ok ? [] : loaded.problems.map((problem) => formatProblem(problem, 'en'))).toEqual([]);
    if (!loaded.ok) return;
    for (const locale of ['zh-CN', 'en'] as const) {
      const policy = explainProgramme(loaded.programme, loaded.vocabulary, locale);
      expect(JSON.stringify(policy)).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  if (!loaded.ok || cases === null) return;
  const read = loadCases(cases, loaded.vocabulary, file.replace(/[^/]+$/, 'cases.yaml'));
  test('has cases that can be read', () => {
    expect(read.ok ? [] : read.problems.map((problem) => formatProblem(problem, 'en'))).toEqual([]);
  });
  if (!read.ok) return;
  test.each(read.cases.map((one) => [one.id, one] as const))('%s', (_, one) => {
    const { programme, vocabulary, warnings } = loaded;
    const compiled = compile(programme, vocabulary, parametersOf(one));
    const answers = runCase(one, { compiled, warnings });
    expect(answers.length, 'a case that expects nothing proves nothing').toBeGreaterThan(0);
    expect(answers.filter(({ agrees }) => !agrees)).toEqual([]);
  });
});
