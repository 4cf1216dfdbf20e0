import type { Context, Hono } from 'hono';
import { type ReadKind, readKind } from '../features/audit/reads/rules.ts';
import type { Act, Actor, Place } from '../features/identity/rules.ts';
import { allows, allowsSomewhere, inStead } from '../features/identity/rules.ts';
import type { SessionRow } from '../features/identity/sessions/rules.ts';
import { ownAddress } from '../web/address.ts';
import type { Theme, Viewer } from '../web/viewer.ts';
import type { Locale, Translate } from '../web/words.ts';
import { circumstances, circumstancesOf, under } from './circumstances.ts';
import type { Database } from './database.ts';
import { aboutPerson, withPass } from './doors.ts';
import type { Doubt } from './doubt.ts';
import { HttpError } from './errors.ts';
import { isId } from './ids.ts';
import { once } from './once.ts';
import type { Services } from './services.ts';
import type { Pass } from './standing.ts';

/** What every handler is given: the request, who asks, in which language, and the clock's answer, once. */
export interface Ask {
  readonly c: Context;
  readonly services: Services;
  /** The database as the asker may see and change it. */
  readonly db: Database;
  readonly actor: Actor | null;
  /** The session it came with; null for somebody signed out, and where it still waits for something else. */
  readonly session: SessionRow | null;
  readonly viewer: Viewer | null;
  readonly locale: Locale;
  readonly theme: Theme;
  readonly t: Translate;
  readonly now: Date;
  /** The civil date of `now` where the authority is. */
  readonly today: string;
  readonly csrf: string | null;
}
export interface ActorAsk extends Ask {
  readonly actor: Actor;
  readonly viewer: Viewer;
  /** The thing's place as the guard found it; absent for acts that are not about one thing. */
  readonly place: Place | null;
}

/** What an act needs of whoever does it: the demo and the command line have this without a request. */
export type Acting = Pick<ActorAsk, 'db' | 'actor' | 'now' | 'today'>;

/** A guard's ask: its `db` has the guard's pass. */
export interface GuardAsk extends Ask {
  /** As the asker may see it, before anybody has let them pass. */
  readonly own: Database;
}
/** Where the thing that a request is about stands; null when there is no such thing. */
export type FindPlace = (ask: GuardAsk) => Promise<Place | null>;

export type Guard =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'may'; readonly act: Act; readonly place: FindPlace | null };

/** Open to the public, signed in or not. */
export const anyone: Guard = { kind: 'anyone' };
/** For anyone who has signed in: what it shows is their own. */
export const signedIn: Guard = { kind: 'signed-in' };
/**
 * For those who may do `act` on the thing at `place`. Without a place the handler lists only what lies
 * under the actor's own units (`rootsFor`).
 */
export const may = (act: Act, place: FindPlace | null = null): Guard => ({ kind: 'may', act, place });

export type Method = 'get' | 'post';
type Answer = Response | Promise<Response>;

export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly guard: Guard;
  /** With which named pass it is answered, beyond what the asker reaches. */
  readonly pass: Pass | null;
  readonly answer: (ask: ActorAsk) => Answer;
}

export interface RouteList {
  readonly routes: Route[];
  get(path: string, guard: typeof anyone & { kind: 'anyone' }, answer: (ask: Ask) => Answer): void;
  get(path: string, guard: Guard, answer: (ask: ActorAsk) => Answer): void;
  post(path: string, guard: typeof anyone & { kind: 'anyone' }, answer: (ask: Ask) => Answer): void;
  post(path: string, guard: Guard, answer: (ask: ActorAsk) => Answer): void;
}

/**
 * A feature's routes. Each names its guard before its handler: the type leaves no way round it. `pass` opens what the
 * feature is for beyond the asker's own reach: accounts while somebody signs in, what is published.
 */
export function routeList(pass: Pass | null = null): RouteList {
  const routes: Route[] = [];
  const add = (method: Method) => (path: string, guard: Guard, answer: (ask: ActorAsk) => Answer) => {
    routes.push({ method, path, guard, pass, answer });
  };
  return { routes, get: add('get'), post: add('post') };
}

/** Who asks, as was last known of the session, before it is known whether it still holds. */
export interface Likely {
  readonly ask: Ask;
  readonly doubt: Doubt;
  /** Whether they are who they were; it ends the doubt. Fails where nobody can say. */
  readonly sure: Promise<boolean>;
}
/** Who asks. */
export interface Recognise {
  known(c: Context): Promise<Ask>;
  /** Null where nothing is known of the session, or nothing would be won by beginning early. */
  likely(c: Context): Promise<Likely | null>;
}

/** What a route gives, and the note of who read it; nothing is noted of what is not given. */
interface Given {
  readonly answer: Response;
  readonly note: (() => void) | null;
}
const give = ({ answer, note }: Given): Response => {
  note?.();
  return answer;
};

/**
 * Put a feature's routes on the app, each behind its guard. `countExport` throws when somebody has taken along too many
 * files with other people's data.
 */
export function mount(
  app: Hono,
  lists: readonly RouteList[],
  who: Recognise,
  countExport: (ask: ActorAsk) => Promise<void>,
): void {
  for (const route of lists.flatMap((list) => list.routes)) {
    const ids = idsIn(route.path);
    const answerTo = async (ask: Ask, doubt: Doubt | null): Promise<Given> => {
      const passed = await pass(route.guard, ids, ask);
      const asked = route.pass === null ? passed : { ...passed, db: withPass(passed.db, route.pass) };
      // Signing in again is another time; the public's objections have ids of their own.
      if (route.method === 'post' && route.guard.kind !== 'anyone') {
        const answer = await once(asked.db, cameFrom(ask.c), async () => route.answer(asked));
        return { answer, note: null };
      }
      const read = kindOfRead(route, passed);
      if (read === 'export') {
        doubt?.mustBeOver();
        await countExport(passed);
      }
      const answer = await route.answer(asked);
      return {
        answer,
        note: answer.status === 200 && read !== null ? () => noteRead(read, passed) : null,
      };
    };
    app.on(route.method.toUpperCase(), route.path, async (c) => {
      (c as Context).set('route', route.path);
      // No text holds a NUL (PostgreSQL refuses it), so no address that names something does.
      if (c.req.url.includes('%00')) throw new HttpError(404, 'error.not-found');
      const likely = route.method === 'get' && route.guard.kind !== 'anyone' ? await who.likely(c) : null;
      const ask = likely?.ask ?? (await who.known(c));
      if (route.method === 'post') checkOrigin(ask);
      return under(circumstancesOf(c, ask.services.config), async () => {
        const given = likely === null ? null : await begun(c, likely, answerTo(likely.ask, likely.doubt));
        const answer = give(given ?? (await answerTo(await who.known(c), null)));
        if (c.req.raw.method !== 'HEAD') return answer;
        await answer.body?.cancel(); // A file that nobody reads is to be closed.
        return new Response(null, answer);
      });
    });
  }
}

/**
 * What was begun for whoever it likely was, once it is known that it was they; null where it has to be done anew, and then
 * nothing of it is left on the request.
 */
async function begun(c: Context, { ask, doubt, sure }: Likely, work: Promise<Given>): Promise<Given | null> {
  const [tried] = await Promise.allSettled([work]);
  const [known] = await Promise.allSettled([sure]);
  if (known.status === 'fulfilled' && known.value && !doubt.refused) {
    c.set('ask', ask);
    if (tried.status === 'rejected') throw tried.reason;
    return tried.value;
  }
  // A file that nobody reads to its end is to be closed.
  if (tried.status === 'fulfilled') await tried.value.answer.body?.cancel().catch(() => undefined);
  for (const name of c.body(null).headers.keys()) c.header(name, undefined);
  c.status(200);
  if (known.status === 'rejected') throw known.reason;
  return null;
}

/** What an address names by something else than an id. */
const NO_IDS = ['code', 'entry', 'number', 'receipt', 'retention', 'sheet', 'size'];
/** The parameters of an address that are ids. */
export const idsIn = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].flatMap(([, name]) =>
    name === undefined || NO_IDS.includes(name) ? [] : [name],
  );
/** What is named by no id is not there, and nobody asks the database for it. */
function mustBeIds(names: readonly string[], c: Context): void {
  if (!names.every((name) => isId(c.req.param(name) ?? ''))) throw new HttpError(404, 'error.not-found');
}

/** The page a form was on, or the first one. */
function cameFrom(c: Context): string {
  const referer = URL.parse(c.req.header('referer') ?? '');
  if (referer === null || referer.host !== c.req.header('host')) return '/';
  return ownAddress(referer.pathname + referer.search) ?? '/';
}

/** What somebody is about to read that is personal and not their own; null for nothing. */
function kindOfRead(route: Route, { c, actor, place }: ActorAsk): ReadKind | null {
  if (actor === null) return null; // A page for anyone, and nobody signed in.
  const about = place?.personId !== undefined;
  return readKind(route, {
    own: about && place.personId === actor.personId,
    about,
    asFile: c.req.query('format') !== undefined,
  });
}

/** Who opened it is noted, without waiting for it to be written. */
function noteRead(kind: ReadKind, { c, services, actor, place, now }: ActorAsk): void {
  services.reads.note({
    at: now,
    readerId: actor.personId,
    onBehalfOf: actor.actingFor?.personId ?? null,
    kind,
    personId: place?.personId ?? null,
    unitPath: place?.unitPath ?? actor.assignments[0]?.unitPath ?? null,
    subject: c.req.path.slice(0, 200),
    origin: circumstances().address,
  });
}

/** The ask as its handler may use it, or an HttpError: 401 signed out, 404 no such thing, 403 not theirs. */
async function pass(guard: Guard, ids: readonly string[], ask: Ask): Promise<ActorAsk> {
  const { actor, viewer } = ask;
  if (guard.kind !== 'anyone' && (actor === null || viewer === null))
    throw new HttpError(401, 'error.sign-in');
  mustBeIds(ids, ask.c);
  if (guard.kind === 'anyone' || actor === null || viewer === null) return ask as ActorAsk;
  if (guard.kind === 'signed-in') return { ...ask, actor, viewer, place: null };
  if (!allowsSomewhere(actor, guard.act)) throw new HttpError(403, 'error.not-allowed');
  if (guard.place === null) return { ...ask, actor: inStead(actor, guard.act, null), viewer, place: null };
  const place = await guard.place({ ...ask, own: ask.db, db: withPass(ask.db, 'guard') });
  if (place === null) throw new HttpError(404, 'error.not-found');
  if (!allows(actor, guard.act, place)) throw new HttpError(403, 'error.other-place');
  const db = place.personId === undefined ? ask.db : aboutPerson(ask.db, guard.act, place.personId);
  return { ...ask, db, actor: inStead(actor, guard.act, place), viewer, place };
}

/** A form must come from our own pages: browsers send Origin or Sec-Fetch-Site with every POST. */
function checkOrigin(ask: Ask): void {
  const site = ask.c.req.header('sec-fetch-site');
  const origin = ask.c.req.header('origin');
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new HttpError(403, 'error.other-site');
  if (
    origin !== undefined &&
    origin !== 'null' &&
    (!URL.canParse(origin) || new URL(origin).host !== new URL(ask.c.req.url).host)
  ) {
    throw new HttpError(403, 'error.other-site');
  }
}
