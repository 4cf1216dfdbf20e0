import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadVocabulary } from '../../../language/vocabulary.ts';
import {
  findHeaderRow,
  findNamed,
  findOwner,
  findType,
  guessColumns,
  judgeMapping,
  judgeRow,
  type Owner,
  type RowContext,
  TITLE_TYPE,
} from './rules.ts';

const loaded = loadVocabulary(
  readFileSync(new URL('../../../../programmes/vocabulary.yaml', import.meta.url), 'utf8'),
);
if (!loaded.ok) throw new Error('the vocabulary has faults');
const { vocabulary } = loaded;

test('the header is the row that names most columns, below any titles', () => {
  expect(
    findHeaderRow([
      ['2026 年获奖名单'],
      ['填表单位：', ''],
      ['工号', '姓 名', '论文题目', '获奖时间'],
      ['1', 'x', 'y', 'z'],
    ]),
  ).toBe(2);
  expect(
    findHeaderRow([
      ['1', '2'],
      ['3', '4'],
    ]),
  ).toBeNull();
});

test('columns are guessed from the headers people use; of two the first is taken', () => {
  expect(guessColumns(['教师编号', '教师姓名', '成果名称', '获奖时间', '获奖级别', '姓名'])).toEqual({
    staffNumber: 0,
    name: 1,
    title: 2,
    happenedOn: 3,
    level: 4,
  });
});

test('a sheet must say whose, what, when and of which type, each column once', () => {
  expect(judgeMapping({}, null)).toEqual(['no-person', 'no-title', 'no-date', 'no-type']);
  expect(judgeMapping({ name: 0, title: 1, happenedOn: 2 }, 'paper')).toEqual([]);
  expect(judgeMapping({ name: 0, title: 1, happenedOn: 1, type: 2 }, null)).toEqual(['column-twice']);
});

test('levels and prizes are known however bureaus write them', () => {
  const levels = vocabulary.scales.level?.steps.map(({ id, names }) => [id, names] as const) ?? [];
  for (const text of ['县级', '区级', '县（区）级', '县(区)级', '县', 'county', 'County level']) {
    expect([text, findNamed(text, levels)]).toEqual([text, 'county']);
  }
  const prizes = vocabulary.scales.prize?.steps.map(({ id, names }) => [id, names] as const) ?? [];
  expect(findNamed('一等', prizes)).toBe('first');
  expect(findNamed('二 等 奖', prizes)).toBe('second');
  expect(findNamed('鼓励奖', prizes)).toBeNull();
});

test('a type is known by its name in either language, and 称号 is a title held', () => {
  expect(findType(vocabulary, '公开课')).toBe('open-class');
  expect(findType(vocabulary, 'Annual appraisal')).toBe('annual-appraisal');
  expect(findType(vocabulary, '称号')).toBe('title-held');
});

const owner = (change: Partial<Owner>): Owner => ({
  id: 'p1',
  name: '李华',
  staffNumber: 'T1',
  unitName: '一小',
  unitPath: '1.',
  birthDate: null,
  teachingSince: null,
  ...change,
});
const found = (row: Record<string, string>, candidates: Owner[]) => {
  const cell: RowContext['cell'] = (target) => ({ text: row[target] ?? '', date: null });
  const who = findOwner({
    vocabulary,
    type: null,
    cell,
    fieldCell: () => ({ text: '', date: null }),
    candidates,
    office: { level: 'school', personId: 'office' },
    claim: { today: '2026-01-01', parameters: { lateAfterDays: 180, similarWithinDays: 30 } },
  });
  return 'problem' in who ? who.problem : who.id;
};

test('a staff number tells who it is, and the name must agree with it', () => {
  expect(found({ staffNumber: 'Ｔ1', name: '李 华' }, [owner({})])).toBe('p1');
  expect(found({ staffNumber: 'T1', name: '李花' }, [owner({})])).toBe('name-differs');
  expect(found({ staffNumber: 'T2' }, [owner({})])).toBe('person-unknown');
});

test('of several people of a name the unit tells which, and without it nobody is guessed', () => {
  const two = [owner({}), owner({ id: 'p2', unitName: '二小' })];
  expect(found({ name: '李华', unit: '二小' }, two)).toBe('p2');
  expect(found({ name: '李华' }, two)).toBe('person-ambiguous');
  expect(found({}, two)).toBe('person-missing');
});

test('a month without its day is told apart from what is no date', () => {
  const problemOf = (text: string, monthOnly: boolean) => {
    const judged = judgeRow({
      vocabulary,
      type: TITLE_TYPE,
      cell: (target) =>
        target === 'happenedOn'
          ? { text, date: null, monthOnly }
          : { text: target === 'staffNumber' ? 'T1' : '', date: null },
      fieldCell: () => ({ text: '', date: null }),
      candidates: [owner({})],
      office: { level: 'school', personId: 'office' },
      claim: { today: '2026-01-01', parameters: { lateAfterDays: 180, similarWithinDays: 30 } },
    });
    return judged.kind === 'faulty'
      ? judged.problems.find(({ field }) => field === 'happenedOn')?.problem
      : 'good';
  };
  expect(problemOf('2025.3', true)).toBe('month-only');
  expect(problemOf('去年春天', false)).toBe('not-a-date');
});
