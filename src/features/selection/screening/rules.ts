import type { Outcome } from '../../../language/outcome.ts';
import { own, putOwn } from '../../../shared/own.ts';

/** Figures of a screening, added up person by person. */

export type Counts = Record<Outcome, number>;
export const noCounts = (): Counts => ({ met: 0, unmet: 0, missing: 0, 'needs-decision': 0 });

/** People and, among them, those who meet the conditions; by the path of a unit, a subject or a setting. */
export interface Share {
  people: number;
  eligible: number;
}
export interface Tally {
  people: number;
  readonly outcomes: Counts;
  /** One for each clause, in the order of the file, by the clause's path. */
  readonly clauses: { readonly path: string; readonly counts: Counts }[];
  readonly units: Record<string, Share>;
  readonly subjects: Record<string, Share>;
  readonly settings: Record<string, Share>;
  /** The digest of the numbers set locally it was counted with; screenings of old do not say. */
  readonly numbers?: string | null;
}

export const newTally = (clauses: readonly string[]): Tally => ({
  people: 0,
  outcomes: noCounts(),
  clauses: clauses.map((path) => ({ path, counts: noCounts() })),
  units: {},
  subjects: {},
  settings: {},
});

/** Nothing more is asked of the person: what is left, if anything, is for a body to judge. */
export const isEligible = (outcome: Outcome): boolean => outcome === 'met' || outcome === 'needs-decision';

export interface Judged {
  readonly outcome: Outcome;
  readonly clauses: readonly Outcome[];
  /** The unit right below the one screened; the unit itself for those who stand in it. */
  readonly unit: string;
  readonly subject: string | null;
  readonly setting: string | null;
}

export function addTo(tally: Tally, screened: Judged): void {
  tally.people += 1;
  tally.outcomes[screened.outcome] += 1;
  for (const [index, outcome] of screened.clauses.entries()) {
    const clause = tally.clauses[index];
    if (clause) clause.counts[outcome] += 1;
  }
  const eligible = isEligible(screened.outcome) ? 1 : 0;
  addShare(tally.units, screened.unit, eligible);
  addShare(tally.subjects, screened.subject ?? '', eligible);
  addShare(tally.settings, screened.setting ?? '', eligible);
}

function addShare(shares: Record<string, Share>, key: string, eligible: number): void {
  const share = own(shares, key) ?? putOwn(shares, key, { people: 0, eligible: 0 });
  share.people += 1;
  share.eligible += eligible;
}

/**
 * Figures of some people added to those of others, counted by the same programme: numbers of the same place add up, and
 * what only the others have is taken over, in their order.
 */
export function addFigures<T extends object>(into: T, more: T): void {
  const sums = into as Record<string, unknown>;
  for (const [key, value] of Object.entries(more)) {
    const sum = own(sums, key);
    if (sum === undefined) putOwn(sums, key, value);
    else if (typeof sum === 'number') putOwn(sums, key, sum + Number(value));
    else if (typeof sum === 'object' && sum !== null) addFigures(sum, value);
  }
}

/** The path right below `root` on the way to `path`: "1.", "1.4.37." → "1.4."; `root` itself when there is none. */
export function childPath(root: string, path: string): string {
  const end = path.indexOf('.', root.length);
  return end < 0 ? root : path.slice(0, end + 1);
}

/** What was counted of a screening that has not ended, and by which policy and day. */
export interface Partial {
  readonly basis: string;
  readonly tally: Tally;
}
export const basisOf = (round: {
  readonly digest: string;
  readonly asOf: string;
  readonly numbers: string | null;
}): string => [round.digest, round.asOf, ...(round.numbers === null ? [] : [round.numbers])].join(' ');

/** Whether one that stopped goes on from where it stood: what it has counted was by the same policy and day. */
export const goesOn = (
  screening: { readonly state: 'running' | 'done' | 'failed'; readonly partial: Partial | null },
  basis: string,
): boolean => screening.state !== 'done' && screening.partial?.basis === basis;
