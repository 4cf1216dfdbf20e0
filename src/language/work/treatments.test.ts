import { describe, expect, test } from 'vitest';
import { clause, dossier, record } from '../../../tests/support/language.ts';
import { type TreatmentContext, treatmentReasons } from './treatments.ts';

const asOf = '2025-04-25';
const report = (yaml: string, who = dossier(), context: Partial<TreatmentContext> = {}) =>
  clause('known: rank', yaml).compiled.treatments(who, { asOf, ...context });
const held = (...titles: string[]) =>
  dossier(
    [],
    {},
    titles.map((title) => ({ title, from: '2023-09-01', until: null })),
  );
const one = (id: string, more: string) => `  - {id: ${id}, kind: reward, ${more}}`;
const yuan = (amount: string, per = 'year') => `amount: {yuan: ${amount}, per: ${per}}`;

describe('CN20: rewards by title', () => {
  const missed =
    '{subtract: [1, {divide: {of: {howMany: {are: unmet, of: [{count: {record: open-class}}, {count: {record: class-observation}}, {count: {record: paper}}, {count: {record: project}}, {count: {record: lecture}}]}}, by: 5}}]}';
  const title = (id: string) => `when: {holds: {title: ${id}}}`;
  const file = [
    'treatments:',
    one('bureau-district', `${yuan('300')}, ${title('county-backbone')}`),
    one('bureau-city', `${yuan('1000')}, ${title('city-backbone')}`),
    one('school-district', `${yuan(`{multiply: [800, ${missed}]}`)}, ${title('county-backbone')}`),
    one('school-city', `${yuan(`{multiply: [1200, ${missed}]}`)}, ${title('city-backbone')}`),
    'stacking:',
    '  - {of: [bureau-district, bureau-city], keep: highest}',
    '  - {of: [school-district, school-city], keep: highest}',
  ].join('\n');

  test('both titles and two of five duties missed: 1,000 and 720; the district title brings nothing more', () => {
    const done = [
      record('open-class', '2025-01-01'),
      record('paper', '2025-01-01'),
      record('lecture', '2025-01-01'),
    ];
    const { entitlements, totals } = report(file, {
      ...held('county-backbone', 'city-backbone'),
      records: done,
    });
    expect(
      entitlements.map(({ id, amount, enjoyed, displacedBy }) => [id, amount?.value, enjoyed, displacedBy]),
    ).toEqual([
      ['bureau-district', '300', false, 'bureau-city'],
      ['bureau-city', '1000', true, undefined],
      ['school-district', '480', false, 'school-city'],
      ['school-city', '720', true, undefined],
    ]);
    expect(totals).toEqual([{ unit: 'yuan', per: 'year', paidBy: 'organisation', total: '1720' }]);
  });

  test('the district title alone brings its own', () => {
    const { entitlements } = report(file, held('county-backbone'));
    expect(
      entitlements.filter(({ enjoyed }) => enjoyed).map(({ id, amount }) => [id, amount?.value]),
    ).toEqual([
      ['bureau-district', '300'],
      ['school-district', '0'],
    ]);
    expect(entitlements[1]).toMatchObject({ due: 'unmet', reasons: ['not-due'] });
  });
});

describe('how treatments stack', () => {
  const group = (keep: string, ...items: string[]) =>
    ['treatments:', ...items, `stacking: [{of: [a, b], ${keep}}]`].join('\n');
  const kept = (yaml: string) =>
    report(yaml).entitlements.map(({ id, enjoyed, amount }) => (enjoyed ? `${id} ${amount?.value}` : id));

  test('of equal ones the first stays; `first` looks at the order only; `all` are under one cap', () => {
    expect(kept(group('keep: highest', one('a', yuan('100')), one('b', yuan('100'))))).toEqual([
      'a 100',
      'b',
    ]);
    expect(kept(group('keep: first', one('a', yuan('10')), one('b', yuan('100'))))).toEqual(['a 10', 'b']);
    expect(kept(group('keep: all, max: 120', one('a', yuan('100')), one('b', yuan('100'))))).toEqual([
      'a 100',
      'b 20',
    ]);
  });

  test('100 a month is more than 1,000 a year', () => {
    expect(kept(group('keep: highest', one('a', yuan('1000')), one('b', yuan('100', 'month'))))).toEqual([
      'a',
      'b 100',
    ]);
  });

  test('what is paid once cannot be compared with what is paid yearly: neither is taken away', () => {
    const file = group('keep: highest', one('a', yuan('1000')), one('b', yuan('5000', 'once')));
    expect(kept(file)).toEqual(['a 1000', 'b 5000']);
    expect(report(file).entitlements.map(({ reasons }) => reasons)).toEqual([
      ['not-comparable'],
      ['not-comparable'],
    ]);
  });

  test('one whose condition is not settled displaces nothing, and that is said', () => {
    const file = group(
      'keep: highest',
      one('a', yuan('100')),
      one('b', `${yuan('200')}, when: {id: fit, decide: {}}`),
    );
    expect(report(file).entitlements).toMatchObject([
      { enjoyed: true, reasons: ['others-open'] },
      { enjoyed: false, due: 'needs-decision', reasons: ['decision-open'] },
    ]);
    expect(report(file, dossier(), { decisions: { fit: 'met' } }).entitlements[0]?.displacedBy).toBe('b');
  });
});

describe('amounts', () => {
  test('CN40: 2,000 a year, half from the bureau and half from the unit', () => {
    const shares =
      'shares: [{by: {zh-CN: 局, en: bureau}, percent: 50}, {by: {zh-CN: 单位, en: unit}, percent: 50}]';
    const { entitlements } = report(`treatments:\n${one('a', `${yuan('2000')}, ${shares}`)}`);
    expect(entitlements[0]?.shares.map(({ value }) => value)).toEqual(['1000', '1000']);
  });

  test('CN60: what a level below sets is raised to the least there may be', () => {
    const file = [
      'parameters: {studio: {names: {zh-CN: 工作室经费, en: studio funds}, value: 15000}}',
      'treatments:',
      one('a', `${yuan('{parameter: studio}')}, least: 20000`),
    ].join('\n');
    expect(report(file).entitlements[0]).toMatchObject({
      amount: { value: '20000' },
      reasons: ['raised-to-least'],
    });
  });

  test('an allowance follows the life of the title: stopped, or half as much again', () => {
    const file = 'treatments: [{id: a, kind: allowance, amount: {yuan: 300, per: month}}]';
    const stopped = report(file, dossier(), { pay: { paid: false, percent: '100' } });
    expect(stopped.entitlements[0]).toMatchObject({ enjoyed: false, reasons: ['pay-stopped'] });
    expect(stopped.totals).toEqual([]);
    expect(report(file, dossier(), { pay: { paid: true, percent: '150' } }).totals[0]?.total).toBe('450');
  });

  test('a rate holds from its day to its day; hours and what the person pays are totalled apart', () => {
    const file = [
      'treatments:',
      one('old', `${yuan('300')}, until: 2024-12-31`),
      one('new', `${yuan('500')}, from: 2025-01-01`),
      '  - {id: lighter, kind: time, amount: {hours: 2, per: week}}',
      '  - {id: mentor, kind: fee, amount: {yuan: 550, unit: dollars, per: once}}',
    ].join('\n');
    const { entitlements, totals } = report(file);
    expect(entitlements[0]).toMatchObject({ enjoyed: false, reasons: ['not-in-force'] });
    expect(totals.map(({ unit, per, total, paidBy }) => `${total} ${unit}/${per} ${paidBy}`)).toEqual([
      '500 yuan/year organisation',
      '2 hours/week organisation',
      '550 dollars/once person',
    ]);
  });

  test('an amount that hangs on what nobody has documented is missing, and not in the total', () => {
    const own = 'terms: {attributes: {load: {names: {zh-CN: 课时, en: load}, type: number}}}';
    const file = `${own}\ntreatments:\n${one('a', yuan('{multiply: [10, {value: load}]}'))}`;
    expect(report(file)).toMatchObject({ entitlements: [{ reasons: ['amount-missing'] }], totals: [] });
  });
});

describe('links', () => {
  test('SC25: with four trained, one of whom became a district backbone, the reward is due', () => {
    const backbone = { meets: '{holds: {title: {atLeast: county-backbone}}}' };
    const file = `subject: person\ntreatments:\n${one('reward', `when: {members: {role: trainees, meets: ${backbone.meets}, min: 1}}`)}`;
    const guided = (...trainees: ReturnType<typeof held>[]) => ({ ...dossier(), members: { trainees } });
    expect(report(file, guided(dossier(), dossier())).entitlements[0]?.enjoyed).toBe(false);
    expect(
      report(file, guided(dossier(), dossier(), dossier(), held('county-backbone'))).entitlements[0],
    ).toMatchObject({ due: 'met', enjoyed: true });
  });

  test('SC32: continuing education short of its hours shows in assessment, promotion and distribution', () => {
    const linked = (id: string) =>
      `  - {id: ${id}, kind: link, when: {sum: {record: training, of: hours, below: 72}}}`;
    const file = [
      'treatments:',
      ...['annual-assessment', 'promotion', 'year-end-distribution'].map(linked),
    ].join('\n');
    const trained = (hours: number) => dossier([record('training', '2025-01-01', { fields: { hours } })]);
    expect(
      report(file, trained(60))
        .entitlements.filter(({ enjoyed }) => enjoyed)
        .map(({ id }) => id),
    ).toEqual(['annual-assessment', 'promotion', 'year-end-distribution']);
    expect(report(file, trained(72)).entitlements.some(({ enjoyed }) => enjoyed)).toBe(false);
  });
});

test('every reason has words in both languages', () => {
  for (const names of Object.values(treatmentReasons)) expect(names['zh-CN'] && names.en).not.toBe('');
});
