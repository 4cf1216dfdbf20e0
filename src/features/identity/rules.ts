import { COMMON_PASSWORDS } from '../../shared/common-passwords.ts';

/**
 * Who may do what, where. One table answers for pages, the API and navigation: an act is open to the
 * owner of a thing, or to certain roles held at a unit that stands over (or is) the thing's unit.
 * "Who may act for a unit and since when" is a period (organisation); an actor carries only the
 * assignments that hold today.
 */

export const ROLES = [
  'group-leader',
  'mentor',
  'school-office',
  'school-leader',
  'county-office',
  'city-office',
  'auditor',
  'security-administrator',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

/** The three that keep the system itself 三员; an authority may have them be three people. */
export const KEEPERS = ['auditor', 'security-administrator', 'administrator'] as const;
export type Keeper = (typeof KEEPERS)[number];
export const isKeeper = (role: Role): role is Keeper => KEEPERS.some((keeper) => keeper === role);

export interface Assignment {
  readonly role: Role;
  readonly unitId: string;
  readonly unitPath: string;
  readonly unitName: string;
  /** In whose stead it is held, when it was handed over for a period. */
  readonly for?: Principal | null;
  /** Of a role handed over only this act, with what one must see for it. */
  readonly only?: Act | null;
}

/** Somebody in whose stead another acts. */
export interface Principal {
  readonly personId: string;
  readonly name: string;
}

/** Whoever does something. */
export interface Doer {
  readonly personId: string;
  /** In whose stead they do what is being done; absent when in their own right. */
  readonly actingFor?: Principal | null;
}

export interface Actor extends Doer {
  readonly name: string;
  readonly unitId: string | null;
  readonly unitPath: string | null;
  readonly unitName: string | null;
  readonly assignments: readonly Assignment[];
  /** The authority has its duties separated: what the three may do is divided among them. */
  readonly dutiesApart?: boolean;
}

const OFFICIAL: readonly Role[] = ['county-office', 'city-office', ...KEEPERS];

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
  /** Of `over`, the roles that lose the act where duties are separated: another of the three has it then. */
  readonly apart?: readonly Role[];
}

const OFFICES = ['school-office', 'school-leader', 'county-office', 'city-office'] as const;
const BODIES = ['group-leader', ...OFFICES] as const;

const POLICIES = {
  'unit.see': { over: [...OFFICES, ...KEEPERS], below: true },
  'unit.change': { over: ['school-office', 'county-office', 'city-office', 'administrator'] },
  'role.assign': {
    over: ['school-office', 'county-office', 'city-office', 'administrator', 'security-administrator'],
    apart: ['administrator'],
  },
  'role.see': { owner: true, over: [...OFFICES, ...KEEPERS] },
  'role.hand-over': { over: [...BODIES] },
  'role.take-back': {
    owner: true,
    over: ['school-office', 'county-office', 'city-office', 'administrator', 'security-administrator'],
    apart: ['administrator'],
  },
  'duty.see': { over: [...KEEPERS] },
  'duty.set': { over: ['administrator', 'security-administrator'], apart: ['administrator'] },
  'person.see': { owner: true, over: [...BODIES, ...KEEPERS] },
  'person.find': { over: [...BODIES, ...KEEPERS] },
  // A post opens a role: where duties are separated, who keeps the system changes nobody's.
  'person.change': {
    over: ['school-office', 'county-office', 'city-office', 'administrator'],
    apart: ['administrator'],
  },
  // Identity numbers, where any are kept: in part on the page, in full with a reason.
  'id-number.see': { owner: true, over: ['school-office', 'county-office', 'city-office'] },
  'id-number.keep': { over: ['school-office', 'county-office', 'city-office'] },
  'person.merge': { over: ['county-office', 'city-office', 'administrator'], apart: ['administrator'] },
  'roster.import': {
    over: ['school-office', 'county-office', 'city-office', 'administrator'],
    apart: ['administrator'],
  },
  'account.change': {
    over: ['school-office', 'county-office', 'city-office', 'administrator', 'security-administrator'],
  },
  'record.see': { owner: true, over: [...BODIES, 'auditor'] },
  'record.claim': { owner: true },
  'record.confirm': { over: ['school-office'] },
  'record.import': { over: ['school-office', 'county-office', 'city-office'] },
  'programme.see': { over: [...BODIES, 'auditor', 'administrator'], below: true },
  'programme.publish': { over: ['school-office', 'county-office', 'city-office'] },
  // A number the programme leaves to the units below: for one's own unit, which the page sees to.
  'number.set': { over: ['school-office', 'county-office', 'city-office'] },
  'round.see': { over: [...BODIES, 'auditor', 'administrator'], below: true },
  'round.open': { over: ['school-office', 'county-office', 'city-office'] },
  'round.decide': { over: ['school-leader', 'city-office', 'county-office'] },
  'application.make': { owner: true },
  'application.see': { owner: true, over: [...BODIES, 'auditor'] },
  'application.review': { over: [...BODIES] },
  'panel.form': { over: ['school-office', 'county-office', 'city-office'] },
  // A judge's own seat, found by the guard: no role opens it.
  'panel.judge': { owner: true },
  'system.see': { over: ['administrator'] },
  'audit.see': { over: ['auditor', 'administrator', 'city-office'], apart: ['administrator'] },
  'sign-in.set': { over: ['administrator', 'security-administrator'], apart: ['administrator'] },
  // What the authority lays down about personal data: how long it is kept, its notices.
  'privacy.set': { over: ['administrator', 'security-administrator'], apart: ['administrator'] },
  'reads.see': { owner: true, over: ['auditor'] },
  'reads.search': { over: ['auditor'] },
} as const satisfies Record<string, Policy>;

export type Act = keyof typeof POLICIES;
export const ACTS = Object.keys(POLICIES) as Act[];

/** True when a unit at `path` is the unit at `root` or stands anywhere below it. */
export const standsUnder = (path: string, root: string): boolean => path.startsWith(root);

const policyOf = (act: Act): Policy => POLICIES[act];

/** What a deputy never does in another's stead: give roles, or hand on what was handed to them. */
const NOT_IN_STEAD: readonly Act[] = ['role.assign', 'role.hand-over', 'role.take-back', 'person.merge'];
/** The acts that can be handed over one by one, each with what one must see for it. */
const BRINGS = {
  'record.confirm': ['record.see', 'person.see', 'unit.see'],
  'application.review': [
    'application.see',
    'record.see',
    'person.see',
    'round.see',
    'programme.see',
    'unit.see',
  ],
  'round.open': ['round.see', 'programme.see', 'unit.see'],
  'round.decide': ['application.see', 'record.see', 'person.see', 'round.see', 'programme.see', 'unit.see'],
  'roster.import': ['person.see', 'person.find', 'unit.see'],
  'person.change': ['person.see', 'person.find', 'unit.see'],
} as const satisfies Partial<Record<Act, readonly Act[]>>;
export type SingleAct = keyof typeof BRINGS;
export const SINGLE_ACTS = Object.keys(BRINGS) as SingleAct[];
/** The acts of a role that can be handed over one by one. */
export const singleActsOf = (role: Role): SingleAct[] =>
  SINGLE_ACTS.filter((act) => policyOf(act).over?.includes(role));

/** Does what was handed over reach the act? What is held in one's own right always does. */
export function reaches(held: Assignment, act: Act): boolean {
  if (!held.for) return true;
  if (NOT_IN_STEAD.includes(act)) return false;
  const brings: readonly Act[] = SINGLE_ACTS.flatMap((one) => (one === held.only ? BRINGS[one] : []));
  return !held.only || held.only === act || brings.includes(act);
}

/** Does this holding open the act, wherever it is held? */
function opens(actor: Actor, held: Assignment, act: Act): boolean {
  const { over, apart } = policyOf(act);
  if (!over?.includes(held.role)) return false;
  if (actor.dutiesApart && apart?.includes(held.role)) return false;
  return reaches(held, act);
}

/** May this actor do `act` on a thing that stands at `place`? */
export function allows(actor: Actor, act: Act, place: Place): boolean {
  const policy = policyOf(act);
  if (policy.owner && place.personId === actor.personId) return true;
  if (policy.below && actor.unitPath !== null && standsUnder(actor.unitPath, place.unitPath)) return true;
  if (policy.below && actor.assignments.some((held) => standsUnder(held.unitPath, place.unitPath)))
    return true;
  return actor.assignments.some(
    (held) => opens(actor, held, act) && standsUnder(place.unitPath, held.unitPath),
  );
}

/** Is this act open to the person whom the thing belongs to? */
export const isOwners = (act: Act): boolean => policyOf(act).owner === true;

/** May this actor do `act` anywhere at all? Navigation and the first half of every guard ask this. */
export function allowsSomewhere(actor: Actor, act: Act): boolean {
  const policy = policyOf(act);
  return policy.owner === true || policy.below === true || holdsFor(actor, act);
}

/** Does a role of the actor open the act, at whatever unit? */
export const holdsFor = (actor: Actor, act: Act): boolean =>
  actor.assignments.some((held) => opens(actor, held, act));

/** The units in whose name the actor may do `act`: the roots of what they see in lists. */
export function rootsFor(actor: Actor, act: Act): readonly Assignment[] {
  const held = actor.assignments.filter((assignment) => opens(actor, assignment, act));
  return held.filter(
    (one) =>
      !held.some(
        (other) =>
          other !== one && other.unitPath !== one.unitPath && standsUnder(one.unitPath, other.unitPath),
      ),
  );
}

/**
 * The actor as they do `act` at `place` (null: in a list): in another's stead where only what was handed to them
 * opens it, otherwise in their own right.
 */
export function inStead(actor: Actor, act: Act, place: Place | null): Actor {
  const policy = policyOf(act);
  if (place !== null && allows({ ...actor, assignments: [] }, act, place)) return actor;
  if (place === null && (policy.owner || policy.below)) return actor;
  const opening = actor.assignments.filter(
    (held) => opens(actor, held, act) && (place === null || standsUnder(place.unitPath, held.unitPath)),
  );
  const [first] = opening;
  return first?.for && opening.every((held) => held.for) ? asHolderOf(actor, first) : actor;
}

/** The actor as they act by this holding: for whom it was handed to them, or for nobody else. */
export const asHolderOf = (actor: Actor, held: Assignment): Actor => ({
  ...actor,
  actingFor: held.for ?? null,
});

/** Whose interests speak against an act: those of whoever does it, and of the one in whose stead it is done. */
export const partiesOf = ({ personId, actingFor }: Doer): string[] =>
  actingFor ? [personId, actingFor.personId] : [personId];

export type SignInRefusal = 'unknown' | 'closed' | 'code-expired';

export const SHORTEST_PASSWORD = 8;
export type PasswordRefusal =
  | 'too-short'
  | 'is-sign-in'
  | 'is-name'
  | 'common'
  | 'of-here'
  | 'as-before'
  | 'differs';

/** Of so many people and places here that whoever guesses begins with them; docs/guide/en/sign-in.md lists them. */
export const WORDS_OF_HERE: readonly string[] = [
  ...['qinglan', 'jiaoshi', 'laoshi', 'xuexiao', 'xiaoxue', 'zhongxue', 'jiaoyu', 'jiaoyuju', 'gugan'],
  ...['guganjiaoshi', 'mima', 'dengluma', 'teacher', 'school', 'password', 'admin', 'administrator'],
  ...[
    '青蓝',
    '教师',
    '老师',
    '学校',
    '小学',
    '中学',
    '教育',
    '教育局',
    '骨干',
    '骨干教师',
    '密码',
    '登录码',
    '管理员',
  ],
];

const plainText = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '');
/** What is left of it without digits and signs. */
const lettersOf = (text: string): string => text.replaceAll(/[^\p{L}]/gu, '');

/** May anybody have it, whoever they are? Whatever many people have chosen, and words of the place with digits, may not. */
export function judgeGuessable(password: string): 'common' | 'of-here' | null {
  const plain = plainText(password);
  if (COMMON_PASSWORDS.has(plain)) return 'common';
  return WORDS_OF_HERE.includes(lettersOf(plain)) ? 'of-here' : null;
}

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
  const plain = plainText;
  if ([...wish.password].length < SHORTEST_PASSWORD) return refuse('too-short');
  if (plain(wish.password) === plain(wish.signIn)) return refuse('is-sign-in');
  // With a few digits behind it, it is what anybody would try second.
  const { letters, name } = { letters: lettersOf(plain(wish.password)), name: lettersOf(plain(wish.name)) };
  if (letters !== '' && letters === name) return refuse('is-name');
  const guessable = judgeGuessable(wish.password);
  if (guessable !== null) return refuse(guessable);
  if (wish.password === wish.before) return refuse('as-before');
  return wish.password === wish.again ? { ok: true } : refuse('differs');
}
