import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type Scalar } from 'yaml';
import { amountAnnotations, amountDocs, amountOperators } from './grammar/amount.ts';
import { operatorDocs, operators } from './grammar/condition.ts';
import { programme } from './grammar/programme.ts';
import { annotations } from './grammar/selection.ts';
import type { Field, ShapeDef } from './grammar/shape.ts';
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
  readonly kind: 'number' | 'decimal' | 'duration' | 'day' | 'choice' | 'boolean';
  readonly value: string;
  /** What may be chosen, for a choice. */
  readonly choices?: readonly string[];
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

  const scalar = (node: Scalar, shape: ShapeDef, path: string, owner: string, doc: Names): void => {
    const kind = kindOf(node.value, shape);
    if (kind === null || !node.range) return;
    const [from, to] = node.range;
    const knob = {
      path,
      owner,
      doc,
      kind,
      value: source.slice(from, to),
      ...(shape.kind === 'choice' ? { choices: shape.of } : {}),
      line: lineAt(from),
    };
    places.push({ knob, from, to });
  };

  /** One operator of a condition or an amount, and the annotations that hold days. */
  const operator = (node: Node | null, kind: 'condition' | 'amount', path: string, doc: Names): void => {
    if (isScalar(node)) scalar(node, amountOperators.number, path, path, doc);
    if (!isMap(node)) return;
    const [shapes, notes, docs] =
      kind === 'condition'
        ? [operators, annotations, operatorDocs]
        : [amountOperators, amountAnnotations, amountDocs];
    for (const { key, value } of node.items as Pair<Node, Node>[]) {
      const name = isScalar(key) ? String(key.value) : '';
      const shape = (shapes as Readonly<Record<string, ShapeDef>>)[name];
      const note = (notes as Readonly<Record<string, Field>>)[name];
      const meant = (docs as Readonly<Record<string, Names>>)[name];
      if (shape && meant) visit(value, shape, `${path}.${name}`, path, meant);
      else if (note && name !== 'id') visit(value, note.shape, `${path}.${name}`, path, note.doc);
    }
  };

  function visit(node: Node | null, shape: ShapeDef, path: string, owner: string, doc: Names): void {
    switch (shape.kind) {
      case 'condition':
      case 'amount':
        operator(node, shape.kind, path, doc);
        return;
      case 'object':
        if (!isMap(node)) return;
        for (const { key, value } of node.items as Pair<Node, Node>[]) {
          const field = isScalar(key) ? shape.fields[String(key.value)] : undefined;
          if (field)
            visit(value, field.shape, path === '' ? String(key) : `${path}.${key}`, owner, field.doc);
        }
        return;
      case 'map':
        if (!isMap(node)) return;
        for (const { key, value } of node.items as Pair<Node, Node>[]) {
          if (isScalar(key)) visit(value, shape.of, `${path}.${key.value}`, owner, doc);
        }
        return;
      case 'list':
        if (isSeq(node)) {
          node.items.forEach((item, i) => {
            visit(item as Node, shape.of, `${path}[${i}]`, owner, doc);
          });
        } else if (shape.orOne) visit(node, shape.of, path, owner, doc);
        return;
      case 'either': {
        for (const one of shape.of) {
          const before = places.length;
          visit(node, one, path, owner, doc);
          if (places.length > before) return;
        }
        return;
      }
      default:
        if (isScalar(node)) scalar(node, shape, path, owner, doc);
    }
  }

  visit(document.contents as Node | null, programme, '', '', { 'zh-CN': '', en: '' });
  return places;
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
