import pg from 'pg';

/*
 * Loaded before the server of a benchmark (`node --import`): counts the statements it sends and the rows that
 * come back, and tells when asked.
 */

export interface StatementCounts {
  readonly statements: number;
  readonly rows: number;
}

let statements = 0;
let rows = 0;
const send = pg.Client.prototype.query as (this: unknown, ...args: unknown[]) => unknown;
const counted = function (this: unknown, ...args: unknown[]): unknown {
  statements += 1;
  const answer = send.apply(this, args);
  if (answer instanceof Promise)
    answer.then(
      (result: { rows?: readonly unknown[] }) => {
        rows += result.rows?.length ?? 0;
      },
      () => undefined,
    );
  return answer;
};
pg.Client.prototype.query = counted as typeof pg.Client.prototype.query;

/** What is still held once everything that is not has been collected, in bytes. */
function held(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  return process.memoryUsage();
}

process.on('message', (what) =>
  process.send?.(what === 'held' ? held() : ({ statements, rows } satisfies StatementCounts)),
);
process.channel?.unref();
