import { createHash } from 'node:crypto';
import type { Dossier } from '../../../../language/dossier.ts';
import type { CompiledProgramme } from '../../../../language/evaluate.ts';
import type { Reach } from '../../../../language/grammar/selection.ts';
import {
  type AskedOfMany,
  type Counted,
  directlyUnder,
  type Facts,
  isDirect,
  NO_FACTS,
} from '../../../../language/population/asked.ts';
import type { CountedAs } from '../../../../language/population/sizes.ts';
import type { Db } from '../../../../platform/database.ts';
import { pathsOver } from '../../../../platform/paths.ts';
import type { CivilDate } from '../../../../shared/civil-date.ts';
import { selectPlaces, selectPlacesOver } from '../../../organisation/facts/queries.ts';
import { selectAncestors } from '../../../organisation/units/queries.ts';
import type { Local } from '../../../programmes/numbers/rules.ts';
import { contextOf } from '../context.ts';
import type { PlacedDossier } from '../load.ts';
import { type Asking, type Found, lookUp, type PopulationOf } from './queries.ts';

/*
 * What a condition on one person takes from many: how many there are, where the person stands. It was reckoned for
 * everyone at once (reckon.ts) and is looked up by the groups the person belongs to.
 */

/** The round, or the unit a policy is tried on. */
export interface Whole {
  readonly unitPath: string;
  readonly asOf: CivilDate;
  /** Where there are applicants. */
  readonly roundId: string | null;
}
/** What asks: a programme with the numbers set locally. */
export interface Judging {
  readonly compiled: CompiledProgramme;
  readonly local: Local;
}

/** Null when nothing is asked of many. */
export function populationOf({ compiled: { asked }, local }: Judging, whole: Whole): PopulationOf | null {
  if (asked.layers === 0) return null;
  const text = [
    asked.basis,
    ...(asked.parts.length === 0 ? [] : [whole.roundId ?? '']),
    // Where answers hang on numbers set locally, each is counted by those of their own place.
    ...(asked.local && local.digest !== null ? [`numbers ${local.digest}`] : []),
  ].join(' ');
  return {
    basis: createHash('sha256').update(text).digest('hex'),
    asOf: whole.asOf,
    unitPath: whole.unitPath,
  };
}

/** What is known of many for each of some people, by their ids: one statement, where nothing rests on other answers. */
export async function factsAbout(
  db: Db,
  ready: Judging,
  whole: Whole,
  dossiers: readonly PlacedDossier[],
): Promise<ReadonlyMap<string, Facts>> {
  const of = populationOf(ready, whole);
  const { asked } = ready.compiled;
  const facts = new Map<string, Facts>();
  if (of === null || dossiers.length === 0) return facts;
  const countyOf = asked.reaches.includes('county') ? await countiesOf(db, dossiers) : null;
  for (let layer = 0; layer < asked.layers; layer += 1) {
    const asking = dossiers.flatMap((dossier, row) => {
      const { unitPath } = dossier;
      // Of the units somebody stands in, one is of the level that is asked for; only that one has people counted in it.
      const one = counted(dossier, (reach) => {
        if (reach === 'unit') return wholeAt(unitPath, whole);
        return reach === 'county' ? countyOf?.(unitPath) : (unitPath ?? undefined);
      });
      return asked
        .questions(one, runOf(dossier, unitPath, whole.asOf, ready, facts), layer)
        .flatMap((question) =>
          placesOver(question.place).map((place) => ({
            ...question,
            place,
            row,
          })),
        );
    });
    if (asking.length > 0) put(facts, asked, dossiers, await lookUp(db, of, asking));
  }
  return facts;
}

const placesOver = (place: string): readonly string[] =>
  place === '' || isDirect(place) ? [place] : pathsOver(place);

/** The county of some people by the paths they stand at; those directly under a city stand together as one. */
async function countiesOf(db: Db, dossiers: readonly PlacedDossier[]) {
  const paths = dossiers.flatMap(({ unitPath }) => unitPath ?? []);
  return placesAt(await selectPlacesOver(db, paths, ['county', 'city']), 'county');
}

/** The places that everybody under a unit stands in: where everyone is one place, units over it, its county. */
export async function placesAround(db: Db, unitPath: string): Promise<readonly string[]> {
  const county = placesAt(await selectPlacesOver(db, [unitPath], ['county', 'city']), 'county')(unitPath);
  return ['', ...pathsOver(unitPath), ...(county !== undefined && isDirect(county) ? [county] : [])];
}

/** The unit of a level that whoever stands at a path belongs to. */
function placesAt(units: readonly { readonly path: string; readonly level: string }[], level: Reach) {
  const of = levelsOver(units);
  return (path: string | null): string | undefined => (path === null ? undefined : placeIn(of(path), level));
}

const placeIn = (levels: ReadonlyMap<string, string>, reach: Reach): string | undefined => {
  const own = levels.get(reach);
  if (own !== undefined || reach !== 'county') return own;
  const city = levels.get('city');
  return city === undefined ? undefined : directlyUnder(city);
};

const couldBe = (as: CountedAs): boolean | undefined => (as === 'assessed' ? undefined : true);

const counted = (
  dossier: Dossier,
  place: (reach: Reach) => string | undefined,
  is: Counted['is'] = couldBe,
): Counted => ({ dossier, place, is });

/** Whoever stands elsewhere is not among the whole. */
const wholeAt = (path: string | null, whole: Pick<Whole, 'unitPath'>): string | undefined =>
  path?.startsWith(whole.unitPath) === true ? '' : undefined;

const runOf = (
  dossier: Dossier,
  unitPath: string | null,
  asOf: CivilDate,
  ready: Judging,
  facts: ReadonlyMap<string, Facts>,
) => ({
  ...contextOf(dossier, unitPath, asOf, ready),
  ...facts.get(dossier.person.id),
  spent: undefined,
});

function put(
  facts: Map<string, Facts>,
  asked: AskedOfMany,
  dossiers: readonly Dossier[],
  found: readonly Found[],
): void {
  const own = Map.groupBy(found, ({ row }) => row);
  for (const [row, answers] of own) {
    const id = dossiers[row]?.person.id;
    if (id !== undefined) facts.set(id, asked.facts(answers, facts.get(id) ?? NO_FACTS));
  }
}

// --- For a crowd ----------------------------------------------------------------------------------

/** Somebody of a crowd. */
interface Member {
  readonly dossier: Dossier;
  readonly unitPath: string | null;
}

/** Finds where people stand, and what is known of many for them. */
export interface Surroundings {
  readonly asked: AskedOfMany;
  counted(member: Member): Counted;
  /** What is known before a layer, by people's ids; all of it without one. */
  facts(members: readonly Member[], before?: number): Promise<ReadonlyMap<string, Facts>>;
}

/** So many answers are remembered: most groups and values come again and again. */
const REMEMBERED = 20_000;

/** For a crowd under a unit, from one population; `partOf` says as what somebody takes part in the round. */
export async function surroundings(
  db: Db,
  ready: Judging,
  whole: Omit<Whole, 'roundId'>,
  population: string,
  partOf: (personId: string) => Counted['is'] = () => couldBe,
): Promise<Surroundings> {
  const { asked } = ready.compiled;
  const { asOf } = whole;
  const placesOf = await placesUnder(db, whole, asked.reaches);
  const remembered = new Map<string, Omit<Found, 'row'> | null>();
  const countedOf = ({ dossier, unitPath }: Member) =>
    counted(dossier, placesOf(unitPath), partOf(dossier.person.id));
  return {
    asked,
    counted: countedOf,
    async facts(members, before = asked.layers) {
      const facts = new Map<string, Facts>();
      const dossiers = members.map(({ dossier }) => dossier);
      for (let layer = 0; layer < before; layer += 1) {
        const answers: Found[] = [];
        const asking = new Map<string, Asking>();
        const waiting: { readonly row: number; readonly key: string }[] = [];
        members.forEach((member, row) => {
          const run = runOf(member.dossier, member.unitPath, asOf, ready, facts);
          for (const question of asked.questions(countedOf(member), run, layer)) {
            const { value } = question;
            const key = [question.asked, question.place, question.key, value?.n, value?.d].join('\u001f');
            const known = remembered.get(key);
            if (known) answers.push({ ...known, row });
            if (known !== undefined) continue;
            asking.set(key, { ...question, row: asking.get(key)?.row ?? asking.size });
            waiting.push({ row, key });
          }
        });
        if (asking.size > 0) {
          const found = await lookUp(db, { id: population }, [...asking.values()]);
          const byRow = new Map(found.map((one) => [one.row, one]));
          if (remembered.size > REMEMBERED) remembered.clear();
          for (const [key, { row }] of asking) remembered.set(key, byRow.get(row) ?? null);
          for (const { row, key } of waiting) {
            const known = remembered.get(key);
            if (known) answers.push({ ...known, row });
          }
        }
        put(facts, asked, dossiers, answers);
      }
      return facts;
    },
  };
}

/** The unit of each level that somebody belongs to, by the path of the one they stand in. */
async function placesUnder(db: Db, whole: Pick<Whole, 'unitPath'>, reaches: readonly Reach[]) {
  const levels = reaches.flatMap((reach) =>
    reach === 'unit' ? [] : reach === 'county' ? [reach, 'city' as const] : [reach],
  );
  const of = levelsOver(await selectPlaces(db, await rootOf(db, whole, reaches), levels));
  return (path: string | null) =>
    (reach: Reach): string | undefined => {
      if (reach === 'unit') return wholeAt(path, whole);
      return path === null ? undefined : placeIn(of(path), reach);
    };
}

/** The units over a path, by their levels. */
function levelsOver(units: readonly { readonly path: string; readonly level: string }[]) {
  const levelOf = new Map(units.map(({ path, level }) => [path, level]));
  const known = new Map<string, ReadonlyMap<string, string>>();
  return (path: string): ReadonlyMap<string, string> => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const places = new Map(
      pathsOver(path).flatMap((one) => {
        const level = levelOf.get(one);
        return level === undefined ? [] : [[level, one] as const];
      }),
    );
    known.set(path, places);
    return places;
  };
}

/** Under which unit everyone stands of whom something is asked: the county, for a school's round that asks of it. */
export async function rootOf(
  db: Db,
  { unitPath }: Pick<Whole, 'unitPath'>,
  reaches: readonly Reach[],
): Promise<string> {
  if (reaches.every((reach) => reach === 'unit')) return unitPath;
  const over = await selectAncestors(db, unitPath);
  // Those directly under a city are asked for under it, where no county is.
  const direct = reaches.includes('county') && !over.some(({ level }) => level === 'county');
  const far = over
    .filter(({ level }) => reaches.some((reach) => reach === level) || (direct && level === 'city'))
    .map(({ path }) => path);
  return [...far, unitPath].toSorted((a, b) => a.length - b.length)[0] ?? unitPath;
}
