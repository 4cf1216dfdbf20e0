import type pg from 'pg';

/*
 * Filling a table is several times faster without its keys, indexes and references; they are made again over all its
 * rows. Checks of single rows stay.
 */

export interface Rule {
  readonly kind: 'reference' | 'key' | 'index';
  readonly table: string;
  /** The table that a reference points to. */
  readonly other: string | null;
  readonly name: string;
  readonly drop: string;
  readonly make: string;
}

/** Every key, index and reference of the connection's schema, with the statements that drop it and make it again. */
export async function readRules(client: pg.ClientBase): Promise<Rule[]> {
  const { rows } = await client.query<Rule>(`
    SELECT CASE c.contype WHEN 'f' THEN 'reference' ELSE 'key' END AS kind, c.conrelid::regclass::text AS table,
           nullif(c.confrelid, 0)::regclass::text AS other, c.conname AS name,
           format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS drop,
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS make
      FROM pg_constraint c
     WHERE c.connamespace = current_schema()::regnamespace AND c.contype IN ('p', 'u', 'x', 'f')
    UNION ALL
    SELECT 'index', i.indrelid::regclass::text, NULL, i.indexrelid::regclass::text,
           format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
      FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
     WHERE t.relnamespace = current_schema()::regnamespace
       AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
     ORDER BY 1 DESC, 2, 4`);
  return rows;
}

/** References first, which need the keys; one statement for each rule. */
export async function dropRules(client: pg.ClientBase, rules: readonly Rule[]): Promise<void> {
  for (const kind of ['reference', 'index', 'key'] as const)
    for (const rule of rules) if (rule.kind === kind) await client.query(rule.drop);
}

/**
 * Makes the rules again with several connections: keys and indexes first, references when all keys are there. The
 * tables with most rows come first. Of two hands none waits for the other's lock: plain indexes of one table are made
 * side by side, everything else has its tables to itself.
 */
export async function makeRules(
  clients: readonly pg.ClientBase[],
  rules: readonly Rule[],
  sizes: ReadonlyMap<string, number>,
  at: (share: number) => void,
): Promise<void> {
  const weightOf = ({ table }: Rule) => (sizes.get(table) ?? 0) + 1;
  const whole = rules.reduce((sum, rule) => sum + weightOf(rule), 0);
  let done = 0;
  for (const turn of [
    rules.filter(({ kind }) => kind !== 'reference'),
    rules.filter(({ kind }) => kind === 'reference'),
  ]) {
    const waiting = turn.toSorted((a, b) => weightOf(b) - weightOf(a));
    const underWay = new Set<Rule>();
    const free = (rule: Rule) =>
      [...underWay].every(
        (other) => (rule.kind === 'index' && other.kind === 'index') || !shareTable(rule, other),
      );
    let wake = Promise.withResolvers<void>();
    const hand = async (client: pg.ClientBase) => {
      while (waiting.length > 0) {
        const rule = waiting.find(free);
        if (rule === undefined) {
          await wake.promise;
          continue;
        }
        waiting.splice(waiting.indexOf(rule), 1);
        underWay.add(rule);
        try {
          await client.query(rule.make);
        } catch (error) {
          waiting.length = 0;
          throw error;
        } finally {
          underWay.delete(rule);
          wake.resolve();
          wake = Promise.withResolvers();
        }
        done += weightOf(rule);
        at(done / whole);
      }
    };
    await settled(clients.map(hand));
  }
}

const tablesOf = ({ table, other }: Rule) => (other === null ? [table] : [table, other]);
const shareTable = (a: Rule, b: Rule) => tablesOf(a).some((table) => tablesOf(b).includes(table));

/** All of them have ended, well or not; the first failure is thrown. */
export async function settled(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}
