import { checkTest, type Fail } from '../check/values.ts';
import { nearest, type Problem, problemMaker } from '../problem.ts';
import { readYaml } from '../read.ts';
import {
  attributeType,
  recordKeys,
  recordValueType,
  type Vocabulary,
  vocabularyNames,
} from '../vocabulary.ts';
import { type Case, type CaseFacts, casesFile } from './shape.ts';

export type CasesResult =
  | { readonly ok: true; readonly cases: readonly Case[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a file of cases against the vocabulary of its programme. Never throws, whatever the text. */
export function loadCases(text: string, vocabulary: Vocabulary, file = 'cases.yaml'): CasesResult {
  const reading = readYaml(text, casesFile, { file, known: (kind) => vocabularyNames(vocabulary, kind) });
  if (!reading.value) return { ok: false, problems: reading.problems };
  const problems: Problem[] = [];
  const problem = problemMaker(file, reading.at, 'error');
  const fail: Fail = (code, path, zh, en, known, word) => {
    const near = known && word !== undefined ? nearest(word, known) : undefined;
    problems.push(
      problem(
        code,
        path,
        { 'zh-CN': zh, en },
        { ...(known ? { expected: known.join(', ') } : {}), nearest: near },
      ),
    );
  };
  reading.value.cases.forEach((one, i) => {
    checkFacts(one, `cases[${i}]`, vocabulary, fail);
    one.population?.forEach((person, j) => {
      checkFacts(person, `cases[${i}].population[${j}]`, vocabulary, fail);
    });
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, cases: reading.value.cases };
}

/** Every value is of its attribute or field. */
function checkFacts(facts: CaseFacts, at: string, vocabulary: Vocabulary, fail: Fail): void {
  for (const [key, value] of Object.entries(facts.person ?? {})) {
    const type = attributeType(vocabulary, key);
    if (type) checkTest(value, type, `${at}.person.${key}`, fail, false);
    if (vocabulary.attributes[key]?.type !== 'years') continue;
    const since = vocabulary.attributes[key]?.since ?? '';
    fail(
      'wrong-value',
      `${at}.person.${key}`,
      `"${key}"由"${since}"推算，请写"${since}"。`,
      `"${key}" is reckoned from "${since}": give that day.`,
    );
  }
  facts.records?.forEach((record, i) => {
    const to = `${at}.records[${i}]`;
    const known = recordKeys(vocabulary, record.type);
    const given: Record<string, unknown> = { ...record.fields };
    for (const key of ['level', 'grade', 'event', 'authorOrder'] as const) {
      if (record[key] !== undefined) given[key] = record[key];
    }
    for (const [key, value] of Object.entries(given)) {
      const type = recordValueType(vocabulary, record.type, key);
      const path = record.fields && key in record.fields ? `${to}.fields.${key}` : `${to}.${key}`;
      if (type) checkTest(value as string, type, path, fail, false);
      else {
        const [zh, en] = [
          `记录类型 ${record.type} 没有"${key}"。`,
          `The record type ${record.type} has no "${key}".`,
        ];
        fail('unknown-reference', path, zh, en, known, key);
      }
    }
  });
  for (const [role, those] of Object.entries(facts.members ?? {})) {
    those.forEach((one, i) => {
      checkFacts(one, `${at}.members.${role}[${i}]`, vocabulary, fail);
    });
  }
}
