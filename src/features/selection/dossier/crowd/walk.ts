import { addressOf, type Db } from '../../../../platform/database.ts';
import { idsApart, servesMoreThan } from '../../../organisation/facts/queries.ts';
import { streamDossiers } from '../stream.ts';
import { openWalk, THREADS } from './threads.ts';
import type { Block, CrowdAsked, CrowdWork, Found, Reckoner } from './work.ts';

/*
 * A crowd is walked in the order of its ids. A large one goes in blocks to the threads, which read and reckon side by
 * side; what they found comes back in order, so that whoever listens sees the same as of one walker, and may stop
 * and go on later from the last id.
 */

export interface Ways {
  /** People in a block, at most. */
  readonly atOnce: number;
  /** No more than these are walked in this thread. */
  readonly few: number;
  readonly threads: number;
  /** Walks here until a thread has begun, which takes a while: the first figures do not wait for it. */
  readonly firstHere: boolean;
}
const WAYS: Ways = { atOnce: 1000, few: 3000, threads: THREADS, firstHere: true };
/** Blocks each thread has in hand: one is read while another is reckoned, and none waits for a slower neighbour. */
const IN_HAND = 3;

/** What work finds of everyone whose ids come after one, part by part; at least one part, be it of nobody. */
export async function* walkCrowd<Asked extends CrowdAsked, Part>(
  db: Db,
  work: CrowdWork<Asked, Part>,
  asked: Asked,
  after: string | null = null,
  ways: Partial<Ways> = {},
): AsyncGenerator<Found<Part>> {
  const { atOnce, few, threads, firstHere } = { ...WAYS, ...ways };
  const address = await addressOf(db);
  if (address === null || !(await servesMoreThan(db, asked.unitPath, few)))
    return yield* walkHere(db, await work.prepare(db, asked), asked, { after, until: null });
  const walkers = openWalk(threads, { ...address, file: work.file, asked });
  try {
    let here: Reckoner<Part> | null = null;
    const going: Promise<Found<Part>>[] = [];
    for await (const block of blocks(db, after, atOnce)) {
      if (!firstHere) await walkers.begun;
      if (!walkers.ready()) {
        here ??= await work.prepare(db, asked);
        yield* walkHere(db, here, asked, block);
        continue;
      }
      const found = walkers.reckon<Part>(block);
      found.catch(() => undefined); // Reported where it is awaited, even if an earlier one fails first.
      going.push(found);
      const first = going.length < threads * IN_HAND ? undefined : going.shift();
      if (first !== undefined) yield await first;
    }
    for (const found of going) yield await found;
  } finally {
    walkers.leave();
  }
}

async function* walkHere<Part>(
  db: Db,
  { needs, begin, add }: Reckoner<Part>,
  { unitPath, asOf }: CrowdAsked,
  block: Block,
): AsyncGenerator<Found<Part>> {
  let nobody = true;
  for await (const members of streamDossiers(db, { unitPath, asOf, needs, ...block })) {
    const part = begin();
    await add(part, members);
    yield { id: members.at(-1)?.dossier.person.id ?? null, part };
    nobody = false;
  }
  if (nobody) yield { id: null, part: begin() };
}

/** Everyone there is after an id, so many in a block; the last one is open. */
async function* blocks(db: Db, afterId: string | null, atOnce: number): AsyncGenerator<Block> {
  let after = afterId;
  let coming = idsApart(db, after, atOnce);
  for (;;) {
    const ends = await coming;
    const last = ends.at(-1);
    if (last !== undefined) {
      coming = idsApart(db, last, atOnce);
      coming.catch(() => undefined); // Reported where it is awaited.
    }
    for (const until of ends) {
      yield { after, until };
      after = until;
    }
    if (last === undefined) return yield { after, until: null };
  }
}
