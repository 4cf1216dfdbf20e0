import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { around, clause, vocabulary as common, cost, dossier, record } from '../../tests/support/language.ts';
import { root } from '../platform/root.ts';
import type { Dossier, Fact, RecordFact } from './dossier.ts';
import { compile } from './evaluate.ts';
import { explainProgramme, sayFinding } from './explain.ts';
import { type AmountOperator, amountOperators } from './grammar/amount.ts';
import { type LoadResult, loadProgramme } from './load.ts';

// Bad input of every kind, against the file that uses all of the language: never a crash, never two seconds.

const whole = readFileSync(join(root, 'tests/support/whole/programme.yaml'), 'utf8');
const tables = { 'quotas/2025.csv': readFileSync(join(root, 'tests/support/whole/quotas/2025.csv'), 'utf8') };
const asOf = '2025-04-25';

/** Loads, and where it loads prints it in both languages. */
function answered(text: string): LoadResult {
  const { result, ms } = cost(() => {
    const loaded = loadProgramme(text, { vocabulary: common, tables });
    if (loaded.ok) {
      for (const locale of ['zh-CN', 'en'] as const)
        explainProgramme(loaded.programme, loaded.vocabulary, locale);
    }
    return loaded;
  });
  expect(ms).toBeLessThan(2000);
  if (!result.ok) {
    expect(result.problems.length).toBeGreaterThan(0);
    for (const { message } of result.problems)
      expect(message['zh-CN'] !== '' && message.en !== '').toBe(true);
  }
  return result;
}

describe('files', () => {
  test('the whole of the language with pieces cut, doubled, moved, or overwritten with noise', () => {
    const noise = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom(
        '\u202e',
        '\u200b',
        '\ufeff',
        '\ud800',
        '\u0000',
        '１２',
        '：',
        '\u2028',
        '&a ',
        '*a',
        '!!js ',
        '<<: ',
        '? ',
        '- ',
        '%TAG',
        '...',
        '---\n',
      ),
    );
    const place = fc.nat(whole.length);
    fc.assert(
      fc.property(
        place,
        fc.nat(300),
        place,
        fc.constantFrom('cut', 'copy', 'move', 'noise'),
        noise,
        (from, length, to, how, what) => {
          const taken = whole.slice(from, from + length);
          const rest = whole.slice(0, from) + whole.slice(from + length);
          const put = (text: string, piece: string) => text.slice(0, to) + piece + text.slice(to);
          answered(
            { cut: rest, copy: put(whole, taken), move: put(rest, taken), noise: put(whole, what) }[how],
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('one value anywhere changed for a hostile one', () => {
    const values = [
      '1e400',
      '-1e400',
      '.inf',
      '.nan',
      '99999999999999999999',
      '0x7fffffff',
      '1_000',
      '~',
      'yes',
      '""',
      '"\\u0000"',
      '[]',
      '{}',
      '[[[[]]]]',
      '{a: {b: {c: 1}}}',
      '2025-02-30',
      '9999-12-31',
      '0000-00-00',
      '-0',
      '0.1234567890123',
      '"١٢"',
      '"𝟙"',
      `"${'长'.repeat(5000)}"`,
      'constructor',
      '__proto__',
      'toString',
    ];
    const spots = [...whole.matchAll(/: ([\w.-]+)(?=[,}\n])/g)].map(({ index, 1: word = '' }) => ({
      at: index + 2,
      word,
    }));
    expect(spots.length).toBeGreaterThan(400);
    fc.assert(
      fc.property(fc.nat(spots.length - 1), fc.constantFrom(...values), (i, value) => {
        const { at, word } = spots[i] ?? { at: 0, word: '' };
        answered(whole.slice(0, at) + value + whole.slice(at + word.length));
      }),
      { numRuns: 120 },
    );
  });

  test('any YAML value in the place of any section', () => {
    const sections = [...whole.matchAll(/^([a-z]+):/gm)].map(([, key = '']) => key);
    const head = "programme: a\nversion: '1'\nnames: {zh-CN: 甲, en: a}\nscope: city\n";
    fc.assert(
      fc.property(fc.constantFrom(...sections), fc.jsonValue({ maxDepth: 5 }), (section, value) => {
        answered(
          `${head}${['programme', 'version', 'names', 'scope'].includes(section) ? 'x' : section}: ${JSON.stringify(value)}`,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('amounts nested beyond reading, measures that multiply, and measures in a ring', () => {
    const deep = (levels: number) =>
      `amount: {of: ${'{add: ['.repeat(levels)}1${']}'.repeat(levels)}, atLeast: 0}`;
    const codes = (text: string) => {
      const result = answered(text);
      return result.ok ? [] : result.problems.map(({ code }) => code);
    };
    expect(codes(around(deep(10)))).toEqual([]);
    expect(codes(around(deep(100)))).toContain('too-deep');
    expect(codes(around(deep(2000)))).toContain('too-deep');
    const doubling = Array.from(
      { length: 40 },
      (_, i) => `  m${i}: {multiply: [{measure: m${i + 1}}, {measure: m${i + 1}}]}`,
    );
    const bomb = `measures:\n${doubling.join('\n')}\n  m40: {number: 2}`;
    expect(codes(around('known: rank', bomb))).toContain('too-large');
    expect(codes(around('amount: {of: {measure: m0}, atLeast: 1}', bomb))).toContain('too-large');
    const uses = Array.from({ length: 40 }, (_, i) => `  d${i}: {all: [{use: d${i + 1}}, {use: d${i + 1}}]}`);
    const duty = `definitions:\n${uses.join('\n')}\n  d40: {known: rank}\nduties: [{id: a, require: {use: d0}}]`;
    expect(codes(around('known: rank', duty))).toContain('too-large');
    const ring = 'measures: {a: {add: [{measure: b}]}, b: {limit: {of: {measure: a}, max: 1}}}';
    expect(codes(around('known: rank', ring))).toContain('cycle');
    const through =
      'definitions: {d: {amount: {of: {measure: m}, atLeast: 1}}}\nmeasures: {m: {howMany: {of: [{use: d}]}}}';
    expect(codes(around('use: d', through))).toContain('cycle');
  });

  test('anchors, aliases and merge keys among the new nodes, and the same key twice', () => {
    const codes = (more: string) => {
      const result = answered(around('known: rank', more));
      return result.ok ? [] : result.problems.map(({ code }) => code);
    };
    expect(codes('measures: {a: &a {count: {record: paper}}, b: *a}')).toContain('alias');
    expect(codes('measures: {a: {add: [&x 1, *x]}}')).toContain('alias');
    expect(codes('parameters: {p: {<<: {value: 1}, names: {zh-CN: 甲, en: a}}}')).toContain('unknown-key');
    expect(codes('lookups: {t: {rows: {a: 1, a: 2}}}')).toContain('duplicate-key');
    expect(codes('measures: {a: {number: 1}, a: {number: 2}}')).toContain('duplicate-key');
    expect(codes('lookups: {t: {rows: {__proto__: 1}}}')).not.toEqual([]);
    expect(codes('parameters: {p: {names: {zh-CN: 甲, en: a}, value: 1e300}}')).not.toEqual([]);
    expect(codes('measures: {a: {number: 123456789012345678901234567890}}')).not.toEqual([]);
  });
});

// People.

const loaded = loadProgramme(whole, { vocabulary: common, tables });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { programme, vocabulary } = loaded;
const compiled = compile(programme, vocabulary);

const oddDay = fc.oneof(
  fc.constantFrom('1000-01-01', '1900-02-28', '2024-02-29', '2025-04-25', '2999-12-31', '9999-12-31'),
  fc
    .date({ min: new Date(Date.UTC(1950, 0, 1)), max: new Date(Date.UTC(2035, 0, 1)), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
);
const oddNumber = fc.oneof(
  fc.integer({ min: -5, max: 200 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(
    0,
    -0,
    1e12,
    -1e12,
    1e300,
    5e-324,
    2024.5,
    Number.MAX_SAFE_INTEGER,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ),
);
const oddFact: fc.Arbitrary<Fact> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  oddNumber,
  oddDay,
  fc.constantFrom('', 'first', 'excellent', 'rural', '支教', '\u202e', 'constructor', '__proto__'),
);
const fieldNames = [
  'hours',
  'kind',
  'words',
  'minutes',
  'style',
  'topic',
  'ended',
  'season',
  'year',
  'held',
  'post',
  'until',
  'outcome',
];
const oddRecord: fc.Arbitrary<RecordFact> = fc.record({
  id: fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5', 'r6'),
  type: fc.constantFrom(...Object.keys(vocabulary.records), 'nothing-known'),
  title: fc.constantFrom('', '记录'),
  on: fc.option(oddDay, { nil: null }),
  level: fc.constantFrom(null, 'school', 'county', 'district', 'city', 'nowhere'),
  grade: fc.constantFrom(null, 'first', 'second', 'excellent', 'golden', 'nothing'),
  event: fc.constantFrom(null, 'a', 'b'),
  authorOrder: fc.constantFrom(null, 1, 2, -1),
  status: fc.constantFrom('submitted', 'confirmed', 'returned', 'withdrawn'),
  fields: fc.dictionary(fc.constantFrom(...fieldNames), oddFact, { maxKeys: 6 }),
});
const attributes = Object.keys(vocabulary.attributes);
const oddPerson = fc.dictionary(fc.constantFrom(...attributes), oddFact, { maxKeys: 12 });
const oddTitle = fc.record({
  title: fc.constantFrom('pillar-teacher', 'seed-teacher', 'rookie-star', 'no-such-title'),
  level: fc.constantFrom(null, 'city', 'nowhere'),
  from: oddDay,
  until: fc.option(oddDay, { nil: null }),
});
const single: fc.Arbitrary<Dossier> = fc
  .record({
    person: oddPerson,
    titles: fc.array(oddTitle, { maxLength: 3 }),
    records: fc.array(oddRecord, { maxLength: 20 }),
    lists: fc.dictionary(fc.constantFrom('panelMarks', 'peerMarks'), fc.array(oddNumber, { maxLength: 8 })),
  })
  .map(({ person, titles, records, lists }) => ({
    person: {
      ...dossier().person,
      birthDate: null,
      rank: null,
      teachingSince: null,
      ...person,
      id: 'p',
    } as Dossier['person'],
    titles,
    records,
    lists,
  }));
const someone: fc.Arbitrary<Dossier> = fc
  .tuple(single, fc.dictionary(fc.constantFrom('apprentice', 'member'), fc.array(single, { maxLength: 3 })))
  .map(([one, members]) => ({ ...one, members }));

const oddEvent = fc.oneof(
  fc.record({ on: oddDay, result: fc.constantFrom('unqualified', 'good', 'excellent', 'nonsense') }),
  fc.record(
    {
      on: oddDay,
      event: fc.constantFrom('left', 'violation', 'leave', 'transferred', 'nonsense'),
      until: oddDay,
    },
    { requiredKeys: ['on', 'event'] },
  ),
);

const oddContext = fc.record({
  asOf: fc.oneof(fc.constant(asOf), oddDay),
  countUnconfirmed: fc.boolean(),
  sizes: fc.dictionary(fc.constantFrom('all-staff', 'rural-staff'), fc.nat(1_000_000)),
  places: fc.record({ quota: fc.nat(500), nominees: fc.nat(500) }),
  served: fc.record({ days: fc.nat(400), of: fc.constantFrom(0, 200, 365) }),
});

/** The work of one answer, which may not take two seconds whatever it is asked of. */
const quick = (work: () => void) => expect(cost(work).ms).toBeLessThan(2000);

describe('people', () => {
  test('every part of a programme answers for any person: verdicts, amounts, marks, duties, ledgers, treatments, titles', () => {
    fc.assert(
      fc.property(someone, oddContext, fc.array(oddEvent, { maxLength: 6 }), (who, context, events) => {
        quick(() => {
          const findings = compiled.evaluate(who, context);
          expect(compiled.outcome(who, context)).toBe(findings.outcome);
          for (const locale of ['zh-CN', 'en'] as const) {
            for (const child of findings.root.children) sayFinding(child, programme, vocabulary, locale, who);
          }
          for (const id of Object.keys(programme.measures ?? {})) {
            const measure = compiled.measure(id);
            const run = { ...context, spent: new Set<string>() };
            const [value, trace] = [measure?.value(who, run), measure?.trace(who, run)];
            expect(trace?.value === null).toBe(value === undefined);
          }
          compiled.composite(who, context);
          compiled.treatments(who, context);
          compiled.ledger('hours-book', who, context);
          compiled.applies(who, context);
          compiled.life({ granted: '2022-09-01', title: 'pillar-teacher' }, events, who, context);
          for (const { id } of programme.duties ?? []) {
            compiled.dutyReport(id, who, { from: '2023-01-01', to: '2025-12-31' }, context);
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  test('and for any group of people: standings, ranking, lists, populations, grades, indicators', () => {
    fc.assert(
      fc.property(fc.array(someone, { maxLength: 8 }), oddContext, (group, context) => {
        const people = group.map((one, i) => ({
          id: `p${i}`,
          dossier: one,
          belongs: { school: `s${i % 2}` },
          recommended: i + 1,
        }));
        quick(() => {
          compiled.quota(context);
          compiled.standings(people, context);
          compiled.rank(people, context);
          compiled.checkList(people, context);
          compiled.populations(people, context);
          compiled.indicators(context);
          for (const { id } of programme.route ?? []) compiled.takes(id, context);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('no birth date, no day of beginning: what hangs on them is missing, never nought', () => {
    const nobody = dossier([], { birthDate: null, teachingSince: null });
    const outcome = (condition: string) => clause(condition).compiled.outcome(nobody, { asOf });
    expect(outcome('person: {age: {below: 45}}')).toBe('missing');
    expect(outcome('not: {person: {age: {below: 45}}}')).toBe('missing');
    expect(outcome('amount: {of: {value: yearsOfTeaching}, atMost: 3}')).toBe('missing');
    expect(outcome('amount: {of: {elapsed: {since: teachingSince, in: months}}, below: 36}')).toBe('missing');
    expect(outcome('amount: {of: {otherwise: {of: {value: age}, is: 0}}, is: 0}')).toBe('met');
    expect(outcome('any: [{person: {age: {below: 45}}}, {person: {frontLine: true}}]')).toBe('met');
  });

  test('what is written where a day should stand is not taken for a day', () => {
    const odd = dossier([], { birthDate: 'unknown', teachingSince: '2020-13-45' });
    const outcome = (condition: string) => clause(condition).compiled.outcome(odd, { asOf });
    expect(outcome('person: {age: {below: 45}}')).toBe('missing');
    expect(outcome('amount: {of: {elapsed: {since: birthDate, in: years}}, atLeast: 0}')).toBe('missing');
    expect(outcome('amount: {of: {value: yearsOfTeaching}, atLeast: 0}')).toBe('missing');
    expect(outcome('count: {record: paper, within: {from: birthDate}}')).toBe('missing');
    const ever = clause(
      'amount: {of: {elapsed: {since: teachingSince, in: months, counted: exact}}, atLeast: 0}',
    );
    const last = dossier([], { teachingSince: '9999-12-31' });
    expect(ever.compiled.outcome(last, { asOf: '9999-12-31' })).toBe('met');
  });

  test('a row from the first year there is, years that are none, and posts without an end', () => {
    const row = 'amount: {of: {run: {record: annual-appraisal, per: year, at: year, ending: any}}, is: 1}';
    const years = [1e300, 2024.5, -3, 0, Number.NaN, 2024].map((year) =>
      record('annual-appraisal', '2024-01-01', { grade: 'excellent', fields: { year } }),
    );
    const weeks =
      'amount: {of: {run: {record: post-held, per: week, until: until, ending: any}}, moreThan: 50000}';
    const ever = Array.from({ length: 20 }, () =>
      record('post-held', '1000-01-01', { fields: { post: '甲' } }),
    );
    const [none, all] = [clause(row).compiled, clause(weeks).compiled];
    quick(() => expect(none.outcome(dossier(years), { asOf })).toBe('met'));
    quick(() => expect(all.outcome(dossier(ever), { asOf })).toBe('met'));
  });

  test('born after beginning to teach, dated in the future, ended before it began: counted as the days say', () => {
    const odd = dossier(
      [
        record('paper', '2031-01-01', { level: 'city' }),
        record('paper', null, { level: 'city' }),
        record('paper', '2024-01-01', { level: 'city' }),
      ],
      { birthDate: '2030-01-01', teachingSince: '2000-09-01' },
      [{ title: 'city-backbone', level: 'city', from: '2024-09-01', until: '2020-08-31' }],
    );
    const finding = (condition: string) => clause(condition).compiled.evaluate(odd, { asOf }).root;
    const papers = finding('count: {record: paper, within: 5y}');
    expect(papers).toMatchObject({ outcome: 'met', value: 1 });
    expect(papers.notCounted.map(({ reason }) => reason).sort()).toEqual(['future', 'undated']);
    expect(finding('holds: {title: city-backbone}').outcome).toBe('unmet');
    expect(['unmet', 'missing', 'met']).toContain(finding('person: {age: {atLeast: 18}}').outcome);
  });

  test('two employments at a time count their years once, and leave breaks no row', () => {
    const post = (on: string, until: string, what: string) =>
      record('post-held', on, { fields: { post: what, until } });
    const who = dossier([
      post('2019-09-01', '2022-08-31', '班主任'),
      post('2020-09-01', '2023-08-31', '教研组长'),
      post('2023-09-01', '2024-08-31', '援藏'),
      post('2024-09-01', '2025-08-31', '班主任'),
    ]);
    const row = (more: string) =>
      clause(
        `amount: {of: {run: {record: post-held, where: {post: [班主任, 教研组长]}, per: school-year, until: until${more}}}, atLeast: 0}`,
      ).compiled.evaluate(who, { asOf }).root.value;
    // Four school years from 2019 to 2022, two posts in two of them; a year away; the present one.
    expect(row(', bridge: {record: post-held, where: {post: 援藏}}')).toBe(5);
    expect(row('')).toBe(1);
  });
});

// Formulas.

const numbers = ['score', 'interviewScore', 'age', 'yearsOfTeaching', 'yearsJoined'];
const days = ['birthDate', 'teachingSince', 'joined', 'founded'];
const literalOf = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, 0.5, 1e9, -1e9, 0.000001),
);

/** An amount of any operator, as JSON, which is YAML; `each` is within reach of a record. */
const { amount: anyAmount } = fc.letrec<{ amount: unknown; each: unknown; test: unknown }>((tie) => {
  const amount = tie('amount');
  const selection = fc.record(
    {
      record: fc.constantFrom('paper', 'training', ['paper', 'work']),
      within: fc.constantFrom('5y', '1m', { last: 3, of: 'semester' }, { from: '2020-01-01' }),
      asOf: fc.constantFrom('06-30', '2024-02-29'),
    },
    { requiredKeys: ['record'] },
  );
  const paper = fc.record(
    { record: fc.constant('paper'), each: tie('each') },
    { requiredKeys: ['record', 'each'] },
  );
  const some = fc.array(amount, { minLength: 1, maxLength: 3 });
  const of: Record<AmountOperator, fc.Arbitrary<unknown>> = {
    number: literalOf,
    value: fc.constantFrom(...numbers),
    elapsed: fc.record({
      since: fc.constantFrom(...days),
      in: fc.constantFrom('days', 'weeks', 'months', 'years'),
      counted: fc.constantFrom('completed', 'started', 'exact'),
    }),
    field: fc.constant('words'),
    lookup: fc.record({ in: fc.constant('class-points'), by: fc.constant('level') }),
    measure: fc.constantFrom('papers', 'sums', 'salon-row', 'by-branch'),
    parameter: fc.constantFrom('top-age', 'base-pay'),
    size: fc.constantFrom('all-staff', 'rural-staff'),
    places: fc.constantFrom('quota', 'nominees'),
    served: fc.constantFrom('share', 'days'),
    count: selection,
    sum: paper,
    average: paper,
    highest: paper,
    lowest: paper,
    run: fc.record(
      {
        record: fc.constant('salon'),
        per: fc.constantFrom('week', 'month', 'semester', 'year'),
        at: fc.constant('season'),
        until: fc.constant('ended'),
        ending: fc.constantFrom('latest', 'any'),
      },
      { requiredKeys: ['record', 'per'] },
    ),
    marks: fc.record(
      {
        of: fc.constantFrom('panelMarks', 'peerMarks'),
        take: fc.constantFrom('mean', 'sum', 'median', 'highest', 'lowest', 'number'),
        dropHighest: fc.nat(5),
        dropLowest: fc.nat(5),
        reaching: amount,
      },
      { requiredKeys: ['of', 'take'] },
    ),
    add: some,
    subtract: fc.array(amount, { minLength: 2, maxLength: 3 }),
    multiply: some,
    divide: fc.record({ of: amount, by: amount }),
    greatest: some,
    least: some,
    limit: fc.record({ of: amount, min: amount, max: amount }, { requiredKeys: ['of'] }),
    round: fc.record({
      of: amount,
      places: fc.nat(6),
      mode: fc.constantFrom('half-up', 'half-even', 'down', 'up'),
    }),
    weighted: fc.record({
      parts: fc.array(fc.record({ weight: amount, of: amount }), { minLength: 1, maxLength: 3 }),
      over: fc.constantFrom(100, 7, 0.5),
      missing: fc.constantFrom('refuse', 'zero', 'spread'),
    }),
    rate: fc.record({
      of: amount,
      bands: fc.array(fc.record({ above: fc.nat(100), per: amount }), { minLength: 1, maxLength: 3 }),
    }),
    step: fc.record(
      {
        of: amount,
        from: fc.array(fc.record({ atLeast: amount, is: amount }), { minLength: 1, maxLength: 3 }),
        else: amount,
      },
      { requiredKeys: ['of', 'from'] },
    ),
    choose: fc.record(
      {
        when: fc.array(fc.record({ if: tie('test'), is: amount }), { minLength: 1, maxLength: 2 }),
        else: amount,
      },
      { requiredKeys: ['when'] },
    ),
    howMany: fc.record({
      of: fc.array(tie('test'), { minLength: 1, maxLength: 3 }),
      are: fc.constantFrom('met', 'unmet', 'missing', 'needs-decision'),
    }),
    otherwise: fc.record({ of: amount, is: amount }),
    members: fc.record(
      {
        role: fc.constantFrom('apprentice', 'nobody'),
        meets: tie('test'),
        each: amount,
        take: fc.constantFrom('number', 'sum', 'mean', 'share', 'highest', 'lowest'),
      },
      { requiredKeys: ['role', 'take'] },
    ),
    peers: fc.record({
      of: amount,
      take: fc.constantFrom('rank', 'rank-from-last', 'percentile', 'mean', 'size'),
    }),
  };
  const leaf = new Set<AmountOperator>([
    'number',
    'value',
    'elapsed',
    'measure',
    'parameter',
    'size',
    'places',
    'served',
    'count',
    'run',
  ]);
  const node = (op: AmountOperator) => of[op].map((arg) => ({ [op]: arg }));
  const all = Object.keys(amountOperators) as AmountOperator[];
  // What looks at a record stands within `each` only.
  const free = all.filter((op) => op !== 'field' && op !== 'lookup');
  return {
    amount: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      ...[...leaf].map(node),
      ...free.filter((op) => !leaf.has(op)).map(node),
      fc.record({
        lookup: fc.record({
          in: fc.constant('years-points'),
          by: fc.tuple(amount, fc.constant('setting')),
        }),
      }),
    ),
    each: fc.oneof(
      { depthSize: 'small' },
      node('field'),
      node('lookup'),
      fc.record({ add: fc.array(fc.oneof(node('field'), node('number')), { minLength: 1, maxLength: 3 }) }),
    ),
    test: fc.constantFrom<unknown>(
      { known: 'rank' },
      { person: { age: { below: 45 } } },
      { count: { record: 'paper' } },
      { decide: {} },
    ),
  };
});

describe('formulas', () => {
  const head = whole.slice(0, whole.indexOf('\ngrants:'));
  const bare = head.slice(0, head.indexOf('\nversions:'));
  const own = `${bare}${head.slice(head.indexOf('\nterms:'))}`;

  test('an amount of any operators loads, and comes to a number or to nothing, for any person', () => {
    let operators = new Set<string>();
    fc.assert(
      fc.property(
        anyAmount,
        fc.array(someone, { minLength: 1, maxLength: 3 }),
        oddContext,
        (node, people, context) => {
          quick(() => {
            const text = `${own}\n  tried: ${JSON.stringify(node)}\neligibility: {amount: {of: {measure: tried}, atLeast: ${JSON.stringify(node)}}}\n`;
            const result = loadProgramme(text, { vocabulary: common });
            if (!result.ok) throw new Error(JSON.stringify(result.problems.slice(0, 3)));
            operators = new Set([...operators, ...(JSON.stringify(node).match(/"(\w+)":/g) ?? [])]);
            const shop = compile(result.programme, result.vocabulary);
            const measure = shop.measure('tried');
            for (const who of people) {
              const run = { ...context, spent: new Set<string>() };
              const value = measure?.value(who, run);
              expect(measure?.trace(who, run).value === null).toBe(value === undefined);
              const findings = shop.evaluate(who, context);
              // It equals itself, unless something awaits confirmation or is not documented.
              expect(['met', 'missing']).toContain(findings.outcome);
              expect(shop.outcome(who, context)).toBe(findings.outcome);
              sayFinding(findings.root, result.programme, result.vocabulary, 'en', who);
            }
          });
        },
      ),
      { numRuns: 200 },
    );
    const missed = Object.keys(amountOperators).filter((op) => !operators.has(`"${op}":`));
    expect(missed).toEqual([]);
  });
});
