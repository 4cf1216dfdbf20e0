import { own } from '../../shared/own.ts';
import type { Dossier } from '../dossier.ts';
import type { Clause, Run } from '../evaluate/clause.ts';
import type { EvaluationContext } from '../finding.ts';
import type { LimitKind } from '../grammar/round.ts';
import type { Reach } from '../grammar/selection.ts';
import type { Outcome } from '../outcome.ts';

/** One of many who are looked at together: nominees of a list, those ranked, the staff of a school. */
export interface Participant {
  readonly id: string;
  readonly dossier: Dossier;
  /**
   * Keys of what they belong to: school, county, research group, mentor, the title they are put forward for.
   * Subject, stage, setting and sex are taken from the dossier where they do not stand here.
   */
  readonly belongs?: Readonly<Partial<Record<LimitKind | Reach, string>>>;
  /** Their place in the order of the body that recommended them: 1 is first. */
  readonly recommended?: number;
  /** What of the context is theirs alone. */
  readonly own?: Pick<EvaluationContext, 'decisions' | 'consumed' | 'served' | 'standing'>;
}

/** How many belong to each population, by its id. */
export type Sizes = Readonly<Record<string, number>>;

/** What is known of the whole when many are looked at together. */
export interface PopulationContext extends EvaluationContext {
  /** The school, county or round itself, for amounts that read its attributes and records. */
  readonly unit?: Dossier;
  /** The row of the quota table that is the unit's. */
  readonly code?: string;
  /** Sizes within each group, by what groups it and its key: `subject`, then `数学`. */
  readonly groups?: Readonly<Record<string, Readonly<Record<string, Sizes>>>>;
  /** The stage of the route the list is of; the last that names a number unless given. */
  readonly stage?: string;
  /** Recorded decisions on the order among equals: ids, first taken first. */
  readonly orders?: readonly (readonly string[])[];
}

/** One person's evaluation within that of the whole. */
export function runOf(participant: Participant, context: EvaluationContext): Run {
  return { ...context, ...participant.own, spent: undefined };
}

const NOBODY: Dossier = {
  person: {
    id: '',
    birthDate: null,
    sex: null,
    teachingSince: null,
    subject: null,
    stage: null,
    setting: null,
    rank: null,
    education: null,
  },
  titles: [],
  records: [],
};

/** For amounts that are about the whole: sizes, places, what is known of the unit. */
export const wholeOf = (context: PopulationContext): readonly [Dossier, Run] => [
  context.unit ?? NOBODY,
  { ...context, spent: undefined },
];

/** Whether somebody is meant; everyone is where nothing is asked. */
export function belongsTo(clause: Clause | undefined, participant: Participant, run: Run): Outcome {
  const effect = clause?.effect(participant.dossier, run) ?? 'met';
  return effect === 'none' ? 'met' : effect;
}

/** The key of the group somebody counts in; undefined when it is not known. */
export function groupKey(per: LimitKind, participant: Participant): string | undefined {
  if (per === 'round') return '';
  if (per === 'subject-and-stage') {
    const [stage, subject] = [groupKey('stage', participant), groupKey('subject', participant)];
    return stage === undefined || subject === undefined ? undefined : joinKey([stage, subject]);
  }
  const own = participant.belongs?.[per];
  if (own !== undefined) return own;
  if (per !== 'subject' && per !== 'stage' && per !== 'setting' && per !== 'sex') return undefined;
  return participant.dossier.person[per] ?? undefined;
}

/**
 * Among whom somebody stands who is looked at with others: all of them, those of their school, county …; undefined when
 * it is not known where they belong. Where nothing is said of it, all stand in one place.
 */
export function placeOf(reach: Reach, { belongs }: Participant): string | undefined {
  return reach === 'unit' || belongs === undefined ? '' : belongs[reach];
}

/** How `groups` of a context names groups by several attributes, and one of them. */
export const joinKey = (values: readonly string[]): string => values.join('|');

/** Groups formed by attributes, as `groups` of a context names them: the kind, and the key of one group. */
export function attributeGroup(attributes: readonly string[], values: readonly string[]): [string, string] {
  const stage = attributes.indexOf('stage');
  const subject = attributes.indexOf('subject');
  if (attributes.length !== 2 || stage < 0 || subject < 0) return [joinKey(attributes), joinKey(values)];
  return ['subject-and-stage', joinKey([values[stage] ?? '', values[subject] ?? ''])];
}

/** The context within one group: its own sizes before those of the whole. */
export function within<C extends PopulationContext>(context: C, kind: string, key: string): C {
  const sizes = own(context.groups?.[kind] ?? {}, key);
  return sizes ? { ...context, sizes: { ...context.sizes, ...sizes } } : context;
}
