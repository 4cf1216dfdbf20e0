import type { CivilDate } from '../shared/civil-date.ts';
import { type Dossier, type Fact, isDay, type RecordFact } from './dossier.ts';
import type { OwnAttribute } from './grammar/programme.ts';
import type { RecordType, Scale } from './grammar/vocabulary.ts';
import type { Names } from './problem.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Attributes a programme brings of its own. Nobody's register has a column for them, so each is a kind of record
 * with one field of the same name: what is so, from a day on, until the next entry says otherwise. They are claimed, confirmed,
 * corrected and imported as records are, and what programmes read of the person on a day follows from them.
 */

export const recordOfAttribute = (attribute: string): string => `fact-${attribute}`;

/** The kind of record behind an attribute; null for years, which run from another attribute. */
function recordTypeOf(
  attribute: string,
  { names, type, scale, choices, enteredBy, evidence }: OwnAttribute,
  scales: Readonly<Record<string, Pick<Scale, 'steps'>>>,
): RecordType | null {
  if (type === 'years') return null;
  const steps = scale === undefined ? [] : (scales[scale]?.steps ?? []);
  const options: Readonly<Record<string, Names>> =
    type === 'scale' ? Object.fromEntries(steps.map((step) => [step.id, step.names])) : (choices ?? {});
  const kind = type === 'scale' ? 'choice' : type === 'numbers' ? 'number' : type;
  return {
    names,
    unit: { 'zh-CN': '项', en: 'entries' },
    evidence: evidence ?? 'optional',
    fields: {
      [attribute]: { names, type: kind, required: true, ...(kind === 'choice' ? { choices: options } : {}) },
    },
    attribute,
    enteredBy: enteredBy ?? 'person',
  };
}

export function recordsOfAttributes(
  attributes: Readonly<Record<string, OwnAttribute>>,
  scales: Readonly<Record<string, Pick<Scale, 'steps'>>>,
): Record<string, RecordType> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([attribute, own]) => {
      const type = recordTypeOf(attribute, own, scales);
      return type === null ? [] : [[recordOfAttribute(attribute), type]];
    }),
  );
}

/** An attribute that is read from records. */
export interface Kept {
  readonly attribute: string;
  /** A list of marks: every entry is one of them. */
  readonly list: boolean;
}

/** The attributes of a vocabulary that are read from records, by the type of the record. */
export const keptAttributes = ({ records, attributes }: Vocabulary): ReadonlyMap<string, Kept> =>
  new Map(
    Object.entries(records).flatMap(([type, { attribute }]) =>
      attribute === undefined
        ? []
        : [[type, { attribute, list: attributes[attribute]?.type === 'numbers' }] as const],
    ),
  );

type Entry = Pick<RecordFact, 'type' | 'on' | 'status'>;

/** Whether an entry speaks of a day: dated, not later, and confirmed or, if asked, waiting to be. */
const speaks = ({ on, status }: Entry, asOf: CivilDate, unconfirmed: boolean): boolean =>
  isDay(on) && on <= asOf && (status === 'confirmed' || (unconfirmed && status === 'submitted'));

/** The entry that holds on a day: the latest, and of one day the one entered last. */
export function entryOn<R extends Entry>(
  records: readonly R[],
  type: string,
  asOf: CivilDate,
  unconfirmed = false,
): R | undefined {
  let found: R | undefined;
  for (const record of records) {
    if (record.type !== type || !speaks(record, asOf, unconfirmed)) continue;
    if (found === undefined || (record.on ?? '') >= (found.on ?? '')) found = record;
  }
  return found;
}

/** The person as their entries say on a day. What no entry speaks of stays as it is. */
export function withKept<D extends Pick<Dossier, 'person' | 'records' | 'lists'>>(
  dossier: D,
  kept: ReadonlyMap<string, Kept>,
  asOf: CivilDate,
  unconfirmed = false,
): D {
  if (kept.size === 0 || !dossier.records.some(({ type }) => kept.has(type))) return dossier;
  const latest = new Map<string, RecordFact>();
  const lists: Record<string, number[]> = {};
  for (const record of dossier.records) {
    const own = kept.get(record.type);
    if (own === undefined || !speaks(record, asOf, unconfirmed)) continue;
    const value = record.fields[own.attribute];
    if (own.list) {
      if (typeof value !== 'number') continue;
      lists[own.attribute] ??= [];
      lists[own.attribute]?.push(value);
      continue;
    }
    const before = latest.get(own.attribute);
    if (before === undefined || (record.on ?? '') >= (before.on ?? '')) latest.set(own.attribute, record);
  }
  const marks = Object.keys(lists).length > 0;
  if (latest.size === 0 && !marks) return dossier;
  const facts: Record<string, Fact> = {};
  for (const [attribute, { fields }] of latest) facts[attribute] = fields[attribute] ?? null;
  return {
    ...dossier,
    person: { ...dossier.person, ...facts },
    ...(marks ? { lists: { ...dossier.lists, ...lists } } : {}),
  };
}
