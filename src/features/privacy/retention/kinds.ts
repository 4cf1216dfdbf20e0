import type { Db } from '../../../platform/database.ts';
import { countOldActs, forgetOldActs } from '../../../platform/once.ts';
import type { Within } from '../../../platform/services.ts';
import { countOrigins, eraseOrigins } from '../../audit/chain/queries.ts';
import { countReads, eraseReads } from '../../audit/reads/queries.ts';
import type { RetentionKind } from '../../audit/retention/rules.ts';
import { countEndedSessions, deleteEndedSessions } from '../../identity/queries.ts';
import { countOldNotices, deleteOldNotices } from '../../notices/queries.ts';
import { countOldIdNumbers, eraseOldIdNumbers } from '../../organisation/id-numbers/queries.ts';
import {
  countOldImports,
  eraseOldImports,
  namesFile as importNamesFile,
} from '../../organisation/imports/erase/queries.ts';
import { dropUpload } from '../../organisation/imports/uploads.ts';
import {
  countOldEvidence,
  eraseOldEvidence,
  namesFile as evidenceNamesFile,
} from '../../records/evidence/erase/queries.ts';
import {
  countOldDrafts,
  countOldObjectors,
  eraseOldDrafts,
  eraseOldObjectors,
  judgesNameFile,
  namesFile as paperNamesFile,
} from '../../selection/erase/queries.ts';
import { dropCopy } from '../own-data/make.ts';
import { countOldCopies, deleteOldCopies } from '../own-data/queries.ts';

/** How the things of one kind that are older than an instant are counted, and erased. */
export interface Erasing {
  count(db: Db, before: Date): Promise<number>;
  /** How many. Doing it again erases what has become too old since. */
  erase(services: Within, before: Date): Promise<number>;
}

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

/** Each kind asks the feature whose tables it is about. A new kind needs its line, or it does not compile. */
export const ERASING: Readonly<Record<RetentionKind, Erasing>> = {
  origins: { count: countOrigins, erase: ({ db }, before) => eraseOrigins(db, before) },
  reads: {
    count: (db, before) => countReads(db, dayOf(before)),
    erase: ({ db }, before) => eraseReads(db, dayOf(before)),
  },
  sessions: { count: countEndedSessions, erase: ({ db }, before) => deleteEndedSessions(db, before) },
  acts: { count: countOldActs, erase: ({ db }, before) => forgetOldActs(db, before) },
  notices: { count: countOldNotices, erase: ({ db }, before) => deleteOldNotices(db, before) },
  drafts: {
    count: countOldDrafts,
    async erase(services, before) {
      const { applications, files } = await eraseOldDrafts(services.db, before, services.clock());
      await dropUnused(services, files);
      return applications;
    },
  },
  evidence: {
    count: countOldEvidence,
    async erase(services, before) {
      const files = await eraseOldEvidence(services.db, before, services.clock());
      await dropUnused(services, files);
      return files.length;
    },
  },
  imports: {
    count: countOldImports,
    async erase(services, before) {
      const imports = await eraseOldImports(services.db, before, services.clock());
      for (const { id } of imports) await dropUpload(services, id);
      await dropUnused(
        services,
        imports.map(({ sha256 }) => sha256),
      );
      return imports.length;
    },
  },
  'id-numbers': { count: countOldIdNumbers, erase: ({ db }, before) => eraseOldIdNumbers(db, before) },
  copies: {
    count: countOldCopies,
    async erase(services, before) {
      const ids = await deleteOldCopies(services.db, before);
      for (const id of ids) await dropCopy(services, id);
      return ids.length;
    },
  },
  objectors: {
    count: countOldObjectors,
    erase: ({ db, clock }, before) => eraseOldObjectors(db, before, clock()),
  },
};

/** Whoever keeps files. A feature that begins to, adds its line here. */
const NAMES_FILE = [evidenceNamesFile, paperNamesFile, importNamesFile, judgesNameFile];

/** The same bytes are one file, whoever added them: it goes when nobody names it any more. */
async function dropUnused({ db, files }: Within, hashes: readonly string[]): Promise<void> {
  for (const sha256 of new Set(hashes)) {
    const named = await Promise.all(NAMES_FILE.map((names) => names(db, sha256)));
    if (!named.includes(true)) await files.remove(sha256);
  }
}
