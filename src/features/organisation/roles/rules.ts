import {
  type Actor,
  isKeeper,
  KEEPERS,
  type Keeper,
  type Role,
  type SingleAct,
  singleActsOf,
  standsUnder,
} from '../../identity/rules.ts';
import { type AssignRefusal, judgeAssignment, rolesToGive, type UnitPlace } from '../units/rules.ts';

/** Why and when somebody holds a role. Days are civil; `until` is the first day it no longer holds. */
export interface Holding {
  readonly role: Role;
  readonly unitId: string;
  readonly unitPath: string;
  readonly from: string | null;
  readonly until: string | null;
  /** The post that opens it; null when it was assigned. */
  readonly post: string | null;
  /** In whose stead; null in one's own right. */
  readonly forId: string | null;
}

// --- Posts --------------------------------------------------------------------------------------------

/** The roles a post may open, each at its level. The three that keep the system are given by hand. */
export const POST_ROLES = {
  'group-leader': 'group',
  'school-office': 'school',
  'school-leader': 'school',
  'county-office': 'county',
  'city-office': 'city',
} as const;
export type PostRole = keyof typeof POST_ROLES;
export const postRoles = Object.keys(POST_ROLES) as PostRole[];

// --- In another's stead -------------------------------------------------------------------------------

/** A role that can be handed over for a period: those of bodies, never of those who keep the system. */
export const isHandedOver = (role: Role): role is PostRole => postRoles.some((one) => one === role);

export interface HandOver {
  readonly role: Role;
  readonly unitId: string;
  /** One act of the role; null: the role. */
  readonly act: SingleAct | null;
  readonly from: string;
  /** The first day it no longer holds. */
  readonly until: string;
  readonly to: {
    readonly personId: string;
    readonly state: string;
    readonly unitPath: string | null;
    /** What the deputy holds themselves. */
    readonly roles: readonly Role[];
  };
}

export const HAND_OVER_REFUSALS = [
  'not-yours',
  'not-this-role',
  'not-this-act',
  'to-oneself',
  'not-serving',
  'elsewhere',
  'keeper',
  'in-the-past',
  'ends-first',
  'longer-than-own',
] as const;
export type HandOverRefusal = (typeof HAND_OVER_REFUSALS)[number];
type Verdict<Refusal> = { readonly ok: true } | { readonly ok: false; readonly reason: Refusal };

/** Where a deputy may stand: the unit, above or below it; for a group, anywhere in its school. */
function near(role: Role, unitPath: string, deputyPath: string | null): boolean {
  const reach = role === 'group-leader' ? unitPath.replace(/\d+\.$/, '') : unitPath;
  return deputyPath !== null && (standsUnder(deputyPath, reach) || standsUnder(reach, deputyPath));
}

/**
 * May the actor hand this over? Only what is their own for the whole time, so that it is never handed on; to somebody
 * near; and where duties are separate to none of those who keep the system.
 */
export function judgeHandOver(
  actor: Pick<Actor, 'personId' | 'dutiesApart'>,
  own: readonly Holding[],
  wish: HandOver,
  today: string,
): Verdict<HandOverRefusal> {
  const no = (reason: HandOverRefusal) => ({ ok: false as const, reason });
  const held = own.filter(
    ({ role, unitId, forId }) => role === wish.role && unitId === wish.unitId && forId === null,
  );
  const [first] = held;
  if (first === undefined) return no('not-yours');
  if (!isHandedOver(wish.role)) return no('not-this-role');
  if (wish.act !== null && !singleActsOf(wish.role).includes(wish.act)) return no('not-this-act');
  if (wish.to.personId === actor.personId) return no('to-oneself');
  if (wish.to.state !== 'serving') return no('not-serving');
  if (!near(wish.role, first.unitPath, wish.to.unitPath)) return no('elsewhere');
  if (actor.dutiesApart && wish.to.roles.some(isKeeper)) return no('keeper');
  if (wish.from < today) return no('in-the-past');
  if (wish.until <= wish.from) return no('ends-first');
  const covered = held.some(
    ({ from, until }) => (from === null || from <= wish.from) && (until === null || wish.until <= until),
  );
  return covered ? { ok: true } : no('longer-than-own');
}

// --- Three people -------------------------------------------------------------------------------------

export interface DutyRule {
  /** Administrator, security administrator and auditor are three people. */
  readonly separated: boolean;
  /** One of these roles is given by two people. */
  readonly secondPerson: boolean;
}

export type GrantRefusal = AssignRefusal | 'duties-apart';
export type GrantVerdict =
  | { readonly ok: true /** Holds only once somebody else agrees. */; readonly asks: boolean }
  | { readonly ok: false; readonly reason: GrantRefusal };

/** May the actor give this role, and does it take a second person? `keeps`: which of the three the person has now or later. */
export function judgeGrant(
  actor: Actor,
  rule: DutyRule,
  wish: {
    readonly role: Role;
    readonly personId: string;
    readonly unit: UnitPlace;
    readonly keeps: readonly Keeper[];
  },
): GrantVerdict {
  const verdict = judgeAssignment(actor, wish);
  if (!verdict.ok) return verdict;
  if (!isKeeper(wish.role)) return { ok: true, asks: false };
  if (rule.separated && wish.keeps.some((keeper) => keeper !== wish.role)) {
    return { ok: false, reason: 'duties-apart' };
  }
  return { ok: true, asks: rule.secondPerson };
}

export type RequestRefusal = AssignRefusal | 'asked-it' | 'decided' | 'duties-apart';
/** May the actor agree to (or decline) what another asked? Neither whoever asked nor whom it is for. */
export function judgeRequest(
  actor: Actor,
  rule: DutyRule,
  request: {
    readonly role: Role;
    readonly personId: string;
    readonly askedBy: string;
    readonly decided: boolean;
    readonly unit: UnitPlace;
    readonly keeps: readonly Keeper[];
  },
): Verdict<RequestRefusal> {
  if (request.decided) return { ok: false, reason: 'decided' };
  if (request.askedBy === actor.personId) return { ok: false, reason: 'asked-it' };
  const verdict = judgeGrant(actor, rule, request);
  return verdict.ok ? { ok: true } : verdict;
}

export interface KeeperHolding {
  readonly personId: string;
  readonly name: string;
  readonly role: Keeper;
}
export type SwitchFault =
  | { readonly reason: 'holds-two'; readonly name: string; readonly roles: readonly Keeper[] }
  | { readonly reason: 'nobody-holds'; readonly role: Keeper }
  | { readonly reason: 'one-giver' };

/**
 * What speaks against the rules as they are wished. Separated, nobody holds two of the three now or later and each is
 * held by somebody now; given by two, there are two who may give.
 */
export function switchFaults(
  wish: DutyRule,
  holders: readonly KeeperHolding[],
  holdsNow: ReadonlySet<Keeper>,
): SwitchFault[] {
  const faults: SwitchFault[] = [];
  if (wish.separated) {
    const byPerson = Map.groupBy(holders, ({ personId }) => personId);
    for (const held of byPerson.values()) {
      const roles = [...new Set(held.map(({ role }) => role))];
      const [first] = held;
      if (first !== undefined && roles.length > 1)
        faults.push({ reason: 'holds-two', name: first.name, roles });
    }
    for (const role of KEEPERS) if (!holdsNow.has(role)) faults.push({ reason: 'nobody-holds', role });
  }
  if (wish.secondPerson) {
    const gives = holders.filter(
      ({ role }) => role === 'security-administrator' || (role === 'administrator' && !wish.separated),
    );
    if (new Set(gives.map(({ personId }) => personId)).size < 2) faults.push({ reason: 'one-giver' });
  }
  return faults;
}

/** The roles an actor may end at a unit: those they may give. */
export const mayEnd = (actor: Actor, role: Role, unit: UnitPlace): boolean =>
  rolesToGive(actor, { ...unit, ended: false }).includes(role);
