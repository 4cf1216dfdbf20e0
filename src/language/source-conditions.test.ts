import { describe, expect, test } from 'vitest';
import { dossier, findingOf, loadSource, ready, record } from '../../tests/support/language.ts';
import type { Person, RecordFact } from './dossier.ts';

// Each condition of the source policies excludes by itself whoever lacks just that.

const asOf = '2025-04-25';

describe('002-3: who is the object of the city programme (R-002-3-10)', () => {
  const { compiled } = ready(loadSource('002-3-city-backbone'));
  test.each<[string, Partial<Person>]>([
    ['employed', { employed: false }],
    ['qualified', { qualified: false }],
    ['rank', { rank: 'third' }],
  ])('whoever is not "%s" is excluded by that clause', (id, person) => {
    expect(findingOf(compiled.evaluate(dossier(), { asOf }), id).outcome).toBe('met');
    const findings = compiled.evaluate(dossier([], person), { asOf });
    expect(findingOf(findings, id).outcome).toBe('unmet');
    expect(findings.outcome).toBe('unmet');
  });

  test('ethics, profession and courseware are taken as met until the county decides otherwise', () => {
    for (const id of ['ethics', 'professional', 'courseware']) {
      const outcome = (decisions: Record<string, 'unmet'>) =>
        findingOf(compiled.evaluate(dossier(), { asOf, decisions }), id).outcome;
      expect([outcome({}), outcome({ [id]: 'unmet' })]).toEqual(['met', 'unmet']);
    }
  });
});

describe('002-5: the general conditions of a candidate', () => {
  const { compiled } = ready(loadSource('002-5-school-candidates'));
  const records: Readonly<Record<string, RecordFact>> = {
    project: record('project', '2024-01-01', { level: 'city', fields: { role: 'independent' } }),
    writings: record('paper', '2015-01-01', { level: 'county', fields: { outcome: 'publication' } }),
    'public-class': record('open-class', '2023-10-10', { level: 'county' }),
    honours: record('honour', '2022-09-10', { level: 'county', fields: { kind: 'academic-leader' } }),
  };
  const all = Object.values(records);
  const evaluate = (kept: readonly RecordFact[], person: Partial<Person> = {}, decisions = {}) =>
    compiled.evaluate(dossier(kept, person), { asOf, decisions });

  test('whoever meets them all and one of the six is eligible', () => {
    expect(evaluate(all).outcome).toBe('met');
  });

  test.each(Object.keys(records))('without the record for "%s" that clause is not met', (id) => {
    const findings = evaluate(all.filter((one) => one !== records[id]));
    expect(findingOf(findings, id).outcome).toBe('unmet');
    expect(findings.outcome).toBe('unmet');
  });

  test('a project and a public class of more than three years ago are too old, a paper never is', () => {
    const old = all.map((one) => ({ ...one, on: '2022-04-24' }));
    const findings = evaluate(old);
    expect(findingOf(findings, 'project').outcome).toBe('unmet');
    expect(findingOf(findings, 'public-class').outcome).toBe('unmet');
    expect(findingOf(findings, 'writings').outcome).toBe('met');
  });

  test('outside the front line, or below the intermediate rank, nobody is a candidate', () => {
    expect(findingOf(evaluate(all, { frontLine: false }), 'front-line').outcome).toBe('unmet');
    expect(findingOf(evaluate(all, { rank: 'second' }), 'rank').outcome).toBe('unmet');
  });

  test.each(['standard', 'performance', 'echelon'])('"%s" is the judgement of the committee', (id) => {
    expect(evaluate(all).outcome).toBe('met');
    expect(evaluate(all, {}, { [id]: 'unmet' }).outcome).toBe('unmet');
  });
});
