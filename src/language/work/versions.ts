import { addDays, type CivilDate } from '../../shared/civil-date.ts';
import type { Dossier } from '../dossier.ts';
import type { EvaluationContext } from '../finding.ts';
import type { Outcome } from '../outcome.ts';
import type { Names } from '../problem.ts';
import type { Programme } from '../programme.ts';

/**
 * Which version of a programme applies to someone on a day. They begin under the one in force then; each later
 * version that concerns them says what becomes of those who are under way: they keep theirs (the rule unless
 * it says otherwise, and not beyond `keepUntil`), move, or choose.
 */
export interface Version {
  readonly programme: Programme;
  /** Whether it concerns someone; everyone unless given (CompiledProgramme.applies). */
  readonly applies?: (dossier: Dossier, context: EvaluationContext) => Outcome;
}

export type VersionReason =
  | ('in-force' | 'kept' | 'moved' | 'chosen' | 'keeping-over')
  | ('choice-open' | 'not-yet' | 'expired' | 'concerns-nobody' | 'concern-open');

export const versionReasons: Readonly<Record<VersionReason, Names>> = {
  'in-force': { 'zh-CN': '开始时施行的版本', en: 'the version in force when they began' },
  kept: { 'zh-CN': '已开始者沿用旧规定', en: 'those under way keep the earlier one' },
  moved: { 'zh-CN': '已开始者改按新规定', en: 'those under way move to the later one' },
  chosen: { 'zh-CN': '本人选择', en: 'their own choice' },
  'keeping-over': { 'zh-CN': '沿用旧规定的期限已过', en: 'the time to keep the earlier one is over' },
  'choice-open': { 'zh-CN': '可自选，尚未选择', en: 'theirs to choose, and not chosen yet' },
  'not-yet': { 'zh-CN': '尚无版本施行', en: 'no version is in force yet' },
  expired: { 'zh-CN': '已废止，没有后续版本', en: 'it has ended and none follows' },
  'concerns-nobody': { 'zh-CN': '没有适用于此人的版本', en: 'no version concerns this person' },
  'concern-open': {
    'zh-CN': '是否适用尚未查明',
    en: 'whether a version concerns this person is not settled',
  },
};

export interface VersionChoice {
  readonly outcome: Outcome;
  readonly version: string | null;
  readonly reason: VersionReason;
  /** What may be chosen, where that is open. */
  readonly options: readonly string[];
  /** Old titles and grades as they are called under the version that applies. */
  readonly maps: Readonly<Record<string, string>>;
}

export interface VersionQuestion {
  /** The day the person began. */
  readonly began: CivilDate;
  readonly dossier: Dossier;
  /** The version they chose, where there was a choice. */
  readonly chosen?: string;
}

interface Spell extends Version {
  readonly id: string;
  readonly from: CivilDate;
  /** Last day someone may begin under it. */
  readonly until: CivilDate;
}

const EVER = '9999-12-31';

export function versionFor(
  versions: readonly Version[],
  { began, dossier, chosen }: VersionQuestion,
  context: EvaluationContext,
): VersionChoice {
  const { asOf } = context;
  const answer = (
    outcome: Outcome,
    reason: VersionReason,
    version: string | null = null,
    more: Partial<VersionChoice> = {},
  ): VersionChoice => ({ outcome, version, reason, options: [], maps: {}, ...more });

  const spells = spellsOf(versions);
  const begun = spells.filter(({ from }) => from <= asOf);
  if (begun.length === 0) return answer('unmet', 'not-yet');
  const concern = begun.map((one) => one.applies?.(dossier, context) ?? 'met');
  const open = concern.find((outcome) => outcome === 'missing' || outcome === 'needs-decision');
  if (open) return answer(open, 'concern-open');
  const theirs = begun.filter((_, i) => concern[i] === 'met');
  const first = theirs.findIndex(({ from, until }) => from <= began && began <= until);
  const start = theirs[Math.max(first, 0)];
  if (!start) return answer('unmet', 'concerns-nobody');

  let [now, reason]: [Spell, VersionReason] = [start, 'in-force'];
  const maps = new Map<string, string>();
  const move = (next: Spell, why: VersionReason) => {
    [now, reason] = [next, why];
    for (const { from, to } of next.programme.versions?.maps ?? []) {
      for (const [old, title] of maps) if (title === from) maps.set(old, to);
      maps.set(from, to);
    }
  };
  for (const next of theirs.slice(theirs.indexOf(start) + 1)) {
    const { running = 'keep', keepUntil } = next.programme.versions ?? {};
    const underWay = began < next.from;
    if (keepUntil !== undefined && asOf > keepUntil) move(next, underWay ? 'keeping-over' : 'in-force');
    else if (running === 'choose' && (underWay || began <= now.until)) {
      if (chosen === next.id) move(next, 'chosen');
      else if (chosen === now.id) reason = 'chosen';
      else return answer('needs-decision', 'choice-open', null, { options: [now.id, next.id] });
    } else if (!underWay) move(next, 'in-force');
    else if (running === 'move') move(next, 'moved');
    else reason = 'kept';
  }
  const end = now.programme.versions?.until;
  const followed = spells.some(({ from }) => from > now.from && from <= asOf);
  if (end !== undefined && asOf > end && !followed) return answer('unmet', 'expired', now.id);
  return answer('met', reason, now.id, { maps: Object.fromEntries(maps) });
}

/** In order of their first days; one without a last day gives way to the next. */
function spellsOf(versions: readonly Version[]): readonly Spell[] {
  const first = ({ programme }: Version) => programme.versions?.from ?? '0000-01-01';
  const sorted = versions.toSorted((a, b) => (first(a) < first(b) ? -1 : first(a) > first(b) ? 1 : 0));
  return sorted.map((one, i) => {
    const next = sorted[i + 1];
    const until = one.programme.versions?.until ?? (next ? addDays(first(next), -1) : EVER);
    return { ...one, id: one.programme.version, from: first(one), until };
  });
}
