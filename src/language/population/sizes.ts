import type { AmountShop } from '../evaluate/amount.ts';
import type { Run } from '../evaluate/clause.ts';
import { compileAttribute } from '../evaluate/person.ts';
import type { ProgrammeFile } from '../grammar/programme.ts';
import type { LimitKind } from '../grammar/round.ts';
import type { Vocabulary } from '../vocabulary.ts';
import {
  attributeGroup,
  belongsTo,
  groupKey,
  joinKey,
  type Participant,
  type PopulationContext,
  runOf,
  type Sizes,
} from './participant.ts';

/** How many belong to each population of a programme, counted over dossiers. */
export interface PopulationCount {
  /** Only what is certain: a population of which somebody may or may not be has no size. */
  readonly sizes: Sizes;
  /** The same within each group the quota, the limits and the ranking speak of. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, Sizes>>>>;
  /** Of whom it is not known whether they belong, by population: for somebody to document. */
  readonly unsure: Readonly<Record<string, readonly string[]>>;
}

/** Whom the people counted are: everyone of the unit, or those who take part. */
export type CountedAs = 'staff' | 'nominees' | 'applicants' | 'assessed';
export type Population = NonNullable<ProgrammeFile['populations']>[string];
export const countedAs = ({ of }: Population): CountedAs =>
  of === 'nominees' || of === 'applicants' || of === 'assessed' ? of : 'staff';

export function compilePopulations(shop: AmountShop) {
  const { programme, vocabulary } = shop;
  const populations = Object.entries(programme.populations ?? {}).map(([id, population]) => ({
    id,
    as: countedAs(population),
    who: population.who && shop.clause(population.who),
    distinct: population.distinct?.map((attribute) => compileAttribute(attribute, true, vocabulary)),
  }));
  const groupers = groupersOf(programme, vocabulary);

  return (
    people: readonly Participant[],
    context: PopulationContext,
    as: CountedAs = 'staff',
  ): PopulationCount => {
    const counted = populations.filter((population) => population.as === as);
    const all = counted.map(({ id }) => new Counter(id));
    const inGroups = new Map([...groupers.keys()].map((kind) => [kind, new Map<string, Counter[]>()]));
    for (const participant of people) {
      const run = runOf(participant, context);
      const own = [all];
      for (const [kind, keyOf] of groupers) {
        const [groups, key] = [inGroups.get(kind), keyOf(participant, run)];
        if (key === undefined || !groups) continue;
        const counters = groups.get(key) ?? counted.map(({ id }) => new Counter(id));
        groups.set(key, counters);
        own.push(counters);
      }
      counted.forEach(({ who, distinct }, at) => {
        const meant = belongsTo(who, participant, run);
        if (meant === 'unmet') return;
        const values = distinct?.map((attribute) => attribute.value(participant.dossier, run).value);
        const unknown = meant !== 'met' || values?.includes(null) === true;
        const value = values ? joinKey(values.map(String)) : participant.id;
        for (const counters of own) counters[at]?.add(participant.id, value, unknown);
      });
    }
    return {
      sizes: sizesOf(all),
      groups: Object.fromEntries(
        [...inGroups].map(([kind, groups]) => [
          kind,
          Object.fromEntries([...groups].map(([key, counters]) => [key, sizesOf(counters)])),
        ]),
      ),
      unsure: Object.fromEntries(
        all.filter(({ unsure }) => unsure.length > 0).map(({ id, unsure }) => [id, unsure]),
      ),
    };
  };
}

/** Counts people, or the different values they have. */
class Counter {
  readonly id: string;
  readonly unsure: string[] = [];
  private readonly values = new Set<string>();

  constructor(id: string) {
    this.id = id;
  }

  add(person: string, value: string, unknown: boolean): void {
    if (unknown) this.unsure.push(person);
    else this.values.add(value);
  }

  get size(): number {
    return this.values.size;
  }
}

const sizesOf = (counters: readonly Counter[]): Sizes =>
  Object.fromEntries(counters.filter(({ unsure }) => unsure.length === 0).map(({ id, size }) => [id, size]));

/** The groups in which the programme may ask for sizes: those of its quota, and those that are ranked apart. */
function groupersOf({ quota, ranking }: ProgrammeFile, vocabulary: Vocabulary) {
  const kinds = new Set<LimitKind>([
    ...(quota?.parts ?? []).flatMap(({ per }) => per ?? []),
    ...(quota?.limits ?? []).map(({ per }) => per),
    ...(quota?.shares ?? []).flatMap(({ per }) => per ?? []),
  ]);
  kinds.delete('round');
  const byKind = new Map<string, (participant: Participant, run: Run) => string | undefined>(
    [...kinds].map((kind) => [kind, (participant) => groupKey(kind, participant)]),
  );
  const within = ranking?.within ?? [];
  const [ranked] = attributeGroup(within, []);
  if (within.length === 0 || byKind.has(ranked)) return byKind;
  const attributes = within.map((attribute) => compileAttribute(attribute, true, vocabulary));
  return byKind.set(ranked, ({ dossier }, run) => {
    const values = attributes.map((attribute) => attribute.value(dossier, run).value);
    return values.includes(null) ? undefined : attributeGroup(within, values.map(String))[1];
  });
}
