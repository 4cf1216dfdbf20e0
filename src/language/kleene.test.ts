import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { around, ready } from '../../tests/support/language.ts';
import { root } from '../platform/root.ts';
import type { Dossier, Person, RecordFact } from './dossier.ts';
import { loadProgramme } from './load.ts';
import { atLeast, count, type Effect, emptyTally, negate, type Outcome } from './outcome.ts';
import { loadVocabulary } from './vocabulary.ts';

// Random rule trees over people with gaps in what is known, answered independently: met T, unmet F, missing U.

const oracle = join(root, '../shared/oracles/rules/kleene_rules.json');

interface OracleRule {
  readonly op: string;
  readonly args?: readonly OracleRule[];
  readonly arg?: OracleRule;
  readonly k?: number;
  readonly field?: string;
  readonly cmp?: string;
  readonly value?: number;
  readonly values?: readonly string[];
  readonly kinds?: readonly string[];
  readonly min_level?: number | null;
  readonly window_years?: number;
}

interface Oracle {
  readonly as_of: string;
  readonly teachers: readonly {
    id: number;
    birth: string | null;
    hired: string | null;
    title: string | null;
    rural: boolean | null;
    level: number | null;
    cls: number | null;
  }[];
  readonly activities: readonly {
    teacher_id: number;
    kind: string;
    lvl: number | null;
    on_date: string;
    hours: number | null;
  }[];
  readonly rules: readonly OracleRule[];
  readonly expected: readonly string[];
}

const both = (id: string) => ({ 'zh-CN': id, en: id });
const kinds = ['observe', 'apprentice', 'paper', 'open_class', 'lecture', 'project'];
const titles = ['none', 'third', 'second', 'first', 'senior'];
const activity = {
  names: both('activity'),
  level: 'optional',
  fields: { hours: { names: both('hours'), type: 'number' } },
};
const levels = ['group', 'school', 'county', 'city'];
const steps = (ids: readonly string[]) => ids.map((id) => ({ id, names: both(id) }));

const vocabulary = {
  vocabulary: 'oracle',
  version: '1',
  scales: {
    level: { names: both('level'), steps: steps(levels) },
    tier: { names: both('tier'), steps: steps(['backbone']) },
  },
  attributes: {
    birth: { names: both('birth'), type: 'date' },
    age: { names: both('age'), type: 'years', since: 'birth', counted: 'completed' },
    hired: { names: both('hired'), type: 'date' },
    service: { names: both('service'), type: 'years', since: 'hired', counted: 'elapsed' },
    title: {
      names: both('title'),
      type: 'choice',
      choices: Object.fromEntries(titles.map((id) => [id, both(id)])),
    },
    rural: { names: both('rural'), type: 'boolean' },
    level: { names: both('level'), type: 'number' },
    cls: { names: both('cls'), type: 'number' },
  },
  titles: { scale: 'tier' },
  records: Object.fromEntries(kinds.map((kind) => [kind, activity])),
};

const comparisons: Readonly<Record<string, string>> = {
  '=': 'is',
  '<': 'below',
  '<=': 'atMost',
  '>': 'moreThan',
  '>=': 'atLeast',
};

function translate(rule: OracleRule): unknown {
  const { op, args = [], arg, field = '', cmp = '', value = 0, min_level: level = null } = rule;
  const asked = {
    record: rule.kinds,
    ...(level === null ? {} : { where: { level: { atLeast: levels[level] } } }),
    within: `${rule.window_years}y`,
    min: value,
  };
  switch (op) {
    case 'all':
      return { all: args.map(translate) };
    case 'any':
      return { any: args.map(translate) };
    case 'at_least':
      return { atLeast: { k: rule.k, of: args.map(translate) } };
    case 'not':
      return { not: arg && translate(arg) };
    case 'cmp':
      return { person: { [field]: { [comparisons[cmp] ?? cmp]: value } } };
    case 'in':
      return { person: { [field]: { in: rule.values } } };
    case 'is_true':
      return { person: { [field]: true } };
    case 'is_null':
      return { not: { known: field } };
    case 'age_lt':
      return { person: { age: { below: value } } };
    case 'years_service_ge':
      return { person: { service: { atLeast: value } } };
    case 'count_ge':
      return { count: asked };
    case 'sum_hours_ge':
      return { sum: { ...asked, of: 'hours' } };
    default:
      throw new Error(`the oracle asks ${op}`);
  }
}

const letters: Readonly<Record<Outcome, string>> = {
  met: 'T',
  unmet: 'F',
  missing: 'U',
  'needs-decision': 'D',
};

test('at least k is met once k are met, unmet once k is out of reach, and else says who can settle it', () => {
  const of = (k: number, ...effects: Effect[]): Outcome => {
    const tally = emptyTally();
    for (const effect of effects) count(tally, effect);
    return atLeast(k, tally);
  };
  expect(of(2, 'met', 'met', 'missing')).toBe('met');
  expect(of(2, 'met', 'unmet', 'unmet')).toBe('unmet');
  expect(of(2, 'met', 'missing', 'unmet')).toBe('missing');
  expect(of(1, 'missing', 'needs-decision')).toBe('needs-decision');
  expect(of(2, 'missing', 'needs-decision')).toBe('missing');
  expect(of(1, 'unmet', 'none')).toBe('unmet');
  expect([negate('met'), negate('unmet'), negate('missing')]).toEqual(['unmet', 'met', 'missing']);
});

// The oracle lies beside the project, not in it.
if (existsSync(oracle)) {
  test('every rule tree of the oracle gives every teacher the expected outcome, with and without findings', () => {
    const {
      as_of: asOf,
      teachers,
      activities,
      rules,
      expected,
    } = JSON.parse(readFileSync(oracle, 'utf8')) as Oracle;
    const read = loadVocabulary(JSON.stringify(vocabulary));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const dossiers = teachers.map(
      ({ id, ...person }): Dossier => ({
        person: { id: String(id), ...person } as unknown as Person,
        titles: [],
        records: activities
          .filter(({ teacher_id }) => teacher_id === id)
          .map(
            ({ kind, lvl, on_date: on, hours }, i): RecordFact => ({
              id: `${id}-${i}`,
              type: kind,
              title: kind,
              on,
              level: lvl === null ? null : (levels[lvl] ?? null),
              grade: null,
              event: null,
              authorOrder: null,
              status: 'confirmed',
              fields: { hours },
            }),
          ),
      }),
    );
    rules.forEach((rule, i) => {
      const text = around(JSON.stringify(translate(rule)));
      const { compiled } = ready(loadProgramme(text, { vocabulary: read.vocabulary }));
      const fast = dossiers.map((who) => letters[compiled.outcome(who, { asOf })]).join('');
      const full = dossiers.map((who) => letters[compiled.evaluate(who, { asOf }).outcome]).join('');
      expect(fast, `rule ${i}`).toBe(expected[i]);
      expect(full, `rule ${i}`).toBe(expected[i]);
    });
  });
}
