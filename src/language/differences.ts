import { asWritten, isNode as isNodeOf, isParameter } from './given.ts';
import { amountAnnotations, amountDocs, amountOperators } from './grammar/amount.ts';
import { operatorDocs, operators } from './grammar/condition.ts';
import { programme as file } from './grammar/programme.ts';
import { annotations } from './grammar/selection.ts';
import type { Field, ShapeDef } from './grammar/shape.ts';
import type { Names } from './problem.ts';
import type { Programme } from './programme.ts';
import { isCondition, type Node } from './walk.ts';

/*
 * Two versions of a programme laid side by side along the grammar, so that each difference is known by what the grammar
 * says of its keys and by the condition or the named thing it belongs to. Items of lists are told apart by their id, the
 * others by what they say, so that a clause moved is not a clause changed. What came or went as a whole is one difference.
 */

export interface Difference {
  /** The key at the top of the file it stands below. */
  readonly top: string;
  /** The nearest condition it belongs to, by where that stands: in the newer version, and in the older. */
  readonly nodes: readonly string[];
  /** What the nearest stage, body, duty … is called. */
  readonly thing: Names | null;
  /** What leads from the condition or the thing to the value; empty for the whole of it. */
  readonly keys: readonly Key[];
  /** What may stand there: of several shapes what was may have another than what is. */
  readonly shape: ShapeDef | null;
  readonly was: unknown;
  readonly is: unknown;
  /** In the newer version; in the older where it is gone. */
  readonly path: string;
}
/** What the grammar says of a key, or an id that stands as a key. */
export type Key = Names | string;

type Parts = Readonly<Record<string, unknown>>;
type At = Omit<Difference, 'was' | 'is'>;

export function differences(before: Programme, after: Programme): Difference[] {
  const found: Difference[] = [];

  function compare(was: unknown, is: unknown, at: At): void {
    if (alike(was) === alike(is)) return;
    const shape = fitting(at.shape, is ?? was);
    if (isNode(was) && isNode(is) && opOf(was) === opOf(is)) insideNodes(was, is, at);
    else if (isList(was) && isList(is)) insideLists(was, is, { ...at, shape });
    else if (isParts(was) && isParts(is) && !isNames(is) && !isNode(is))
      insideParts(was, is, { ...at, shape });
    else found.push({ ...at, nodes: standing(at, was, is), was, is });
  }

  /** Two conditions or two amounts that ask in the same way. */
  function insideNodes(was: Node, is: Node, at: At): void {
    const condition = isCondition(is);
    const here: At = condition ? { ...at, nodes: standing(at, was, is), keys: [] } : at;
    const notes: Readonly<Record<string, Field>> = condition ? annotations : amountAnnotations;
    const docs: Readonly<Record<string, Names>> = condition ? operatorDocs : amountDocs;
    const shapes: Readonly<Record<string, ShapeDef>> = condition ? operators : amountOperators;
    for (const [key, { shape, doc }] of Object.entries(notes)) {
      const path = `${at.path}.${key}`;
      const keys = [...idsIn(here), doc];
      compare(partsOf(was)[key], partsOf(is)[key], { ...here, keys, shape, path });
    }
    const op = opOf(is);
    const doc = docs[op];
    compare(argOf(was), argOf(is), {
      ...here,
      // A plain number is meant by its key alone.
      keys: op === 'number' || doc === undefined ? here.keys : [...idsIn(here), doc],
      shape: shapes[op] ?? null,
      path: op === 'number' ? at.path : `${at.path}.${op}`,
    });
  }

  function insideParts(was: Parts, is: Parts, at: At): void {
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
      const field = at.shape?.kind === 'object' ? at.shape.fields[key] : undefined;
      const shape = field?.shape ?? (at.shape?.kind === 'map' ? at.shape.of : null);
      const below: At = {
        ...at,
        keys: [...idsIn(at), field?.doc ?? key],
        shape,
        path: at.path === '' ? key : `${at.path}.${key}`,
        top: at.top === '' ? key : at.top,
      };
      compare(was[key], is[key], called(was[key], is[key], below));
    }
  }

  function insideLists(was: readonly Parts[], is: readonly Parts[], at: At): void {
    const shape = at.shape?.kind === 'list' ? at.shape.of : at.shape;
    for (const { one, other, index } of paired(was, is)) {
      const below = called(one, other, { ...at, shape, path: `${at.path}[${index}]` });
      const whole = one === undefined || other === undefined || isNode(other);
      compare(one, other, whole ? { ...below, keys: [] } : below);
    }
  }

  const start: At = { top: '', nodes: [], thing: null, keys: [], shape: file, path: '' };
  insideParts(fileOf(before), fileOf(after), start);
  return found;
}

/** What stands in the file, and the tables beside it by name and row. */
function fileOf(programme: Programme): Parts {
  const { given: _, tables, ...rest } = asWritten(programme);
  const rows = Object.entries(tables).map(([name, { rows }]) => [
    name,
    Object.fromEntries(rows.map(({ key, places }) => [key, places])),
  ]);
  return { ...rest, tables: Object.fromEntries(rows) };
}

/** A condition or an amount. */
export const isNode = (value: unknown): value is Node => isParts(value) && isNodeOf(value);
const partsOf = (node: Node): Parts => node as unknown as Parts;
const opOf = (node: Node): string => (isCondition(node) ? node.rule.op : node.term.op);
const argOf = (node: Node): unknown => (isCondition(node) ? node.rule.arg : node.term.arg);
/** A parameter in the place of a number is a value itself. */
const isParts = (value: unknown): value is Parts =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isParameter(value);
/** A list of things; one of plain values is a value itself. */
const isList = (value: unknown): value is readonly Parts[] => Array.isArray(value) && value.every(isParts);
export const isNames = (value: unknown): value is Names =>
  isParts(value) && typeof value['zh-CN'] === 'string' && typeof value.en === 'string';
const idsIn = ({ keys }: Pick<At, 'keys'>): readonly Key[] => keys.filter((key) => typeof key === 'string');

/** Where a thing stands is not part of what it says. */
const alike = (value: unknown): string | undefined =>
  JSON.stringify(value, (key, part) => (key === 'path' || key === 'given' ? undefined : part));

/** The conditions that stand at a place, or those around it. */
function standing(at: At, was: unknown, is: unknown): readonly string[] {
  const own = [is, was].flatMap((one) => (isNode(one) && isCondition(one) ? [one.path] : []));
  return own.length > 0 ? own : at.nodes;
}

/** At something with a name of its own, or else with words of its own, all below is told of it. */
function called(was: unknown, is: unknown, at: At): At {
  const now = is ?? was;
  if (!isParts(now) || isNode(now)) return at;
  const thing = [now.names, now.say].find(isNames);
  return thing === undefined ? at : { ...at, thing, keys: [] };
}

/** Of several shapes the one a value has. */
export function fitting(shape: ShapeDef | null, value: unknown): ShapeDef | null {
  if (shape?.kind === 'list' && shape.orOne && !Array.isArray(value)) return fitting(shape.of, value);
  if (shape?.kind !== 'either') return shape;
  const fits = (one: ShapeDef | null): boolean => {
    if (Array.isArray(value)) return one?.kind === 'list';
    if (isNode(value)) return one?.kind === 'condition' || one?.kind === 'amount';
    // A word is one of those to choose, a day is written as one; any other is the id of something.
    if (typeof value === 'string' && one?.kind === 'choice') return one.of.includes(value);
    if (typeof value === 'string' && one?.kind === 'text') return one.pattern?.test(value) !== false;
    if (!isParts(value)) return one?.kind !== 'object' && one?.kind !== 'map' && one?.kind !== 'list';
    return one?.kind === 'object'
      ? Object.keys(value).every((key) => key in one.fields)
      : one?.kind === 'map';
  };
  return shape.of.map((one) => fitting(one, value)).find(fits) ?? null;
}

interface Pair {
  readonly one: Parts | undefined;
  readonly other: Parts | undefined;
  readonly index: number;
}

/** Items of two lists that are meant to be the same, in the order of the newer one; then those that are gone. */
function paired(was: readonly Parts[], is: readonly Parts[]): Pair[] {
  const left = new Set(was);
  const take = (fits: (item: Parts) => boolean): Parts | undefined => {
    const found = [...left].find(fits);
    if (found) left.delete(found);
    return found;
  };
  const pairs = is.map((other) => {
    const text = alike(other);
    const one = take(
      typeof other.id === 'string' ? ({ id }) => id === other.id : (item) => alike(item) === text,
    );
    return { one, other };
  });
  // Those without a name that say something else now, one after the other.
  const all = pairs.map(({ one, other }, index): Pair => {
    const again =
      one ?? (typeof other.id === 'string' ? undefined : take(({ id }) => typeof id !== 'string'));
    return { one: again, other, index };
  });
  return [...all, ...[...left].map((one) => ({ one, other: undefined, index: was.indexOf(one) }))];
}
