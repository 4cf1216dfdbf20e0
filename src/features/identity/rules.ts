/**
 * Who may do what, where. One table answers for pages, the API and navigation: an act is open to the
 * owner of a thing, or to certain roles held at a unit that stands over (or is) the thing's unit.
 * "Who may act for a unit and since when" is a period (organisation); an actor carries only the
 * assignments that hold today.
 */

export const ROLES = [
  'group-leader',
  'school-office',
  'school-leader',
  'county-office',
  'city-office',
  'auditor',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

export interface Assignment {
  readonly role: Role;
  readonly unitId: string;
  readonly unitPath: string;
  readonly unitName: string;
}

/** Somebody in whose stead another acts. */
export interface Principal {
  readonly personId: string;
  readonly name: string;
}

export interface Actor {
  readonly personId: string;
  readonly name: string;
  readonly unitId: string | null;
  readonly unitPath: string | null;
  readonly unitName: string | null;
  readonly assignments: readonly Assignment[];
  /** In whose stead they do what is being done; absent when in their own right. */
  readonly actingFor?: Principal | null;
}

const OFFICIAL: readonly Role[] = ['county-office', 'city-office', 'auditor', 'administrator'];

/** Someone of a school, whom rounds are for; the officials over the schools run them. */
export const teaches = (actor: Actor): boolean =>
  actor.unitId !== null && !actor.assignments.some(({ role }) => OFFICIAL.includes(role));

/** Where a thing stands: the path of its unit, and the person it belongs to, if to one. */
export interface Place {
  readonly unitPath: string;
  readonly personId?: string;
}

interface Policy {
  /** The person the thing belongs to. */
  readonly owner?: true;
  /** Roles whose unit stands over the thing, or is its unit. */
  readonly over?: readonly Role[];
  /** Anyone whose own unit stands below the thing's unit: a city's round concerns all its teachers. */
  readonly below?: true;
}

const OFFICES = ['school-office', 'school-leader', 'county-office', 'city-office'] as const;
const BODIES = ['group-leader', ...OFFICES] as const;

const POLICIES = {
  'unit.see': { over: [...OFFICES, 'administrator', 'auditor'], below: true },
  'unit.change': { over: ['school-office', 'county-office', 'city-office', 'administrator'] },
  'role.assign': { over: ['school-office', 'county-office', 'city-office', 'administrator'] },
  'person.see': { owner: true, over: [...BODIES, 'auditor', 'administrator'] },
  'person.find': { over: [...BODIES, 'auditor', 'administrator'] },
  'person.change': { over: ['school-office', 'county-office', 'city-office', 'administrator'] },
  'person.merge': { over: ['county-office', 'city-office', 'administrator'] },
  'roster.import': { over: ['school-office', 'county-office', 'city-office', 'administrator'] },
  'record.see': { owner: true, over: [...BODIES, 'auditor'] },
  'record.claim': { owner: true },
  'record.confirm': { over: ['school-office'] },
  'record.import': { over: ['school-office', 'county-office', 'city-office'] },
  'programme.see': { over: [...BODIES, 'auditor', 'administrator'], below: true },
  'programme.publish': { over: ['school-office', 'county-office', 'city-office'] },
  'round.see': { over: [...BODIES, 'auditor', 'administrator'], below: true },
  'round.open': { over: ['school-office', 'county-office', 'city-office'] },
  'round.decide': { over: ['school-leader', 'city-office', 'county-office'] },
  'application.make': { owner: true },
  'application.see': { owner: true, over: [...BODIES, 'auditor'] },
  'application.review': { over: [...BODIES] },
  'system.see': { over: ['administrator'] },
  'audit.see': { over: ['auditor', 'administrator', 'city-office'] },
  'sign-in.set': { over: ['administrator'] },
  'reads.see': { owner: true, over: ['auditor'] },
  'reads.search': { over: ['auditor'] },
} as const satisfies Record<string, Policy>;

export type Act = keyof typeof POLICIES;
export const ACTS = Object.keys(POLICIES) as Act[];

/** True when a unit at `path` is the unit at `root` or stands anywhere below it. */
export const standsUnder = (path: string, root: string): boolean => path.startsWith(root);

const policyOf = (act: Act): Policy => POLICIES[act];

/** May this actor do `act` on a thing that stands at `place`? */
export function allows(actor: Actor, act: Act, place: Place): boolean {
  const policy = policyOf(act);
  if (policy.owner && place.personId === actor.personId) return true;
  if (policy.below && actor.unitPath !== null && standsUnder(actor.unitPath, place.unitPath)) return true;
  if (policy.below && actor.assignments.some((held) => standsUnder(held.unitPath, place.unitPath)))
    return true;
  return actor.assignments.some(
    (held) => policy.over?.includes(held.role) && standsUnder(place.unitPath, held.unitPath),
  );
}

/** May this actor do `act` anywhere at all? Navigation and the first half of every guard ask this. */
export function allowsSomewhere(actor: Actor, act: Act): boolean {
  const policy = policyOf(act);
  return (
    policy.owner === true ||
    policy.below === true ||
    actor.assignments.some((held) => policy.over?.includes(held.role))
  );
}

/** The units in whose name the actor may do `act`: the roots of what they see in lists. */
export function rootsFor(actor: Actor, act: Act): readonly Assignment[] {
  const policy = policyOf(act);
  const held = actor.assignments.filter((assignment) => policy.over?.includes(assignment.role));
  return held.filter(
    (one) =>
      !held.some(
        (other) =>
          other !== one && other.unitPath !== one.unitPath && standsUnder(one.unitPath, other.unitPath),
      ),
  );
}

export type SignInRefusal = 'unknown' | 'closed' | 'code-expired';

export const SHORTEST_PASSWORD = 8;
export type PasswordRefusal = 'too-short' | 'is-sign-in' | 'is-name' | 'as-before' | 'differs';

/** May this be somebody's own password? It is long enough and not what stands beside their name in any list. */
export function judgePassword(wish: {
  readonly password: string;
  readonly again: string;
  /** What they sign in with now, a password or a code; null when it was not asked. */
  readonly before: string | null;
  readonly signIn: string;
  readonly name: string;
}): { readonly ok: true } | { readonly ok: false; readonly reason: PasswordRefusal } {
  const refuse = (reason: PasswordRefusal) => ({ ok: false as const, reason });
  const plain = (text: string) => text.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '');
  if ([...wish.password].length < SHORTEST_PASSWORD) return refuse('too-short');
  if (plain(wish.password) === plain(wish.signIn)) return refuse('is-sign-in');
  if (plain(wish.password) === plain(wish.name)) return refuse('is-name');
  if (wish.password === wish.before) return refuse('as-before');
  return wish.password === wish.again ? { ok: true } : refuse('differs');
}
