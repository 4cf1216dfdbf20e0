import type { Db } from '../../../platform/database.ts';
import { isRetentionKind, RETENTION_KINDS, type RetentionKind } from './rules.ts';

export interface RetentionRule {
  readonly kind: RetentionKind;
  readonly days: number;
  readonly reason: string | null;
  readonly revision: number;
}

/** Every kind with its period, in the order of the rules. */
export async function listRetention(db: Db): Promise<RetentionRule[]> {
  const rows = await db.selectFrom('retention_rule').selectAll().execute();
  const known = rows.flatMap((row) => (isRetentionKind(row.kind) ? [{ ...row, kind: row.kind }] : []));
  return RETENTION_KINDS.flatMap((kind) => known.filter((row) => row.kind === kind));
}

export const retentionRows = (db: Db, kind: RetentionKind) =>
  db.selectFrom('retention_rule').selectAll().where('kind', '=', kind);
export const selectRetention = async (db: Db, kind: RetentionKind): Promise<RetentionRule> => ({
  ...(await retentionRows(db, kind).executeTakeFirstOrThrow()),
  kind,
});

/** False when somebody else changed it since `rule.revision`. */
export async function updateRetention(tx: Db, rule: RetentionRule): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('retention_rule')
    .set({ days: rule.days, reason: rule.reason, revision: rule.revision + 1 })
    .where('kind', '=', rule.kind)
    .where('revision', '=', rule.revision)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
