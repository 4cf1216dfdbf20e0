import type { Db } from '../../../platform/database.ts';
import { countOldActs, forgetOldActs } from '../../../platform/once.ts';
import type { Within } from '../../../platform/services.ts';
import { countOrigins, eraseOrigins } from '../../audit/chain/queries.ts';
import { countReads, eraseReads } from '../../audit/reads/queries.ts';
import type { RetentionKind } from '../../audit/retention/rules.ts';
import { countEndedSessions, deleteEndedSessions } from '../../identity/queries.ts';
import { countOldWrongTries, eraseWrongTries } from '../../identity/wrong-tries/queries.ts';
import { countOldNotices, deleteOldNotices } from '../../notices/queries.ts';
import { countOldIdNumbers, eraseOldIdNumbers } from '../../organisation/id-numbers/queries.ts';
import {
  countOldImports,
  eraseOldImports,
  namedFiles as filesOfImports,
} from '../../organisation/imports/erase/queries.ts';
import { dropUpload } from '../../organisation/imports/uploads.ts';
import {
  countOldEvidence,
  eraseOldEvidence,
  namedFiles as filesOfEvidence,
} from '../../records/evidence/erase/queries.ts';
import {
  countOldDrafts,
  countOldObjectors,
  eraseOldDrafts,
  eraseOldObjectors,
  namedFiles as filesOfPapers,
  judgesFiles,
} from '../../selection/erase/queries.ts';
import { dropCopy } from '../own-data/make.ts';
import { countOldCopies, deleteOldCopies } from '../own-data/queries.ts';

/** How the things of one kind that are older than an instant are counted, and erased. */
export interface Erasing {
  count(db: Db, before: Date): Promise<number>;
  /** In the caller's transaction. Doing it again erases what has become too old since. */
  erase(services: Within, before: Date): Promise<Erased>;
}

export interface Erased {
  readonly count: number;
  /**
   * Removes the files nobody names any more, once the transaction has committed: rows that came back would be without
   * their bytes. A crash in between leaves a file that no row names (leftovers.ts).
   */
  after?(services: Within): Promise<void>;
}

/** Of what is kept in rows alone. */
const rows = async (erased: Promise<number>): Promise<Erased> => ({ count: await erased });

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

/** Each kind asks the feature whose tables it is about. A new kind needs its line, or it does not compile. */
export const ERASING: Readonly<Record<RetentionKind, Erasing>> = {
  origins: {
    count: async (db, before) => (await countOrigins(db, before)) + (await countOldWrongTries(db, before)),
    erase: async ({ db }, before) => ({
      count: (await eraseOrigins(db, before)) + (await eraseWrongTries(db, before)),
    }),
  },
  reads: {
    count: (db, before) => countReads(db, dayOf(before)),
    erase: ({ db }, before) => rows(eraseReads(db, dayOf(before))),
  },
  sessions: { count: countEndedSessions, erase: ({ db }, before) => rows(deleteEndedSessions(db, before)) },
  acts: { count: countOldActs, erase: ({ db }, before) => rows(forgetOldActs(db, before)) },
  notices: { count: countOldNotices, erase: ({ db }, before) => rows(deleteOldNotices(db, before)) },
  drafts: {
    count: countOldDrafts,
    async erase(services, before) {
      const { applications, files } = await eraseOldDrafts(services.db, before, services.clock());
      return { count: applications, after: (within) => dropUnused(within, files) };
    },
  },
  evidence: {
    count: countOldEvidence,
    async erase(services, before) {
      const files = await eraseOldEvidence(services.db, before, services.clock());
      return { count: files.length, after: (within) => dropUnused(within, files) };
    },
  },
  imports: {
    count: countOldImports,
    async erase(services, before) {
      const imports = await eraseOldImports(services.db, before, services.clock());
      return {
        count: imports.length,
        async after(within) {
          for (const { id } of imports) await dropUpload(within, id);
          await dropUnused(
            within,
            imports.map(({ sha256 }) => sha256),
          );
        },
      };
    },
  },
  'id-numbers': { count: countOldIdNumbers, erase: ({ db }, before) => rows(eraseOldIdNumbers(db, before)) },
  copies: {
    count: countOldCopies,
    async erase(services, before) {
      const ids = await deleteOldCopies(services.db, before);
      return {
        count: ids.length,
        async after(within) {
          for (const id of ids) await dropCopy(within, id);
        },
      };
    },
  },
  objectors: {
    count: countOldObjectors,
    erase: ({ db, clock }, before) => rows(eraseOldObjectors(db, before, clock())),
  },
};

/** Whoever keeps files. A feature that begins to, adds its line here. */
const NAMING = [filesOfEvidence, filesOfPapers, filesOfImports, judgesFiles];

/** Those of these files that anybody names. */
export async function namedOf(db: Db, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set((await Promise.all(NAMING.map((named) => named(db, hashes)))).flat());
}

/** The same bytes are one file, whoever added them: it goes when nobody names it any more. */
async function dropUnused({ db, files }: Within, hashes: readonly string[]): Promise<void> {
  const named = await namedOf(db, hashes);
  for (const sha256 of new Set(hashes)) if (!named.has(sha256)) await files.remove(sha256);
}
