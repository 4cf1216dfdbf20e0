import type { ProgrammeFile } from './grammar/programme.ts';
import type { QuotaTable } from './tables.ts';

/** A programme that has passed every check, with the tables it names. */
export interface Programme extends ProgrammeFile {
  readonly tables: Readonly<Record<string, QuotaTable>>;
}
