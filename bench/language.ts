import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Dossier, Person, RecordFact } from '../src/language/dossier.ts';
import { type CompiledProgramme, compile } from '../src/language/evaluate.ts';
import type { EvaluationContext } from '../src/language/finding.ts';
import { loadProgramme } from '../src/language/load.ts';
import { loadVocabulary, type Vocabulary } from '../src/language/vocabulary.ts';
import { programmeTables } from '../src/platform/programmes.ts';
import { root } from '../src/platform/root.ts';

/**
 * What loading, checking, compiling and evaluating a programme cost, without a database: `npm run bench -- language`.
 * Processor time of this process, the least of several rounds, since others share the machine. Goals: a file of 500
 * lines loaded and checked in ≤ 30 ms, one dossier of 100 records against 002-4 in ≤ 50 µs, nothing kept from one
 * evaluation to the next, and nothing made for clauses that are not reached.
 */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const asOf = '2026-11-30';
const vocabulary = common();

function common(): Vocabulary {
  const words = loadVocabulary(readFileSync(join(root, 'programmes/vocabulary.yaml'), 'utf8'));
  if (!words.ok) throw new Error(JSON.stringify(words.problems));
  return words.vocabulary;
}

function loaded(text: string, tables: Readonly<Record<string, string>> = {}) {
  const result = loadProgramme(text, { vocabulary, tables });
  if (!result.ok) throw new Error(JSON.stringify(result.problems.slice(0, 3)));
  return result;
}

function compiled(text: string, tables: Readonly<Record<string, string>> = {}): CompiledProgramme {
  const { programme, vocabulary: words } = loaded(text, tables);
  return compile(programme, words);
}

/** Microseconds of processor time one run takes: rounds of a tenth of a second, the least of seven. */
function spent(run: () => unknown): number {
  const clock = () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  let times = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 7; ) {
    const before = clock();
    for (let i = 0; i < times; i += 1) run();
    const took = clock() - before;
    if (took < 100_000) times = Math.ceil(times * Math.max(1.3, 120_000 / Math.max(took, 100)));
    else {
      round += 1;
      least = Math.min(least, took / times);
    }
  }
  return least;
}

/** Bytes one run makes, and those it leaves behind. */
function bytes(run: () => unknown): { readonly made: number; readonly kept: number } {
  const used = () => process.memoryUsage().heapUsed;
  for (let i = 0; i < 2000; i += 1) run();
  let made = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    collect();
    const before = used();
    for (let i = 0; i < 50; i += 1) run();
    made = Math.min(made, (used() - before) / 50);
  }
  collect();
  const before = used();
  for (let i = 0; i < 100_000; i += 1) run();
  collect();
  return { made, kept: (used() - before) / 100_000 };
}

function say(what: string, us: number, note = ''): void {
  const shown = us < 1000 ? `${us.toFixed(us < 10 ? 2 : 1)} µs` : `${(us / 1000).toFixed(1)} ms`;
  console.log(`${what.padEnd(58)} ${shown.padStart(9)}  ${note}`);
}

function source(name: string) {
  const file = join(root, 'programmes/sources', name, '2011-1.yaml');
  return { text: readFileSync(file, 'utf8'), tables: programmeTables(file) };
}

/** A file of about so many short lines: the longest the loader takes has 80,000 characters. */
function longFile(lines: number): string {
  const clause = (i: number) =>
    ` - count:\n    record: paper\n    min: ${i % 9}\n    where:\n     level:\n      atLeast: city\n`;
  const head =
    'programme: long\nversion: 2025-1\nnames: {zh-CN: 长, en: long}\nscope: city\neligibility:\n all:\n';
  return head + Array.from({ length: Math.round((lines - 6) / 6) }, (_, i) => clause(i)).join('');
}

function loading(): void {
  for (const name of ['002-4-school-backbone', '002-5-school-candidates', '002-3-city-backbone']) {
    const { text, tables } = source(name);
    const lines = text.split('\n').length - 1;
    const goal = 'goal ≤ 30 ms for 500 lines';
    say(
      `load and check ${name}, ${lines} lines`,
      spent(() => loaded(text, tables)),
      goal,
    );
    const { programme, vocabulary: words } = loaded(text, tables);
    say(
      `compile ${name}`,
      spent(() => compile(programme, words)),
    );
  }
  for (const lines of [500, 1000, 2000, 5000]) {
    const text = longFile(lines);
    const us = spent(() => loaded(text));
    say(
      `load and check ${lines} short lines, ${text.length} characters`,
      us,
      `${(us / lines).toFixed(1)} µs a line`,
    );
  }
}

/** Someone with so many records of the types the source programmes ask for, the same at every run. */
function someone(records: number, types: readonly string[] = TYPES): Dossier {
  const person: Person = {
    id: 'p',
    birthDate: '1985-03-04',
    sex: 'female',
    teachingSince: '2008-09-01',
    subject: '语文',
    stage: 'primary',
    setting: 'rural',
    rank: 'first',
    education: 'bachelor',
    annualMark: 91.5,
    frontLine: true,
  };
  const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % from.length];
  const all = Array.from({ length: records }, (_, i): RecordFact => {
    const type = pick(types, i) ?? 'paper';
    return {
      id: `r${i}`,
      type,
      title: `记录${i}`,
      on: `${2020 + (i % 7)}-${String(1 + (i % 11)).padStart(2, '0')}-15`,
      level: pick(['school', 'county', 'city', 'province'], Math.floor(i / 7)) ?? null,
      grade: type === 'annual-appraisal' ? 'qualified' : (pick(['third', 'second', 'first'], i) ?? null),
      event: i % 5 === 0 ? `e${i % 20}` : null,
      authorOrder: 1 + (i % 3),
      status: i % 17 === 0 ? 'submitted' : 'confirmed',
      fields: {
        ...(type === 'open-class' ? { kind: 'demonstration' } : {}),
        ...(type === 'class-observation' ? { place: i % 2 ? 'in-school' : 'off-school', hours: 2 } : {}),
        ...(type === 'paper' ? { outcome: 'award', subjectRelated: true } : {}),
        ...(type === 'reading-note' ? { monograph: true } : {}),
      },
    };
  });
  return { person, titles: [], records: all, lists: { semesterMarks: [88, 92.5] } };
}

const TYPES = [
  'open-class',
  'lecture',
  'class-observation',
  'paper',
  'project',
  'annual-appraisal',
  'mentoring',
  'reading-note',
  'reflection',
  'honour',
] as const;

function evaluating(): void {
  const context: EvaluationContext = { asOf };
  const year = { from: '2025-09-01', to: '2026-08-31' };
  const dossier = someone(100);
  for (const name of ['002-4-school-backbone', '002-3-city-backbone']) {
    const { text, tables } = source(name);
    const programme = compiled(text, tables);
    const { programme: file } = loaded(text, tables);
    const goal = name.startsWith('002-4') ? 'goal ≤ 50 µs' : '';
    const outcome = () => programme.outcome(dossier, context);
    const findings = () => programme.evaluate(dossier, context);
    say(`outcome of 100 records, ${name}`, spent(outcome), `${goal} ${outcome()}`);
    say(`findings of 100 records, ${name}`, spent(findings), `${goal}; ${written(findings())} characters`);
    if (name.startsWith('002-4')) {
      for (const [what, run] of [['outcome', outcome] as const, ['findings', findings] as const]) {
        const { made, kept } = bytes(run);
        console.log(
          `  ${what}: ${made.toFixed(0)} bytes made, ${kept.toFixed(2)} bytes kept of each of 100,000`,
        );
      }
      const duties = (file.duties ?? []).filter(({ require }) => require);
      const all = () => duties.map(({ id }) => programme.duty(id, dossier, year));
      say(`findings of its ${duties.length} duties in a year, 100 records`, spent(all));
      say(
        `composite, ${name}`,
        spent(() => programme.composite(dossier, context)),
      );
    }
  }
}

const written = (value: unknown): number => JSON.stringify(value).length;

/** So many clauses, each over one type of record in turn; the first may refuse everybody. */
function clauses(number: number, refused = false): string {
  const one = (i: number) =>
    `  - count: {record: ${TYPES[i % TYPES.length]}, min: 0, where: {on: {atLeast: 2021-01-01}}, within: 6y}\n`;
  return `programme: many\nversion: 2025-1\nnames: {zh-CN: 多, en: many}\nscope: city\neligibility:\n all:\n${refused ? '  - person: {age: {below: 20}}\n' : ''}${Array.from({ length: number }, (_, i) => one(i)).join('')}`;
}

function growing(): void {
  const context: EvaluationContext = { asOf };
  for (const [number, records] of [
    [10, 10],
    [10, 100],
    [10, 1000],
    [100, 100],
    [600, 100],
  ] as const) {
    const programme = compiled(clauses(number));
    const dossier = someone(records);
    const bare = spent(() => programme.outcome(dossier, context));
    const full = spent(() => programme.evaluate(dossier, context));
    const each = (us: number) => `${((us * 1000) / (number * records)).toFixed(1)} ns`;
    say(`${number} clauses over ${records} records, outcome`, bare, `${each(bare)} a clause and record`);
    say(`${number} clauses over ${records} records, findings`, full, `${each(full)} a clause and record`);
  }
  for (const number of [10, 100, 600]) {
    const programme = compiled(clauses(number, true));
    const dossier = someone(100);
    const { made, kept } = bytes(() => programme.outcome(dossier, context));
    const us = spent(() => programme.outcome(dossier, context));
    say(
      `refused by the first of ${number + 1} clauses`,
      us,
      `${made.toFixed(0)} bytes made, ${kept.toFixed(2)} kept`,
    );
  }
}

const POINTS = `programme: points
version: 2025-1
names: {zh-CN: 计分, en: points}
scope: city
lookups:
  worth:
    rows:
      nation: {first: 10, second: 8, third: 6}
      province: {first: 8, second: 6.5, third: 5}
      city: {first: 6, second: 4.5, third: 3}
      county: {first: 4, second: 3, third: 1.5}
      school: {first: 2, second: 1.5, third: 1}
measures:
  points:
    sum:
      record: [paper, project, award]
      within: 6y
      each: {multiply: [{lookup: {in: worth, by: [level, grade]}}, {choose: {when: [{where: {authorOrder: 1}, is: 1}, {where: {authorOrder: 2}, is: 0.6}], else: 0.3}}]}
      best: {take: 3, per: [type, year]}
      caps: [{max: 20, per: type}, {max: 60}]
eligibility: {amount: {of: {measure: points}, atLeast: 10}}
assessment:
  composite:
    parts:
      - {id: work, names: {zh-CN: 成果, en: work}, weight: 60, max: 100, of: {measure: points}}
      - {id: mark, names: {zh-CN: 得分, en: mark}, weight: 40, of: 90}
`;

/** A table of points with the best of each group, and caps. */
function amounts(): void {
  const programme = compiled(POINTS);
  const context: EvaluationContext = { asOf };
  for (const records of [10, 100, 1000]) {
    const dossier = someone(records, ['paper', 'project', 'award', 'lecture']);
    const shown = programme.evaluate(dossier, context).root.value;
    say(
      `points over ${records} records, outcome`,
      spent(() => programme.outcome(dossier, context)),
      `${shown} points`,
    );
    say(
      `points over ${records} records, findings`,
      spent(() => programme.evaluate(dossier, context)),
    );
    say(
      `composite over ${records} records`,
      spent(() => programme.composite(dossier, context)),
    );
  }
}

loading();
evaluating();
growing();
amounts();
