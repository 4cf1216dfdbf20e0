import type { AmountShop } from '../evaluate/amount.ts';
import { once } from './figure.ts';
import { compileGrades, type GradesReport, type Marked } from './grades.ts';
import { compileIndicators, type IndicatorReport } from './indicators.ts';
import { compileList, type Eligible, type ListReport } from './list.ts';
import type { Participant, PopulationContext } from './participant.ts';
import { compileQuota, type QuotaReport, quotaReport } from './quota.ts';
import { compileRanking, type RankingReport } from './ranking.ts';
import { type CountedAs, compilePopulations, type PopulationCount } from './sizes.ts';
import { compileStandings, type Standings } from './standings.ts';
import { compileTakes, type StageTake } from './take.ts';

/** What a programme says of many together. */
export interface PopulationReports {
  /** Places, parts, limits and shares as numbers. */
  quota(context: PopulationContext): QuotaReport;
  /** A list against the quota: who takes which place, what is broken. */
  checkList(nominees: readonly Participant[], context: PopulationContext): ListReport;
  /** Where each stands among their peers; `placed` puts it where conditions find it. */
  standings(people: readonly Participant[], context: PopulationContext): Standings;
  /** The order, whom the places go to, and what is left to decide. */
  rank(people: readonly Participant[], context: PopulationContext): RankingReport;
  /** How many a stage of the route sends on; null when there is no such stage. */
  takes(stage: string, context: PopulationContext): StageTake | null;
  /** Grades after forced shares; `orders` are recorded decisions among equals. */
  shareGrades(marked: readonly Marked[], orders?: readonly (readonly string[])[]): GradesReport;
  indicators(context: PopulationContext): readonly IndicatorReport[];
  /** Sizes of the populations, counted over these people. */
  populations(people: readonly Participant[], context: PopulationContext, as?: CountedAs): PopulationCount;
}

/** Each part is compiled when it is first asked for: most programmes are asked for single verdicts. */
export function populationReports(shop: AmountShop, eligible: Eligible): PopulationReports {
  const rules = once(() => compileQuota(shop));
  const list = once(() => compileList(rules(), shop, eligible));
  const standings = once(() => compileStandings(shop));
  const ranking = once(() => compileRanking(rules(), shop, eligible));
  const takes = once(() => compileTakes(rules(), shop));
  const grades = once(() => compileGrades(shop));
  const indicators = once(() => compileIndicators(shop));
  const populations = once(() => compilePopulations(shop));
  return {
    quota: (context) => quotaReport(rules(), shop, context),
    checkList: (nominees, context) => list()(nominees, context),
    standings: (people, context) => standings()(people, context),
    rank: (people, context) => ranking()(people, context),
    takes: (stage, context) => takes().ofStage(stage, context),
    shareGrades: (marked, orders) => grades()(marked, orders),
    indicators: (context) => indicators()(context),
    populations: (people, context, as) => populations()(people, context, as),
  };
}
