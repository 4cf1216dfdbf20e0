import type { Given, SettledFile } from './given.ts';
import type { Condition } from './grammar/condition.ts';
import { type Reckoning, usualReckoning } from './periods.ts';
import type { QuotaTable } from './tables.ts';

/** A programme that has passed every check, with the tables it names. */
export interface Programme extends SettledFile {
  readonly eligibility: Condition;
  readonly tables: Readonly<Record<string, QuotaTable>>;
  /** The numbers that parameters give, but for those within conditions and amounts. */
  readonly given: readonly Given[];
}

/** The table by which places are divided, of the whole or of a part; undefined where the file names none. */
export const tableOf = (
  { quota, tables }: Pick<Programme, 'quota' | 'tables'>,
  of: { readonly split?: { readonly table?: string } } | undefined = quota,
): QuotaTable | undefined => (of?.split?.table === undefined ? undefined : tables[of.split.table]);

/** A programme that says nothing of who may apply asks nothing. */
export const nothingAsked: Condition = { path: 'eligibility', rule: { op: 'all', arg: [] } };

export function reckoningOf({ reckoning }: SettledFile): Reckoning {
  return {
    year: reckoning?.year ?? usualReckoning.year,
    schoolYear: reckoning?.schoolYear ?? usualReckoning.schoolYear,
    semesters: reckoning?.semesters ?? usualReckoning.semesters,
  };
}
