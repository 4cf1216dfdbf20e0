import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type Db, escapeLike } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import { betweenAlike, pathEnd, pathsOver } from '../../../../platform/paths.ts';
import { onePlan } from '../../../../platform/prepared.ts';
import { madeOnce } from '../../../../platform/together.ts';
import type { CivilDate } from '../../../../shared/civil-date.ts';
import { type AccountCounts, accountRows, countAccounts, NO_ACCOUNTS } from '../../accounts/queries.ts';
import {
  type ChildUnit,
  childrenOf,
  type StaffStructure,
  selectStaffStructure,
  servingIn,
  structureOf,
  structureRows,
  withCounts,
} from '../counts/queries.ts';
import { isUnit, type Unit, unitColumns } from '../queries.ts';
import { type RoleHolding, rolesAt } from '../roles/queries.ts';

/** All that the page of a unit shows. */
export interface WholeUnit {
  /** The chain of units over it, itself last. */
  readonly above: readonly Unit[];
  /** Units directly below that have not ended, and people serving at or below it. */
  readonly counts: Pick<ChildUnit, 'children' | 'people'>;
  /** Of the units directly below those that are searched for, a page: offices before schools before groups, then by name. */
  readonly children: readonly ChildUnit[];
  readonly childTotal: number;
  readonly structure: StaffStructure;
  readonly roles: readonly RoleHolding[];
  /** Null unless asked for. */
  readonly accounts: AccountCounts | null;
}
export interface WholeFilter {
  readonly search: string;
  readonly limit: number;
  readonly offset: number;
  readonly accounts: boolean;
}

interface Asked {
  readonly id: string;
  readonly path: string;
  readonly pathEnd: string;
  readonly over: readonly string[];
  readonly search: string;
  readonly limit: number;
  readonly offset: number;
  readonly today: CivilDate;
  readonly now: Date;
}

const inUnit = (column: string, { path, pathEnd: end }: Asked): RawBuilder<boolean> =>
  betweenAlike(column, path, end);

function tree(db: Db, asked: Asked, searched: boolean) {
  let below = db
    .selectFrom('unit')
    .where('unit.parent_id', '=', asked.id)
    .where(sql<SqlBool>`${onePlan} unit.ends_on IS NULL`);
  if (searched) below = below.where('unit.name', 'ilike', asked.search);
  return {
    above: db
      .selectFrom('unit')
      .select(unitColumns)
      .where(sql<boolean>`unit.path = ANY(${asked.over}::text[])`)
      .orderBy(sql`length(unit.path)`),
    total: below.select(sql<number>`count(*)::int`.as('total')),
    below: below
      .select(unitColumns)
      .orderBy(sql`array_position(ARRAY['province', 'city', 'county', 'school', 'group'], unit.level)`)
      .orderBy('unit.name')
      .orderBy('unit.id')
      .limit(asked.limit)
      .offset(asked.offset),
    roles: rolesAt(db, asked.path),
  };
}

/** Of a unit whose people are few, which are counted each time: with its figures. */
function withFigures(db: Db, asked: Asked, searched: boolean, accounts: boolean) {
  const around = tree(db, asked, searched);
  return {
    ...around,
    own: sql<{ children: number }>`SELECT ${childrenOf(sql`${asked.id}::uuid`)} AS children`,
    below: around.below.select([
      childrenOf(sql`unit.id`).as('children'),
      servingIn(sql`unit.path`, sql`left(unit.path, -1) || '/'`).as('people'),
    ]),
    serving: sql<{ people: number }>`
      SELECT count(*)::int AS people FROM person WHERE ${inUnit('unit_path', asked)} AND state = 'serving'`,
    structure: structureRows(inUnit('unit_path', asked), asked.today),
    ...(accounts ? { accounts: accountRows(inUnit('person.unit_path', asked), asked.now) } : {}),
  };
}

const askTree = (searched: boolean) => madeOnce((db, asked: Asked) => tree(db, asked, searched));
const trees = { all: askTree(false), found: askTree(true) };
const askWhole = (accounts: boolean, searched: boolean) =>
  madeOnce((db, asked: Asked) => withFigures(db, asked, searched, accounts));
const wholes = {
  all: askWhole(false, false),
  found: askWhole(false, true),
  allWithAccounts: askWhole(true, false),
  foundWithAccounts: askWhole(true, true),
};

/**
 * A unit with all that its page shows: of a school or a group in one statement, which passes the walls of people to
 * count them and reads beside them what is open to everybody. The figures of larger units are kept.
 */
export async function selectWholeUnit(
  db: Db,
  unit: Unit,
  { search, limit, offset, accounts }: WholeFilter,
  { today, now }: { readonly today: CivilDate; readonly now: Date },
): Promise<WholeUnit> {
  const { id, path, level } = unit;
  const asked: Asked = {
    id,
    path,
    pathEnd: pathEnd(path),
    over: pathsOver(path),
    search: `%${escapeLike(search)}%`,
    limit,
    offset,
    today,
    now,
  };
  const shape = search === '' ? 'all' : 'found';
  if (level === 'school' || level === 'group') {
    const ask = wholes[accounts ? (`${shape}WithAccounts` as const) : shape];
    const read = await passing(db, 'figures', (all) => ask(all, asked));
    return {
      above: read.above.map(isUnit),
      counts: { children: read.own[0]?.children ?? 0, people: read.serving[0]?.people ?? 0 },
      children: read.below.map((one) => ({ ...one, ...isUnit(one) })),
      childTotal: read.total[0]?.total ?? 0,
      structure: structureOf(read.structure),
      roles: read.roles,
      accounts: accounts ? (read.accounts?.[0] ?? NO_ACCOUNTS) : null,
    };
  }
  const read = await trees[shape](db, asked);
  const [[own, ...children], structure, counted] = await Promise.all([
    withCounts(db, [unit, ...read.below.map(isUnit)]),
    selectStaffStructure(db, path, today),
    accounts ? countAccounts(db, path, now) : null,
  ]);
  return {
    above: read.above.map(isUnit),
    counts: { children: own?.children ?? 0, people: own?.people ?? 0 },
    children,
    childTotal: read.total[0]?.total ?? 0,
    structure,
    roles: read.roles,
    accounts: counted,
  };
}
