import { compare, type Exact, parseExact, whole } from '../shared/decimal.ts';
import { own } from '../shared/own.ts';
import type { ProgrammeFile } from './grammar/programme.ts';
import type { Settled } from './grammar/settled.ts';
import type { DurationUnit, ParameterNumber, Place } from './grammar/shape.ts';
import { isCondition, type Node, nodesOf, opOf } from './walk.ts';

/**
 * Numbers and lengths of time that a parameter gives. A programme holds them as plain values, the parameter's own
 * until others are set, and remembers where they came from: those within a condition or an amount with that, which may
 * be asked of people of whom different numbers hold; the others with the programme.
 */

export type SettledFile = Settled<ProgrammeFile>;

type Step = string | number;
/** Where a number is given by which parameter: of a node below what its operator is given. */
export interface Given {
  readonly at: readonly Step[];
  readonly parameter: string;
  readonly place: Place;
  readonly in?: DurationUnit;
}

const joined = (at: readonly Step[]): string =>
  at.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');

/** Every number of a programme that a parameter gives, with its path in the file. */
export function allGiven(
  programme: SettledFile & { readonly given: readonly Given[] },
): readonly PlacedGiven[] {
  if (programme.parameters === undefined) return [];
  const within = [...nodesOf(programme)].flatMap(givenWithin);
  return [...programme.given.map((given) => ({ ...given, path: joined(given.at) })), ...within];
}
export type PlacedGiven = Given & { readonly path: string };

/** Those of one condition or amount, with their paths. */
export const givenWithin = (node: Node): readonly PlacedGiven[] =>
  (node.given ?? []).map((given) => ({
    ...given,
    path: `${node.path}.${joined([opOf(node), ...given.at])}`,
  }));

/** Why a number cannot stand at a place of the file, and the bound it passes; null when it can. */
export type Fault =
  | { readonly kind: 'not-whole' }
  | { readonly kind: 'too-little' | 'too-much'; readonly bound: string };
export function misfit({ place: { kind, min, max } }: Pick<Given, 'place'>, value: string): Fault | null {
  const number = parseExact(value);
  if (!number || compare(number, exactOf(min)) < 0) return { kind: 'too-little', bound: String(min) };
  if (compare(number, exactOf(max)) > 0) return { kind: 'too-much', bound: String(max) };
  return (kind === 'whole' || kind === 'duration') && number.d !== 1n ? { kind: 'not-whole' } : null;
}
const exactOf = (bound: number): Exact => parseExact(String(bound)) ?? whole(0);

/** Sections whose keys are names of the file's own: what looks like a parameter there is none. */
const WORDS: readonly string[] = ['terms', 'lookups', 'parameters', 'tables', 'given'];

/** Names of the file's own may read so too, such as those of its definitions: what stands under them tells. */
export const isParameter = (value: object): value is ParameterNumber =>
  'parameter' in value && 'place' in value && typeof value.place === 'object';
export const isNode = (value: object): value is Node =>
  'path' in value && typeof value.path === 'string' && ('rule' in value || 'term' in value);

/**
 * The file as it was read, with the parameters' own values in their places. What was read is one tree of plain objects;
 * only its types say that every number in it is one already.
 */
export function settleFile(file: ProgrammeFile): {
  readonly file: SettledFile;
  readonly given: readonly Given[];
} {
  // What names a parameter the file does not have is refused before.
  if (file.parameters === undefined) return { file: file as SettledFile, given: [] };
  const put = (one: ParameterNumber) => valueAt(one, own(file.parameters ?? {}, one.parameter)?.value ?? '0');
  const plain = (value: unknown, at: readonly Step[], found: Given[]): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return mapped(value, (one, i) => plain(one, [...at, i], found));
    if (isNode(value)) return settledNode(value);
    if (!isParameter(value)) return entries(value, (one, key) => plain(one, [...at, key], found));
    const { parameter, place, in: unit } = value;
    found.push({ at, parameter, place, ...(unit === undefined ? {} : { in: unit }) });
    return put(value);
  };
  const settledNode = (node: Node): Node => {
    const found: Given[] = [];
    const arg = plain(argOf(node), [], found);
    const same = arg === argOf(node);
    return same ? node : withArg(node, arg, found.length > 0 ? found : undefined);
  };
  const given: Given[] = [];
  const settled = entries(file, (section, key) =>
    WORDS.includes(key) ? section : plain(section, [key], given),
  );
  return { file: settled as SettledFile, given };
}

const argOf = (node: Node): unknown => (isCondition(node) ? node.rule.arg : node.term.arg);
function withArg(node: Node, arg: unknown, given = node.given): Node {
  const kept = { ...node, ...(given === undefined ? {} : { given }) };
  // The argument is of the same shape as before.
  return (
    'rule' in kept ? { ...kept, rule: { ...kept.rule, arg } } : { ...kept, term: { ...kept.term, arg } }
  ) as Node;
}

/** Unchanged where nothing in it changes, so that what is kept by the object stays known. */
function mapped(all: readonly unknown[], change: (one: unknown, i: number) => unknown): readonly unknown[] {
  const made = all.map(change);
  return made.every((one, i) => one === all[i]) ? all : made;
}
function entries(value: object, change: (one: unknown, key: string) => unknown): object {
  const all = Object.entries(value);
  const made = all.map(([key, one]) => [key, change(one, key)] as const);
  return made.every(([, one], i) => one === all[i]?.[1]) ? value : Object.fromEntries(made);
}

/** What stands in a place when the parameter has this value. */
export function valueAt({ place, in: unit }: Pick<Given, 'place' | 'in'>, value: string): string | number {
  if (place.kind === 'decimal') return value;
  const number = Number(value);
  return place.kind === 'duration' ? `${number}${(unit ?? 'days').charAt(0)}` : number;
}

/** A node with other values where parameters give them. */
export const nodeWith = <N extends Node>(node: N, put: (given: Given) => unknown): N =>
  withArg(node, placedAll(argOf(node), node.given ?? [], put)) as N;

/** A file with other values wherever parameters give them, in its conditions and amounts too. */
export function withValues<F extends { readonly given: readonly Given[] }>(
  file: F,
  put: (given: Given) => unknown,
): F {
  const deep = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return mapped(value, deep);
    if (!isNode(value)) return entries(value, deep);
    const arg = placedAll(deep(argOf(value)), value.given ?? [], put);
    return arg === argOf(value) ? value : withArg(value, arg);
  };
  const sections = entries(file, (section, key) => (WORDS.includes(key) ? section : deep(section)));
  return placedAll(sections, file.given, put) as F;
}

const placedAll = (value: unknown, all: readonly Given[], put: (given: Given) => unknown): unknown =>
  all.reduce((changed, given) => placed(changed, given.at, put(given)), value);

function placed(value: unknown, at: readonly Step[], put: unknown): unknown {
  const [step, ...rest] = at;
  if (step === undefined) return put;
  if (Array.isArray(value)) return value.map((one, i) => (i === step ? placed(one, rest, put) : one));
  const own = value as Readonly<Record<string, unknown>>;
  return { ...own, [step]: placed(own[step], rest, put) };
}

/** The file as it is written: the parameters in their places. */
export const asWritten = <F extends { readonly given: readonly Given[] }>(file: F): F =>
  withValues(file, ({ parameter, place, in: unit }) => ({ parameter, place, ...(unit ? { in: unit } : {}) }));

/** The numbers outside of conditions and amounts as the parameters say: their own values, or those set instead. */
export function settle<F extends SettledFile>(
  file: F,
  all: readonly Given[],
  set: Readonly<Record<string, string>> = {},
): F {
  return placedAll(file, all, (given) =>
    valueAt(given, own(set, given.parameter) ?? own(file.parameters ?? {}, given.parameter)?.value ?? '0'),
  ) as F;
}
