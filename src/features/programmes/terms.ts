import type { Terms } from '../../language/grammar/programme.ts';
import type { Programme } from '../../language/programme.ts';
import type { Db } from '../../platform/database.ts';
import { behind } from '../../platform/doors.ts';
import { adoptTerms } from '../../platform/programmes.ts';
import type { Within } from '../../platform/services.ts';
import { checkFile } from './compiled.ts';
import { listPublishedWithTerms } from './queries.ts';
import { programmeName } from './rules.ts';

/** What each file brought, by its digest: a published file never changes. Null for one that no longer loads. */
const read = new Map<string, Terms | null>();
/** What each authority of this install brought; all know the words of all. */
const brought = new Map<object, readonly Terms[]>();

/** What is known of a school or a pair is no fact about a person: nobody enters it. */
function termsOf({ terms = {}, subject = 'person' }: Programme): Terms {
  return subject === 'person' ? terms : { ...terms, attributes: {} };
}

async function publishedTerms(db: Db): Promise<{ programme: string; digest: string; terms: Terms | null }[]> {
  const versions = await listPublishedWithTerms(db);
  return versions.map(({ digest, programmeId, source, tables }) => {
    let terms = read.get(digest);
    if (terms === undefined) {
      const loaded = checkFile(source, tables);
      terms = loaded.ok ? termsOf(loaded.programme) : null;
      read.set(digest, terms);
    }
    return { programme: programmeName(programmeId), digest, terms };
  });
}

/**
 * A programme may speak of kinds of record that nobody knew before. Once it is published they belong to the words
 * of the authority: teachers can enter such records, and lists and papers name them. Returns the digests of
 * published files that no longer load, whose words are lacking.
 */
export async function adoptPublishedTerms(db: Db): Promise<readonly string[]> {
  const all = await publishedTerms(db);
  brought.set(
    behind(db),
    all.flatMap(({ terms }) => terms ?? []),
  );
  adoptTerms([...brought.values()].flat());
  return all.filter(({ terms }) => terms === null).map(({ digest }) => digest);
}

/**
 * A word this programme would bring that another published programme means otherwise; null when there is none.
 * Whoever enters such a record would be shown one form, and the other programme would not count it.
 */
export async function collidingTerm(db: Db, programme: Programme): Promise<string | null> {
  if (!programme.terms) return null;
  for (const { programme: other, terms } of await publishedTerms(db)) {
    if (other === programme.programme || terms === null) continue;
    for (const kind of ['scales', 'attributes', 'records'] as const) {
      for (const [id, own] of Object.entries(programme.terms[kind] ?? {})) {
        const theirs = terms[kind];
        if (!theirs || !Object.hasOwn(theirs, id)) continue;
        if (JSON.stringify(theirs[id]) !== JSON.stringify(own)) return id;
      }
    }
  }
  return null;
}

const EVERY_MS = 60_000;

/** At the start, and every minute for what another process has published. Returns how to stop. */
export async function keepTerms({ db, log }: Within): Promise<() => void> {
  const adopt = async () => {
    const broken = await adoptPublishedTerms(db);
    if (broken.length > 0) log.error({ digests: broken }, 'published programmes no longer load');
  };
  await adopt();
  const timer = setInterval(() => {
    adopt().catch((error: unknown) => log.warn({ error }, 'words of published programmes not read'));
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
