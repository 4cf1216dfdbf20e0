import type { Context } from 'hono';
import type { Database } from './database.ts';
import type { Ask, GuardAsk } from './routing.ts';

/**
 * What the guard of a request read of the thing it is about, for the page it lets through: nobody need ask for it again.
 * It is read as the asker sees it, with no pass; where they do not see it, the guard looks with its own.
 */
export interface Seen<T> {
  /** Null when there is nothing that the asker sees. */
  look(ask: GuardAsk, read: (own: Database) => Promise<T | null>): Promise<T | null>;
  /** Only for a page that is opened: a form that is refused shows things as they are by then. */
  of(ask: Ask): T | undefined;
}

export function seenByGuard<T>(): Seen<T> {
  const seen = new WeakMap<Context, T>();
  return {
    async look(ask, read) {
      const found = await read(ask.own);
      // A request may be looked at twice (doubt.ts), the second time for somebody who sees less.
      if (found === null) seen.delete(ask.c);
      else seen.set(ask.c, found);
      return found;
    },
    of: ({ c }) => (c.req.method === 'GET' ? seen.get(c) : undefined),
  };
}
