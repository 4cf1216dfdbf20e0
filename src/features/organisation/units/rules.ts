import { type Actor, KEEPERS, type Role } from '../../identity/rules.ts';

/** Units stand in a tree: nation, province, city, county, school, teaching-research group 教研组. */
export const UNIT_LEVELS = ['nation', 'province', 'city', 'county', 'school', 'group'] as const;
export type UnitLevel = (typeof UNIT_LEVELS)[number];
export const STAGES = ['kindergarten', 'primary', 'junior', 'senior', 'vocational', 'special'] as const;
export type Stage = (typeof STAGES)[number];
export const SETTINGS = ['urban', 'town', 'rural'] as const;
export type Setting = (typeof SETTINGS)[number];

/** Levels may be skipped where life skips them: a city runs schools of its own, a province a county. */
const CONTAINS: Readonly<Record<UnitLevel, readonly UnitLevel[]>> = {
  nation: ['province', 'city', 'county', 'school'],
  province: ['city', 'county', 'school'],
  city: ['county', 'school'],
  county: ['school'],
  school: ['group'],
  group: [],
};
export const childLevels = (level: UnitLevel): readonly UnitLevel[] => CONTAINS[level];
export const mayContain = (parent: UnitLevel, child: UnitLevel): boolean => CONTAINS[parent].includes(child);

/** People are employed by a school or an office; a group is joined, not worked for. */
export const employs = (level: UnitLevel): boolean => level !== 'group';

/** At which levels of unit a role can be held. */
const HELD_AT: Readonly<Record<Role, readonly UnitLevel[]>> = {
  'group-leader': ['group'],
  mentor: ['group', 'school'],
  'school-office': ['school'],
  'school-leader': ['school'],
  'county-office': ['county'],
  'city-office': ['city'],
  auditor: ['nation', 'province', 'city', 'county', 'school'],
  'security-administrator': ['nation', 'province', 'city', 'county', 'school'],
  administrator: ['nation', 'province', 'city', 'county', 'school'],
};

const SCHOOL_GIVES: readonly Role[] = ['group-leader', 'mentor', 'school-office', 'school-leader'];
const ALL: readonly Role[] = [...SCHOOL_GIVES, 'county-office', 'city-office', ...KEEPERS];
/** Which roles each role may give, at its own unit and below: never one above its own. */
const GIVES: Partial<Readonly<Record<Role, readonly Role[]>>> = {
  'school-office': SCHOOL_GIVES,
  'county-office': [...SCHOOL_GIVES, 'county-office'],
  'city-office': [...SCHOOL_GIVES, 'county-office', 'city-office'],
  administrator: ALL,
  'security-administrator': ALL,
};

export interface UnitPlace {
  readonly level: UnitLevel;
  readonly path: string;
  readonly ended: boolean;
}

export type AssignRefusal = 'wrong-level' | 'unit-ended' | 'not-yours-to-give' | 'to-oneself';

/** The roles an actor may give (or end) at a unit; nobody does so in another's stead. */
export function rolesToGive(actor: Actor, unit: UnitPlace): Role[] {
  const given = actor.assignments
    .filter((held) => unit.path.startsWith(held.unitPath) && !held.for)
    .filter(({ role }) => role !== 'administrator' || !actor.dutiesApart)
    .flatMap((held) => GIVES[held.role] ?? []);
  return [...new Set(given)].filter((role) => HELD_AT[role].includes(unit.level));
}

/** May the actor make this person act for the unit? Nobody gives a role to themselves. */
export function judgeAssignment(
  actor: Actor,
  wish: { readonly role: Role; readonly personId: string; readonly unit: UnitPlace },
): { readonly ok: true } | { readonly ok: false; readonly reason: AssignRefusal } {
  const refuse = (reason: AssignRefusal) => ({ ok: false as const, reason });
  if (!HELD_AT[wish.role].includes(wish.unit.level)) return refuse('wrong-level');
  if (wish.unit.ended) return refuse('unit-ended');
  if (!rolesToGive(actor, wish.unit).includes(wish.role)) return refuse('not-yours-to-give');
  if (wish.personId === actor.personId) return refuse('to-oneself');
  return { ok: true };
}

export type EndUnitRefusal = 'already-ended' | 'has-units' | 'has-people' | 'before-begin' | 'in-future';

/** A unit ends when nobody and nothing is in it any more: first its people move, then it closes. */
export function judgeEndUnit(
  unit: {
    readonly beginsOn: string;
    readonly endsOn: string | null;
    readonly children: number;
    readonly people: number;
  },
  on: string,
  today: string,
): { readonly ok: true } | { readonly ok: false; readonly reason: EndUnitRefusal } {
  const refuse = (reason: EndUnitRefusal) => ({ ok: false as const, reason });
  if (unit.endsOn !== null) return refuse('already-ended');
  if (on > today) return refuse('in-future');
  if (on <= unit.beginsOn) return refuse('before-begin');
  if (unit.children > 0) return refuse('has-units');
  if (unit.people > 0) return refuse('has-people');
  return { ok: true };
}
