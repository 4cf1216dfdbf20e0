import { withLocal } from '../../../language/explain.ts';
import type { LocalNumber, LocalNumbers } from '../../../language/finding.ts';
import { settle } from '../../../language/given.ts';
import type { Parameter } from '../../../language/grammar/programme.ts';
import type { Programme } from '../../../language/programme.ts';
import type { Vocabulary } from '../../../language/vocabulary.ts';
import { checkParameters, type ParameterReason } from '../../../language/work/parameters.ts';
import { formatExact, parseExact } from '../../../shared/decimal.ts';
import { childLevels, type UnitLevel } from '../../organisation/units/rules.ts';

/*
 * Numbers that a programme leaves to the units below it: who may set which, to what and from when, and whose hold for
 * whom. Pure; today is an argument.
 */

/** The unit that keeps the programme. */
export interface Authority {
  readonly path: string;
  readonly level: UnitLevel;
}

/** A number as it holds on some day. */
export interface NumberInForce {
  readonly parameter: string;
  /** Decimal text. */
  readonly value: string;
  readonly unitName: string;
  readonly unitPath: string;
  readonly unitLevel: UnitLevel;
  readonly since: string;
  readonly document: string | null;
}
/** All that holds for a programme on some day. */
export interface NumberSet {
  readonly authority: Authority;
  readonly numbers: readonly NumberInForce[];
}

type Asked = { readonly programme: Programme; readonly vocabulary: Vocabulary };

/** A parameter by its id; a version may have none of that name. */
export const parameterOf = (
  { parameters = {} }: Pick<Programme, 'parameters'>,
  id: string,
): Parameter | undefined => (Object.hasOwn(parameters, id) ? parameters[id] : undefined);

/** The level that sets a parameter: as the file says, else the one below the unit that keeps it; null when there is none. */
export const setterLevel = (
  programme: Pick<Programme, 'parameters'>,
  parameter: string,
  authority: Pick<Authority, 'level'>,
): string | null => parameterOf(programme, parameter)?.setBy ?? childLevels(authority.level)[0] ?? null;

/** Levels of one rank are one: what is for a county to set is for a district. */
function isLevel({ scales }: Vocabulary, level: string, wanted: string): boolean {
  const order = scales.level?.order;
  return level === wanted || (order?.has(level) === true && order.get(level) === order.get(wanted));
}

/** A unit that may set a parameter of a programme: of the right level, and in one line with the unit that keeps it. */
export function maySet(
  { programme, vocabulary }: Asked,
  authority: Authority,
  parameter: string,
  unit: { readonly path: string; readonly level: UnitLevel },
): boolean {
  const wanted = setterLevel(programme, parameter, authority);
  const inLine = unit.path.startsWith(authority.path) || authority.path.startsWith(unit.path);
  return wanted !== null && inLine && isLevel(vocabulary, unit.level, wanted);
}

export interface Misfit {
  readonly reason: ParameterReason;
  /** The bound that is passed, or the nearest name. */
  readonly expected?: string;
}

/** Why a number that was set cannot be used by this version; null when it can. */
export function misfitOf(
  asked: Asked,
  authority: Authority,
  { parameter, value, unitPath: path, unitLevel: level }: NumberInForce,
): Misfit | null {
  const [problem] = checkParameters(asked.programme, asked.vocabulary, { [parameter]: value }).problems;
  if (problem !== undefined)
    return {
      reason: problem.reason,
      ...(problem.expected === undefined ? {} : { expected: problem.expected }),
    };
  return maySet(asked, authority, parameter, { path, level }) ? null : { reason: 'not-yours-to-set' };
}

// --- Whose hold for whom ----------------------------------------------------------------------------

/** A number that was set, and why this version cannot use it; null where it can. */
export interface Weighed extends NumberInForce {
  readonly misfit: Misfit | null;
}
/** The numbers a round or trial keeps, ready to be asked for whoever stands under a unit. */
export interface Local {
  /** By which they are kept; null when there are none. */
  readonly digest: string | null;
  /** All that were kept. */
  readonly all: readonly Weighed[];
  /** Those set by the units over a place; undefined where none has set any. */
  at(path: string | null): LocalNumbers | undefined;
}
export const NO_LOCAL: Local = { digest: null, all: [], at: () => undefined };

/** Of numbers that were kept, those this version can use. */
export function localOf(asked: Asked, digest: string, { authority, numbers }: NumberSet): Local {
  const all = numbers.map((one) => ({ ...one, misfit: misfitOf(asked, authority, one) }));
  const set = new Map<string, [string, LocalNumber][]>();
  for (const one of all) {
    const value = parseExact(one.value);
    if (value === null || one.misfit !== null) continue;
    const { unitName: by, since, document } = one;
    const own = set.get(one.unitPath) ?? [];
    set.set(one.unitPath, own);
    own.push([one.parameter, { value, by, since, document }]);
  }
  // People stand in some thousands of places; each is put together once.
  const known = new Map<string, LocalNumbers | undefined>();
  return {
    digest,
    all,
    at(path) {
      if (path === null || set.size === 0) return undefined;
      if (known.has(path)) return known.get(path);
      const own = [...set].filter(([unit]) => path.startsWith(unit)).flatMap(([, all]) => all);
      const found = own.length === 0 ? undefined : new Map(own);
      known.set(path, found);
      return found;
    },
  };
}

interface Judging {
  readonly programme: Programme;
  readonly local: Local;
}
/**
 * The programme as it is for a unit: places, limits, days and terms that parameters give, by the numbers set for its
 * path. What conditions ask is not for units but for each person, and comes with them.
 */
export function programmeAt({ programme, local }: Judging, path: string): Programme {
  const numbers = programme.given.length === 0 ? undefined : local.at(path);
  if (numbers === undefined) return programme;
  return settle(programme, programme.given, Object.fromEntries(textsOf(numbers)));
}
const textsOf = (numbers: LocalNumbers) =>
  [...numbers].map(([parameter, { value }]) => [parameter, formatExact(value)] as const);

/** The programme with its conditions as they are for a body: how many it may find met is its own number. */
export const conditionsAt = ({ programme, local }: Judging, path: string): Programme =>
  withLocal(programme, new Map(textsOf(local.at(path) ?? new Map())));
/** Places and limits as they are under a path. */
export const quotaAt = (judging: Judging, path: string): Programme['quota'] =>
  programmeAt(judging, path).quota;

// --- Setting one --------------------------------------------------------------------------------------

/** Of the versions of a programme, the newest first, the one in force on a day; null when none was published by then. */
export const inForceOn = <V extends { readonly state: string; readonly effectiveOn: string | null }>(
  versions: readonly V[],
  on: string,
): V | null => {
  const begun = ({ effectiveOn }: V) => effectiveOn ?? '';
  const published = versions.filter((one) => one.state === 'published' && begun(one) <= on);
  return published.toSorted((a, b) => (begun(a) < begun(b) ? 1 : begun(a) > begun(b) ? -1 : 0))[0] ?? null;
};

/** A decision of a unit on one parameter: it holds from its first day until the next begins, or is taken back. */
export interface Decision {
  readonly id: string;
  readonly value: string;
  readonly from: string;
  /** The first day it holds no more. */
  readonly until: string | null;
}
/** As it is kept. */
export interface KeptDecision extends Decision {
  /** The day on which it was taken back; null where it stands, or another has replaced it. */
  readonly takenBack: string | null;
}
/** It was taken back before its day, or on it. */
export const neverHeld = ({ from, until }: Pick<Decision, 'from' | 'until'>): boolean => until === from;
export const standsOn = ({ from, until }: Pick<Decision, 'from' | 'until'>, on: string): boolean =>
  from <= on && (until === null || on < until);

export type SetReason =
  | Exclude<ParameterReason, 'unknown'>
  | ('no-such-parameter' | 'wrong-unit' | 'in-the-past' | 'set-that-day' | 'set-later' | 'as-before')
  | 'not-published';
export interface SetRefusal {
  readonly ok: false;
  readonly field: 'value' | 'from' | 'parameter';
  readonly reason: SetReason;
  /** The bound, the unit of measure, or the day that stands in the way. */
  readonly expected: string;
}
export type SetVerdict = { readonly ok: true; readonly value: string } | SetRefusal;

/** More than the language itself takes; and no fraction is kept that the language would round. */
const MOST_SIGNS = 17;

/** A number as people type it: "5", "５ 年", "33%". The unit may stand behind it if it is the parameter's own. */
export function readValue(
  text: string,
  unit: Readonly<Record<'zh-CN' | 'en', string>> | undefined,
): { readonly value: string } | 'not-a-number' | 'wrong-unit' {
  const plain = text.normalize('NFKC').trim();
  const [, number, rest = ''] = /^([+-]?\d+(?:\.\d{1,6})?)\s*([^\d.].*)?$/.exec(plain) ?? [];
  if (number === undefined || number.length > MOST_SIGNS) return 'not-a-number';
  const exact = parseExact(number.replace(/^\+/, ''));
  if (exact === null) return 'not-a-number';
  const own = Object.values(unit ?? {}).map((one) => one.normalize('NFKC').toLowerCase());
  if (rest !== '' && !own.includes(rest.trim().toLowerCase())) return 'wrong-unit';
  return { value: formatExact(exact) };
}

/** May this unit set this number from this day? `before` are its decisions on the same parameter. */
export function judgeSetting(
  asked: Asked,
  {
    authority,
    unit,
    parameter,
    text,
    from,
    today,
    before,
  }: {
    readonly authority: Authority;
    readonly unit: { readonly path: string; readonly level: UnitLevel };
    readonly parameter: string;
    readonly text: string;
    readonly from: string;
    readonly today: string;
    readonly before: readonly Decision[];
  },
): SetVerdict {
  const no = (field: SetRefusal['field'], reason: SetReason, expected = ''): SetRefusal => ({
    ok: false,
    field,
    reason,
    expected,
  });
  const plan = parameterOf(asked.programme, parameter);
  if (plan === undefined) return no('parameter', 'no-such-parameter');
  if (!maySet(asked, authority, parameter, unit))
    return no('parameter', 'not-yours-to-set', setterLevel(asked.programme, parameter, authority) ?? '');
  const read = readValue(text, plan.unit);
  if (typeof read === 'string') return no('value', read, plan.unit?.['zh-CN'] ?? '');
  const { value } = read;
  const [problem] = checkParameters(asked.programme, asked.vocabulary, { [parameter]: value }).problems;
  if (problem !== undefined && problem.reason !== 'unknown')
    return no('value', problem.reason, problem.expected ?? '');
  if (from < today) return no('from', 'in-the-past', today);
  const last = before.filter((one) => !neverHeld(one)).toSorted((a, b) => (a.from < b.from ? 1 : -1))[0];
  if (last !== undefined && last.from === from) return no('from', 'set-that-day', last.from);
  if (last !== undefined && last.from > from) return no('from', 'set-later', last.from);
  if (last !== undefined && last.until === null && last.value === value)
    return no('value', 'as-before', last.from);
  return { ok: true, value };
}

/** The first day on which a decision that is taken back today holds no more; null when it has ended already. */
export function endOf({ from, until }: Pick<Decision, 'from' | 'until'>, today: string): string | null {
  if (until !== null) return null;
  return from > today ? from : today;
}

/** What goes on when a decision ends on its own first day: the one it replaced, unless that was taken back itself. */
export const goesOnAfter = <D extends KeptDecision>(
  all: readonly D[],
  { from, until }: { readonly from: string; readonly until: string },
): D | null =>
  (until === from
    ? all.find((one) => one.until === from && one.takenBack === null && !neverHeld(one))
    : undefined) ?? null;

export type DecisionState = 'now' | 'coming' | 'replaced' | 'taken-back' | 'taken-back-that-day' | 'never';
export function stateOf(one: KeptDecision, today: string): DecisionState {
  if (neverHeld(one)) return one.takenBack === one.from ? 'taken-back-that-day' : 'never';
  if (standsOn(one, today)) return 'now';
  if (one.from > today) return 'coming';
  return one.takenBack === null ? 'replaced' : 'taken-back';
}

// --- Who reads of which -------------------------------------------------------------------------------

export interface NumberScope {
  /** Units whose own numbers concern the person: theirs and all above. */
  readonly above: readonly string[];
  /** Paths below which all numbers are seen. */
  readonly roots: readonly string[];
}

/** The units of some numbers concern the person. */
export const concerns = (
  { above, roots }: NumberScope,
  { unitPath }: { readonly unitPath: string },
): boolean => above.includes(unitPath) || roots.some((root) => unitPath.startsWith(root));
