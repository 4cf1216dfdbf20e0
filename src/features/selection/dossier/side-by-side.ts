import type { Db } from '../../../platform/database.ts';

type Results<T extends readonly (() => Promise<unknown>)[]> = { [K in keyof T]: Awaited<ReturnType<T[K]>> };

/** Statements side by side on connections of their own; within a transaction, which has one, in turn. */
export async function sideBySide<const T extends readonly (() => Promise<unknown>)[]>(
  db: Db,
  statements: T,
): Promise<Results<T>> {
  if (!db.isTransaction) return (await Promise.all(statements.map((statement) => statement()))) as Results<T>;
  const results: unknown[] = [];
  for (const statement of statements) results.push(await statement());
  return results as Results<T>;
}
