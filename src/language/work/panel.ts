import { compare, multiply, ratio } from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import type { Workshop } from '../evaluate.ts';
import type { EvaluationContext } from '../finding.ts';
import type { Body } from '../grammar/round.ts';
import type { Outcome } from '../outcome.ts';
import type { Names } from '../problem.ts';
import { allOf, exact, HUNDRED, runOf, verdict } from './common.ts';

/** Who may sit in a body and vote: whom it must be made up of, who stands aside, what carries. */

export type Relation = NonNullable<Body['recuse']>[number];

export interface Seat {
  readonly id: string;
  /** The kind of member, by its id in the file. */
  readonly as?: string;
  readonly dossier: Dossier;
  /** What they are to whoever is judged. */
  readonly relations?: readonly Relation[];
}

export type PanelReason = 'must-stand-aside' | 'too-few' | 'too-many' | 'not-fit' | 'fitness-open';

export const panelReasons: Readonly<Record<PanelReason, Names>> = {
  'must-stand-aside': { 'zh-CN': '应当回避', en: 'must stand aside' },
  'too-few': { 'zh-CN': '人数不足', en: 'too few of them' },
  'too-many': { 'zh-CN': '人数过多', en: 'too many of them' },
  'not-fit': { 'zh-CN': '不符合成员条件', en: 'is not what such a member must be' },
  'fitness-open': { 'zh-CN': '是否符合成员条件尚未查明', en: 'whether they are fit is not settled' },
};

export interface PanelReport {
  readonly outcome: Outcome;
  /** `of`: the person, or the kind of member. */
  readonly problems: readonly { readonly reason: PanelReason; readonly of: string }[];
}

export function compilePanels(shop: Workshop) {
  return (name: string, seats: readonly Seat[], context: EvaluationContext): PanelReport | null => {
    const plan = shop.programme.bodies?.[name];
    if (!plan) return null;
    const problems: PanelReport['problems'][number][] = [];
    const fits: Outcome[] = [];
    for (const { id, relations = [] } of seats) {
      if (relations.some((one) => plan.recuse?.includes(one))) {
        problems.push({ reason: 'must-stand-aside', of: id });
      }
    }
    for (const { id: kind, who, least, most } of plan.members ?? []) {
      const own = kind === undefined ? seats : seats.filter(({ as }) => as === kind);
      const of = kind ?? name;
      if (least !== undefined && own.length < least) problems.push({ reason: 'too-few', of });
      if (most !== undefined && own.length > most) problems.push({ reason: 'too-many', of });
      const clause = who && shop.clause(who);
      for (const seat of clause ? own : []) {
        const fit = verdict(clause?.effect(seat.dossier, runOf(context)) ?? 'none');
        fits.push(fit);
        if (fit !== 'met')
          problems.push({ reason: fit === 'unmet' ? 'not-fit' : 'fitness-open', of: seat.id });
      }
    }
    const broken = problems.some(({ reason }) => reason !== 'fitness-open');
    return { outcome: allOf([...fits, broken ? 'unmet' : 'met']), problems };
  };
}

export interface Votes {
  readonly yes: number;
  readonly no: number;
  /** Members there, and members there are. */
  readonly present: number;
  readonly all: number;
}

/** Whether a vote carries, by the share the body needs and what it is a share of. */
export function carries(
  { percent, of = 'present', than = 'at-least' }: NonNullable<Body['vote']>,
  votes: Votes,
) {
  const base = of === 'cast' ? votes.yes + votes.no : votes[of];
  if (base <= 0) return false;
  const order = compare(multiply(ratio(BigInt(votes.yes), BigInt(base)), HUNDRED), exact(percent));
  return than === 'more-than' ? order > 0 : order >= 0;
}
