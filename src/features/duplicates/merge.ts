import type { Db } from '../../platform/database.ts';
import { reassignPerson as reassignAccount } from '../identity/queries.ts';
import { reassignPerson as reassignStanding } from '../organisation/people/doubles/queries.ts';
import { reassignPerson as reassignCorrections } from '../privacy/corrections/queries.ts';
import { reassignPerson as reassignRecords } from '../records/queries.ts';
import { reassignPerson as reassignApplications } from '../selection/reassign/queries.ts';
import { reassignPerson as reassignTitles } from '../titles/queries.ts';

/** Every feature that keeps something of a person hands it over. A feature that begins to, adds its line here. */
const HANDOVERS = [
  reassignAccount,
  reassignRecords,
  reassignTitles,
  reassignApplications,
  reassignCorrections,
  reassignStanding,
];

/** All that is `from`'s becomes `to`'s, in the caller's transaction. */
export async function mergePeople(tx: Db, from: string, to: string): Promise<void> {
  for (const handOver of HANDOVERS) await handOver(tx, from, to);
}
