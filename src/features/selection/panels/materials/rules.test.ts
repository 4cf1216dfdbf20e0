import { describe, expect, test } from 'vitest';
import type { Judging } from '../../../../language/grammar/judging.ts';
import {
  type Application,
  fileNameFor,
  materialsOf,
  STRUCK,
  shownOf,
  strikeOut,
  struck,
  type Telling,
} from './rules.ts';

const plan = (...blind: ('name' | 'unit')[]): Judging => ({
  criteria: [{ id: 'a', names: { 'zh-CN': '甲', en: 'a' }, max: '10' }],
  ...(blind.length === 0 ? {} : { blind }),
});
const telling: Telling = {
  name: ['李华', 'T1001', '13800001234', null],
  unit: ['青溪县教育局', '青溪县第一小学', '语文教研组'],
};
const both = (text: string) => ({ 'zh-CN': text, en: text });

describe('words that tell who somebody is are struck out', () => {
  test('the name however it is spaced, the number and the phone', () => {
    const words = strikeOut(plan('name'), telling);
    expect(struck('我是李华，工号t1001，电话 13800001234。', words)).toBe(
      `我是${STRUCK}，工号${STRUCK}，电话 ${STRUCK}。`,
    );
    expect(struck('李 华老师', words)).toBe(`${STRUCK}老师`);
    expect(struck('青溪县第一小学', words)).toBe('青溪县第一小学');
  });

  test('signs that mean something to a pattern are signs: a name with a hyphen or brackets is struck and no more', () => {
    for (const name of ['让-保罗', '一中(东校区)', 'A.B*C', '[a-z]+', 'a/b\\c', '$^|?{2}'])
      expect(struck(`我是${name}，aB`, [name]), name).toBe(`我是${STRUCK}，aB`);
  });

  test('the school with and without its county, the county without its bureau', () => {
    const words = strikeOut(plan('unit'), telling);
    expect(struck('青溪县第一小学语文教研组', words)).toBe(`${STRUCK}${STRUCK}`);
    expect(struck('第一小学的公开课', words)).toBe(`${STRUCK}的公开课`);
    expect(struck('青溪县级公开课', words)).toBe(`${STRUCK}级公开课`);
    expect(struck('县教育局表彰', words)).toBe('县教育局表彰');
    expect(struck('李华', words)).toBe('李华');
  });

  test('numbers and addresses of anybody at all, where names are hidden; years and dates stay', () => {
    const said = '身份证 11010519491231002X，手机13912345678，li.hua@example.org，2024-03-12，第 20241105 号';
    expect(struck(said, [], true)).toBe(
      `身份证 ${STRUCK}，手机${STRUCK}，${STRUCK}，2024-03-12，第 20241105 号`,
    );
    expect(struck(said, [])).toBe(said);
  });

  test('a single sign is not struck out, and signs of expressions are signs', () => {
    expect(strikeOut(plan('name'), { name: ['华', ' ', 'a.b'], unit: [] })).toEqual(['a.b']);
    expect(struck('axb a.b (a.b)*', ['a.b', '(a.b)*'])).not.toContain('a.b');
    expect(struck('axb', ['a.b'])).toBe('axb');
  });
});

const application: Application = {
  particulars: [
    { id: 'name', label: both('姓名'), content: both('李华') },
    { id: 'unit', label: both('单位'), content: both('青溪县第一小学') },
    { id: 'subject', label: both('任教学科'), content: both('语文') },
  ],
  written: [
    { id: 'statement', label: both('业绩'), text: '李华在青溪县第一小学任教。' },
    { id: 'empty', label: both('其他'), text: ' ' },
  ],
  records: [
    { fact: { id: 'r1' }, label: both('公开课'), said: both('李华的公开课') },
    { fact: { id: 'r2' }, label: both('论文'), said: both('论文一篇') },
  ],
  files: [
    { id: 'e1', record: 'r1', label: both('佐证材料'), sha256: 'x', mediaType: 'application/pdf' },
    { id: 'a1', record: null, label: both('年度考核证明'), sha256: 'y', mediaType: 'image/png' },
  ],
};

describe('what judges read of an application', () => {
  test('blind to both, neither name nor unit stands anywhere; a record is followed by its files', () => {
    const materials = materialsOf(plan('name', 'unit'), application, telling);
    expect(materials.map(({ key }) => key)).toEqual([
      'person:subject',
      'field:statement',
      'record:r1',
      'evidence:e1',
      'record:r2',
      'attachment:a1',
    ]);
    for (const word of ['李华', '第一小学', '青溪']) expect(JSON.stringify(materials)).not.toContain(word);
  });

  test('not blind, everything stands as it is', () => {
    const text = JSON.stringify(materialsOf(plan(), application, telling));
    for (const word of ['李华', '青溪县第一小学', '李华的公开课']) expect(text).toContain(word);
    expect(text).not.toContain(STRUCK);
  });

  test('of a blind panel no file is let through until somebody chose it; what came later is not', () => {
    const judging = plan('name');
    const materials = materialsOf(judging, application, telling);
    expect(shownOf(judging, materials, null).some(({ kind }) => kind === 'file')).toBe(false);
    expect(shownOf(judging, materials, ['evidence:e1', 'gone']).map(({ key }) => key)).toEqual([
      'evidence:e1',
    ]);
    expect(shownOf(plan(), materialsOf(plan(), application, telling), null)).toHaveLength(8);
  });

  test('a file is called by code and number', () => {
    expect(fileNameFor('K7-Q3', 4, 'application/pdf')).toBe('K7-Q3-4.pdf');
    expect(fileNameFor('K7-Q3', 5, 'text/plain')).toBe('K7-Q3-5.bin');
  });
});
