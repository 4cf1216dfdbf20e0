import type { Exact } from '../../shared/decimal.ts';
import { type AmountShop, compileAmount } from '../evaluate/amount.ts';
import type { Stage } from '../grammar/round.ts';
import type { Names } from '../problem.ts';
import { ceiling, type Figure, type FigureReason, figure, floor, people } from './figure.ts';
import { type PopulationContext, wholeOf } from './participant.ts';
import type { QuotaRules } from './quota.ts';

/** How many a stage of the route sends on. */
export interface StageTake {
  readonly stage: string;
  readonly least: Figure | null;
  readonly most: Figure | null;
  /** The whole numbers within, both ends included. */
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: TakeReason;
}

export type TakeReason = 'range' | 'no-number' | 'size-unknown' | 'not-whole' | 'no-whole-number';
export const takeWords: Readonly<Record<TakeReason, Names>> = {
  range: { 'zh-CN': '可报送的人数', en: 'how many may go on' },
  'no-number': { 'zh-CN': '未规定人数', en: 'no number is given' },
  'size-unknown': { 'zh-CN': '所依据的人数未知', en: 'a number it is reckoned from is not known' },
  'not-whole': {
    'zh-CN': '不是整数，办法未说明如何取整',
    en: 'not a whole number, and nothing says how to round',
  },
  'no-whole-number': { 'zh-CN': '规定的范围内没有整数', en: 'no whole number lies within the range' },
};

/** What a ranking may take. */
export interface Take {
  /** Null when no number binds. */
  readonly places: Figure | null;
  readonly least: number | null;
  /** Why nobody can be taken yet. */
  readonly reason: FigureReason | 'no-whole-number' | null;
}

export function compileTakes(rules: QuotaRules, shop: AmountShop) {
  const { ranking, route = [] } = shop.programme;
  const own = ranking?.take && compileAmount(ranking.take, shop);
  const stages = new Map(
    route.map((stage) => [
      stage.id,
      {
        stage,
        most: stage.take && compileAmount(stage.take, shop),
        least: stage.takeLeast && compileAmount(stage.takeLeast, shop),
      },
    ]),
  );

  /** What a stage may send on; null when the route has no such stage. */
  const ofStage = (id: string, given: PopulationContext): StageTake | null => {
    const found = stages.get(id);
    if (!found) return null;
    const context = rules.settle(given);
    const at = wholeOf(context);
    const most = found.most ? found.most.value(...at) : numberOf(found.stage, rules, context);
    const least = found.least ? found.least.value(...at) : null;
    return {
      stage: id,
      least: least === null ? null : figure(least),
      most: most === null ? null : figure(most),
      ...range(least, most, found.least !== undefined),
    };
  };

  return {
    ofStage,
    /** How many of those ranked are taken: by the stage, by the ranking, else the places there are. */
    ofRanking(context: PopulationContext): Take {
      const stage = context.stage === undefined ? undefined : stages.get(context.stage);
      if (stage?.most || stage?.least) return ofRange(ofStage(stage.stage.id, context));
      if (own) return numbered(own.value(...wholeOf(context)));
      const { exact, source } = rules.places(context);
      if (rules.quota.unlimited || source === 'none') return FREE;
      // The places of all are not those of each group.
      return numbered(ranking?.within ? undefined : exact);
    },
  };
}

const FREE: Take = { places: null, least: null, reason: null };

function numbered(exact: Exact | undefined): Take {
  const places = figure(exact);
  return { places, least: null, reason: places.reason };
}

/** Of a range as many as it allows are taken. */
function ofRange(take: StageTake | null): Take {
  if (!take || take.reason === 'no-number') return FREE;
  const { from, to, most, reason } = take;
  if (reason !== 'range') return { places: most, least: null, reason };
  return { places: to === null ? null : figure(people(to)), least: from, reason: null };
}

/** The number that binds at a stage by its quota: the total of the unit. Limits are by group, and have no one number. */
function numberOf(stage: Stage, rules: QuotaRules, context: PopulationContext): Exact | null | undefined {
  return stage.quota === 'total' || stage.quota === 'split' ? rules.places(context).exact : null;
}

function range(
  least: Exact | null | undefined,
  most: Exact | null | undefined,
  ranged: boolean,
): Pick<StageTake, 'from' | 'to' | 'reason'> {
  const none = { from: null, to: null };
  if (least === undefined || most === undefined) return { ...none, reason: 'size-unknown' };
  if (least === null && most === null) return { ...none, reason: 'no-number' };
  // One number that is not whole needs rounding; of a range the whole numbers within are meant.
  if (!ranged && most !== null && most.d !== 1n) return { ...none, reason: 'not-whole' };
  const from = least === null ? null : ceiling(least);
  const to = most === null ? null : floor(most);
  if (from !== null && to !== null && from > to) return { ...none, reason: 'no-whole-number' };
  return { from: from ?? 0, to, reason: 'range' };
}
