import { addMonths, type CivilDate, completedYears, onMonthDay, yearOf } from '../../shared/civil-date.ts';
import { type Dossier, type Fact, isDay } from '../dossier.ts';
import type { Comparison, Test } from '../grammar/selection.ts';
import type { Literal } from '../grammar/shape.ts';
import type { ValueType } from '../vocabulary.ts';

/** A test compiled for one kind of value; undefined when the value is unknown or not on the scale. */
export type Compare = (value: Fact | undefined) => boolean | undefined;

/** Every way of writing a test as one comparison: `x` is `is: x`, a list is `in`. */
export function normalise(test: Test): Comparison {
  if (Array.isArray(test)) return { in: test as readonly Literal[] };
  return typeof test === 'object' ? (test as Comparison) : { is: test };
}

const listed = (value: Literal | readonly Literal[]): readonly Literal[] =>
  Array.isArray(value) ? value : [value as Literal];

export function compileCompare(test: Test, type: ValueType): Compare {
  const { is, in: among, not, atLeast, moreThan, atMost, below } = normalise(test);
  const place = placing(type);
  const wanted = [...(is === undefined ? [] : [is]), ...(among ?? [])].map(place);
  const barred = not === undefined ? [] : listed(not).map(place);
  const [low, over, high, under] = [atLeast, moreThan, atMost, below].map((bound) =>
    bound === undefined ? undefined : place(bound),
  );
  return (value) => {
    if (value === null || value === undefined) return undefined;
    const here = place(value);
    if (here === undefined) return undefined;
    if (wanted.length > 0 && !wanted.includes(here)) return false;
    if (barred.includes(here)) return false;
    if (low !== undefined && here < low) return false;
    if (over !== undefined && here <= over) return false;
    if (high !== undefined && here > high) return false;
    return under === undefined || here < under;
  };
}

/** A comparison that may look at other attributes of the person. */
export interface PersonalCompare {
  compare(value: Fact | undefined, dossier: Dossier): boolean | undefined;
  /** Whether all it looks at is documented. */
  known(dossier: Dossier): boolean;
}

const always = () => true;

/** Equal as people write it: full-width and half-width letters, and spaces at the ends, make no difference. */
const plain = (value: string): string => value.normalize('NFKC').trim();

/** `sameAs` and `notSameAs` name attributes: a value is compared on its own scale, a list holds it or does not. */
export function compileAgainst(test: Test, type: ValueType): PersonalCompare {
  const compare = compileCompare(test, type);
  const { sameAs, notSameAs } = normalise(test);
  if (sameAs === undefined && notSameAs === undefined) return { compare, known: always };
  const place = placing(type);
  const stand = (value: Literal) => (type.kind === 'text' ? plain(String(value)) : place(value));
  const others = ({ person, lists }: Dossier, attribute: string): readonly Literal[] | undefined => {
    const list = lists?.[attribute];
    if (list !== undefined) return list;
    const other = person[attribute];
    return other === null || other === undefined ? undefined : [other];
  };
  /** Whether a value is among those of an attribute. */
  const among = (value: Literal, dossier: Dossier, attribute: string): boolean | undefined => {
    const here = stand(value);
    const found = others(dossier, attribute);
    return here === undefined || found === undefined ? undefined : found.map(stand).includes(here);
  };
  const named = [sameAs, notSameAs].filter((one) => one !== undefined);
  return {
    known: (dossier) => named.every((attribute) => others(dossier, attribute) !== undefined),
    compare(value, dossier) {
      const plainly = compare(value);
      if (value === null || value === undefined || plainly !== true) return plainly;
      const same = sameAs === undefined ? true : among(value, dossier, sameAs);
      const other = notSameAs === undefined ? false : among(value, dossier, notSameAs);
      if (same === false || other === true) return false;
      return same === undefined || other === undefined ? undefined : true;
    },
  };
}

/** Where a value stands, as something `<` orders; undefined when it is not of the type. */
function placing(type: ValueType): (value: Literal) => number | string | boolean | undefined {
  switch (type.kind) {
    case 'scale': {
      const { order } = type;
      return (value) => order.get(value as string);
    }
    case 'number':
      return (value) => (typeof value === 'number' ? value : undefined);
    default:
      return (value) => value;
  }
}

/** Remembers the answer for the last day asked: a batch asks for one day only. */
export function byDay<T>(make: (asOf: CivilDate) => T): (asOf: CivilDate) => T {
  let day: CivilDate | undefined;
  let made: T;
  return (asOf) => {
    if (day !== asOf) {
      made = make(asOf);
      day = asOf;
    }
    return made;
  };
}

/** The day a clause reckons from: the round's, the same year's `MM-DD`, or a fixed day. */
export function resolveDay(spec: string | undefined, asOf: CivilDate): CivilDate {
  if (spec === undefined) return asOf;
  return spec.length === 5 ? onMonthDay(yearOf(asOf), spec) : spec;
}

/**
 * A test of years since a day. Completed years are whole (周岁): more than 45 is 46 completed. Elapsed years
 * run on: three years and a day are more than three. Both become comparisons of days.
 */
export function compileYears(test: Test, counted: 'completed' | 'elapsed', asOfSpec: string | undefined) {
  const { is, in: among, not, atLeast, moreThan, atMost, below } = normalise(test);
  const exact = [...(is === undefined ? [] : [is]), ...(among ?? [])];
  const barred = not === undefined ? [] : listed(not);
  const bounds = byDay((asOf) => {
    const day = resolveDay(asOfSpec, asOf);
    const back = (years: Literal | undefined, more = 0) =>
      typeof years === 'number' ? addMonths(day, -Math.round((years + more) * 12)) : undefined;
    const more = counted === 'completed' ? 1 : 0;
    return {
      day,
      low: back(atLeast),
      over: back(moreThan, more),
      high: back(atMost, more),
      under: back(below),
    };
  });
  return (since: Fact | undefined, asOf: CivilDate): boolean | undefined => {
    if (!isDay(since)) return undefined;
    const { day, low, over, high, under } = bounds(asOf);
    if (low !== undefined && since > low) return false;
    if (over !== undefined && (counted === 'completed' ? since > over : since >= over)) return false;
    if (high !== undefined && (counted === 'completed' ? since <= high : since < high)) return false;
    if (under !== undefined && since <= under) return false;
    if (exact.length === 0 && barred.length === 0) return true;
    const years = completedYears(since, day);
    return (exact.length === 0 || exact.includes(years)) && !barred.includes(years);
  };
}
