import { describe, expect, test } from 'vitest';
import { vocabulary } from '../../../tests/support/language.ts';
import { loadProgramme } from '../load.ts';

/* Files as they come from a Chinese keyboard, an old editor or a tired author: what is wrong, where, what is right. */

const file = (eligibility: string) =>
  `programme: trial\nversion: 2025-1\nnames: {zh-CN: 试, en: trial}\nscope: school\neligibility:\n${eligibility}\n`;
const load = (text: string) => loadProgramme(text, { vocabulary, file: 'f.yaml' });
function first(eligibility: string) {
  const result = load(file(eligibility));
  if (result.ok) throw new Error('it loads');
  const [problem] = result.problems;
  return problem;
}

describe('signs of another keyboard are named where they stand, with the one that is meant', () => {
  test.each([
    ['  person：{age: {below: 45}}', 9, ':'],
    ['  person: {age：{below: 45}}', 15, ':'],
    ['  person: {age: {below: 45， atLeast: 30}}', 27, ','],
    ['  person: ｛age: {below: 45}}', 11, '{'],
    ['　　person: {age: {below: 45}}', 1, ' '],
    ['\u00a0\u00a0person: {age: {below: 45}}', 1, ' '],
  ])('%s', (line, column, nearest) => {
    expect(first(line)).toMatchObject({ code: 'not-yaml', file: 'f.yaml', line: 6, column, nearest });
    expect(first(line)?.expected).toMatch(/半角.* \/ /);
  });
  test('a wide dash before an item of a list', () => {
    expect(first('  all:\n  － person: {age: 45}')).toMatchObject({ line: 7, column: 3, nearest: '-' });
  });
  test('within words and between quotation marks they are text', () => {
    const say = 'say: {zh-CN: 年龄：四十五岁以下，含四十五岁, en: "under 45: “young”"}';
    expect(load(file(`  ${say}\n  person: {age: {below: 45}}`)).ok).toBe(true);
  });
});

describe('values are read as nothing else, and the right spelling is named', () => {
  test.each([
    ['  person: {age: {below: ４５}}', '45'],
    ['  person: {age: {below: 四十五}}', '45'],
    ['  person: {age: {below: "45"}}', '45'],
    ['  members: {role: m, minPercent: 60%}', '60'],
    ['  person: {age: {below: 45, asOf: 2025/8/31}}', '2025-08-31'],
    ['  person: {age: {below: 45, asOf: 8月31日}}', '08-31'],
    ['  count: {record: paper, within: 5年}', '5y'],
    ['  count: {record: paper, within: 三个月}', '3m'],
    ['  count: {record: paper, within: ５y}', '5y'],
    ['  count: {record: paper, where: {level: {atLeast: 县级}}}', 'county'],
    ['  count: {record: paper, where: {outcome: 汇编}}', 'compiled'],
    ['  person: {agee: {below: 45}}', 'age'],
    ['  persn: {age: {below: 45}}', 'person'],
  ])('%s', (line, nearest) => {
    expect(first(line)).toMatchObject({ file: 'f.yaml', line: 6, nearest });
    expect(first(line)?.column).toBeGreaterThan(2);
    expect(first(line)?.expected).toBeTruthy();
  });
  test('marks of quotation that YAML reads as letters', () => {
    expect(first('  person: {subject: “语文”}')).toMatchObject({
      code: 'wrong-value',
      line: 6,
      column: 12,
      expected: '"语文"',
    });
  });
});

describe('what editors leave in a file', () => {
  const good = file('  person: {age: {below: 45}}');
  test('a byte order mark, and lines that end as on other machines, change nothing', () => {
    for (const text of [`\ufeff${good}`, good.replaceAll('\n', '\r\n'), good.replaceAll('\n', '\r')])
      expect(load(text).ok).toBe(true);
  });
  test('nor do they move what is wrong', () => {
    const bad = file('  person: {agee: {below: 45}}');
    for (const text of [`\ufeff${bad}`, bad.replaceAll('\n', '\r\n'), bad.replaceAll('\n', '\r')]) {
      const result = load(text);
      expect(result.ok ? null : result.problems[0]).toMatchObject({ line: 6, column: 12 });
    }
  });
  test('a tab is named in both languages; an empty file begins at its beginning', () => {
    expect(first('\tperson: {age: {below: 45}}')).toMatchObject({
      line: 6,
      column: 1,
      message: { 'zh-CN': '不是合法的 YAML：缩进用了制表符。' },
    });
    const nothing = load('');
    expect(nothing.ok ? null : nothing.problems[0]).toMatchObject({ line: 1, column: 1 });
  });
});
