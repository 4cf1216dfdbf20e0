import type { Db } from '../../../../platform/database.ts';
import { pathEnd } from '../../../../platform/paths.ts';
import { madeOnce } from '../../../../platform/together.ts';
import { type AuditRow, entriesOf, timelineRows } from '../../../audit/queries.ts';
import { isUnit, type Unit, unitRowsUnder } from '../../../organisation/units/queries.ts';
import { stakeOf, stakeRows } from '../../stake/queries.ts';
import type { Stake } from '../../stake/rules.ts';
import { type OwnApplication, ownApplication } from '../participants/queries.ts';
import { type Below, type QuotaRow, quotaOf, quotaRowsBelow, unitQuotaRows } from '../quotas/queries.ts';
import { ROUND_HISTORY } from '../rules.ts';

/* What the pages of a round read beside the round, each in one statement. */

interface Asked extends Below {
  readonly roundId: string;
  readonly pathEnd: string;
  /** Whoever looks, and in whose stead. */
  readonly people: readonly string[];
}
const boundsOf = ({ path, level }: Below) => ({ path, level, pathEnd: pathEnd(path) });

/** How much of what was done with a round its page shows. */
const LATEST = 50;
interface Overviewed extends Asked {
  readonly personId: string;
}
const overviewed = (withStake: boolean) =>
  madeOnce((db, asked: Overviewed) => ({
    quotas: quotaRowsBelow(db, asked.roundId, asked),
    trail: timelineRows(db)
      .where('audit.subject_id', '=', asked.roundId)
      .where('audit.action', 'in', [...ROUND_HISTORY])
      .orderBy('audit.seq', 'desc')
      .limit(LATEST),
    own: ownApplication(db, asked.roundId, asked.personId),
    ...(withStake ? { stake: stakeRows(asked.roundId, asked.people) } : {}),
  }));
const overviews = { ofAnybody: overviewed(false), withStake: overviewed(true) };

export interface AroundRound {
  /** Of the units its places are divided among. */
  readonly quotas: readonly QuotaRow[];
  readonly trail: readonly AuditRow[];
  /** Of whoever looks. */
  readonly own: OwnApplication | null;
  readonly stake: Stake | null;
}
/** `people`: whose stake is asked for; null for nobody's. */
export async function selectAroundRound(
  db: Db,
  roundId: string,
  below: Below,
  personId: string,
  people: readonly string[] | null,
): Promise<AroundRound> {
  const ask = people === null ? overviews.ofAnybody : overviews.withStake;
  const read = await ask(db, { roundId, ...boundsOf(below), personId, people: people ?? [] });
  return {
    quotas: read.quotas.map(quotaOf),
    trail: entriesOf(read.trail),
    own: read.own[0] ?? null,
    stake: people === null ? null : stakeOf(read.stake ?? [], people),
  };
}

interface Divided extends Asked {
  readonly unitId: string;
  readonly today: string;
}
const divided = (withStake: boolean) =>
  madeOnce((db, asked: Divided) => ({
    units: unitRowsUnder(db, asked, asked.today),
    quotas: quotaRowsBelow(db, asked.roundId, asked),
    own: unitQuotaRows(db, asked.roundId, asked.unitId),
    ...(withStake ? { stake: stakeRows(asked.roundId, asked.people) } : {}),
  }));
const divisions = { ofAnybody: divided(false), withStake: divided(true) };

export interface AroundDivision {
  /** Those of the level that have not ended. */
  readonly units: readonly Unit[];
  readonly quotas: readonly QuotaRow[];
  /** What the dividing unit holds itself. */
  readonly own: readonly QuotaRow[];
  readonly stake: Stake | null;
}
/** The places of a round as one unit divides them. */
export async function selectAroundDivision(
  db: Db,
  of: { readonly roundId: string; readonly unitId: string; readonly today: string },
  below: Below,
  people: readonly string[] | null,
): Promise<AroundDivision> {
  const ask = people === null ? divisions.ofAnybody : divisions.withStake;
  const read = await ask(db, { ...of, ...boundsOf(below), people: people ?? [] });
  return {
    units: read.units.map(isUnit),
    quotas: read.quotas.map(quotaOf),
    own: read.own.map(quotaOf),
    stake: people === null ? null : stakeOf(read.stake ?? [], people),
  };
}
