import { compare, parseExact } from '../../shared/decimal.ts';
import { own } from '../../shared/own.ts';
import type { Parameters } from '../evaluate.ts';
import { allGiven, misfit } from '../given.ts';
import { type Names, nearest } from '../problem.ts';
import type { Programme } from '../programme.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { exact } from './common.ts';

/** Numbers set locally, against what the programme allows. */

export type ParameterReason =
  | ('unknown' | 'not-a-number' | 'not-whole')
  | ('below-least' | 'above-most' | 'not-yours-to-set');

export const parameterReasons: Readonly<Record<ParameterReason, Names>> = {
  unknown: { 'zh-CN': '方案没有此参数', en: 'the programme has no such parameter' },
  'not-a-number': { 'zh-CN': '不是数', en: 'not a number' },
  'not-whole': { 'zh-CN': '须为整数', en: 'not a whole number' },
  'below-least': { 'zh-CN': '低于允许的最小值', en: 'below the least that is allowed' },
  'above-most': { 'zh-CN': '高于允许的最大值', en: 'above the most that is allowed' },
  'not-yours-to-set': { 'zh-CN': '不由这一级设定', en: 'not for this level to set' },
};

export interface ParameterCheck {
  readonly outcome: 'met' | 'unmet';
  readonly problems: readonly {
    readonly parameter: string;
    readonly reason: ParameterReason;
    readonly value: string;
    /** The bound that is passed, the level that may set it, or the nearest name. */
    readonly expected?: string;
  }[];
}

/** Within what a number may be set: as the file says, and as the places ask where it stands. */
export interface ParameterBounds {
  readonly min?: string;
  readonly max?: string;
  readonly whole: boolean;
}
export function boundsOf(programme: Programme, parameter: string): ParameterBounds {
  const plan = own(programme.parameters ?? {}, parameter);
  const places = allGiven(programme).filter((one) => one.parameter === parameter);
  const all = (mine: string | undefined, bounds: readonly number[]) =>
    [...(mine === undefined ? [] : [mine]), ...bounds.map(String)].toSorted((a, b) =>
      compare(exact(a), exact(b)),
    );
  const min = all(
    plan?.min,
    places.map(({ place }) => place.min),
  ).at(-1);
  const [max] = all(
    plan?.max,
    // What only keeps a file sane is no bound for whoever sets a number.
    places.flatMap(({ place }) => (place.max >= ONLY_SANE ? [] : [place.max])),
  );
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    whole: places.some(({ place: { kind } }) => kind === 'whole' || kind === 'duration'),
  };
}
const ONLY_SANE = 10_000;

/** `by` is the level that sets them; without it nobody's right to is looked at. */
export function checkParameters(
  programme: Programme,
  vocabulary: Vocabulary,
  given: Parameters,
  by?: string,
): ParameterCheck {
  const known = programme.parameters ?? {};
  const levels = vocabulary.scales.level?.order;
  const problems = Object.entries(given).flatMap(([parameter, value]): ParameterCheck['problems'] => {
    const bad = (reason: ParameterReason, expected?: string) => [
      { parameter, reason, value, ...(expected === undefined ? {} : { expected }) },
    ];
    const plan = own(known, parameter);
    if (!plan) return bad('unknown', nearest(parameter, Object.keys(known)));
    const number = parseExact(value);
    if (!number) return bad('not-a-number');
    const { min, max, setBy } = plan;
    if (min !== undefined && compare(number, exact(min)) < 0) return bad('below-least', min);
    if (max !== undefined && compare(number, exact(max)) > 0) return bad('above-most', max);
    // Where it stands may ask more: a share goes up to a hundred, a number of places is whole.
    for (const place of allGiven(programme)) {
      const fault = place.parameter === parameter ? misfit(place, value) : null;
      if (fault?.kind === 'too-little') return bad('below-least', fault.bound);
      if (fault?.kind === 'too-much') return bad('above-most', fault.bound);
      if (fault?.kind === 'not-whole') return bad('not-whole');
    }
    const stands = by === undefined || setBy === undefined || levels?.get(by) === levels?.get(setBy);
    return stands ? [] : bad('not-yours-to-set', setBy);
  });
  return { outcome: problems.length === 0 ? 'met' : 'unmet', problems };
}
