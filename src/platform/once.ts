import { AsyncLocalStorage } from 'node:async_hooks';
import { sql } from 'kysely';
import type { Db } from './database.ts';

/*
 * A form is done once. Its id (`RawForm.submission`) is written down with the audit entry of what it changed, in the same
 * transaction. When it comes again, that line is there already: the transaction is given up and the answer leads where
 * the first one did. Of two at once the second waits for the first. What was refused leaves no line, and may be
 * sent again.
 */

interface Act {
  id: string | null;
  /** Parts that are committed, and those of the transaction under way on top. */
  done: number;
  now: number;
}
const current = new AsyncLocalStorage<Act>();

/** What this form asked for is done already. */
export class DoneAlready extends Error {
  readonly id: string;

  constructor(id: string) {
    super('done already');
    this.name = 'DoneAlready';
    this.id = id;
  }
}

/** Answers one form; sent again, with where the first answer led, or `otherwise` when that led nowhere. */
export async function once(
  db: Db,
  otherwise: string,
  answer: () => Promise<Response> | Response,
): Promise<Response> {
  const act: Act = { id: null, done: 0, now: 0 };
  return await current.run(act, async () => {
    try {
      const response = await answer();
      const location = response.headers.get('location');
      if (act.id !== null && act.done > 0 && location !== null)
        await sql`UPDATE done_act SET location = ${location} WHERE id = ${act.id} AND part = 1`.execute(db);
      return response;
    } catch (error) {
      if (!(error instanceof DoneAlready)) throw error;
      const location = (await locationOf(db, error.id)) ?? otherwise;
      return new Response(null, { status: 303, headers: { location } });
    }
  });
}

/** Called by whoever has read the form's id. */
export function nameAct(id: string): void {
  const act = current.getStore();
  if (act !== undefined) act.id = id;
}

/** Work that goes on after the answer, and is no part of the act. */
export const apart = <T>(work: () => T): T => current.exit(work);

/** One try of a transaction: what a try that was given up had numbered is numbered again. */
export async function countParts<T>(work: () => Promise<T>): Promise<T> {
  const act = current.getStore();
  if (act === undefined) return await work();
  act.now = act.done;
  const result = await work();
  act.done = act.now;
  return result;
}

/** The line to write with the next audit entry; null for what no form asked for. */
export function nextPart(): { readonly id: string; readonly part: number } | null {
  const act = current.getStore();
  if (act === undefined || act.id === null) return null;
  act.now += 1;
  return { id: act.id, part: act.now };
}

/** A double click comes while the first answer is still being made. */
async function locationOf(db: Db, id: string): Promise<string | null> {
  for (let tries = 0; tries < 5; tries += 1) {
    const { rows } = await sql<{ location: string | null }>`
      SELECT location FROM done_act WHERE id = ${id} AND part = 1`.execute(db);
    const location = rows[0]?.location ?? null;
    if (location !== null) return location;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  return null;
}

/** This form was done before: what it asks for cannot be done now because it is. */
export async function wasDone(db: Db, id: string): Promise<boolean> {
  const { rows } = await sql`SELECT FROM done_act WHERE id = ${id} LIMIT 1`.execute(db);
  return rows.length > 0;
}

/** How many forms older than this are remembered. */
export async function countOldActs(db: Db, before: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM done_act WHERE at < ${before}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Forgets forms that no page left open, and no copy kept offline, can send any more; how many. */
export async function forgetOldActs(db: Db, before: Date): Promise<number> {
  const { numAffectedRows = 0n } = await sql`DELETE FROM done_act WHERE at < ${before}`.execute(db);
  return Number(numAffectedRows);
}
