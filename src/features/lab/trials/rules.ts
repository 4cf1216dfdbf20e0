import { FEW, isFew } from '../../../language/finding.ts';
import type { Outcome } from '../../../language/outcome.ts';
import { addYears, type CivilDate } from '../../../shared/civil-date.ts';
import { own, putOwn } from '../../../shared/own.ts';

/**
 * What a policy does to the people it is for: who meets the conditions now, who gains and who loses against
 * another version, which clause keeps most people out, and how that falls on different groups of people.
 */

export const DIMENSIONS = ['unit', 'setting', 'stage', 'subject', 'sex', 'age'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** People of a group and how the two versions judge them. */
export interface Effect {
  people: number;
  /** Meet the conditions of the version compared with. */
  before: number;
  /** Meet the conditions of the policy tried. */
  after: number;
  gain: number;
  lose: number;
}

export interface ClauseEffect {
  readonly path: string;
  readonly counts: Record<Outcome, number>;
  /** People whom this clause alone keeps out: they meet every other. */
  alone: number;
}

export interface LabTally {
  readonly all: Effect;
  readonly outcomes: Record<Outcome, number>;
  readonly clauses: ClauseEffect[];
  readonly groups: Record<Dimension, Record<string, Effect>>;
}

/** What a condition compared people with: a population or peers, how many they are and when they were counted. */
export interface ComparedWith {
  /** The population's name, or the path of the amount that asks for peers. */
  readonly name: string;
  /** Asked by the version compared with, not by the policy tried. */
  readonly before: boolean;
  /** Ways to group people that decide who belongs. */
  readonly chosenBy: readonly Dimension[];
  /** And those of which somebody left out has nothing documented. */
  readonly sharedBy: readonly Dimension[];
  /** They are counted at schools, counties …: whoever stands in none is left out. */
  readonly placed: boolean;
  /** Different values are counted, not people. */
  readonly values: boolean;
  /** Null where nobody was counted: a policy that is only tried has no applicants. */
  readonly counted: {
    readonly people: number;
    /** Of how many it is not known whether they belong. */
    readonly unsure: number;
    /** People are compared within so many groups, or counted at so many places. */
    readonly groups: number;
    readonly on: CivilDate;
  } | null;
}

/** A trial: what the policy does, and whom its conditions compared people with. */
export interface LabFigures extends LabTally {
  /** Absent in trials of before it was kept. */
  readonly comparedWith?: readonly ComparedWith[];
}

const noEffect = (): Effect => ({ people: 0, before: 0, after: 0, gain: 0, lose: 0 });
const noCounts = (): Record<Outcome, number> => ({ met: 0, unmet: 0, missing: 0, 'needs-decision': 0 });

export const newLabTally = (clauses: readonly string[]): LabTally => ({
  all: noEffect(),
  outcomes: noCounts(),
  clauses: clauses.map((path) => ({ path, counts: noCounts(), alone: 0 })),
  groups: { unit: {}, setting: {}, stage: {}, subject: {}, sex: {}, age: {} },
});

export interface Judged {
  /** Whether they meet the version compared with; null where there is none. */
  readonly before: boolean | null;
  readonly after: boolean;
  readonly outcome: Outcome;
  /** Outcome of each clause, in the order of the file. */
  readonly clauses: readonly Outcome[];
  readonly groups: Readonly<Record<Dimension, string>>;
}

/** A clause that is unmet keeps out; one that misses evidence or a decision does not yet. */
export function addJudged(tally: LabTally, judged: Judged): void {
  const { before, after } = judged;
  const [was, is] = [before === true ? 1 : 0, after ? 1 : 0];
  const [gain, lose] = [before === false ? is : 0, before === true ? 1 - is : 0];
  addEffect(tally.all, was, is, gain, lose);
  tally.outcomes[judged.outcome] += 1;
  let unmet = 0;
  let last = -1;
  const { clauses } = judged;
  for (let i = 0; i < clauses.length; i += 1) {
    const [outcome, clause] = [clauses[i], tally.clauses[i]];
    if (outcome === undefined || clause === undefined) continue;
    clause.counts[outcome] += 1;
    if (outcome !== 'unmet') continue;
    unmet += 1;
    last = i;
  }
  const only = unmet === 1 ? tally.clauses[last] : undefined;
  if (only) only.alone += 1;
  for (const dimension of DIMENSIONS) {
    const groups = tally.groups[dimension];
    const key = judged.groups[dimension];
    const effect = own(groups, key) ?? putOwn(groups, key, noEffect());
    addEffect(effect, was, is, gain, lose);
  }
}

function addEffect(effect: Effect, was: number, is: number, gain: number, lose: number): void {
  effect.people += 1;
  effect.before += was;
  effect.after += is;
  effect.gain += gain;
  effect.lose += lose;
}

/** Lower ends of the bands of age shown, in completed years. */
export const AGE_BANDS = [0, 30, 35, 40, 45, 50, 55] as const;

/** The band an age falls in, by its lower end; empty where the day of birth is not documented. */
export function ageBand(birthDate: CivilDate | null, asOf: CivilDate): string {
  if (birthDate === null) return '';
  if (asOf !== bandsOn) {
    bandsOn = asOf;
    bands = AGE_BANDS.map((from) => ({ key: String(from), born: addYears(asOf, -from) })).toReversed();
  }
  return bands.find(({ born }) => birthDate <= born)?.key ?? '0';
}
/** The last days of birth of the bands on the day asked last, the oldest first. */
let bandsOn = '';
let bands: readonly { readonly key: string; readonly born: CivilDate }[] = [];

/** Groups smaller than this are not told apart: their people could be recognised. */
export const SMALL = FEW;
const isSmall = isFew;

/** Which rows of a column to leave out, so that what is left and the sum together tell no small number. */
function hiddenRows(values: readonly number[], small: ReadonlySet<number>): ReadonlySet<number> {
  const hidden = new Set(small);
  const others = values
    .map((value, i) => ({ value, i }))
    .filter(({ i }) => !hidden.has(i))
    .toSorted((a, b) => Number(a.value === 0) - Number(b.value === 0) || a.value - b.value);
  const sumOf = (rows: Iterable<number>) => [...rows].reduce((sum, i) => sum + (values[i] ?? 0), 0);
  const enough = Math.min(SMALL, sumOf(values.keys()));
  for (const { i } of others) {
    if (hidden.size === 0 || (hidden.size > 1 && sumOf(hidden) >= enough)) break;
    hidden.add(i);
  }
  return hidden;
}

const smallIn = (values: readonly number[]): number[] =>
  values.flatMap((value, i) => (isSmall(value) ? [i] : []));

/**
 * A column of numbers with the small ones left out (null). What is left out could be had by subtraction from the
 * sum where it is one number, or where it is ones only; so the next smallest goes with it.
 */
export function maskSmall(values: readonly number[]): (number | null)[] {
  const hidden = hiddenRows(values, new Set(smallIn(values)));
  return values.map((value, i) => (hidden.has(i) ? null : value));
}

export type MaskedEffect = { readonly [K in keyof Effect]: number | null };

/**
 * Groups with small numbers left out. In each row, before + gain − lose = after: one number left out could be had
 * from the other three. So at least two are, in the same two rows or more, and no row or column tells them.
 */
export function maskEffects(rows: readonly Effect[], compared: boolean): MaskedEffect[] {
  const people = maskSmall(rows.map((row) => row.people));
  const tied: readonly Exclude<keyof Effect, 'people'>[] = compared
    ? ['before', 'after', 'gain', 'lose']
    : ['after'];
  const columns = new Set(tied.filter((column) => rows.some((row) => isSmall(row[column]))));
  if (compared && columns.size === 1) columns.add(columns.has('before') ? 'after' : 'before');
  let hidden: ReadonlySet<number> = new Set(
    [...columns].flatMap((column) => smallIn(rows.map((row) => row[column]))),
  );
  for (const column of columns)
    hidden = hiddenRows(
      rows.map((row) => row[column]),
      hidden,
    );
  return rows.map((row, i) => {
    const cell = (column: (typeof tied)[number]) =>
      hidden.has(i) && columns.has(column) ? null : row[column];
    return {
      people: people[i] ?? null,
      before: cell('before'),
      after: cell('after'),
      gain: cell('gain'),
      lose: cell('lose'),
    };
  });
}

/** What some rows of a table come to together; each by itself where there are many. */
function sumsOf(rows: readonly number[]): number[] {
  if (rows.length > FEW_ROWS) return [...rows];
  const sums = [0];
  for (const row of rows) sums.push(...sums.map((sum) => sum + row));
  return sums;
}
const FEW_ROWS = 8;

/** A number of those a condition compares people with: itself, or that it is small, or that it is not shown. */
export type SaidSize = 'few' | 'hidden' | number;

/**
 * How many a population has and of how many that is not known, beside tables in which small numbers are left out. The
 * population may be some rows of such a table, or all but one of them: where numbers of that table are left out, one of them
 * could be had by subtraction, so the population's is left out, too. So it is where all but a few belong, of everyone or
 * of some rows: women of a stage may be all women but three.
 */
export function sizesBeside(
  { chosenBy, sharedBy, placed, counted }: ComparedWith,
  { all, groups }: LabTally,
  { compared, unitPath }: { readonly compared: boolean; readonly unitPath: string },
): { readonly people: SaidSize; readonly unsure: SaidSize } {
  const maskedRow = (dimension: Dimension, key: string): boolean => {
    const rows = Object.entries(groups[dimension]);
    const masked = maskEffects(
      rows.map(([, effect]) => effect),
      compared,
    );
    return masked[rows.findIndex(([one]) => one === key)]?.people === null;
  };
  const told =
    chosenBy.some((dimension) =>
      maskEffects(Object.values(groups[dimension]), compared).some((row) =>
        Object.values(row).includes(null),
      ),
    ) ||
    sharedBy.some((dimension) => maskedRow(dimension, '')) ||
    (placed && maskedRow('unit', unitPath));
  const { people = 0, unsure = 0 } = counted ?? {};
  const whole = [
    all.people,
    ...chosenBy.flatMap((dimension) => sumsOf(Object.values(groups[dimension]).map((row) => row.people))),
  ];
  const said = (n: number): SaidSize => {
    if (told || whole.some((sum) => isSmall(sum - n))) return 'hidden';
    return isSmall(n) ? 'few' : n;
  };
  return { people: said(people), unsure: said(unsure) };
}

/** Whether places are fewer than those who may have them; null where their number is not shown, nor that then. */
export const placesBind = (places: number, eligible: number | null): boolean | null =>
  eligible === null ? null : eligible > places;
