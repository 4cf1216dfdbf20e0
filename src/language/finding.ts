import type { CivilDate } from '../shared/civil-date.ts';
import type { Exact } from '../shared/decimal.ts';
import type { Fact } from './dossier.ts';
import type { AmountOperator } from './grammar/amount.ts';
import type { Operator } from './grammar/condition.ts';
import type { CalendarSpan, Comparison, Strength } from './grammar/selection.ts';
import type { Effect, Outcome } from './outcome.ts';

/** Why a record of the right type was not counted. */
export type NotCountedReason =
  | 'outside-window'
  | 'not-latest'
  | 'level-below'
  | 'grade-below'
  | 'level-unknown'
  | 'wrong-field'
  | 'not-confirmed'
  | 'same-event'
  | 'author-order'
  | 'consumed'
  | 'worth-unknown'
  | 'future'
  | 'undated';

export interface NotCounted {
  readonly record: string;
  readonly reason: NotCountedReason;
  readonly detail: {
    /** The key of the record that decided: level, grade, authorOrder, on, status or a field. */
    readonly key: string;
    readonly value: Fact;
  };
}

/** A period of which no record is found, where only the latest periods are looked at. */
export interface EmptyPeriod {
  readonly per: CalendarSpan;
  /** Its first day. */
  readonly from: CivilDate;
  /** The year it is named by; for a period that is no year, that of its first day. */
  readonly year: number;
}

/** The verdict on one clause, down to the single record. */
export interface Finding {
  readonly path: string;
  readonly id?: string;
  readonly op: Operator;
  readonly outcome: Outcome;
  /** What it contributes above, after its strength and its dates. */
  readonly effect: Effect;
  readonly strength: Strength;
  readonly inForce: boolean;
  /** A number counted or summed, the attribute found, or the title held. */
  readonly value: Fact;
  /** For years: the day they run from. */
  readonly since?: CivilDate;
  readonly threshold: Comparison | null;
  /** The other attribute the value is compared with. */
  readonly against?: Fact;
  /** How many there are of whom so many meet it. */
  readonly of?: number;
  readonly counted: readonly string[];
  readonly notCounted: readonly NotCounted[];
  /** Of the latest periods looked at, or passed over, those without any record; the earliest first. */
  readonly empty?: readonly EmptyPeriod[];
  /** For a comparison of amounts: how each was reckoned, what is compared first. */
  readonly amounts?: readonly AmountFinding[];
  /** The numbers it rests on that the person's own units have set, in place of the programme's. */
  readonly local?: readonly SetNumber[];
  readonly children: readonly Finding[];
}

/** How an amount was reckoned, down to the single record. */
export interface AmountFinding {
  readonly path: string;
  readonly id?: string;
  readonly op: AmountOperator;
  /** Decimal text; null when something it needs is not documented, and when it is not shown. */
  readonly value: string | null;
  /** It is reckoned over so few people that it is not shown. */
  readonly few?: true;
  /** What each record that counts is worth. */
  readonly records?: readonly {
    readonly record: string;
    readonly value: string;
    readonly counted: boolean;
  }[];
  readonly notCounted?: readonly NotCounted[];
  readonly empty?: readonly EmptyPeriod[];
  /** Sums that reached their cap: what they were, what they count, and the group where there are groups. */
  readonly capped?: readonly {
    readonly sum: string;
    readonly cap: string;
    readonly group: readonly Fact[];
  }[];
  /** For a number reckoned over many: over how many, and when. */
  readonly among?: Among;
  readonly children: readonly AmountFinding[];
  /** Conditions it depends on. */
  readonly conditions?: readonly Finding[];
}

/** A number set locally, as one person is judged by it. */
export interface LocalNumber {
  readonly value: Exact;
  /** The name of the unit that set it. */
  readonly by: string;
  readonly since: CivilDate;
  /** The paper by which it was set. */
  readonly document: string | null;
}
/** Numbers set locally, by the parameter's id. */
export type LocalNumbers = ReadonlyMap<string, LocalNumber>;

/** The same in a finding: which it is, and what would hold otherwise. Numbers are decimal text. */
export interface SetNumber {
  readonly parameter: string;
  readonly value: string;
  readonly by: string;
  readonly since: CivilDate;
  readonly document: string | null;
  readonly instead: string;
}

/** Fewer people than these are not told apart: their facts could be read from a number. */
export const FEW = 5;
export const isFew = (people: number): boolean => people > 0 && people < FEW;

/** Those a number is reckoned over. */
export interface Among {
  /** How many are counted, or ranked; null where that is not known, or not shown. */
  readonly people: number | null;
  /** They are so few that no number is shown that is reckoned over them. */
  readonly few: boolean;
  /** Of how many it is not known whether they belong. */
  readonly unsure: number;
  /** The day they were counted on, where that was not for this verdict alone. */
  readonly on: CivilDate | null;
  /** They are those directly under a city, who stand together as one of its counties. */
  readonly direct?: boolean;
}

/** Where a person stands among their peers by some amount. */
export interface Standing {
  /** 1 is best; equals share a rank. */
  readonly rank: number;
  readonly fromLast: number;
  readonly size: number;
  readonly mean: Exact;
  /** The day the peers were ranked on, where that was not for this verdict alone. */
  readonly on?: CivilDate;
  /** The peers are those directly under a city, who stand together as one of its counties. */
  readonly direct?: boolean;
}

export interface Findings {
  readonly asOf: CivilDate;
  readonly outcome: Outcome;
  readonly root: Finding;
  /** Records that clauses with `consume` used up here. */
  readonly spent: readonly string[];
}

export interface EvaluationContext {
  /** The day everything is reckoned from, by default the round's deadline. Nothing reads the clock. */
  readonly asOf: CivilDate;
  /** Decisions on record, by the id of the clause (its path when it has none). */
  readonly decisions?: Readonly<Record<string, 'met' | 'unmet'>>;
  /** Counts submitted and returned records as if confirmed: "what would I reach". */
  readonly countUnconfirmed?: boolean;
  /** Records spent in earlier rounds. */
  readonly consumed?: { has(record: string): boolean };
  /** For duties: counts without a window of their own look at this period, both days included. */
  readonly period?: { readonly from: CivilDate; readonly to: CivilDate };
  /** How many belong to each population of the programme. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** For sizes counted beforehand: the day, and of how many it is not known whether they belong. */
  readonly counted?: Readonly<
    Record<string, { readonly unsure: number; readonly on: CivilDate; readonly direct?: boolean }>
  >;
  /** Places of the unit at hand, and how many it nominates. */
  readonly places?: { readonly quota?: number; readonly nominees?: number };
  /** Days of the period the person served; without it the whole. */
  readonly served?: { readonly days: number; readonly of: number };
  /** Standing among peers, by the path of the amount that asks for it (see population.ts). */
  readonly standing?: Readonly<Record<string, Standing>>;
  /** Numbers that the person's own units have set, in place of the programme's. */
  readonly local?: LocalNumbers;
}
