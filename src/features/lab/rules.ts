import type { Outcome } from '../../language/outcome.ts';
import { type CivilDate, completedYears } from '../../shared/civil-date.ts';

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
  addEffect(tally.all, judged);
  tally.outcomes[judged.outcome] += 1;
  let unmet = 0;
  let last = -1;
  for (const [i, outcome] of judged.clauses.entries()) {
    const clause = tally.clauses[i];
    if (!clause) continue;
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
    groups[key] ??= noEffect();
    addEffect(groups[key], judged);
  }
}

function addEffect(effect: Effect, { before, after }: Judged): void {
  effect.people += 1;
  if (before === true) effect.before += 1;
  if (after) effect.after += 1;
  if (before === false && after) effect.gain += 1;
  if (before === true && !after) effect.lose += 1;
}

/** Lower ends of the bands of age shown, in completed years. */
export const AGE_BANDS = [0, 30, 35, 40, 45, 50, 55] as const;

/** The band an age falls in, by its lower end; empty where the day of birth is not documented. */
export function ageBand(birthDate: CivilDate | null, asOf: CivilDate): string {
  if (birthDate === null) return '';
  const age = completedYears(birthDate, asOf);
  return String(AGE_BANDS.findLast((from) => from <= age) ?? 0);
}

/** Groups smaller than this are not told apart: their people could be recognised. */
export const SMALL = 5;

/**
 * A column of numbers with the small ones left out (null). Where just one would be missing it could be had by
 * subtraction from the sum, so the next smallest goes with it. Nought says nothing of anybody and stays.
 */
export function maskSmall(values: readonly number[]): (number | null)[] {
  const masked = values.map((value) => (value > 0 && value < SMALL ? null : value));
  if (masked.filter((value) => value === null).length !== 1) return masked;
  let next = -1;
  for (const [i, value] of masked.entries()) {
    if (value === null || value === 0) continue;
    const least = masked[next] ?? null;
    if (least === null || value < least) next = i;
  }
  return masked.map((value, i) => (i === next ? null : value));
}

/** How places stand against those who may have them: `binds` where more are eligible than there are places. */
export interface PlacesAgainst {
  readonly key: string;
  readonly places: number;
  readonly eligible: number;
  readonly binds: boolean;
}
export const placesAgainst = (key: string, places: number, eligible: number): PlacesAgainst => ({
  key,
  places,
  eligible,
  binds: eligible > places,
});

/** The life of a draft: written, laid before others, agreed to, published. */
export type DraftState = 'writing' | 'asking' | 'agreed' | 'published' | 'dropped';
export type DraftAct = 'save' | 'ask' | 'answer' | 'reopen' | 'publish' | 'drop';
export type DraftRefusal =
  | 'not-writing'
  | 'not-asking'
  | 'not-agreed'
  | 'is-over'
  | 'own-draft'
  | 'faulty'
  | 'changed-meanwhile'
  | 'reason-missing';
export type DraftVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: DraftRefusal };

const yes: DraftVerdict = { ok: true };
const no = (reason: DraftRefusal): DraftVerdict => ({ ok: false, reason });

export interface DraftAsked {
  readonly state: DraftState;
  /** Whether the file loads without errors. */
  readonly sound: boolean;
  readonly ownDraft: boolean;
  /** The revision shown to the person is the one on record. */
  readonly current: boolean;
  /** A reason was given, where one may be needed. */
  readonly reason: boolean;
}

/**
 * Whether an act on a draft is due. A draft laid before others is not changed under them; nobody agrees to
 * their own; what is published was agreed to as it stands.
 */
export function judgeDraft(act: DraftAct, asked: DraftAsked): DraftVerdict {
  const { state } = asked;
  if (state === 'published' || state === 'dropped') return no('is-over');
  if (!asked.current) return no('changed-meanwhile');
  switch (act) {
    case 'save':
      return state === 'writing' ? yes : no('not-writing');
    case 'ask':
      if (state !== 'writing') return no('not-writing');
      return asked.sound ? yes : no('faulty');
    case 'answer':
      if (state !== 'asking') return no('not-asking');
      if (asked.ownDraft) return no('own-draft');
      return asked.reason ? yes : no('reason-missing');
    case 'reopen':
      return state === 'writing' ? no('not-asking') : yes;
    case 'publish':
      return state === 'agreed' ? yes : no('not-agreed');
    case 'drop':
      return asked.reason ? yes : no('reason-missing');
  }
}

const SILENT_MS = 60_000;
/** A trial that has not been heard of for a minute has failed with its server. */
export const hasFallenSilent = (heardAt: Date, now: Date): boolean =>
  now.getTime() - heardAt.getTime() > SILENT_MS;
