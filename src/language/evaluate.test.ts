import { describe, expect, test } from 'vitest';
import { clause, dossier, findingOf, loadSource, ready, record } from '../../tests/support/language.ts';
import type { Dossier } from './dossier.ts';
import type { EvaluationContext } from './finding.ts';

const asOf = '2025-04-25';

/** The outcome of one clause, checked to be the same with and without findings. */
function ask(condition: string, who: Dossier, context: Partial<EvaluationContext> = {}, more = '') {
  const { compiled } = clause(condition, more);
  const findings = compiled.evaluate(who, { asOf, ...context });
  expect(compiled.outcome(who, { asOf, ...context })).toBe(findings.outcome);
  return findings;
}
const outcome = (...args: Parameters<typeof ask>) => ask(...args).outcome;

describe('records are counted, or not counted for a reason', () => {
  const classes =
    'count: {record: open-class, where: {level: {atLeast: school}}, within: 5y, distinctBy: event, min: 2}';
  const on = (day: string | null, more = {}) => record('open-class', day, { level: 'county', ...more });

  test('each record that does not count says why', () => {
    const records = [
      on('2024-01-01', { event: 'spring' }),
      on('2024-01-02', { event: 'spring' }),
      on('2020-04-25'),
      on('2025-04-26'),
      on(null),
      on('2024-02-01', { level: 'group' }),
      on('2024-02-02', { level: null }),
      on('2024-02-03', { status: 'submitted' }),
      on('2024-02-04', { status: 'withdrawn' }),
      record('paper', '2024-01-01', { level: 'city' }),
    ];
    const finding = ask(classes, dossier(records)).root;
    expect(finding.counted).toEqual([records[0]?.id]);
    expect(
      finding.notCounted.map(({ record: id, reason }) => [records.findIndex((one) => one.id === id), reason]),
    ).toEqual([
      [1, 'same-event'],
      [2, 'outside-window'],
      [3, 'future'],
      [4, 'undated'],
      [5, 'level-below'],
      [6, 'level-unknown'],
      [7, 'not-confirmed'],
    ]);
    expect(finding).toMatchObject({ value: 1, threshold: { atLeast: 2 } });
  });

  test('the window of five years leaves out its first day and includes its last', () => {
    expect(outcome(classes.replace('min: 2', 'min: 1'), dossier([on('2020-04-25')]))).toBe('unmet');
    expect(outcome(classes.replace('min: 2', 'min: 1'), dossier([on('2020-04-26')]))).toBe('met');
    expect(outcome(classes.replace('min: 2', 'min: 1'), dossier([on('2025-04-25')]))).toBe('met');
  });

  test('grade, author order and fields keep a record out by name', () => {
    const papers =
      'count: {record: paper, where: {grade: {atLeast: second}, authorOrder: 1, outcome: award}, min: 1}';
    const reason = (more: object) => {
      const full = { grade: 'first', authorOrder: 1, fields: { outcome: 'award' }, ...more };
      return ask(papers, dossier([record('paper', '2024-01-01', full)])).root.notCounted[0]?.reason;
    };
    expect(reason({})).toBeUndefined();
    expect(reason({ grade: 'third' })).toBe('grade-below');
    expect(reason({ grade: null })).toBe('grade-below');
    expect(reason({ authorOrder: 2 })).toBe('author-order');
    expect(reason({ fields: { outcome: 'compiled' } })).toBe('wrong-field');
  });

  test('records awaiting confirmation leave the clause missing where they would suffice, unmet where not', () => {
    const waiting = on('2024-02-03', { status: 'submitted' });
    expect(outcome(classes, dossier([on('2024-01-01'), waiting]))).toBe('missing');
    expect(outcome(classes, dossier([waiting]))).toBe('unmet');
    expect(outcome(classes, dossier([on('2024-01-01'), waiting]), { countUnconfirmed: true })).toBe('met');
  });

  test('no more than so many is not undone by a record nobody has confirmed', () => {
    const few = 'count: {record: open-class, max: 1}';
    expect(outcome(few, dossier([on('2024-01-01')]))).toBe('met');
    expect(outcome(few, dossier([on('2024-01-01'), on('2024-01-02')]))).toBe('unmet');
  });

  test('a sum of decimals is exact, and hours nobody entered add nothing', () => {
    const hours = 'sum: {record: training, of: hours, min: 0.3}';
    const trained = [0.1, 0.2, null].map((h) => record('training', '2024-01-01', { fields: { hours: h } }));
    expect(ask(hours, dossier(trained)).root).toMatchObject({ outcome: 'met', value: 0.3 });
  });

  test('the largest value counts where the best is asked', () => {
    const longest = 'max: {record: training, of: hours, min: 40}';
    const trained = [30, 45].map((h) => record('training', '2024-01-01', { fields: { hours: h } }));
    expect(ask(longest, dossier(trained)).root).toMatchObject({ outcome: 'met', value: 45 });
  });

  test('a record consumed by one clause does not serve the next, nor one spent in an earlier round', () => {
    const twice =
      'all:\n  - {id: a, count: {record: work, consume: true}}\n  - {id: b, count: {record: work, consume: true}}';
    const books = [record('work', '2020-01-01'), record('work', '2021-01-01')];
    expect(outcome(twice, dossier(books))).toBe('met');
    const findings = ask(twice, dossier(books.slice(0, 1)));
    expect(findings.outcome).toBe('unmet');
    expect(findingOf(findings, 'b').notCounted[0]?.reason).toBe('consumed');
    const spent = new Set(books.slice(0, 1).map(({ id }) => id));
    expect(outcome(twice, dossier(books), { consumed: spent })).toBe('unmet');
  });
});

describe('what nobody has documented is missing, not failed', () => {
  test('age, rank and the attribute a case turns on', () => {
    expect(outcome('person: {age: {below: 45}}', dossier([], { birthDate: null }))).toBe('missing');
    expect(outcome('person: {rank: {atLeast: first}}', dossier([], { rank: null }))).toBe('missing');
    const byStage =
      'case: {by: setting, when: [{is: rural, require: {known: rank}}], else: {person: {sex: male}}}';
    expect(outcome(byStage, dossier([], { setting: null }))).toBe('missing');
    expect(outcome(byStage, dossier([], { setting: 'rural' }))).toBe('met');
    expect(outcome(byStage, dossier([], { setting: 'urban' }))).toBe('unmet');
    expect(outcome('known: birthDate', dossier([], { birthDate: null }))).toBe('unmet');
  });

  test('a value that is not on its scale is not guessed', () => {
    expect(outcome('person: {rank: {atLeast: first}}', dossier([], { rank: '高级' }))).toBe('missing');
  });
});

describe('ages and years are reckoned as of a day', () => {
  const aged = (birthDate: string) => dossier([], { birthDate });
  test('an age is completed on the birthday; "no more than 45" lasts until the 46th', () => {
    expect(outcome('person: {age: {below: 45}}', aged('1980-04-25'))).toBe('unmet');
    expect(outcome('person: {age: {below: 45}}', aged('1980-04-26'))).toBe('met');
    expect(outcome('person: {age: {atMost: 45}}', aged('1979-04-26'))).toBe('met');
    expect(outcome('person: {age: {atMost: 45}}', aged('1979-04-25'))).toBe('unmet');
    expect(outcome('person: {age: {moreThan: 45}}', aged('1979-04-25'))).toBe('met');
    expect(outcome('person: {age: {in: [44, 45]}}', aged('1980-01-01'))).toBe('met');
  });

  test('years of service run on: a day past the third year is more than three', () => {
    const since = (teachingSince: string) => dossier([], { teachingSince });
    expect(outcome('person: {yearsOfTeaching: {atLeast: 3}}', since('2022-04-25'))).toBe('met');
    expect(outcome('person: {yearsOfTeaching: {moreThan: 3}}', since('2022-04-25'))).toBe('unmet');
    expect(outcome('person: {yearsOfTeaching: {moreThan: 3}}', since('2022-04-24'))).toBe('met');
    expect(outcome('person: {yearsOfTeaching: {atLeast: 3, atMost: 5}}', since('2020-04-25'))).toBe('met');
    expect(outcome('person: {yearsOfTeaching: {atLeast: 3, atMost: 5}}', since('2020-04-24'))).toBe('unmet');
  });

  test('a clause may name its own day', () => {
    const december = 'person: {age: {below: 45, asOf: 12-31}}';
    expect(outcome(december, aged('1980-06-01'))).toBe('unmet');
    expect(outcome('person: {age: {below: 45}}', aged('1980-06-01'))).toBe('met');
    const fixed = 'count: {record: paper, within: 1y, asOf: 2020-12-31, min: 1}';
    expect(outcome(fixed, dossier([record('paper', '2020-05-01')]))).toBe('met');
  });
});

describe('titles', () => {
  const holder = (title: string, from: string, until: string | null = null, level: string | null = null) =>
    dossier([], {}, [{ title, from, until, level }]);

  test('are compared on their order, held now or ever', () => {
    const above = 'holds: {title: {atLeast: county-backbone}}';
    expect(outcome(above, holder('city-backbone', '2020-01-01'))).toBe('met');
    expect(outcome(above, holder('district-backbone', '2020-01-01'))).toBe('met');
    expect(outcome(above, holder('school-backbone', '2020-01-01'))).toBe('unmet');
    expect(outcome(above, holder('city-backbone', '2018-01-01', '2021-01-01'))).toBe('unmet');
    expect(outcome(above, holder('city-backbone', '2025-09-01'))).toBe('unmet');
    expect(
      outcome(
        'holds: {title: city-backbone, when: ever}',
        holder('city-backbone', '2018-01-01', '2021-01-01'),
      ),
    ).toBe('met');
  });

  test('other honours are compared by name and level', () => {
    const expert = 'holds: {title: teaching-expert, level: {atLeast: county}, within: 5y}';
    expect(outcome(expert, holder('teaching-expert', '2022-01-01', null, 'city'))).toBe('met');
    expect(outcome(expert, holder('teaching-expert', '2022-01-01', null, 'school'))).toBe('unmet');
    expect(outcome(expert, holder('teaching-expert', '2022-01-01'))).toBe('unmet');
  });

  test('a title held since a day that nobody documented is missing, not unmet', () => {
    const since = 'holds: {title: city-backbone, within: {from: teachingSince}}';
    expect(outcome(since, dossier([], { teachingSince: null }))).toBe('missing');
    expect(outcome(since, dossier([], { teachingSince: '2001-09-01' }))).toBe('unmet');
  });
});

describe('strength', () => {
  const old = dossier([], { birthDate: '1970-01-01' });
  const rule = (strength: string) => `{id: age, strength: ${strength}, person: {age: {below: 45}}}`;

  test('must excludes; should and discretion ask for a recorded decision; prefer never excludes', () => {
    expect(outcome(rule('must'), old)).toBe('unmet');
    expect(outcome(rule('should'), old)).toBe('needs-decision');
    expect(outcome(rule('discretion'), dossier([], { birthDate: null }))).toBe('needs-decision');
    expect(ask(rule('prefer'), old)).toMatchObject({
      outcome: 'met',
      root: { outcome: 'unmet', effect: 'none' },
    });
  });

  test('a recorded decision settles it either way, under the id of the clause', () => {
    expect(outcome(rule('should'), old, { decisions: { age: 'met' } })).toBe('met');
    expect(outcome(rule('should'), old, { decisions: { age: 'unmet' } })).toBe('unmet');
    expect(outcome(rule('must'), old, { decisions: { age: 'met' } })).toBe('unmet');
  });

  test('a question for a body waits for its answer, or is taken as met until it says otherwise', () => {
    expect(outcome('{id: style, decide: {}}', old)).toBe('needs-decision');
    expect(outcome('{id: style, decide: {}}', old, { decisions: { style: 'met' } })).toBe('met');
    expect(outcome('{id: ethics, decide: {presume: met}}', old)).toBe('met');
    expect(outcome('{id: ethics, decide: {presume: met}}', old, { decisions: { ethics: 'unmet' } })).toBe(
      'unmet',
    );
  });
});

describe('clauses in time', () => {
  test('a clause speaks only while it is in force', () => {
    const waived = 'all: [{known: rank}, {person: {rank: {atLeast: senior}}, from: 2026-01-01}]';
    expect(outcome(waived, dossier())).toBe('met');
    expect(outcome(waived, dossier(), { asOf: '2026-01-01' })).toBe('unmet');
    expect(outcome('any: [{known: rank, until: 2024-12-31}, {person: {sex: male}}]', dossier())).toBe(
      'unmet',
    );
  });
});

describe('what evaluation needs', () => {
  test('the record types, the stored attributes, and how far back records can matter', () => {
    const { needs } = clause(
      'all:\n  - person: {age: {below: 45}}\n  - use: a\n  - count: {record: paper, within: 3y}',
      'definitions: {a: {any: [{count: {record: [lecture], within: 5y}}, {case: {by: stage, when: [], else: {known: sex}}}]}}'.replace(
        'when: [], ',
        'when: [{is: primary, require: {known: rank}}], ',
      ),
    ).compiled;
    expect(needs.recordTypes).toEqual(['lecture', 'paper']);
    expect([...needs.attributes].sort()).toEqual(['birthDate', 'rank', 'sex', 'stage']);
    expect(needs.earliest('2025-04-25')).toBe('2020-04-25');
    expect(needs.earliestOf('paper', '2025-04-25')).toBe('2022-04-25');
    expect(needs.titles).toBe(false);
    expect(clause('count: {record: work}').compiled.needs.earliest(asOf)).toBeNull();
  });

  test('nothing outside it changes the verdict on the city programme', () => {
    const { compiled } = ready(loadSource('002-3-city-backbone'));
    expect(compiled.needs.recordTypes).not.toContain('training');
    expect(compiled.needs.attributes).toEqual(['employed', 'qualified', 'rank']);
  });
});
