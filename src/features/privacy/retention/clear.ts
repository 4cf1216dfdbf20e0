import { transaction } from '../../../platform/database.ts';
import { type Schedule, throwIfStopped } from '../../../platform/jobs/kinds.ts';
import type { AtWork, Services } from '../../../platform/services.ts';
import { appendAudit } from '../../audit/queries.ts';
import { listRetention } from '../../audit/retention/queries.ts';
import type { RetentionKind } from '../../audit/retention/rules.ts';
import { countByKey } from '../../organisation/id-numbers/queries.ts';
import { ERASING } from './kinds.ts';

const DAY_MS = 86_400_000;

/** What is older than this is too old. */
const beforeOf = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS);

/**
 * How many of each kind are too old by these periods. Asked as the work that erases them, for an administrator reads none
 * of what is counted here: the answer is a number and nothing else.
 */
export async function countDue(
  { works, clock }: Services,
  periods: readonly { readonly kind: RetentionKind; readonly days: number }[],
): Promise<Map<RetentionKind, number>> {
  const now = clock();
  const db = works.open('retention');
  const counts = new Map<RetentionKind, number>();
  for (const { kind, days } of periods) counts.set(kind, await ERASING[kind].count(db, beforeOf(now, days)));
  return counts;
}

/** How many identity numbers there are: a number, asked so for the same reason. */
export async function countIdNumbers({ works }: Services): Promise<number> {
  return [...(await countByKey(works.open('retention'))).values()].reduce((sum, count) => sum + count, 0);
}

/** Erases what is too old, kind by kind; each that lost something is an entry of the chain. */
async function clear(services: AtWork, signal: AbortSignal): Promise<void> {
  const { db, clock, log } = services;
  for (const { kind, days } of await listRetention(db)) {
    throwIfStopped(signal);
    const before = beforeOf(clock(), days);
    // One transaction: no row is gone that the chain does not tell of, wherever this stops; files go once it stands.
    const { count, after } = await transaction(db, async (tx) => {
      const erased = await ERASING[kind].erase({ ...services, db: tx }, before);
      if (erased.count > 0)
        await appendAudit(tx, null, clock(), {
          action: 'retention.erased',
          subjectType: 'retention',
          subjectId: null,
          after: { retained: kind, days, count: erased.count },
        });
      return erased;
    });
    await after?.(services);
    if (count > 0) log.info({ kind, count }, 'erased what is too old');
  }
}

/** Every night, once however many processes serve. */
export const retention: Schedule = { name: 'retention', cron: '17 3 * * *', run: clear };
