/**
 * From the bodies' recommendations to the list: rank, cut, ties. Ties at the cut are never settled by accident (SC20):
 * by the declared keys, else as the file says, else by a recorded decision.
 */
import type { Fact } from '../../../../language/dossier.ts';
import type { SettledFile } from '../../../../language/given.ts';
import type { ProgrammeFile } from '../../../../language/grammar/programme.ts';
import type { LimitKind, Quota } from '../../../../language/grammar/round.ts';
import { comparableFact } from '../../../../language/population/order.ts';
import type { Vocabulary } from '../../../../language/vocabulary.ts';
import {
  chooseWithin,
  decidedOrder,
  highFirst,
  type Limit,
  lowFirst,
  type Ranked,
  type RankKey,
  rank,
} from '../../../../methods/rank/rank.ts';
import { parseExact } from '../../../../shared/decimal.ts';

export interface Candidate {
  readonly applicationId: string;
  readonly personId: string;
  readonly name: string;
  readonly schoolId: string;
  readonly schoolName: string;
  readonly schoolPath: string;
  readonly countyId: string | null;
  readonly countyName: string | null;
  readonly cityId: string | null;
  readonly groupId: string | null;
  readonly subject: string | null;
  readonly stage: string | null;
  /** The order in which the last body put them; null when it did not rank. */
  readonly place: number | null;
  /** The order of the latest body that ranked at all: the declared tie key `recommendation-order`. */
  readonly recommended: number | null;
  /** What a panel of judges gave, as decimal text, where one panel judged all who have a result. */
  readonly score?: string | null;
  /** What declared tie keys may ask of the person. */
  readonly person: Readonly<Record<string, Fact>>;
  /** Of the clauses that tie keys name, those the person meets. */
  readonly meets: ReadonlySet<string>;
}

/**
 * SC20 at a stage that goes by its judges' results: whom they gave the same share a place, whatever order they were
 * recommended in, so that what the file declares parts them, or a recorded decision.
 */
export function withEqualPlaces<C extends Pick<Candidate, 'place'> & { readonly result: string | null }>(
  candidates: readonly C[],
): C[] {
  const least = new Map<string, number>();
  for (const { result, place } of candidates)
    if (result !== null && place !== null) least.set(result, Math.min(place, least.get(result) ?? place));
  return candidates.map((one) => ({ ...one, place: least.get(one.result ?? '') ?? one.place }));
}

/** A recorded order among equals: application ids, first taken first. */
export interface TieDecision {
  readonly order: readonly string[];
  readonly reason: string;
}

export interface Drawn {
  readonly ranking: readonly Ranked<Candidate>[];
  readonly selected: readonly Candidate[];
  readonly notSelected: readonly {
    readonly candidate: Candidate;
    readonly because: 'total' | 'limit';
    readonly limit?: string;
    readonly kind?: string;
  }[];
  /** Equals competing for the last places, whom only a recorded decision can separate. */
  readonly tie: { readonly candidates: readonly Candidate[]; readonly places: number } | null;
  readonly places: number | null;
  /** Declared tie keys of which nobody has a value: a score where no panel judged. They separate nobody. */
  readonly idle: readonly string[];
}

/**
 * Draw the list: everyone recommended when no number binds, else the first `places` within the joint limits. Where
 * units have set numbers of their own, `quotaAt` has the quota as it is under a path; `unitPath` is of who draws it.
 */
export function draw(
  candidates: readonly Candidate[],
  places: number | null,
  file: Pick<SettledFile, 'quota' | 'ties'>,
  vocabulary: Vocabulary,
  decisions: readonly TieDecision[],
  quotaAt: (path: string) => Quota | undefined = () => file.quota,
  unitPath = '',
): Drawn {
  const byId = new Map(candidates.map((candidate) => [candidate.applicationId, candidate]));
  const keys: RankKey<Candidate>[] = [
    lowFirst<Candidate>('last-body', ({ place }) => place ?? undefined),
    ...(file.ties?.keys ?? []).map((key) => tieKey(key, vocabulary)),
    ...decisions.map(({ order }) =>
      decidedOrder<Candidate>(
        'decision',
        order.flatMap((id) => byId.get(id) ?? []),
      ),
    ),
  ];
  const ranking = rank(candidates, keys);
  const idle = (file.ties?.keys ?? [])
    .filter(
      (key) =>
        candidates.length > 0 &&
        candidates.every((candidate) => valueBy(key, candidate, vocabulary) === undefined),
    )
    .map(nameOfKey);
  const limits = hardLimits(file.quota, candidates, quotaAt, unitPath);
  const total = places ?? candidates.length;
  const choice = chooseWithin(ranking, total, limits);
  const passed = choice.passedOver.map(({ candidate, because }) =>
    typeof because === 'string'
      ? { candidate, because: 'total' as const }
      : { candidate, because: 'limit' as const, limit: because.limit, kind: because.kind },
  );
  if (choice.unresolved === undefined) {
    return { ranking, selected: choice.selected, notSelected: passed, tie: null, places, idle };
  }
  const settled = file.ties?.otherwise ?? 'decision';
  const { candidates: equals, places: left } = choice.unresolved;
  const below = ranking
    .map(({ candidate }) => candidate)
    .filter(
      (candidate) =>
        !choice.selected.includes(candidate) &&
        !equals.includes(candidate) &&
        !passed.some((row) => row.candidate === candidate),
    );
  const out = below.map((candidate) => ({ candidate, because: 'total' as const }));
  if (settled === 'enlarge') {
    return {
      ranking,
      selected: [...choice.selected, ...equals],
      notSelected: [...passed, ...out],
      tie: null,
      places,
      idle,
    };
  }
  if (settled === 'vacant') {
    const vacant = equals.map((candidate) => ({ candidate, because: 'total' as const }));
    return {
      ranking,
      selected: choice.selected,
      notSelected: [...passed, ...vacant, ...out],
      tie: null,
      places,
      idle,
    };
  }
  return {
    ranking,
    selected: choice.selected,
    notSelected: [...passed, ...out],
    tie: { candidates: equals, places: left },
    places,
    idle,
  };
}

type TieKey = NonNullable<NonNullable<ProgrammeFile['ties']>['keys']>[number];
/** A clause stands for itself, whatever else is of its name. */
const nameOfKey = (key: TieKey): string => ('clause' in key ? `clause:${key.clause}` : key.by);

function tieKey(key: TieKey, vocabulary: Vocabulary): RankKey<Candidate> {
  const order = 'clause' in key || key.prefer === 'higher' ? highFirst<Candidate> : lowFirst<Candidate>;
  return order(nameOfKey(key), (candidate) => valueBy(key, candidate, vocabulary));
}

/** What a key compares of a candidate; undefined where there is nothing, which leaves equals to the next key. */
function valueBy(key: TieKey, candidate: Candidate, vocabulary: Vocabulary): number | bigint | undefined {
  if ('clause' in key) return candidate.meets.has(key.clause) ? 1 : 0;
  if (key.by === 'recommendation-order') return candidate.recommended ?? undefined;
  if (key.by === 'score') return scoreOf(candidate);
  return comparableFact(key.by, candidate.person, vocabulary);
}

/** In millionths, whole: results are kept to six places and never compared as binary fractions. */
function scoreOf({ score }: Candidate): bigint | undefined {
  const exact = parseExact(score ?? '');
  return exact === null ? undefined : (exact.n * 1_000_000n) / exact.d;
}

/** The maximums that bind the final list; numbers "in principle" are the bodies' to exceed by decision. */
function hardLimits(
  quota: Quota | undefined,
  candidates: readonly Candidate[],
  quotaAt: (path: string) => Quota | undefined,
  unitPath: string,
): Limit<Candidate>[] {
  return (quota?.limits ?? []).flatMap((limit, at) => {
    const { strength, max, exactly } = limit;
    if ((strength !== undefined && strength !== 'must') || (max ?? exactly) === undefined) return [];
    // The same limit as it is under a path: numbers change, neither the limits nor their order.
    const maxFor = (candidate: Candidate) => {
      const own = quotaAt(numberPath(limit.per, candidate, unitPath))?.limits?.[at] ?? limit;
      return own.exactly ?? own.max ?? 0;
    };
    return [...new Set(candidates.map(maxFor))].map((most) => ({
      name: limit.id,
      of: (candidate: Candidate) =>
        maxFor(candidate) === most ? (kindOf(limit.per, candidate) ?? undefined) : undefined,
      max: most,
    }));
  });
}
/**
 * By whose number a limit goes. What is limited within a unit goes by that unit's. What is counted across units
 * (subjects, stages, the whole) goes by that of the unit that draws the list: counties that set different numbers share
 * one list, and each of theirs has bound what it recommended.
 */
function numberPath(
  per: LimitKind,
  {
    schoolId,
    schoolPath,
    countyId,
    cityId,
  }: Pick<Candidate, 'schoolId' | 'schoolPath' | 'countyId' | 'cityId'>,
  unitPath: string,
): string {
  const above = (path: string) => path.replace(/[^.]+\.$/, '');
  const countyPath = countyId === schoolId ? schoolPath : above(schoolPath);
  switch (per) {
    case 'school':
    case 'unit':
    case 'group':
      return schoolPath;
    case 'county':
      return countyPath;
    case 'city':
      return cityId === countyId ? countyPath : above(countyPath);
    default:
      return unitPath;
  }
}
function kindOf(per: LimitKind, candidate: Candidate): string | null {
  if (per === 'round') return '';
  if (per === 'unit') return candidate.schoolId;
  if (per === 'subject-and-stage') return `${candidate.subject}|${candidate.stage}`;
  // Not among what stands on a list.
  if (per === 'setting' || per === 'sex' || per === 'title' || per === 'mentor') return null;
  if (per === 'city') return candidate.cityId;
  if (per === 'county') return candidate.countyId;
  if (per === 'school') return candidate.schoolId;
  if (per === 'group') return candidate.groupId;
  return per === 'subject' ? candidate.subject : candidate.stage;
}

/** A decision must put the equals, and only them, in order. */
export type TieRefusal = 'no-tie' | 'not-the-equals' | 'no-reason';
export function tieVerdict(
  drawn: Drawn,
  chosen: readonly string[],
  reason: string | null,
):
  | { readonly ok: true; readonly order: readonly string[] }
  | { readonly ok: false; readonly reason: TieRefusal } {
  if (drawn.tie === null) return { ok: false, reason: 'no-tie' };
  if (reason === null) return { ok: false, reason: 'no-reason' };
  const equals = drawn.tie.candidates.map(({ applicationId }) => applicationId);
  const picked = [...new Set(chosen)];
  if (picked.length !== drawn.tie.places || picked.some((id) => !equals.includes(id))) {
    return { ok: false, reason: 'not-the-equals' };
  }
  return { ok: true, order: [...picked, ...equals.filter((id) => !picked.includes(id))] };
}
