import { describe, expect, test } from 'vitest';
import { checkDigit, ID_KINDS, judgeIdNumber, readIdKind, readIdNumber } from './rules.ts';

describe('numbers of identity papers', () => {
  test('a resident identity number with a right check digit says birth date and sex', () => {
    // The example of GB 11643-1999.
    expect(readIdNumber('11010519491231002X')).toEqual({ birthDate: '1949-12-31', sex: 'female' });
    expect(readIdNumber(' 11010519491231002x ')).toEqual({ birthDate: '1949-12-31', sex: 'female' });
    expect(readIdNumber('１１０１０５１９４９１２３１００２Ｘ')).toEqual({
      birthDate: '1949-12-31',
      sex: 'female',
    });
  });

  test('one with a wrong check digit, too short, or of a day there is not, says nothing', () => {
    for (const text of ['110105194912310021', '11010519491231002', '', 'X', '1'.repeat(300)])
      expect(readIdNumber(text), text).toBeNull();
    const noSuchDay = '99010119830230001';
    expect(readIdNumber(noSuchDay + checkDigit(noSuchDay))).toBeNull();
  });

  test('any single digit written wrong is found, and any two neighbours exchanged', () => {
    const right = '11010519491231002X';
    for (let at = 0; at < 17; at += 1) {
      for (const digit of '0123456789') {
        if (digit === right[at]) continue;
        expect(readIdNumber(right.slice(0, at) + digit + right.slice(at + 1))).toBeNull();
      }
      if (at < 16 && right[at] !== right[at + 1])
        expect(readIdNumber(right.slice(0, at) + right[at + 1] + right[at] + right.slice(at + 2))).toBeNull();
    }
  });

  test('each kind of paper has its form; a number is kept narrow, without spaces, in capitals', () => {
    expect(judgeIdNumber('passport', 'e 12345678')).toEqual({ kind: 'passport', number: 'E12345678' });
    expect(judgeIdNumber('hk-macau', 'H12345678')?.number).toBe('H12345678');
    expect(judgeIdNumber('hk-macau', 'm1234567801')?.number).toBe('M1234567801');
    expect(judgeIdNumber('taiwan', '12345678')?.number).toBe('12345678');
    expect(judgeIdNumber('passport', 'PASSPORT')).toBeNull();
    expect(judgeIdNumber('hk-macau', 'X12345678')).toBeNull();
    expect(judgeIdNumber('taiwan', '1234567')).toBeNull();
    for (const kind of ID_KINDS)
      for (const text of ['', ' ', "'; DROP TABLE", '<b>', '１２'])
        expect(judgeIdNumber(kind, text)).toBeNull();
  });

  test('papers are known by what rosters call them', () => {
    expect(['居民身份证', '港澳台居民居住证', '外国人永久居留身份证'].map(readIdKind)).toEqual([
      'resident',
      'resident',
      'resident',
    ]);
    expect(['护照', '港澳居民来往内地通行证', '台湾居民来往大陆通行证', '回乡证'].map(readIdKind)).toEqual([
      'passport',
      'hk-macau',
      'taiwan',
      'hk-macau',
    ]);
    expect(readIdKind('户口簿')).toBeNull();
  });
});
