import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vocabulary as common } from '../../../tests/support/language.ts';
import { root } from '../../platform/root.ts';
import { explainProgramme } from '../explain.ts';
import { asWritten, settleFile } from '../given.ts';
import { amountAnnotations, amountOperators } from '../grammar/amount.ts';
import { operators } from '../grammar/condition.ts';
import { programme as programmeShape } from '../grammar/programme.ts';
import { annotations } from '../grammar/selection.ts';
import type { Field, RefKind, ShapeDef } from '../grammar/shape.ts';
import { loadProgramme } from '../load.ts';
import { nothingAsked, type Programme } from '../programme.ts';
import { parseTable } from '../tables.ts';
import { vocabularyNames } from '../vocabulary.ts';
import { conditionsOf } from '../walk.ts';
import { plainText } from './plain.ts';

// Nothing a file says may be missing from its policy text. One file sets every field the grammar has; each value
// in turn is changed, and the text of both languages must change with it.

const folder = join(root, 'tests/support/whole');
const file = (name: string) => readFileSync(join(folder, name), 'utf8');
const tables = { 'quotas/2025.csv': file('quotas/2025.csv'), 'quotas/2026.csv': file('quotas/2026.csv') };
const loaded = loadProgramme(file('programme.yaml'), { vocabulary: common, tables });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
const { vocabulary } = loaded;
const parsed = Object.fromEntries(
  Object.entries(tables).map(([name, text]) => {
    const { table } = parseTable(text);
    if (!table) throw new Error(name);
    return [name, table];
  }),
);
const whole = { ...loaded.programme, tables: parsed };

type Tree = Record<string, unknown>;
const asTree = (value: unknown) => value as Tree;

const ids = (list: readonly { readonly id: string }[] | undefined) => (list ?? []).map(({ id }) => id);
const own: Readonly<Partial<Record<RefKind, readonly string[]>>> = {
  definition: Object.keys(whole.definitions ?? {}),
  body: Object.keys(whole.bodies ?? {}),
  'route-stage': ids(whole.route),
  limit: ids(whole.quota?.limits),
  measure: Object.keys(whole.measures ?? {}),
  parameter: Object.keys(whole.parameters ?? {}),
  population: Object.keys(whole.populations ?? {}),
  lookup: Object.keys(whole.lookups ?? {}),
  state: ids(whole.term?.states),
  treatment: ids(whole.treatments),
  table: Object.keys(tables),
  clause: conditionsOf(whole).flatMap(({ id }) => id ?? []),
};
const namesOf = (kind: RefKind) => [
  ...(vocabularyNames(vocabulary, kind) ?? []),
  ...(own[kind] ?? []),
  ...(kind === 'title' ? vocabulary.titleOrder.keys() : []),
];

function fits(shape: ShapeDef, value: unknown): boolean {
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string' && (shape.pattern?.test(value) ?? true);
    case 'choice':
      return shape.of.some((one) => one === value);
    case 'ref':
      return namesOf(shape.to).some((one) => one === value);
    case 'number':
      return typeof value === 'number';
    case 'decimal':
      return typeof value === 'string' && /^-?[\d.]+$/.test(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'literal':
      return typeof value !== 'object';
    case 'list':
      return Array.isArray(value);
    case 'either':
      return shape.of.some((one) => fits(one, value));
    case 'map':
      return typeof value === 'object' && !Array.isArray(value);
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      const keys = Object.keys(value).filter((key) => !(shape.place && key === 'place'));
      const needed = Object.keys(shape.fields).filter((key) => shape.fields[key]?.required);
      return keys.every((key) => key in shape.fields) && needed.every((key) => keys.includes(key));
    }
    case 'condition':
      return typeof value === 'object' && value !== null && 'rule' in value;
    case 'amount':
      return typeof value === 'object' && value !== null && 'term' in value;
  }
}

/** Other values of the same kind. */
function others(shape: ShapeDef, value: unknown): readonly unknown[] {
  switch (shape.kind) {
    case 'choice':
      return shape.of.filter((one) => one !== value);
    case 'ref':
      return namesOf(shape.to)
        .filter((one) => one !== value)
        .slice(-1);
    case 'number':
      return [Number(value) + 1];
    case 'decimal':
      return [String(Number(value) + 1)];
    case 'boolean':
      return [value !== true];
    case 'literal':
      return [typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${value}x`];
    case 'text':
      if (typeof value !== 'string') return [];
      if (/^\d+[ymd]$/.test(value)) return [`${Number(value.slice(0, -1)) + 1}${value.at(-1)}`];
      if (/^(\d{4}-)?\d{2}-\d{2}$/.test(value)) return [`${value.slice(0, -5)}10-17`];
      return [`${value}x`];
    default:
      return [];
  }
}

/** What only the machine reads: ids, by which other parts of the file are found. */
const unsaid = (key: string) => key === 'id';

interface Leaf {
  readonly path: string;
  readonly shape: ShapeDef;
  readonly holder: Tree;
  readonly key: string;
}

const seen = new Set<string>();
const numbers = new Map<object, number>();
const numberOf = (shape: object) => {
  if (!numbers.has(shape)) numbers.set(shape, numbers.size);
  return numbers.get(shape) ?? 0;
};
/** A number by a parameter is said in one way wherever it stands. */
const GIVEN = 'a number by a parameter';
const givenNote = (shape: ShapeDef | undefined): string | undefined => {
  if (shape?.kind !== 'object' || shape.place === undefined) return undefined;
  return shape.place.kind === 'duration' ? `${GIVEN}, of time` : GIVEN;
};
const noteOf = (shape: ShapeDef, key: string | number) => `${numberOf(shape)}.${key}`;

/** Every single value of the file, with where it is held so that it can be changed. */
function* leaves(shape: ShapeDef, holder: Tree, key: string, path: string): Generator<Leaf> {
  const value = holder[key];
  switch (shape.kind) {
    case 'object':
      yield* fieldsOf(shape.fields, asTree(value), path, shape);
      return;
    case 'list':
      for (const i of (value as unknown[]).keys()) {
        yield* leaves(shape.of, asTree(value), String(i), `${path}[${i}]`);
      }
      return;
    case 'map':
      for (const one of Object.keys(asTree(value))) {
        yield* leaves(shape.of, asTree(value), one, `${path}.${one}`);
      }
      return;
    case 'either': {
      const at = shape.of.findIndex((one) => fits(one, value));
      const chosen = shape.of[at];
      seen.add(givenNote(chosen) ?? noteOf(shape, at));
      if (!chosen) throw new Error(`nothing fits ${path}`);
      yield* leaves(chosen, holder, key, path);
      return;
    }
    case 'condition':
    case 'amount': {
      const node = asTree(value);
      const [notes, all, inner] =
        shape.kind === 'condition'
          ? ([annotations, operators, 'rule'] as const)
          : ([amountAnnotations, amountOperators, 'term'] as const);
      const { op, arg } = node[inner] as { op: string; arg: unknown };
      seen.add(`${shape.kind} ${op}`);
      yield* fieldsOf(notes, node, path, shape);
      const argument = (all as Readonly<Record<string, ShapeDef>>)[op];
      if (argument && arg !== undefined) yield* leaves(argument, asTree(node[inner]), 'arg', `${path}.${op}`);
      return;
    }
    default:
      yield { path, shape, holder, key };
  }
}

function* fieldsOf(
  fields: Readonly<Record<string, Field>>,
  value: Tree,
  path: string,
  shape: ShapeDef,
): Generator<Leaf> {
  for (const [key, field] of Object.entries(fields)) {
    if (value[key] === undefined) continue;
    seen.add(noteOf(shape, key));
    if (!unsaid(key)) yield* leaves(field.shape, value, key, `${path}.${key}`);
  }
}

/** Everything the grammar can say: fields, alternatives, operators. */
function everything(shape: ShapeDef, path: string, found: Map<string, string>, met: Set<object>): void {
  if (met.has(shape)) return;
  met.add(shape);
  const fields = (of: Readonly<Record<string, Field>>) => {
    for (const [key, field] of Object.entries(of)) {
      found.set(noteOf(shape, key), `${path}.${key}`);
      everything(field.shape, `${path}.${key}`, found, met);
    }
  };
  if (shape.kind === 'object') fields(shape.fields);
  else if (shape.kind === 'list' || shape.kind === 'map') everything(shape.of, path, found, met);
  else if (shape.kind === 'either') {
    shape.of.forEach((one, i) => {
      const given = givenNote(one);
      found.set(given ?? noteOf(shape, i), `${path} (${one.kind})`);
      if (given === undefined) everything(one, path, found, met);
    });
  } else if (shape.kind === 'condition' || shape.kind === 'amount') {
    const [notes, all] =
      shape.kind === 'condition' ? [annotations, operators] : [amountAnnotations, amountOperators];
    fields(notes);
    for (const [op, argument] of Object.entries(all)) {
      found.set(`${shape.kind} ${op}`, `${shape.kind} ${op}`);
      everything(argument, op, found, met);
    }
  }
}

/** As it is written, numbers that parameters give included. */
const copy = asTree(structuredClone(asWritten(whole)));
const settled = (): Programme => {
  const { tables: read, ...file } = copy as unknown as Programme;
  const { file: plain, given } = settleFile(file);
  return { ...plain, eligibility: plain.eligibility ?? nothingAsked, tables: read, given };
};
const all = [...leaves(programmeShape, { root: copy }, 'root', '')];
const locales = ['zh-CN', 'en'] as const;
const textOf = (locale: (typeof locales)[number]) =>
  plainText(explainProgramme(settled(), vocabulary, locale));

test('the example sets every field, alternative and operator there is', () => {
  const found = new Map<string, string>();
  everything(programmeShape, '', found, new Set());
  expect(found.size).toBeGreaterThan(300);
  expect([...found].filter(([note]) => !seen.has(note)).map(([, path]) => path)).toEqual([]);
});

test('whatever value of the file changes, the policy text changes with it, in both languages', () => {
  const before = { 'zh-CN': textOf('zh-CN'), en: textOf('en') };
  expect(all.length).toBeGreaterThan(800);
  const silent: string[] = [];
  const choices = new Set<ShapeDef>();
  for (const { path, shape, holder, key } of all) {
    const value = holder[key];
    // Every choice is tried where it first stands, and one other wherever it stands again.
    const same = choices.has(shape) ? others(shape, value).slice(0, 1) : others(shape, value);
    if (shape.kind === 'choice') choices.add(shape);
    for (const locale of locales) {
      if (key !== locale && locales.some((one) => one === key)) continue;
      const texts = new Set([before[locale]]);
      // A choice of one says what it says by being there.
      const tried = same.length > 0 ? same : [undefined];
      for (const other of tried) {
        if (other === undefined) delete holder[key];
        else holder[key] = other;
        texts.add(textOf(locale));
      }
      holder[key] = value;
      if (texts.size <= tried.length) silent.push(`${path} (${locale})`);
    }
  }
  expect(silent).toEqual([]);
});

test('the text has no holes: nothing empty, undefined, or in the wrong language', () => {
  for (const locale of locales) {
    const text = textOf(locale);
    expect(text).not.toMatch(/undefined|null|NaN|\[object|（）|\(\)|：：|，，|, ,/);
    if (locale === 'en') {
      // What is left in Chinese is what the file writes without a translation.
      const left = text.match(/[\u4e00-\u9fff]+/g) ?? [];
      expect([...new Set(left)].sort()).toEqual(
        ['支教', '港元', '李老师', '节', '附件一', '号', '示教'].sort(),
      );
    }
  }
});
