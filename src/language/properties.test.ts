import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clause,
  cost,
  dossier,
  loadSource,
  ready,
  sourceText,
  vocabulary,
} from '../../tests/support/language.ts';
import type { Dossier, RecordFact } from './dossier.ts';
import { loadProgramme } from './load.ts';

// Laws that hold for any person and any file, tried on many.

const asOf = '2025-04-25';
const types = Object.keys(vocabulary.records);
const programmes = ['002-3-city-backbone', '002-4-school-backbone', '002-5-school-candidates'].map((name) =>
  ready(loadSource(name)),
);

const levels = [...(vocabulary.scales.level?.order.keys() ?? [])];
const grades = ['third', 'second', 'first', 'excellent', 'qualified', 'intermediate'];
const maybe = <T>(of: readonly T[]) => fc.option(fc.constantFrom(...of), { nil: null });
const day = fc
  .date({ min: new Date(Date.UTC(2014, 0, 1)), max: new Date(Date.UTC(2026, 0, 1)), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const recordOf = (type: fc.Arbitrary<string>): fc.Arbitrary<RecordFact> =>
  fc.record({
    id: fc.uuid(),
    type,
    title: fc.constant('记录'),
    on: fc.option(day, { nil: null }),
    level: maybe(levels),
    grade: maybe(grades),
    event: maybe(['a', 'b', 'c']),
    authorOrder: maybe([1, 2, 3]),
    status: fc.constantFrom('submitted', 'confirmed', 'returned', 'withdrawn'),
    fields: fc.record({
      kind: maybe([
        'computer-rank',
        'computer-application',
        'demonstration',
        'academic-leader',
        'teaching-achievement',
      ]),
      outcome: maybe(['award', 'compiled', 'publication']),
      role: maybe(['independent', 'member']),
      hours: maybe([0.5, 2, 20]),
      independent: maybe([true, false]),
    }),
  });

const someone: fc.Arbitrary<Dossier> = fc
  .record({
    records: fc.array(recordOf(fc.constantFrom(...types)), { maxLength: 25 }),
    birthDate: fc.option(
      day.map((on) => on.replace(/^20(\d\d)/, (_, y) => String(1955 + (Number(y) % 45)))),
      { nil: null },
    ),
    rank: maybe([...(vocabulary.scales.rank?.order.keys() ?? [])]),
    title: maybe(Object.keys(vocabulary.titles)),
    titled: day,
  })
  .map(({ records, birthDate, rank, title, titled }) =>
    dossier(
      records,
      { birthDate, rank },
      title === null ? [] : [{ title, level: 'county', from: titled, until: null }],
    ),
  );

describe('for any person', () => {
  test('the bare outcome is the outcome of the findings', () => {
    fc.assert(
      fc.property(someone, fc.boolean(), (who, countUnconfirmed) => {
        for (const { compiled } of programmes) {
          const context = { asOf, countUnconfirmed };
          expect(compiled.outcome(who, context)).toBe(compiled.evaluate(who, context).outcome);
        }
      }),
    );
  });

  test('a record of a type no clause asks for changes nothing', () => {
    fc.assert(
      fc.property(someone, fc.nat(), (who, pick) => {
        for (const { compiled } of programmes) {
          const unrelated = types.filter((type) => !compiled.needs.recordTypes.includes(type));
          const type = unrelated[pick % unrelated.length] ?? 'home-visit';
          const extra = { ...fc.sample(recordOf(fc.constant(type)), 1)[0] } as RecordFact;
          const more = { ...who, records: [...who.records, extra] };
          expect(compiled.evaluate(more, { asOf })).toEqual(compiled.evaluate(who, { asOf }));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('records older than what evaluation says it needs change nothing', () => {
    const { compiled } = clause(
      'all: [{count: {record: paper, within: 3y}}, {count: {record: lecture, within: 5y, min: 2}}]',
    );
    const earliest = compiled.needs.earliest(asOf) ?? '';
    fc.assert(
      fc.property(someone, (who) => {
        const recent = who.records.filter(({ on }) => on !== null && on > earliest);
        expect(compiled.outcome({ ...who, records: recent }, { asOf })).toBe(compiled.outcome(who, { asOf }));
      }),
    );
  });

  test('a wider window never takes a met count away, nor does one more confirmed record', () => {
    const windows = ['1y', '2y', '3y', '5y', '8y'].map(
      (within) =>
        clause(`count: {record: [open-class, lecture], within: ${within}, distinctBy: event, min: 2}`)
          .compiled,
    );
    fc.assert(
      fc.property(someone, recordOf(fc.constant('lecture')), (who, extra) => {
        const met = windows.map((compiled) => compiled.outcome(who, { asOf }) === 'met');
        expect(met.indexOf(true) === -1 || met.slice(met.indexOf(true)).every(Boolean)).toBe(true);
        const more: Dossier = { ...who, records: [...who.records, { ...extra, status: 'confirmed' }] };
        windows.forEach((compiled, i) => {
          if (met[i]) expect(compiled.outcome(more, { asOf })).toBe('met');
        });
      }),
    );
  });

  test('every record of a type asked for is either counted or not counted with a reason, withdrawn ones apart', () => {
    const { compiled } = clause(
      'count: {record: [paper, project], where: {level: {atLeast: county}}, within: 5y}',
    );
    fc.assert(
      fc.property(someone, (who) => {
        const { counted, notCounted } = compiled.evaluate(who, { asOf }).root;
        const told = [...counted, ...notCounted.map(({ record }) => record)].sort();
        const asked = who.records.filter(
          ({ type, status }) => ['paper', 'project'].includes(type) && status !== 'withdrawn',
        );
        expect(told).toEqual(asked.map(({ id }) => id).sort());
      }),
    );
  });

  test('facts of the wrong kind never throw', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (one, two) => {
        const odd = {
          id: 'x',
          type: 'paper',
          on: '2024-01-01',
          level: one,
          grade: two,
          status: 'confirmed',
          fields: { hours: one },
        };
        const who = {
          person: { id: 'p', birthDate: one, rank: two, frontLine: one },
          titles: [],
          records: [odd],
        };
        for (const { compiled } of programmes) compiled.evaluate(who as unknown as Dossier, { asOf });
      }),
    );
  });
});

describe('for any file', () => {
  const load = (text: string) => {
    const { result, ms } = cost(() =>
      loadProgramme(text, { vocabulary, tables: { 'quotas/2011.csv': 'a,b\n' } }),
    );
    expect(ms).toBeLessThan(2000);
    return result;
  };

  test('random text and random bytes end in problems, never in a crash', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        expect(load(text).ok).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  test('a real file with pieces cut, doubled or swapped loads or is refused with places', () => {
    const source = sourceText('002-2-county-summer', '1.yaml');
    const piece = fc.tuple(fc.nat(source.length), fc.nat(400));
    fc.assert(
      fc.property(
        piece,
        fc.nat(source.length),
        fc.constantFrom('cut', 'copy', 'move', 'noise'),
        fc.string(),
        (cut, to, how, noise) => {
          const [from, length] = cut;
          const taken = source.slice(from, from + length);
          const rest = source.slice(0, from) + source.slice(from + length);
          const put = (text: string, what: string) => text.slice(0, to) + what + text.slice(to);
          const texts = {
            cut: rest,
            copy: put(source, taken),
            move: put(rest, taken),
            noise: put(source, noise),
          };
          const result = load(texts[how]);
          if (!result.ok) {
            expect(result.problems.length).toBeGreaterThan(0);
            for (const { line, message } of result.problems) {
              expect(line).toBeGreaterThan(0);
              expect(message['zh-CN'] !== '' && message.en !== '').toBe(true);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('any YAML value in the place of a condition is answered', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        load(
          `programme: a\nversion: '1'\nnames: {zh-CN: 甲, en: a}\nscope: city\neligibility: ${JSON.stringify(value)}`,
        );
      }),
      { numRuns: 200 },
    );
  });
});
