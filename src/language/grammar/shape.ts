import type { Names } from '../problem.ts';
import { choiceWords } from './words.ts';

/**
 * Shapes: one description of what a piece of a file may be. The reader checks files against it, the JSON
 * Schema and the author's reference are generated from it, and TypeScript derives the types of what was read.
 */

/** Kinds of names a file may refer to: the first line is declared by the vocabulary, the second by the file. */
export type RefKind =
  | ('record-type' | 'attribute' | 'title' | 'level' | 'stage' | 'scale')
  | ('definition' | 'body' | 'clause' | 'route-stage' | 'limit' | 'duty' | 'table')
  | ('measure' | 'parameter' | 'population' | 'lookup' | 'state' | 'treatment');

export const refWords: Readonly<Record<RefKind, Names>> = {
  'record-type': { 'zh-CN': '记录类型', en: 'record type' },
  attribute: { 'zh-CN': '个人信息项', en: 'attribute' },
  title: { 'zh-CN': '称号', en: 'title' },
  level: { 'zh-CN': '级别', en: 'level' },
  stage: { 'zh-CN': '学段', en: 'school stage' },
  scale: { 'zh-CN': '量表', en: 'scale' },
  definition: { 'zh-CN': '定义', en: 'definition' },
  body: { 'zh-CN': '机构', en: 'body' },
  clause: { 'zh-CN': '条款', en: 'clause' },
  'route-stage': { 'zh-CN': '环节', en: 'stage of the route' },
  limit: { 'zh-CN': '名额限制', en: 'limit of the quota' },
  duty: { 'zh-CN': '职责', en: 'duty' },
  table: { 'zh-CN': '表格', en: 'table' },
  measure: { 'zh-CN': '计量', en: 'measure' },
  parameter: { 'zh-CN': '参数', en: 'parameter' },
  population: { 'zh-CN': '人群', en: 'population' },
  lookup: { 'zh-CN': '对照表', en: 'lookup table' },
  state: { 'zh-CN': '状态', en: 'state' },
  treatment: { 'zh-CN': '待遇', en: 'treatment' },
};

export interface Field {
  readonly shape: ShapeDef;
  readonly required: boolean;
  /** One line for the author's reference and for editors. */
  readonly doc: Names;
}

export type ShapeDef =
  | { readonly kind: 'text'; readonly pattern?: RegExp; readonly like?: string }
  | { readonly kind: 'number'; readonly integer: boolean; readonly min: number; readonly max: number }
  | { readonly kind: 'decimal'; readonly max: number; readonly min: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'literal' }
  | {
      readonly kind: 'choice';
      readonly of: readonly string[];
      /** What each of them is called. */
      readonly words: Readonly<Record<string, Names>>;
    }
  | { readonly kind: 'ref'; readonly to: RefKind }
  | { readonly kind: 'list'; readonly of: ShapeDef; readonly orOne: boolean; readonly min: number }
  | { readonly kind: 'map'; readonly of: ShapeDef; readonly keys?: RefKind; readonly min: number }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Field>>; readonly place?: Place }
  | { readonly kind: 'either'; readonly of: readonly ShapeDef[] }
  | { readonly kind: 'condition' }
  | { readonly kind: 'amount' };

declare const reads: unique symbol;
/** A shape together with the type of the value it reads. */
export type Shape<T> = ShapeDef & { readonly [reads]?: T };
export type Read<S> = S extends { readonly [reads]?: infer T } ? T : never;

/** A scalar as written in a file. */
export type Literal = string | number | boolean;

export const text: Shape<string> = { kind: 'text' };
export const boolean: Shape<boolean> = { kind: 'boolean' };
export const literal: Shape<Literal> = { kind: 'literal' };
/** Exact decimal kept as text, from `min` (0 unless given) to `max`. */
export const decimal = (max: number, min = 0): Shape<string> => ({ kind: 'decimal', max, min });
export const integer = (min: number, max: number): Shape<number> => ({
  kind: 'number',
  integer: true,
  min,
  max,
});
export const number = (min: number, max: number): Shape<number> => ({
  kind: 'number',
  integer: false,
  min,
  max,
});
export const like = (pattern: RegExp, example: string): Shape<string> => ({
  kind: 'text',
  pattern,
  like: example,
});
export const ref = (to: RefKind): Shape<string> => ({ kind: 'ref', to });
/** One of the words there are, or of those among them that are named. */
export const choice = <K extends string, C extends K = K>(
  words: Readonly<Record<K, Names>>,
  ...among: readonly C[]
): Shape<C> => ({
  kind: 'choice',
  of: among.length > 0 ? among : Object.keys(words),
  words,
});
/** What may be chosen, in its order, with what each is called. */
export const wordsOf = ({ of, words }: ShapeDef & { kind: 'choice' }): Readonly<Record<string, Names>> =>
  Object.fromEntries(of.flatMap((one) => (words[one] ? [[one, words[one]]] : [])));
export const list = <T>(of: Shape<T>, min = 0): Shape<readonly T[]> => ({
  kind: 'list',
  of,
  orOne: false,
  min,
});
/** A list, or a single item written without the dash. */
export const oneOrMore = <T>(of: Shape<T>): Shape<readonly T[]> => ({
  kind: 'list',
  of,
  orOne: true,
  min: 1,
});
export const map = <T>(of: Shape<T>, keys?: RefKind, min = 0): Shape<Readonly<Record<string, T>>> => ({
  kind: 'map',
  of,
  min,
  ...(keys ? { keys } : {}),
});
/** The first alternative that fits what is written reads it; of mappings, the one that knows most of its keys. */
export const either = <A, B>(a: Shape<A>, b: Shape<B>): Shape<A | B> => ({ kind: 'either', of: [a, b] });

export interface RequiredField<T> extends Field {
  readonly required: true;
  readonly shape: Shape<T>;
}
export interface OptionalField<T> extends Field {
  readonly required: false;
  readonly shape: Shape<T>;
}
export const required = <T>(shape: Shape<T>, doc: Names): RequiredField<T> => ({
  shape,
  required: true,
  doc,
});
export const optional = <T>(shape: Shape<T>, doc: Names): OptionalField<T> => ({
  shape,
  required: false,
  doc,
});

type FieldsRead<F> = {
  readonly [K in keyof F as F[K] extends RequiredField<unknown> ? K : never]: F[K] extends RequiredField<
    infer T
  >
    ? T
    : never;
} & {
  readonly [K in keyof F as F[K] extends OptionalField<unknown> ? K : never]?: F[K] extends OptionalField<
    infer T
  >
    ? T
    : never;
};
export const object = <const F extends Readonly<Record<string, Field>>>(fields: F): Shape<FieldsRead<F>> => ({
  kind: 'object',
  fields,
});

/** What may stand at a place of the file whose number a parameter gives. */
export interface Place {
  /** Decimals are kept as text; a duration is so many of a unit. */
  readonly kind: 'whole' | 'number' | 'decimal' | 'duration';
  readonly min: number;
  readonly max: number;
}
/** A number set locally, within what the file allows. */
export interface ParameterNumber {
  readonly parameter: string;
  /** Of a duration: what the number counts. */
  readonly in?: DurationUnit;
  readonly place: Place;
}
export const durationUnits = ['years', 'months', 'days'] as const;
export type DurationUnit = (typeof durationUnits)[number];

const givenBy = required(ref('parameter'), { 'zh-CN': '由此参数给出', en: 'the parameter that gives it' });
/** A number, or the parameter that gives it. */
export const orParameter = <T extends Literal>(of: Shape<T>): Shape<T | ParameterNumber> =>
  either<T, ParameterNumber>(of, { kind: 'object', fields: { parameter: givenBy }, place: placeOf(of) });
function placeOf(of: ShapeDef): Place {
  if (of.kind === 'number') return { kind: of.integer ? 'whole' : 'number', min: of.min, max: of.max };
  if (of.kind === 'decimal') return { kind: 'decimal', min: of.min, max: of.max };
  return { kind: 'number', min: -1e12, max: 1e12 };
}

// Patterns shared by both grammars.
export const id = like(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'open-classes');
export const names: Shape<Names> = object({
  'zh-CN': required(text, { 'zh-CN': '中文', en: 'in Chinese' }),
  en: required(text, { 'zh-CN': '英文', en: 'in English' }),
});
export const duration = like(/^[1-9]\d{0,2}(y|m|d)$/, '5y, 6m or 30d');
/** A duration, or the parameter that gives it and what it counts. */
export const durationOrParameter: Shape<string | ParameterNumber> = either<string, ParameterNumber>(
  duration,
  {
    kind: 'object',
    fields: {
      parameter: givenBy,
      in: required(choice(choiceWords.units, ...durationUnits), {
        'zh-CN': '所给的数以何为单位',
        en: 'what its number counts',
      }),
    },
    place: { kind: 'duration', min: 1, max: 999 },
  },
);
export const fullDate = like(/^\d{4}-\d{2}-\d{2}$/, '2011-04-25');
export const day = like(/^(\d{4}-)?\d{2}-\d{2}$/, '04-25 or 2011-04-25');
export const monthDay = like(/^\d{2}-\d{2}$/, '09-01');
