import { Latest } from '../shared/latest.ts';
import { OfEach } from '../shared/of-each.ts';
import type { Db } from './database.ts';
import { behind, passing } from './doors.ts';

/**
 * Figures are taken as they are for a minute, those that take long to reckon for longer, so that reckoning takes no more than
 * a five-hundredth of a core; and while new ones are reckoned up to ten minutes.
 */
const FRESH_MS = 60_000;
const MOST_FRESH_MS = 5 * 60_000;
const SHARE = 500;
const USABLE_MS = 10 * 60_000;
const MOST_KEPT = 1000;

interface Kept<T> {
  readonly value: T;
  readonly at: number;
  /** How long they are taken as they are. */
  readonly fresh: number;
  renewing: boolean;
}

export interface KeepFigures<T> {
  (db: Db, key: string, reckon: (all: Db) => Promise<T>): Promise<T>;
  /** After an act that changes them: whoever asks next has them reckoned anew. */
  forget(db: Db): void;
}

/**
 * Keeps figures that take long to reckon, such as how 150,000 teachers are made up, so that a page need not
 * wait for them: for a minute or some as they are, then until they have been reckoned anew behind the page's back,
 * never older than ten minutes. `dear` tells by the figures themselves whether it is worth it: those of a
 * school are reckoned each time, and are always of this moment. Within a transaction nothing is kept. Figures are the
 * same for whoever asks: they are reckoned past the walls of this or that person, with the pass `figures`.
 */
export function keepFigures<T>(
  dear: (figures: T) => boolean,
  now: () => number = () => performance.now(),
): KeepFigures<T> {
  const figures = new OfEach(() => new Latest<Kept<T>>(MOST_KEPT));
  const keep = async (db: Db, key: string, reckonWith: (all: Db) => Promise<T>): Promise<T> => {
    const reckon = () => passing(db, 'figures', reckonWith);
    if (db.isTransaction) return reckon();
    const kept = figures.of(behind(db));
    const renew = async () => {
      const began = now();
      const value = await reckon();
      const at = now();
      const fresh = Math.min(MOST_FRESH_MS, Math.max(FRESH_MS, SHARE * (at - began)));
      if (dear(value)) kept.keep(key, { value, at, fresh, renewing: false });
      else kept.forget(key);
      return value;
    };
    const found = kept.kept(key);
    const age = found === undefined ? Number.POSITIVE_INFINITY : now() - found.at;
    if (found === undefined || age > USABLE_MS) return renew();
    if (age > found.fresh && !found.renewing) {
      found.renewing = true;
      renew().catch(() => {
        found.renewing = false; // The next page tries again; past ten minutes one waits and is told.
      });
    }
    return found.value;
  };
  // What is being renewed goes into a map that nobody reads any more.
  return Object.assign(keep, { forget: (db: Db) => figures.forget(behind(db)) });
}
