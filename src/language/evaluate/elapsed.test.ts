import { describe, expect, test } from 'vitest';
import { around, dossier, problemsOf, ready, record, vocabulary } from '../../../tests/support/language.ts';
import type { Dossier } from '../dossier.ts';
import { loadProgramme } from '../load.ts';

/* Time since a day of the records: the certificate's, the first or the last of several. */

const TERMS = `terms:
  records:
    licence:
      names: {zh-CN: 资格证, en: licence}
      fields:
        issued: {names: {zh-CN: 发证日期, en: day of issue}, type: date}
        kind: {names: {zh-CN: 类别, en: kind}, type: text}`;
const asOf = '2026-11-30';
const issued = (day: string | null, more = {}) =>
  record('licence', '2026-01-01', { fields: { issued: day, kind: 'a' }, ...more });

function reckon(elapsed: string, who: Dossier, unconfirmed = false) {
  const file = around('{known: rank}', `${TERMS}\nmeasures:\n  m: {elapsed: ${elapsed}}`);
  const { compiled } = ready(loadProgramme(file, { vocabulary }));
  const run = { asOf, spent: new Set<string>(), countUnconfirmed: unconfirmed };
  return compiled.measure('m')?.trace(who, run);
}
const years = (take: string, records: Dossier['records'], more = '') =>
  reckon(`{since: {record: licence, field: issued, take: ${take}${more}}, in: years}`, dossier(records));

describe('time since a day of the records', () => {
  const three = [issued('2015-07-01'), issued('2021-12-01'), issued(null)];
  test('of the earliest, or of the latest, and the record is told', () => {
    expect(years('earliest', three)).toMatchObject({ value: '11', records: [{ value: '2015-07-01' }] });
    expect(years('latest', three)).toMatchObject({ value: '4', records: [{ value: '2021-12-01' }] });
  });
  test('none is missing, and what waits is told and not taken', () => {
    expect(years('latest', [])?.value).toBeNull();
    const waiting = [issued('2015-07-01', { status: 'submitted' })];
    expect(years('latest', waiting)).toMatchObject({
      value: null,
      notCounted: [{ reason: 'not-confirmed' }],
    });
    const hoped = reckon(
      '{since: {record: licence, field: issued, take: latest}, in: years}',
      dossier(waiting),
      true,
    );
    expect(hoped?.value).toBe('11');
  });
  test('the window is that of the record, the day that of its field', () => {
    expect(
      years('earliest', [issued('2015-07-01', { on: '2020-01-01' }), issued('2019-01-01')], ', within: 1y'),
    ).toMatchObject({ value: '7' });
  });
  test('its own day unless a field is named, and two such days', () => {
    const records = [record('licence', '2020-02-29', {}), record('licence', '2024-02-28', {})];
    const apart = (unit: string) =>
      reckon(
        `{since: {record: licence, take: earliest}, until: {record: licence, take: latest}, in: ${unit}}`,
        dossier(records),
      )?.value;
    // Four years less a day: 29 February comes back on the 28th of other years, not before it.
    expect([apart('years'), apart('days')]).toEqual(['3', '1460']);
  });
  test('a date field of the record at hand, within what each is worth', () => {
    const file = around(
      '{known: rank}',
      `${TERMS}\nmeasures:\n  m: {highest: {record: licence, each: {elapsed: {since: {field: issued}, in: days}}}}`,
    );
    const { compiled } = ready(loadProgramme(file, { vocabulary }));
    const run = { asOf, spent: new Set<string>() };
    expect(
      compiled.measure('m')?.trace(dossier([issued('2026-11-20'), issued('2026-11-29')]), run).value,
    ).toBe('10');
  });
  test('a field that is no date, or a record at hand where there is none, is refused', () => {
    const problems = (since: string) =>
      problemsOf(around(`amount: {of: {elapsed: {since: ${since}, in: years}}, atLeast: 1}`, TERMS)).map(
        ({ code }) => code,
      );
    expect(problems('{record: licence, field: kind, take: latest}')).toEqual(['wrong-comparison']);
    expect(problems('{record: licence, field: isued, take: latest}')).toEqual(['unknown-reference']);
    expect(problems('{field: issued}')).toContain('wrong-value');
    expect(problems('{record: licence, field: issued}')).toContain('missing-key');
  });
});
