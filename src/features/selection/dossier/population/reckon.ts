import type { CompiledProgramme } from '../../../../language/evaluate.ts';
import { type Counted, NO_FACTS } from '../../../../language/population/asked.ts';
import type { CountedAs } from '../../../../language/population/sizes.ts';
import type { Db } from '../../../../platform/database.ts';
import { newId } from '../../../../platform/ids.ts';
import { type Checked, readyOf } from '../../../programmes/compiled.ts';
import { selectTakingPart } from '../../review/queries.ts';
import { contextOf } from '../context.ts';
import { type Ways, walkCrowd } from '../crowd/walk.ts';
import type { CrowdAsked, CrowdWork } from '../crowd/work.ts';
import { populationOf, rootOf, surroundings, type Whole } from './facts.ts';
import {
  addToGroups,
  addToValues,
  deletePopulation,
  finishGroups,
  finishPopulation,
  type GroupSum,
  insertPopulation,
  selectLatestPopulation,
  type ValueSum,
} from './queries.ts';

/*
 * What is asked of many is reckoned over everyone, as crowds are walked: each block of people adds to the groups its
 * people belong to, and the groups are added up in the database, some thousands at a time, so that it takes no more
 * memory for a million than for a thousand. What rests on other answers is reckoned on a further walk.
 */

export interface Reckoned extends CrowdAsked {
  /** The programme that asks: a version, or a file that is tried. */
  readonly programme: Checked;
  readonly population: string;
  readonly layer: number;
  readonly whole: Whole;
}

/** What some people add, by the group's key and the value's. */
interface Part {
  readonly groups: Map<string, { people: number; unsure: number }>;
  readonly values: Map<string, number>;
}

const UNIT = '\u001f';

export const work: CrowdWork<Reckoned, Part> = {
  file: 'src/features/selection/dossier/population/reckon.ts',
  async prepare(db, { programme, population, layer, whole }) {
    const ready = await readyOf(db, programme);
    const { compiled } = ready;
    const { asked } = compiled;
    const partOf = await partsTaken(db, compiled, whole);
    const around = await surroundings(db, ready, whole, population, partOf);
    return {
      needs: [asked.needs],
      begin: () => ({ groups: new Map(), values: new Map() }),
      async add({ groups, values }, members) {
        const known = await around.facts(members, layer);
        for (const member of members) {
          const { dossier } = member;
          const facts = known.get(dossier.person.id) ?? NO_FACTS;
          const run = {
            ...contextOf(dossier, member.unitPath, whole.asOf, ready),
            ...facts,
            spent: undefined,
          };
          for (const entry of asked.entries(around.counted(member), run, layer)) {
            const group = [entry.asked, entry.place, entry.key].join(UNIT);
            const sum = groups.get(group) ?? { people: 0, unsure: 0 };
            groups.set(group, sum);
            sum.people += entry.people;
            sum.unsure += entry.unsure;
            if (entry.value === null) continue;
            const value = [group, entry.value.n, entry.value.d].join(UNIT);
            values.set(value, (values.get(value) ?? 0) + 1);
          }
        }
      },
    };
  },
};

/** As what somebody takes part in the round, where that is asked; nobody knows it of a policy that is only tried. */
async function partsTaken(
  db: Db,
  { asked }: Pick<CompiledProgramme, 'asked'>,
  { roundId }: Whole,
): Promise<(personId: string) => Counted['is']> {
  if (asked.parts.length === 0) return () => () => true;
  const all = roundId === null ? null : await selectTakingPart(db, roundId);
  const nominated = new Map(all?.map((one) => [one.personId, one.nominated]));
  return (personId) => (as: CountedAs) => {
    if (as === 'staff') return true;
    if (as === 'assessed' || all === null) return undefined;
    const own = nominated.get(personId);
    return own !== undefined && (as === 'applicants' || own);
  };
}

export interface When {
  readonly at: Date;
  /** The day that is shown with what is reckoned now. */
  readonly on: string;
}
export interface Reckoning {
  /** What was reckoned so long ago is taken as it is. */
  readonly freshMs?: number;
  readonly ways?: Partial<Ways>;
  /** Called every some hundred people; may throw. */
  readonly step?: () => void;
}

/**
 * The population a crowd is judged by: one that was reckoned not long before is taken, else it is reckoned now. Null
 * when the programme asks nothing of many.
 */
export async function populationFor(
  db: Db,
  programme: Checked,
  whole: Whole,
  { at, on }: When,
  { freshMs = FRESH_MS, ...how }: Reckoning = {},
): Promise<string | null> {
  const ready = await readyOf(db, programme);
  const of = populationOf(ready, whole);
  if (of === null) return null;
  const kept = await selectLatestPopulation(db, of, new Date(at.getTime() - freshMs));
  if (kept !== null) return kept;
  const id = newId();
  await insertPopulation(db, { ...of, id, at, on });
  try {
    await reckon(db, programme, ready.compiled, whole, id, how);
    await finishPopulation(db, id, at);
  } catch (error) {
    await deletePopulation(db, id).catch(() => undefined); // What went wrong first is told.
    throw error;
  }
  return id;
}
const FRESH_MS = 10 * 60_000;

async function reckon(
  db: Db,
  programme: Checked,
  { asked }: Pick<CompiledProgramme, 'asked'>,
  whole: Whole,
  population: string,
  { ways, step }: Reckoning,
): Promise<void> {
  const unitPath = await rootOf(db, whole, asked.reaches);
  for (let layer = 0; layer < asked.layers; layer += 1) {
    const question = { programme, population, layer, whole, unitPath, asOf: whole.asOf };
    let sum: Part = { groups: new Map(), values: new Map() };
    for await (const { part } of walkCrowd(db, work, question, null, ways)) {
      step?.();
      join(sum, part);
      if (sum.groups.size + sum.values.size < ADDED_AT_ONCE) continue;
      await keep(db, population, sum);
      sum = { groups: new Map(), values: new Map() };
    }
    await keep(db, population, sum);
    await finishGroups(db, population, asked.distinct);
  }
}

const ADDED_AT_ONCE = 10_000;

function join(into: Part, { groups, values }: Part): void {
  for (const [key, { people, unsure }] of groups) {
    const sum = into.groups.get(key) ?? { people: 0, unsure: 0 };
    into.groups.set(key, sum);
    sum.people += people;
    sum.unsure += unsure;
  }
  for (const [key, people] of values) into.values.set(key, (into.values.get(key) ?? 0) + people);
}

async function keep(db: Db, population: string, { groups, values }: Part): Promise<void> {
  const groupOf = (text: string) => {
    const [asked = '', place = '', ...rest] = text.split(UNIT);
    return { asked: Number(asked), place, rest };
  };
  const sums = [...groups].map(([text, { people, unsure }]): GroupSum => {
    const { asked, place, rest } = groupOf(text);
    return { asked, place, key: rest.join(UNIT), people, unsure };
  });
  const valued = [...values].map(([text, people]): ValueSum => {
    const { asked, place, rest } = groupOf(text);
    const [n = '0', d = '1'] = rest.slice(-2);
    return { asked, place, key: rest.slice(0, -2).join(UNIT), n, d, people };
  });
  if (sums.length > 0) await addToGroups(db, population, sums);
  if (valued.length > 0) await addToValues(db, population, valued);
}
