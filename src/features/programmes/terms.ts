import type { Db } from '../../platform/database.ts';
import { adoptTerms } from '../../platform/programmes.ts';
import type { Services } from '../../platform/services.ts';
import { checkFile } from './compiled.ts';
import { listPublishedWithTerms } from './queries.ts';

/**
 * A programme may speak of kinds of record that nobody knew before. Once it is published they belong to the words
 * of the authority: teachers can enter such records, and lists and papers name them.
 */
export async function adoptPublishedTerms(db: Db): Promise<void> {
  const versions = await listPublishedWithTerms(db);
  adoptTerms(
    versions.flatMap(({ source, tables }) => {
      const loaded = checkFile(source, tables);
      return loaded.ok && loaded.programme.terms ? [loaded.programme.terms] : [];
    }),
  );
}

const EVERY_MS = 60_000;

/** At the start, and every minute for what another process has published. Returns how to stop. */
export async function keepTerms({ db, log }: Services): Promise<() => void> {
  await adoptPublishedTerms(db);
  const timer = setInterval(() => {
    adoptPublishedTerms(db).catch((error: unknown) =>
      log.warn({ error }, 'words of published programmes not read'),
    );
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
