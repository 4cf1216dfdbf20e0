import { describe, expect, test } from 'vitest';
import { around, clause, dossier, problemsOf, record } from '../../../tests/support/language.ts';
import type { Dossier } from '../dossier.ts';

/* One fact of a person against another: the subject taught and that of the certificate, a level and a level. */

const TERMS = `terms:
  scales:
    place:
      names: {zh-CN: 层次, en: place}
      steps:
        - {id: county, names: {zh-CN: 县级, en: county}, same: [district]}
        - {id: city, names: {zh-CN: 市级, en: city}}
  attributes:
    certified: {names: {zh-CN: 证书学科, en: subject of the certificate}, type: text}
    from: {names: {zh-CN: 原层次, en: place before}, type: scale, scale: place}
    to: {names: {zh-CN: 现层次, en: place now}, type: scale, scale: place}
    lucky: {names: {zh-CN: 抽中的号, en: numbers drawn}, type: numbers}
    own: {names: {zh-CN: 本人的号, en: own number}, type: number}
    met: {names: {zh-CN: 见面日, en: day met}, type: date}
  records:
    lesson:
      names: {zh-CN: 示范课, en: lesson}
      fields: {about: {names: {zh-CN: 学科, en: subject}, type: text}}`;
const asOf = '2026-11-30';
const who = (facts: Record<string, string | number | null>, records: Dossier['records'] = []): Dossier => ({
  ...dossier(records),
  person: { ...dossier(records).person, ...facts },
});
function ask(condition: string, person: Dossier) {
  const { compiled } = clause(condition, TERMS);
  const findings = compiled.evaluate(person, { asOf });
  expect(compiled.outcome(person, { asOf })).toBe(findings.outcome);
  return findings;
}
const outcome = (condition: string, person: Dossier) => ask(condition, person).outcome;

describe('two facts of a person', () => {
  const same = 'person: {subject: {sameAs: certified}}';
  test('texts are the same as people write them, and unknown is missing', () => {
    expect(outcome(same, who({ subject: '语文', certified: ' 语文　' }))).toBe('met');
    expect(outcome(same, who({ subject: 'ＩＣＴ', certified: 'ICT' }))).toBe('met');
    expect(outcome(same, who({ subject: '语文', certified: '数学' }))).toBe('unmet');
    expect(outcome(same, who({ subject: '语文', certified: null }))).toBe('missing');
    expect(outcome(same, who({ subject: null, certified: '语文' }))).toBe('missing');
  });

  test('the finding tells both, and the negation turns it', () => {
    const found = ask(same, who({ subject: '语文', certified: '数学' })).root;
    expect(found).toMatchObject({ value: '语文', against: '数学', threshold: { sameAs: 'certified' } });
    expect(
      outcome('person: {subject: {notSameAs: certified}}', who({ subject: '语文', certified: '数学' })),
    ).toBe('met');
    expect(outcome(`not: {${same}}`, who({ subject: '语文', certified: null }))).toBe('missing');
  });

  test('places on a scale are the same with their equivalents', () => {
    const moved = 'person: {from: {notSameAs: to}}';
    expect(outcome(moved, who({ from: 'district', to: 'county' }))).toBe('unmet');
    expect(outcome(moved, who({ from: 'district', to: 'city' }))).toBe('met');
  });

  test('a number is one of a list, or not', () => {
    const drawn = (own: number | null, lucky?: number[]) =>
      outcome('person: {own: {sameAs: lucky}}', { ...who({ own }), ...(lucky ? { lists: { lucky } } : {}) });
    expect(drawn(7, [3, 7])).toBe('met');
    expect(drawn(8, [3, 7])).toBe('unmet');
    expect(drawn(8)).toBe('missing');
  });

  test('further bounds of the comparison still hold', () => {
    const both = 'person: {from: {atLeast: city, sameAs: to}}';
    expect(outcome(both, who({ from: 'county', to: null }))).toBe('unmet');
    expect(outcome(both, who({ from: 'city', to: 'city' }))).toBe('met');
  });
});

describe('a field of a record and a fact of the person', () => {
  const lessons = 'count: {record: lesson, where: {about: {sameAs: subject}}, min: 2}';
  const on = (about: string | null) => record('lesson', '2026-05-01', { fields: { about } });
  test('only the records of the subject taught count', () => {
    const records = [on('语文'), on('语文 '), on('数学'), on(null)];
    const found = ask(lessons, who({ subject: '语文' }, records)).root;
    expect(found).toMatchObject({ outcome: 'met', value: 2 });
    expect(found.notCounted.map(({ reason }) => reason)).toEqual(['wrong-field', 'wrong-field']);
  });
  test('while the subject taught is unknown, so is the number', () => {
    expect(outcome(lessons, who({ subject: null }, [on('语文'), on('语文')]))).toBe('missing');
  });
  test('what a record is worth may hang on it, in amounts as well', () => {
    const worth = `amount:
  of:
    sum:
      record: lesson
      each: {choose: {when: [{where: {about: {sameAs: subject}}, is: 3}], else: 1}}
  atLeast: 4`;
    expect(outcome(worth, who({ subject: '语文' }, [on('语文'), on('数学')]))).toBe('met');
    expect(outcome(worth, who({ subject: '数学' }, [on('语文'), on('语文')]))).toBe('unmet');
    // What a record is worth is then not known, and the reckoning says so of each.
    const [amount] = ask(worth, who({ subject: null }, [on('语文')])).root.amounts ?? [];
    expect(amount?.notCounted?.map(({ reason }) => reason)).toEqual(['worth-unknown']);
  });
});

describe('what cannot be compared is refused when the file is read', () => {
  const refused = (condition: string) => problemsOf(around(condition, TERMS)).map(({ code }) => code);
  test.each([
    ['another kind', 'person: {subject: {sameAs: met}}'],
    ['another scale', 'person: {from: {sameAs: rank}}'],
    ['years', 'person: {age: {sameAs: own}}'],
    ['against years', 'person: {own: {sameAs: age}}'],
    ['itself', 'person: {subject: {sameAs: subject}}'],
    ['a title', 'holds: {title: {sameAs: subject}}'],
  ])('%s', (_, condition) => {
    expect(refused(condition)).toContain('wrong-comparison');
  });
  test('an attribute nobody knows is named with the nearest', () => {
    const [problem] = problemsOf(around('person: {subject: {sameAs: certifed}}', TERMS));
    expect(problem).toMatchObject({ code: 'unknown-reference', nearest: 'certified' });
  });
});
