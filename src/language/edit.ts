import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { own } from '../shared/own.ts';
import { amountAnnotations, amountDocs, amountOperators } from './grammar/amount.ts';
import { operatorDocs, operators } from './grammar/condition.ts';
import { programme } from './grammar/programme.ts';
import { annotations } from './grammar/selection.ts';
import { type Field, type ShapeDef, wordsOf } from './grammar/shape.ts';
import type { Names } from './problem.ts';

/**
 * The single values of a programme file that people change: numbers, lengths of time, days, levels and choices.
 * A value is changed in the text itself, so that comments, order and everything else stay as they were written.
 */
export interface Knob {
  /** Where it stands, such as `eligibility.all[2].count.min`. */
  readonly path: string;
  /** The nearest condition or amount it belongs to; empty outside of any. */
  readonly owner: string;
  /** What the grammar says of the key it stands at. */
  readonly doc: Names;
  /** What leads there from the top of the file: what keys mean, what things are called, ids where they have no name. */
  readonly trail: readonly (Names | string)[];
  readonly kind: 'number' | 'decimal' | 'duration' | 'day' | 'choice' | 'boolean';
  readonly value: string;
  /** What may be chosen and what each is called, for a choice. */
  readonly choices?: Readonly<Record<string, Names>>;
  /** 1-based. */
  readonly line: number;
}

interface Place {
  readonly knob: Knob;
  readonly from: number;
  readonly to: number;
}

const DURATION = /^[1-9]\d{0,2}(y|m|d)$/;
const DAY = /^(\d{4}-)?\d{2}-\d{2}$/;

/** Everything in the file that can be turned, in its order. A text that is no YAML has nothing. */
export const knobsOf = (source: string): Knob[] => placesOf(source).map(({ knob }) => knob);

/** The text with one value changed; null when nothing of the sort stands there. */
export function turn(source: string, path: string, value: string): string | null {
  const place = placesOf(source).find(({ knob }) => knob.path === path);
  if (!place) return null;
  return `${source.slice(0, place.from)}${value}${source.slice(place.to)}`;
}

/** The text with several values changed, read once; what does not stand there is passed over. */
export function turnAll(source: string, values: ReadonlyMap<string, string>): string {
  let text = source;
  // From the end on, so that what comes before stays where it is.
  for (const { knob, from, to } of placesOf(source).toSorted((a, b) => b.from - a.from)) {
    const value = values.get(knob.path);
    if (value !== undefined) text = `${text.slice(0, from)}${value}${text.slice(to)}`;
  }
  return text;
}

function placesOf(source: string): Place[] {
  const document = parseDocument(source, { uniqueKeys: false });
  if (document.errors.length > 0) return [];
  const places: Place[] = [];
  const lineAt = lineFinder(source);

  type Trail = Knob['trail'];
  const scalar = (
    node: Scalar,
    shape: ShapeDef,
    path: string,
    owner: string,
    doc: Names,
    trail: Trail,
  ): void => {
    const kind = kindOf(node.value, shape);
    // A block of text on lines of its own ends with them: nothing is put in its place.
    if (kind === null || !node.range || node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') return;
    const [from, to] = node.range;
    const knob = {
      path,
      owner,
      doc,
      trail,
      kind,
      // Words, lengths and days may be written in quotes; a number stays as it is written.
      value: typeof node.value === 'string' ? node.value : source.slice(from, to),
      ...(shape.kind === 'choice' ? { choices: wordsOf(shape) } : {}),
      line: lineAt(from),
    };
    places.push({ knob, from, to });
  };

  /** One operator of a condition or an amount, and the annotations that hold days. */
  const operator = (
    node: Node | null,
    kind: 'condition' | 'amount',
    path: string,
    doc: Names | string,
    before: Trail,
  ): void => {
    if (isScalar(node)) scalar(node, amountOperators.number, path, path, meaning(doc), before);
    if (!isMap(node)) return;
    const trail = [...before, (/[.[]/.test(path) ? calledIn(node) : undefined) ?? doc];
    const [shapes, notes, docs] =
      kind === 'condition'
        ? [operators, annotations, operatorDocs]
        : [amountOperators, amountAnnotations, amountDocs];
    for (const { key, value } of node.items as Pair<Node, Node>[]) {
      const name = isScalar(key) ? String(key.value) : '';
      const shape = own<ShapeDef>(shapes, name);
      const note = own<Field>(notes, name);
      const meant = own<Names>(docs, name);
      if (shape && meant) visit(value, shape, `${path}.${name}`, path, meant, trail);
      else if (note && name !== 'id') visit(value, note.shape, `${path}.${name}`, path, note.doc, trail);
    }
  };

  /** `doc` is of the key at hand, `before` what leads to it. */
  function visit(
    node: Node | null,
    shape: ShapeDef,
    path: string,
    owner: string,
    doc: Names | string,
    before: Trail,
  ): void {
    switch (shape.kind) {
      case 'condition':
      case 'amount':
        operator(node, shape.kind, path, doc, before);
        return;
      case 'object':
        if (!isMap(node)) return;
        for (const { key, value } of node.items as Pair<Node, Node>[]) {
          const field = isScalar(key) ? own(shape.fields, String(key.value)) : undefined;
          const at = path === '' ? String(key) : `${path}.${key}`;
          // A section goes by what it is, whatever it says of itself.
          const called = /[.[]/.test(path) ? calledIn(node) : undefined;
          const trail = path === '' ? [] : [...before, called ?? doc];
          if (field) visit(value, field.shape, at, owner, field.doc, trail);
        }
        return;
      case 'map':
        if (!isMap(node)) return;
        for (const { key, value } of node.items as Pair<Node, Node>[]) {
          if (!isScalar(key)) continue;
          const id = String(key.value);
          const at = `${path}.${id}`;
          if (isMap(value)) visit(value, shape.of, at, owner, id, [...before, doc]);
          else
            visit(value, shape.of, at, owner, doc, [
              ...before,
              ...(typeof doc === 'string' ? [doc] : []),
              id,
            ]);
        }
        return;
      case 'list':
        if (isSeq(node)) {
          node.items.forEach((item, i) => {
            const at = `${path}[${i}]`;
            const number = { 'zh-CN': `第 ${i + 1} 项`, en: `no. ${i + 1}` };
            if (isMap(item)) visit(item, shape.of, at, owner, number, [...before, doc]);
            else visit(item as Node, shape.of, at, owner, doc, before);
          });
        } else if (shape.orOne) visit(node, shape.of, path, owner, doc, before);
        return;
      case 'either': {
        for (const one of shape.of) {
          const found = places.length;
          visit(node, one, path, owner, doc, before);
          if (places.length > found) return;
        }
        return;
      }
      default:
        if (isScalar(node)) scalar(node, shape, path, owner, meaning(doc), before);
    }
  }

  visit(document.contents as Node | null, programme, '', '', { 'zh-CN': '', en: '' }, []);
  return places;
}

/** Below an id that stands as a key a single value is meant by nothing else. */
const meaning = (doc: Names | string): Names =>
  typeof doc === 'string' ? { 'zh-CN': '数值', en: 'value' } : doc;

/** What a thing of the file is called: its names, else its printed words, else its id. */
function calledIn(node: YAMLMap): Names | string | undefined {
  for (const key of ['names', 'say']) {
    const words = node.get(key);
    if (!isMap(words)) continue;
    const [zh, en] = [words.get('zh-CN'), words.get('en')];
    if (typeof zh === 'string' && typeof en === 'string') return { 'zh-CN': zh, en };
  }
  const id = node.get('id');
  return typeof id === 'string' ? id : undefined;
}

/** What kind of value may be turned; null for names, words and references. */
function kindOf(value: unknown, shape: ShapeDef): Knob['kind'] | null {
  switch (shape.kind) {
    case 'number':
      return typeof value === 'number' ? 'number' : null;
    case 'decimal':
      return typeof value === 'number' ? 'decimal' : null;
    case 'boolean':
      return typeof value === 'boolean' ? 'boolean' : null;
    case 'choice':
      return shape.of.includes(String(value)) ? 'choice' : null;
    case 'literal':
      return typeof value === 'number' ? 'number' : null;
    case 'text':
      if (typeof value !== 'string' || !shape.pattern?.test(value)) return null;
      return DURATION.test(value) ? 'duration' : DAY.test(value) ? 'day' : null;
    default:
      return null;
  }
}

function lineFinder(source: string): (offset: number) => number {
  const starts = [0];
  for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) starts.push(i + 1);
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
}
