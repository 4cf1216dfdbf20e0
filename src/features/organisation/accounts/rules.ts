import type { Actor, Role } from '../../identity/rules.ts';
import { rolesToGive, type UnitLevel } from '../units/rules.ts';

/** So many codes are made at once: a list somebody prints and hands out. A city makes them county by county. */
export const CODES_AT_ONCE = 5000;

export interface CodeCandidate {
  readonly personId: string;
  readonly name: string;
  readonly unitName: string | null;
  readonly staffNumber: string | null;
  readonly state: 'serving' | 'left' | 'retired' | 'merged';
  /** Of the account they have; null without one. */
  readonly signIn: string | null;
  /** Another signs in with their staff number. */
  readonly taken: boolean;
  /** What they act as, or will. */
  readonly roles: readonly { readonly role: Role; readonly unitPath: string; readonly level: UnitLevel }[];
}

export const NO_CODE_REASONS = ['not-serving', 'oneself', 'no-number', 'name-taken', 'higher-role'] as const;
export type NoCodeReason = (typeof NO_CODE_REASONS)[number];

/**
 * May the actor make this person a sign-in code? Whoever holds a code can act as its person, so an office makes
 * none for people who act as more than it could appoint.
 */
export function judgeCode(
  actor: Actor,
  person: CodeCandidate,
): { readonly ok: true; readonly signIn: string } | { readonly ok: false; readonly reason: NoCodeReason } {
  const refuse = (reason: NoCodeReason) => ({ ok: false as const, reason });
  if (person.state !== 'serving') return refuse('not-serving');
  if (person.personId === actor.personId) return refuse('oneself');
  const signIn = person.signIn ?? person.staffNumber?.toLowerCase() ?? null;
  if (signIn === null) return refuse('no-number');
  if (person.signIn === null && person.taken) return refuse('name-taken');
  const beyond = person.roles.some(
    ({ role, unitPath, level }) =>
      !rolesToGive(actor, { level, path: unitPath, ended: false }).includes(role),
  );
  return beyond ? refuse('higher-role') : { ok: true, signIn };
}
