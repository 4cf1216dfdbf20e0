import { ROLES, type Role } from '../rules.ts';

/** Of whom a second factor may be required: of roles, or of all people, whatever they act as. */
export const WHO_MUST_SHOW = ['everybody', ...ROLES] as const;
export type MustShow = (typeof WHO_MUST_SHOW)[number];

/** How people sign in here, as an administrator set it. */
export interface SignInSettings {
  /** A session ends this long after it began, whatever is done with it. */
  readonly sessionHours: number;
  /** A session ends when nothing is done with it for so long. */
  readonly idleMinutes: number;
  /** So many wrong attempts at one account from one address or device close it there. */
  readonly tries: number;
  /** So many from one address, at whatever accounts. A school's people often share one. */
  readonly addressTries: number;
  /** So many at one account from anywhere but devices that signed in to it before. */
  readonly accountTries: number;
  /** How long attempts are counted, and how long the closing lasts. */
  readonly closedMinutes: number;
  /** How long a sign-in code or an invitation link holds. */
  readonly codeDays: number;
  /** Who must show a second factor. */
  readonly secondFactorRoles: readonly MustShow[];
  readonly revision: number;
}

/** What each number may be; the table's constraints say the same. */
export const BOUNDS = {
  sessionHours: [1, 720],
  idleMinutes: [5, 43_200],
  tries: [3, 20],
  addressTries: [5, 10_000],
  accountTries: [5, 10_000],
  closedMinutes: [1, 1440],
  codeDays: [1, 90],
} as const satisfies Partial<Record<keyof SignInSettings, readonly [number, number]>>;
export type Bounded = keyof typeof BOUNDS;
export const BOUNDED = Object.keys(BOUNDS) as Bounded[];

/** Must whoever acts in these roles show a second factor? */
export const asksSecondFactor = (
  { secondFactorRoles: required }: Pick<SignInSettings, 'secondFactorRoles'>,
  roles: readonly Role[],
): boolean => required.includes('everybody') || roles.some((role) => required.includes(role));

/** What stands in the table, as far as it is known. */
export const knownOf = (kept: readonly string[]): MustShow[] =>
  WHO_MUST_SHOW.filter((one) => kept.includes(one));

/** Until when a sign-in code, and the link that carries it, holds. */
export const codeExpiresAt = (settings: Pick<SignInSettings, 'codeDays'>, now: Date): Date =>
  new Date(now.getTime() + settings.codeDays * 24 * 3_600_000);
