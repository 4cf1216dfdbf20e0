import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  around,
  type Loaded,
  loadSource,
  ready,
  sourceTables,
  sourceText,
  vocabulary,
} from '../../../tests/support/language.ts';
import { root } from '../../platform/root.ts';
import { knobsOf, turnAll } from '../edit.ts';
import { explainProgramme } from '../explain.ts';
import { durationUnits } from '../grammar/shape.ts';
import { loadProgramme } from '../load.ts';
import type { Locale } from '../problem.ts';
import { sayChanges } from './changes.ts';

const load = (condition: string, more = '') => ready(loadProgramme(around(condition, more), { vocabulary }));
const said = (loaded: Loaded, locale: Locale) => ({
  ...loaded,
  text: explainProgramme(loaded.programme, loaded.vocabulary, locale),
});
const changes = (before: Loaded, after: Loaded, locale: Locale = 'zh-CN') =>
  sayChanges(said(before, locale), said(after, locale), locale);

const city = (
  change: (text: string) => string = (text) => text,
  tables = sourceTables('002-3-city-backbone'),
) => ready(loadSource('002-3-city-backbone', change, tables));
const age = (years: number) => `{id: age, person: {age: {below: ${years}}}}`;

describe('what changed from one version to another, in the words of the policy', () => {
  test('a number is told by its clause, what it bounds, and where it stands', () => {
    const after = city((text) => text.replace(/(id: open-classes[\s\S]*?min: )3/, '$14'));
    expect(changes(city(), after)).toEqual([
      {
        section: '二、对象与条件',
        number: '6',
        clause: '近五年举办校级以上公开课或讲座三次以上，教学效果好。',
        what: '不少于',
        before: '3',
        after: '4',
        path: 'eligibility.all[5].count.min',
      },
    ]);
    expect(changes(city(), after, 'en')).toMatchObject([
      { section: '2. Who may apply', number: '6', what: 'at least', before: '3', after: '4' },
    ]);
  });

  test('a length of time, a day and a yes are in words', () => {
    const after = city((text) =>
      text
        .replace(/(id: open-classes[\s\S]*?within: )5y/, '$17y')
        .replace(/deadline: 04-25/, 'deadline: 05-08'),
    );
    expect(changes(city(), after)).toMatchObject([
      { what: '申报截止日期', before: '4月25日', after: '5月8日' },
      { what: '时间窗口', before: '5年', after: '7年' },
    ]);
    expect(changes(load('person: {frontLine: true}'), load('person: {frontLine: false}'))).toMatchObject([
      { before: '是', after: '否' },
    ]);
  });

  test('where a day or the fact that holds it may stand, the fact is told by its name', () => {
    const since = (from: string) => load(`all: [{count: {record: paper, within: {from: ${from}}, min: 2}}]`);
    const told = (locale: Locale) =>
      [since('birthDate'), since('2025-01-01')].map((after) => {
        const [change] = changes(since('teachingSince'), after, locale);
        return [change?.before, change?.after];
      });
    expect(told('zh-CN')).toEqual([
      ['任教起始日期', '出生日期'],
      ['任教起始日期', '2025-01-01'],
    ]);
    expect(told('en')).toEqual([
      ['teaching since', 'date of birth'],
      ['teaching since', '2025-01-01'],
    ]);
  });

  test('a choice is told by its words, whichever it is and wherever it stands', () => {
    const at = join(root, 'tests/support/whole');
    const whole = readFileSync(join(at, 'programme.yaml'), 'utf8');
    const tables = Object.fromEntries(
      ['quotas/2025.csv', 'quotas/2026.csv'].map((name) => [name, readFileSync(join(at, name), 'utf8')]),
    );
    const before = ready(loadProgramme(whole, { vocabulary, tables }));
    // Of what kind a fact or a day is, or a period with its field, other parts of the file rely on; what a parameter
    // counts is told with its number.
    const free = knobsOf(whole).filter(
      ({ path, choices = {} }) =>
        Object.keys(choices).join() !== durationUnits.join() &&
        !/^terms\.|^(eligibility|measures).*\.(since|until|per)$/.test(path),
    );
    let told = 0;
    // Each its next choice at once, then the one after that, and so on.
    for (const step of Array.from({ length: 20 }, (_, i) => i + 1)) {
      const turns = free.flatMap(({ path, value, choices = {} }) => {
        const all = Object.entries(choices);
        const at = all.findIndex(([one]) => one === value);
        const next = step < all.length ? all[(at + step) % all.length] : undefined;
        return next ? [{ path, to: next[0], names: next[1] }] : [];
      });
      const text = turnAll(whole, new Map(turns.map(({ path, to }) => [path, to])));
      const loaded = loadProgramme(text, { vocabulary, tables });
      // Some choices ask for keys that others do not have.
      if (!loaded.ok) continue;
      for (const locale of ['zh-CN', 'en'] as const) {
        const found = changes(before, { ...before, ...loaded }, locale);
        const said = turns.map(({ path, names }) => {
          const change = found.find((one) => path === one.path || path.startsWith(`${one.path}[`));
          return [path, change?.after?.includes(names[locale])];
        });
        expect(said).toEqual(turns.map(({ path }) => [path, true]));
      }
      told += turns.length;
    }
    expect(told).toBeGreaterThan(300);
  });

  test('a clause that came or went is one change, with all it says', () => {
    const [whole] = changes(load(`all: [${age(45)}]`), load(`all: [{known: rank}, ${age(45)}]`));
    expect(whole).toMatchObject({ number: '1', clause: null, what: '', before: null });
    expect(whole?.after).toContain('已登记');
    const [gone] = changes(load(`all: [${age(45)}, {known: rank}]`), load('all: [{known: rank}]'), 'en');
    expect(gone).toMatchObject({ number: '1', what: '', after: null, path: 'eligibility.all[0]' });
  });

  test('a clause moved, with a name or without, is no change', () => {
    expect(
      changes(
        load(`all: [{known: rank}, {known: sex}, ${age(45)}]`),
        load(`all: [${age(45)}, {known: sex}, {known: rank}]`),
      ),
    ).toEqual([]);
  });

  test('a stage, a place of the table and the head of the file have places of their own', () => {
    const tables = sourceTables('002-3-city-backbone');
    const more = Object.fromEntries(
      Object.entries(tables).map(([name, text]) => [name, text.replace('d01,58', 'd01,59')]),
    );
    const after = city(
      (text) => text.replace('working: 5', 'working: 7').replace('version: 2011-1', 'version: 2012-1'),
      more,
    );
    expect(changes(city(), after, 'en')).toMatchObject([
      { section: null, number: null, what: 'the version', before: '2011-1', after: '2012-1' },
      { section: '4. Procedure', number: '5', clause: 'publicity period', what: 'working days', after: '7' },
      { section: '3. Places', clause: 'Distribution table', what: 'd01', before: '58', after: '59' },
    ]);
  });

  test('words that differ in the other language alone are shown in that', () => {
    const after = city((text) => text.replace('en: City training of', 'en: Training of'));
    expect(changes(city(), after)).toMatchObject([
      { after: 'Training of subject backbone teachers in primary and secondary schools' },
    ]);
  });

  test('whatever two programmes differ in has words, in both languages', () => {
    const sources = join(root, 'programmes/sources');
    const all = readdirSync(sources).flatMap((name) =>
      readdirSync(join(sources, name))
        .filter((file) => file.endsWith('.yaml') && file !== 'cases.yaml')
        .map((file) =>
          ready(loadProgramme(sourceText(name, file), { vocabulary, tables: sourceTables(name) })),
        ),
    );
    expect(all.length).toBeGreaterThan(10);
    for (const [i, after] of all.entries()) {
      const before = all[i - 1];
      if (before === undefined) continue;
      for (const locale of ['zh-CN', 'en'] as const) {
        for (const change of changes(before, after, locale)) {
          const text = JSON.stringify(change);
          expect(text).not.toMatch(/\[object|undefined|NaN/);
          expect(change.before, text).not.toBe(change.after);
          if (change.before === null || change.after === null)
            expect(change.before ?? change.after).not.toBe('');
        }
      }
    }
  });
});
